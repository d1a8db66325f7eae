//! `quarry demo`.

use super::{code, err, folder, out, quarry};

#[test]
fn the_demo_finds_what_was_planted() {
    let place = folder();
    let demo = quarry(place.path(), &["demo", "--events", "20000"]);
    let shown = out(&demo);
    assert_eq!(code(&demo), 0, "{shown}{}", err(&demo));
    assert!(
        shown.contains("Planted intrusions found:") && shown.contains("Next:\n  quarry evidence "),
        "{shown}"
    );
    for side in ["without exclusions", "with exclusions"] {
        let line = shown.lines().find(|line| line.trim_start().starts_with(side));
        let line = line.unwrap_or_else(|| panic!("{side}: {shown}"));
        assert!(
            line.contains("precision ") && line.contains(" findings), recall ") && line.contains(" intrusions)"),
            "{line}"
        );
    }
    assert!(shown.contains("0 could not run"), "{shown}");
    let again = quarry(place.path(), &["query", "CloudAppEvents | count", "--format", "jsonl"]);
    assert_eq!(code(&again), 0, "the lake stays: {}", err(&again));
}
