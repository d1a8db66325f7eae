//! `quarry batch`.

use std::fs;

use serde_json::Value;

use super::{err, folder, out, quarry};

#[test]
fn batch_survives_every_case() {
    let place = folder();
    let deep = format!("print {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let cases = [
        r#"{"id":"a","query":"print x = 1, t = datetime(2026-01-01), d = dynamic({\"k\":[1]})"}"#.to_owned(),
        r#"{"id":"b","query":"print nosuchfunction(1)"}"#.to_owned(),
        "not json".to_owned(),
        serde_json::json!({ "id": "deep", "query": deep }).to_string(),
        r#"{"id":"t","query":"T | where a > 1","tables":{"T":{"columns":[["a","long"],["b","string"]],"rows":[[1,"x"],[2,"y"]]}}}"#
            .to_owned(),
    ];
    fs::write(place.path().join("cases.jsonl"), cases.join("\n")).unwrap();
    let run = quarry(place.path(), &["batch", "cases.jsonl"]);
    let lines: Vec<Value> = out(&run).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), cases.len(), "{}", err(&run));
    assert_eq!(lines[0]["rows"], serde_json::json!([[1, "2026-01-01T00:00:00Z", { "k": [1] }]]));
    assert_eq!(lines[0]["types"], serde_json::json!(["long", "datetime", "dynamic"]));
    assert_eq!(lines[1]["error"]["start"], 6);
    assert!(lines[3]["error"]["code"].is_string());
    assert_eq!(lines[4]["rows"], serde_json::json!([[2, "y"]]));
    let bound = quarry(place.path(), &["batch", "--bind", "cases.jsonl"]);
    let lines: Vec<Value> = out(&bound).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["columns"][1], serde_json::json!(["t", "datetime"]));
    assert_eq!((&lines[0]["kind"], &lines[0]["open"]), (&Value::from("table"), &Value::from(false)));
    assert_eq!(lines[1]["errors"].as_array().unwrap().len(), 1);
}
