//! `quarry explain`.

use serde_json::Value;

use super::{code, err, out, quarry, with_mails};

#[test]
fn explain_shows_each_stage() {
    let place = with_mails();
    for stage in ["tree", "ir", "plan", "physical"] {
        let shown = quarry(
            place.path(),
            &["explain", "--stage", stage, "EmailEvents | where Subject has 'one' | count"],
        );
        assert_eq!(code(&shown), 0, "{stage}: {}", err(&shown));
        assert!(out(&shown).lines().count() >= 2, "{stage}: {}", out(&shown));
    }
}

#[test]
fn explain_counts_what_scans_left_out() {
    let place = with_mails();
    let query = "EmailEvents | where Subject has 'nowheretobefound'";
    let people = quarry(place.path(), &["explain", "--analyze", query]);
    assert_eq!(code(&people), 0, "{}", err(&people));
    assert!(
        out(&people).starts_with("EmailEvents") && out(&people).contains("row groups"),
        "{}",
        out(&people)
    );
    let machine = quarry(place.path(), &["explain", "--analyze", "--format", "json", query]);
    let shown: Value = serde_json::from_str(&out(&machine)).unwrap();
    let scan = &shown["scans"][0];
    assert_eq!(
        (&shown["rows"], &scan["table"]),
        (&serde_json::json!(0), &serde_json::json!("EmailEvents"))
    );
    assert_eq!(scan["files"]["pruned_by_terms"], scan["files"]["total"], "{shown}");
    let whole = quarry(
        place.path(),
        &["explain", "--analyze", "--format", "json", "--without-pruning", "all", query],
    );
    let whole: Value = serde_json::from_str(&out(&whole)).unwrap();
    assert_eq!(whole["scans"][0]["rows"]["out"], whole["scans"][0]["rows"]["total"], "{whole}");
    assert_eq!(whole["rows"], 0);
}
