//! `quarry show`.

use super::{err, out, quarry, with_mails};

#[test]
fn show_lists_what_is_there() {
    let place = with_mails();
    let tables = out(&quarry(place.path(), &["show", "tables"]));
    assert!(tables.contains("EmailEvents") && tables.contains("2026-11-19 08:00"), "{tables}");
    let schema = out(&quarry(place.path(), &["show", "schema", "CloudAppEvents"]));
    assert!(schema.contains("RawEventData") && schema.contains("dynamic"), "{schema}");
    let tunables = out(&quarry(place.path(), &["show", "tunables", "hunt.yaml"]));
    assert!(
        tunables.contains("Limit") && tunables.contains("Mails that are too many"),
        "{tunables}"
    );
    assert!(out(&quarry(place.path(), &["show", "functions", "ipv4"])).contains("ipv4_is_match"));
    let miss = quarry(place.path(), &["show", "schema", "EmailEvent"]);
    assert!(err(&miss).contains("did you mean `EmailEvents`?"), "{}", err(&miss));
}
