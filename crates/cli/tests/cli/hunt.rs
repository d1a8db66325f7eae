//! `quarry hunt`.

use std::fs;

use serde_json::Value;

use super::{HUNT, code, err, out, quarry, with_mails};

#[test]
fn a_hunt_finds_and_says_so_in_its_exit_code() {
    let place = with_mails();
    let found = quarry(place.path(), &["hunt", "hunt.yaml", "--now", "2026-11-20"]);
    let shown = out(&found);
    assert_eq!(code(&found), 1, "{shown}{}", err(&found));
    assert!(
        shown.contains("LOW") && shown.contains("Many mails from one sender") && shown.contains("InitialAccess · T1566"),
        "{shown}"
    );
    assert!(
        shown.contains("a@contoso.example") && !shown.contains("b@contoso.example"),
        "{shown}"
    );
    assert!(shown.contains("1 finding from 1 hunt"), "{shown}");
    let silent = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limit=10"]);
    assert_eq!(code(&silent), 0, "{}", out(&silent));
    let jsonl = quarry(place.path(), &["hunt", "hunt.yaml", "--format", "jsonl"]);
    let finding: Value = serde_json::from_str(out(&jsonl).lines().next().unwrap()).unwrap();
    assert_eq!(finding["row"]["Mails"], 3);
    assert_eq!(finding["severity"], "Low");
}

#[test]
fn settings_are_checked() {
    let place = with_mails();
    let unknown = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limt=1"]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("did you mean `Limit`?"), "{}", err(&unknown));
    let wrong = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limit=many"]);
    assert_eq!(code(&wrong), 3, "nothing found, and one hunt could not run");
    assert!(
        out(&wrong).contains("`many` is not of type long") && out(&wrong).contains("hunt.yaml:"),
        "{}",
        out(&wrong)
    );
}

#[test]
fn content_that_is_not_there_is_an_error() {
    let place = with_mails();
    for command in [
        &["hunt", "nowhere/"][..],
        &["show", "tunables", "nowhere.yaml"],
        &["coverage", "hunt.yaml", "--against", "nowhere/"],
        &["test", "nowhere/"],
        &["export", "nowhere/", "--format", "arm"],
        &["ready", "hunt.yaml", "--functions", "nowhere/"],
        &["hunt", "hunt.yaml", "--team", "nowhere.yaml"],
        &["exclusions", "propose", "nowhere.md"],
    ] {
        let done = quarry(place.path(), command);
        assert_eq!(code(&done), 2, "{command:?}: {}{}", out(&done), err(&done));
        assert!(
            err(&done).contains("no such file or folder") && err(&done).contains("nowhere"),
            "{}",
            err(&done)
        );
    }
}

#[test]
fn hunts_that_cannot_run_are_listed() {
    let place = with_mails();
    fs::write(
        place.path().join("other.yaml"),
        HUNT.replace("EmailEvents", "SigninLogs").replace("4a8c1f6e", "5a8c1f6e"),
    )
    .unwrap();
    let run = quarry(place.path(), &["hunt", "."]);
    let shown = out(&run);
    assert!(
        shown.contains("1 hunt could not run") && shown.contains("no table SigninLogs"),
        "{shown}"
    );
    assert_eq!(code(&run), 1, "the other one found something");
}
