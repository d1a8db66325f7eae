//! `quarry inquiry`.

use serde_json::Value;

use super::{code, err, out, quarry, with_mails};

#[test]
fn an_inquiry_keeps_what_speaks_for_and_against_it() {
    let place = with_mails();
    let inquiry = |args: &[&str]| quarry(place.path(), &[&["inquiry"], args].concat());
    let done = |args: &[&str]| {
        let output = inquiry(args);
        assert_eq!(code(&output), 0, "{args:?}: {}", err(&output));
        out(&output)
    };
    let started = done(&["start", "Bulk mail", "--hypothesis", "a sender was taken over", "--by", "lena"]);
    let name = started.trim();
    assert_eq!(name.len(), 10, "{name}");
    let short = &name[..6];
    done(&["note", short, "the log begins on the 19th", "--by", "tom"]);
    done(&[
        "keep",
        short,
        "EmailEvents | where Subject == 'one' | project Timestamp, Subject",
        "--note",
        "the first",
        "--now",
        "2026-11-20",
    ]);
    let many = inquiry(&["keep", short, "EmailEvents", "--rows", "3"]);
    assert!(
        code(&many) == 3 && err(&many).contains("4 rows") && err(&many).contains("--rows"),
        "{}",
        err(&many)
    );
    let none = inquiry(&["keep", short, "EmailEvents | where Subject == 'none'"]);
    assert!(code(&none) == 3 && err(&none).contains("no rows"), "{}", err(&none));
    let wrong = inquiry(&["keep", short, "EmailEvents | were true"]);
    assert!(code(&wrong) != 0 && err(&wrong).contains("query:1:"), "{}", err(&wrong));
    quarry(place.path(), &["hunt", "hunt.yaml", "--save"]);
    let found = out(&quarry(place.path(), &["findings", "--format", "jsonl"]));
    let found: Value = serde_json::from_str(found.lines().next().unwrap()).unwrap();
    let fingerprint = found["Fingerprint"].as_str().unwrap();
    done(&["add", short, &fingerprint[..8], "--note", "three in a row"]);
    done(&["close", short, "--as", "refuted", "--reason", "a newsletter"]);

    let list: Value = serde_json::from_str(&done(&["--format", "json"])).unwrap();
    let one = &list[0];
    assert_eq!((&one["State"], &one["Reason"]), (&"refuted".into(), &"a newsletter".into()));
    assert_eq!((&one["Notes"], &one["Rows"], &one["Findings"]), (&1.into(), &1.into(), &1.into()));
    assert_eq!(
        (&one["Hypothesis"], &one["By"]),
        (&"a sender was taken over".into(), &"lena".into())
    );
    assert!(done(&[]).contains("Bulk mail"));
    let entries = done(&["show", short, "--format", "jsonl"]);
    let entries: Vec<Value> = entries.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["Kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["start", "note", "row", "finding", "close"]);
    assert_eq!(entries[2]["Row"]["Subject"], "one");
    assert_eq!(entries[2]["Clock"], "2026-11-20T00:00:00Z");
    assert!(entries[2]["Query"].as_str().unwrap().starts_with("EmailEvents"));
    let shown = done(&["show", short]);
    for wanted in [
        "a sender was taken over",
        "refuted: a newsletter",
        "tom  the log begins",
        "the first",
        fingerprint,
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    // What is said in an inquiry of a finding stands with the finding, too.
    let finding = out(&quarry(place.path(), &["findings", "show", fingerprint]));
    assert!(finding.contains("three in a row") && finding.contains(name), "{finding}");

    done(&["close", short, "--as", "open", "--reason", "another sender"]);
    assert!(done(&["show", short]).contains("open: another sender"));
    let unknown = inquiry(&["note", "zz", "text"]);
    assert!(
        code(&unknown) == 2 && err(&unknown).contains("no name of an inquiry begins with `zz`"),
        "{}",
        err(&unknown)
    );
}
