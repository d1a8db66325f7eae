//! `quarry findings` and `quarry evidence`.

use std::fs;

use serde_json::Value;

use super::{HUNT, MAILS, code, err, folder, out, quarry, with_mails};

#[test]
fn findings_bring_the_events_that_they_come_from() {
    let place = with_mails();
    let plain = quarry(place.path(), &["hunt", "hunt.yaml", "--format", "jsonl"]);
    assert!(!out(&plain).contains("evidence"), "{}", out(&plain));
    let hunt = |more: &[&str]| {
        let args = [&["hunt", "hunt.yaml", "--evidence", "--set", "Limit=0"], more].concat();
        let output = quarry(place.path(), &args);
        assert_eq!(code(&output), 1, "{}", err(&output));
        out(&output)
    };
    let shown = hunt(&["--evidence-limit", "2", "--save"]);
    assert!(
        shown.contains("Evidence of 1 hunt: ") && shown.contains("times as long as"),
        "{shown}"
    );
    assert!(
        shown.contains("Evidence of row 1") && shown.contains("EmailEvents  2026-11-19 08:00:0"),
        "{shown}"
    );
    assert!(
        shown.contains("SenderFromAddress=a@contoso.example") && shown.contains("not shown: up to 1 more of EmailEvents"),
        "{shown}"
    );
    let rows: Vec<Value> = hunt(&["--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let a = rows.iter().find(|row| row["row"]["Mails"] == 3).unwrap();
    assert_eq!(a["evidence"].as_array().unwrap().len(), 3, "{a}");
    assert!(hunt(&["--format", "csv"]).starts_with("hunt,id,severity,tactics,techniques,row,evidence\n"));

    let found = out(&quarry(place.path(), &["findings", "--entity", "b@contoso", "--format", "jsonl"]));
    let found: Value = serde_json::from_str(found.lines().next().unwrap()).unwrap();
    let fingerprint = found["Fingerprint"].as_str().unwrap();
    let ask = |more: &[&str]| {
        let args = [&["evidence", fingerprint, "--content", "hunt.yaml"], more].concat();
        quarry(place.path(), &args)
    };
    let again = ask(&["--set", "Limit=0", "--format", "jsonl"]);
    assert_eq!(code(&again), 0, "{}", err(&again));
    let event: Value = serde_json::from_str(&out(&again)).unwrap();
    assert_eq!(event["Table"], "EmailEvents");
    assert_eq!(event["Fields"]["SenderFromAddress"], "b@contoso.example");
    let shown = out(&ask(&["--set", "Limit=0"]));
    assert!(shown.contains("EmailEvents  2026-11-19 10:00:00"), "{shown}");
    assert!(
        shown.starts_with(&format!("Finding {} · Many mails", &fingerprint[..10])),
        "{shown}"
    );
    assert!(shown.contains("The hunt on 1 event alone: same finding ✓"), "{shown}");
    let gone = ask(&[]);
    assert!(
        code(&gone) == 3 && err(&gone).contains("does not find it any more"),
        "{}",
        err(&gone)
    );
}

#[test]
fn findings_are_kept_compared_and_judged() {
    let folder = folder();
    fs::write(folder.path().join("mails.ndjson"), MAILS).unwrap();
    fs::write(folder.path().join("hunt.yaml"), HUNT).unwrap();
    assert_eq!(
        code(&quarry(folder.path(), &["ingest", "mails.ndjson", "--table", "EmailEvents"])),
        0
    );
    let hunt = |limit: &str| quarry(folder.path(), &["hunt", "hunt.yaml", "--save", "--set", limit]);
    let list = |more: &[&str]| -> Vec<Value> {
        let output = quarry(folder.path(), &[&["findings", "--format", "jsonl"], more].concat());
        assert_eq!(code(&output), 0, "{}", err(&output));
        out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert!(list(&[]).is_empty());

    let first = hunt("Limit=2");
    assert_eq!(code(&first), 1);
    assert!(err(&first).contains("Saved: 1 new"), "{}", err(&first));
    let second = hunt("Limit=0");
    assert!(
        err(&second).contains("1 new") && err(&second).contains("1 still there"),
        "{}",
        err(&second)
    );
    let found = list(&[]);
    assert_eq!(found.len(), 2);
    let a = found.iter().find(|row| row["Entities"].to_string().contains("a@contoso")).unwrap();
    assert_eq!(
        (&a["State"], &a["Change"], &a["Runs"]),
        (&"new".into(), &"still there".into(), &2.into())
    );
    assert_eq!(a["Entities"][0]["Type"], "Mailbox");

    let fingerprint = a["Fingerprint"].as_str().unwrap();
    assert_eq!(
        code(&quarry(folder.path(), &["findings", "mark", &fingerprint[..12], "--as", "benign"])),
        2
    );
    let marked = quarry(
        folder.path(),
        &["findings", "mark", &fingerprint[..12], "--as", "benign", "--reason", "newsletter"],
    );
    assert_eq!(code(&marked), 0, "{}", err(&marked));
    assert_eq!(list(&["--state", "benign"]).len(), 1);
    assert_eq!(list(&["--state", "new", "--entity", "b@contoso"]).len(), 1);
    let noted = quarry(
        folder.path(),
        &["findings", "note", &fingerprint[..12], "asked the sender", "--by", "lena"],
    );
    assert_eq!(code(&noted), 0, "{}", err(&noted));
    let shown = out(&quarry(folder.path(), &["findings", "show", fingerprint]));
    assert!(shown.contains("newsletter") && shown.contains("\"Mails\":3"), "{shown}");
    assert!(shown.contains("lena  asked the sender"), "{shown}");
    let whole = out(&quarry(folder.path(), &["findings", "show", fingerprint, "--format", "jsonl"]));
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["Notes"][0]["Text"], "asked the sender");

    hunt("Limit=3");
    assert_eq!(list(&["--change", "gone"]).len(), 2);
    assert_eq!(code(&quarry(folder.path(), &["findings", "show", "zz"])), 2);
    // What is kept does not show up among the logs.
    assert!(!out(&quarry(folder.path(), &["show", "tables"])).contains("_findings"));
}
