//! `quarry lake`.

use std::fs;

use serde_json::Value;

use super::{code, err, out, quarry, with_mails};

#[test]
fn a_lake_is_looked_after() {
    let folder = with_mails();
    let mail = r#"{"Timestamp":"2026-11-20T08:00:00Z","SenderFromAddress":"c@contoso.example","Subject":"five"}"#;
    fs::write(folder.path().join("EmailEvents-2.json"), mail).unwrap();
    assert_eq!(code(&quarry(folder.path(), &["ingest", "EmailEvents-2.json"])), 0);
    let count = |more: &[&str]| {
        let mut args = vec!["query", "EmailEvents | count", "--format", "csv"];
        args.extend(more);
        quarry(folder.path(), &args)
    };
    assert_eq!(out(&count(&[])), "Count\n5\n");

    let dry = quarry(folder.path(), &["lake", "optimize", "--dry-run"]);
    assert!(out(&dry).contains("EmailEvents: 2 files → 1, 5 rows rewritten"), "{}", out(&dry));
    assert_eq!(code(&quarry(folder.path(), &["lake", "optimize"])), 0);
    assert!(out(&quarry(folder.path(), &["lake", "optimize"])).starts_with("Nothing to do"));
    assert_eq!(out(&count(&[])), "Count\n5\n");
    let status = quarry(folder.path(), &["lake", "status", "--format", "json"]);
    let status: Value = serde_json::from_str(&out(&status)).unwrap();
    assert_eq!((&status[0]["rows"], &status[0]["files"]), (&Value::from(5), &Value::from(1)));

    let history = out(&quarry(folder.path(), &["lake", "history", "EmailEvents", "--format", "jsonl"]));
    let commits: Vec<Value> = history.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = commits.iter().rev().find(|commit| commit["operation"] == "WRITE").unwrap();
    let version = first["version"].to_string();
    assert_eq!(out(&count(&["--as-of", &version])), "Count\n4\n");
    assert_eq!(out(&count(&["--as-of", first["at"].as_str().unwrap()])), "Count\n4\n");
    let before = count(&["--as-of", "2020-01-01"]);
    assert!(err(&before).contains("table EmailEvents holds no data"), "{}", err(&before));
    let none = quarry(folder.path(), &["query", "print 1", "--as-of", &version]);
    assert_eq!((code(&none), err(&none).contains("reads no table")), (2, true));
    let hunt = quarry(folder.path(), &["hunt", "hunt.yaml", "--as-of", &version]);
    assert_eq!((code(&hunt), err(&hunt).contains("give a time")), (2, true), "{}", err(&hunt));

    let kept = quarry(folder.path(), &["lake", "retain", "EmailEvents", "1d"]);
    assert_eq!(out(&kept), "EmailEvents keeps rows: 1d\n");
    let applied = quarry(folder.path(), &["lake", "retain", "--apply", "--now", "2026-11-20T09:30:00Z"]);
    assert!(out(&applied).contains("3 rows too old"), "{}", out(&applied));
    assert_eq!(out(&count(&[])), "Count\n2\n");
    let vacuum = quarry(folder.path(), &["lake", "vacuum", "--dry-run"]);
    assert_eq!(out(&vacuum), "Nothing to delete\n");
    let unknown = quarry(folder.path(), &["lake", "history", "EmailEvent"]);
    assert_eq!((code(&unknown), err(&unknown).contains("it has EmailEvents")), (3, true));
}
