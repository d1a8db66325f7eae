//! Hot columns as those who look after a lake see them.

use std::fs;

use serde_json::Value;

use super::{code, err, folder, out, quarry};

const HUNT: &str = "id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e12
name: Work
description: Counts.
tactics:
  - Collection
relevantTechniques:
  - T1114
query: |
  CloudAppEvents | where RawEventData.Workload == 'Exchange' | summarize count() by tostring(RawEventData.Nested.Key)
";

#[test]
fn old_files_get_hot_columns() {
    let place = folder();
    for file in 0..2 {
        let lines: String = (0..40)
            .map(|row| {
                let key = file * 40 + row;
                format!(
                    "{{\"Timestamp\":\"2026-11-19T08:00:00Z\",\"ActionType\":\"a{key}\",\"RawEventData\":{{\"UserId\":\"u{}\",\"Workload\":\"Exchange\",\
                     \"Nested\":{{\"Key\":{key}}}}},\"ActivityObjects\":{{\"Common\":{}}}}}\n",
                    key % 7,
                    key % 3
                )
            })
            .collect();
        fs::write(place.path().join(format!("CloudAppEvents-{file}.json")), lines).unwrap();
        let name = format!("CloudAppEvents-{file}.json");
        let ingested = quarry(place.path(), &["ingest", &name, "--no-hot-columns"]);
        assert_eq!(code(&ingested), 0, "{}", err(&ingested));
    }
    fs::create_dir(place.path().join("hunts")).unwrap();
    fs::write(place.path().join("hunts/hunt.yaml"), HUNT).unwrap();
    let query = "CloudAppEvents | where RawEventData.UserId == 'u3' | summarize Rows = count(), Keys = sum(tolong(RawEventData.Nested.Key))
        by Work = tostring(RawEventData.Workload), C = tostring(ActivityObjects.Common) | sort by C asc";
    let answer = || out(&quarry(place.path(), &["query", query, "--format", "csv"]));
    let paths = || -> Vec<Value> {
        let shown = quarry(place.path(), &["lake", "status", "CloudAppEvents", "--hot", "--format", "jsonl"]);
        out(&shown).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let files = |path: &str| {
        let all = paths();
        all.iter().find(|shown| shown["path"] == path).map(|shown| shown["files"].clone())
    };
    let before = answer();
    assert_eq!(before.lines().count(), 4, "{before}");
    assert_eq!(files("RawEventData.UserId"), Some(Value::from(0)));

    let optimize = |more: &[&str]| {
        let mut args = vec!["lake", "optimize", "--content", "hunts"];
        args.extend(more);
        out(&quarry(place.path(), &args))
    };
    let dry = optimize(&["--dry-run"]);
    assert!(dry.contains("hot columns more") && dry.contains("80 rows rewritten"), "{dry}");
    assert_eq!(files("RawEventData.Workload"), None);
    assert!(optimize(&[]).contains("2 files → 1"));
    assert_eq!(answer(), before);
    // What published content follows, what this hunt follows, and what most documents have.
    for path in [
        "RawEventData.UserId",
        "RawEventData.Workload",
        "RawEventData.Nested.Key",
        "ActivityObjects.Common",
    ] {
        assert_eq!(files(path), Some(Value::from(1)), "{path}: {:?}", paths());
    }
    let again = optimize(&[]);
    assert!(again.starts_with("Nothing to do"), "{again}");
    let status = quarry(place.path(), &["lake", "status", "--format", "json"]);
    let status: Value = serde_json::from_str(&out(&status)).unwrap();
    assert_eq!(status[0]["hot_files"], 1, "{status}");
    assert_eq!(status[0]["hot"].as_u64(), Some(paths().len() as u64));

    let nowhere = quarry(place.path(), &["lake", "optimize", "--content", "nowhere"]);
    assert_eq!(
        (code(&nowhere), err(&nowhere).contains("no such file")),
        (2, true),
        "{}",
        err(&nowhere)
    );
    std::fs::create_dir(place.path().join("empty")).unwrap();
    let nothing = quarry(place.path(), &["lake", "optimize", "--content", "empty"]);
    assert_eq!((code(&nothing), err(&nothing).contains("no hunts")), (3, true), "{}", err(&nothing));
}
