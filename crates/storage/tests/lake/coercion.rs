//! How exports spell values, and what becomes of each spelling.

use super::support::{Fixture, ticks};

/// Column, JSON as exported, value in the engine.
const CASES: &[(&str, &str, &str)] = &[
    ("Flag", "true", "true"),
    ("Flag", "0", "false"),
    ("Flag", "1", "true"),
    ("Flag", "\"0\"", "false"),
    ("Flag", "\"1\"", "true"),
    ("Flag", "\"True\"", "true"),
    ("Flag", "\"\"", "null"),
    ("Flag", "null", "null"),
    ("Count", "58210", "58210"),
    ("Count", "\"58210\"", "58210"),
    ("Count", "\" 7 \"", "7"),
    ("Count", "3.0", "3"),
    ("Count", "\"\"", "null"),
    ("Count", "true", "1"),
    ("Ratio", "1", "1.0"),
    ("Ratio", "\"2.5\"", "2.5"),
    ("Ratio", "1e3", "1000.0"),
    ("Exact", "1.5", "1.5"),
    ("Name", "\"a\\\"b\\u00e9\"", "a\"bé"),
    ("Name", "12.50", "12.50"),
    ("Name", "false", "false"),
    ("Name", "{ \"a\" : [ 1 ] }", "{\"a\":[1]}"),
    ("Name", "null", ""),
    ("Bag", "{ \"a\" : 1 }", "{\"a\":1}"),
    ("Bag", "\"{\\\"a\\\": [1, 2]}\"", "{\"a\":[1,2]}"),
    ("Bag", "\"[1]\"", "[1]"),
    ("Bag", "\"plain\"", "\"plain\""),
    ("Bag", "\"{broken\"", "\"{broken\""),
    ("Bag", "5", "5"),
    ("Bag", "\"\"", "null"),
    (
        "Id",
        "\"{74BE27DE-1E4E-49D9-B579-FE0B331D3642}\"",
        "74be27de-1e4e-49d9-b579-fe0b331d3642",
    ),
];

/// As exported, and the same in ISO form.
const TIMES: &[(&str, &str)] = &[
    ("\"2022-11-22T06:19:40Z\"", "2022-11-22T06:19:40Z"),
    ("\"2022-11-22T06:19:40\"", "2022-11-22T06:19:40Z"),
    ("\"2022-11-22 06:19:40.5\"", "2022-11-22T06:19:40.5Z"),
    ("\"2022-11-22T06:21:48.0675195Z\"", "2022-11-22T06:21:48.0675195Z"),
    ("\"2022-11-22T06:21:48.067Z\"", "2022-11-22T06:21:48.067Z"),
    ("\"2022-11-22T08:21:48+02:00\"", "2022-11-22T06:21:48Z"),
    ("\"8/2/2021 1:32:07 PM\"", "2021-08-02T13:32:07Z"),
    ("\"8/2/2021, 1:32:07.123 PM\"", "2021-08-02T13:32:07.123Z"),
    ("1627911127", "2021-08-02T13:32:07Z"),
    ("1627911127000", "2021-08-02T13:32:07Z"),
    ("1627911127.5", "2021-08-02T13:32:07.5Z"),
    ("\"0001-01-01T00:00:00Z\"", "0001-01-01T00:00:00Z"),
    ("\"1601-01-01T00:00:00Z\"", "1601-01-01T00:00:00Z"),
    ("\"9999-12-31T23:59:59.9999999Z\"", "9999-12-31T23:59:59.9999999Z"),
];

#[tokio::test]
async fn spellings() {
    let fixture = Fixture::new().await;
    let mut content = String::new();
    for (key, (column, value, _)) in CASES.iter().enumerate() {
        content.push_str(&format!(
            "{{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"Key\":{key},\"{column}\":{value}}}\n"
        ));
    }
    let report = fixture.ingest_text("Events.json", content).await;
    assert_eq!(report.files[0].examples, []);
    for (key, (column, value, expected)) in CASES.iter().enumerate() {
        let rows = fixture.events(&["Key", column]).await;
        assert_eq!(rows[key][1], *expected, "{column} from {value}");
    }
}

#[tokio::test]
async fn times() {
    let fixture = Fixture::new().await;
    let content: String = TIMES
        .iter()
        .enumerate()
        .map(|(key, (value, _))| format!("{{\"Timestamp\":{value},\"Key\":{key}}}\n"))
        .collect();
    let report = fixture.ingest_text("Events.json", content).await;
    assert_eq!(report.files[0].examples, []);
    let rows = fixture.events(&["Key", "Timestamp", "TimeGenerated", "Type"]).await;
    for (row, (value, iso)) in rows.iter().zip(TIMES) {
        let expected = ticks(iso).to_string();
        assert_eq!(row[1..], [expected.clone(), expected, "Events".to_owned()], "{value}");
    }
}

#[tokio::test]
async fn unknown_fields_are_kept() {
    let fixture = Fixture::new().await;
    let content = concat!(
        r#"{"Timestamp":"2024-01-01T00:00:00Z","Key":1,"flag":1,"Unknown":"x","Deep":{"a": 1},"n":null}"#,
        "\n",
        r#"{"Timestamp":"2024-01-01T00:00:00Z","TimeGenerated":"2024-01-02T00:00:00Z","Key":2,"Count_long":7,"Count_string":""}"#,
        "\n",
        r#"{"Timestamp":"2024-01-01T00:00:00Z","TimeGenerated":"2024-01-01T00:00:00Z","Key":3,"Type":"Events"}"#,
        "\n"
    );
    fixture.ingest_text("Events.json", content).await;
    assert_eq!(
        fixture.events(&["Key", "Flag", "Count", "_extra"]).await,
        [
            ["1", "true", "null", r#"{"Unknown":"x","Deep":{"a":1}}"#],
            ["2", "null", "7", r#"{"TimeGenerated":"2024-01-02T00:00:00Z"}"#],
            ["3", "null", "null", "null"],
        ]
    );
}
