//! The kinds of files: framings, compressions, encodings, and where they come from.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, StructArray, TimestampNanosecondArray};
use arrow::datatypes::{DataType, Field};
use parquet::arrow::ArrowWriter;
use quarry_storage::{FileOutcome, Format, IngestOptions};

use super::support::{Fixture, ingest_into, only, ticks};

const LINES: &str = concat!(
    r#"{"Timestamp":"2024-05-01T10:00:00.1234567Z","Key":1,"Name":"one","Bag":{"a":1},"Flag":true}"#,
    "\n",
    r#"{"Timestamp":"2024-05-01T09:00:00Z","Key":2,"Name":"two, \"quoted\"","Bag":null,"Flag":false}"#,
    "\n"
);

const CSV: &str = concat!(
    "Timestamp [UTC],Key,name,Bag,Flag\r\n",
    "2024-05-01T10:00:00.1234567Z,1,one,\"{\"\"a\"\": 1}\",True\r\n",
    "\"5/1/2024, 9:00:00.000 AM\",2,\"two, \"\"quoted\"\"\",,0\r\n"
);

async fn holds_both(fixture: &Fixture) {
    let first = ticks("2024-05-01T10:00:00.1234567Z").to_string();
    let second = ticks("2024-05-01T09:00:00Z").to_string();
    assert_eq!(
        fixture.events(&["Key", "Timestamp", "Name", "Bag", "Flag"]).await,
        [
            ["1", &first, "one", "{\"a\":1}", "true"],
            ["2", &second, "two, \"quoted\"", "null", "false"]
        ]
    );
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn every_way_to_write_the_same_records() {
    let pretty = format!("[\n{}]", LINES.trim_end().replace('\n', ",\n").replace("\"Key\"", "\n  \"Key\""));
    let records = format!("{{\"records\": [{}]}}", LINES.trim_end().replace('\n', ","));
    let one_after_the_other = LINES.replace("\"Key\"", "\n\"Key\"").replace('\n', "\r\n");
    let with_mark = format!("\u{feff}{LINES}");
    let files: Vec<(&str, Vec<u8>, Format)> = vec![
        ("Events.json", LINES.into(), Format::JsonLines),
        ("Events.jsonl.gz", gzip(LINES.as_bytes()), Format::JsonLines),
        ("Events.log", zstd::encode_all(LINES.as_bytes(), 1).unwrap(), Format::JsonLines),
        (
            "Events.gz.zst",
            zstd::encode_all(gzip(LINES.as_bytes()).as_slice(), 1).unwrap(),
            Format::JsonLines,
        ),
        ("events_2024-05-01.json", pretty.into(), Format::Json),
        ("am-events/PT05M.json", records.into(), Format::JsonLines),
        ("EVENTS.ndjson", one_after_the_other.into(), Format::Json),
        ("Events bom.json", with_mark.into(), Format::JsonLines),
        ("Events-utf16.json", utf16(LINES), Format::JsonLines),
        ("Events.csv", CSV.into(), Format::Csv),
        ("Events.csv.gz", gzip(CSV.as_bytes()), Format::Csv),
        (
            "Events.tsv",
            CSV.replace(", ", "; ")
                .replace("five", "")
                .replace(',', "\t")
                .replace("; ", ", ")
                .into(),
            Format::Csv,
        ),
    ];
    for (name, content, format) in files {
        let fixture = Fixture::new().await;
        let report = fixture.ingest_text(name, content).await;
        assert_eq!(
            (only(&report), report.files[0].format),
            (&FileOutcome::Ingested, Some(format)),
            "{name}"
        );
        assert_eq!(report.files[0].examples, [], "{name}");
        holds_both(&fixture).await;
    }
}

#[tokio::test]
async fn parquet_with_types_of_its_own() {
    let nanos = |text: &str| (ticks(text) - quarry_value::time::UNIX_EPOCH) * 100;
    let bag = StructArray::from(vec![(
        Arc::new(Field::new("a", DataType::Int64, true)),
        Arc::new(Int64Array::from(vec![1, 0])) as ArrayRef,
    )]);
    let bag = StructArray::new(bag.fields().clone(), bag.columns().to_vec(), Some(vec![true, false].into()));
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "Timestamp",
            Arc::new(TimestampNanosecondArray::from(vec![
                nanos("2024-05-01T10:00:00.1234567Z"),
                nanos("2024-05-01T09:00:00Z"),
            ])),
        ),
        ("Key", Arc::new(Int64Array::from(vec![1, 2]))),
        ("Name", Arc::new(StringArray::from(vec!["one", "two, \"quoted\""]))),
        ("Bag", Arc::new(bag)),
        ("Flag", Arc::new(BooleanArray::from(vec![true, false]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let fixture = Fixture::new().await;
    let report = fixture.ingest_text("Events.parquet", writer.into_inner().unwrap()).await;
    assert_eq!(report.files[0].format, Some(Format::Parquet));
    holds_both(&fixture).await;
}

#[tokio::test]
async fn folders_and_patterns() {
    let fixture = Fixture::new().await;
    let line = |key: usize| format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{key}}}\n");
    fixture.file("in/a/Events.json", line(1));
    fixture.file("in/a/b/Events.json", line(2));
    fixture.file("in/.hidden/Events.json", line(3));
    fixture.file("in/notes.txt", "nothing to see");
    fixture.file("other/Events-1.json", line(4));
    fixture.file("other/Events-2.json", line(5));
    fixture.file("in/lake/Events/_delta_log/0.json", "{}");
    fixture.file("in/lake/Events/Events.json", line(6));
    let folder = fixture.path("in").display().to_string();
    let pattern = fixture.path("other/*-2.json").display().to_string();
    let report = fixture.ingest(&[&folder, &pattern]).await;
    assert_eq!(report.files.len(), 4);
    let notes = report.files.iter().find(|file| file.path.ends_with("notes.txt")).unwrap();
    assert!(matches!(notes.outcome, FileOutcome::NotALog(_)));
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["2"], ["5"]]);
}

#[tokio::test]
async fn compressed_parquet_and_answers_of_queries() {
    let batch = RecordBatch::try_from_iter([("Key", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)]).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let fixture = Fixture::new().await;
    fixture.ingest_text("Events.parquet.gz", gzip(&writer.into_inner().unwrap())).await;
    let hunting = r#"{"schema":[{"name":"Key","type":"Int64"}],"results":[{"Timestamp":"2024-05-01T10:00:00Z","Key":3}]}"#;
    fixture.ingest_text("a/Events.json", hunting).await;
    let graph = r#"{"@odata.context":"x","value":[{"Timestamp":"2024-05-01T10:00:00Z","Key":4},{"Key":"five"}]}"#;
    let report = fixture.ingest_text("b/Events.json", graph).await;
    assert_eq!(report.set_aside(), 1);
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["2"], ["3"], ["4"]]);
}

/// What is not of the format that the user names is left out, and a format of records decides whatever the file is.
#[tokio::test]
async fn named_formats() {
    let json = r#"{"Timestamp":"2024-05-01T10:00:00Z","Key":1}"#;
    let streamed = format!(r#"{{"category":"AdvancedHunting-Events","properties":{json}}}"#);
    let csv = "Timestamp,Key\n2024-05-01T10:00:00Z,1\n";
    let all = [("rows.json", json), ("streamed.json", &streamed), ("rows.csv", csv)];
    for (format, taken) in [
        ("csv", &["rows.csv"][..]),
        ("ndjson", &["rows.json", "streamed.json"]),
        ("json", &["rows.json", "streamed.json"]),
        ("xdr", &["streamed.json"]),
        ("entra", &[]),
        ("windows", &[]),
        ("parquet", &[]),
        ("evtx", &[]),
        ("syslog", &[]),
    ] {
        let fixture = Fixture::new().await;
        let options = IngestOptions {
            format: Some(format.parse().unwrap()),
            ..IngestOptions::default()
        };
        let names = all.map(|(name, text)| fixture.file(&format!("Events/{name}"), text));
        let report = ingest_into(&fixture.lake, &names.each_ref().map(String::as_str), options).await;
        for file in &report.files {
            let expected = taken.iter().any(|name| file.path.ends_with(name));
            assert_eq!(file.outcome == FileOutcome::Ingested, expected, "{format}: {file:?}");
        }
    }
}
