//! What goes in comes out: generated records of every type, through files and back.

use arrow::datatypes::i256;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use super::support::Fixture;

#[derive(Clone, Debug)]
struct Row {
    time: Option<i64>,
    seen: Option<i64>,
    flag: Option<bool>,
    count: Option<i32>,
    ratio: Option<f64>,
    exact: Option<i128>,
    name: String,
    id: Option<[u8; 16]>,
    bag: Option<String>,
    span: Option<i64>,
}

const COLUMNS: [&str; 11] = [
    "Timestamp",
    "Key",
    "Flag",
    "Count",
    "Ratio",
    "Exact",
    "Name",
    "Id",
    "Bag",
    "Span",
    "Seen",
];

fn any_row() -> impl Strategy<Value = Row> {
    let time = || proptest::option::weighted(0.9, 0..=quarry_value::time::MAX_DATETIME);
    let bag = prop_oneof![
        Just(None),
        Just(Some("{}".to_owned())),
        Just(Some(r#"{"a":[1,2.50,{"b":"x\"y"}],"c":null}"#.to_owned())),
        Just(Some("[true,\"é\"]".to_owned())),
        any::<i64>().prop_map(|n| Some(format!("{{\"n\":{n}}}"))),
    ];
    (
        (time(), time(), any::<Option<bool>>(), any::<Option<i32>>()),
        (
            proptest::option::of(-1e12f64..1e12),
            proptest::option::of(any::<i64>().prop_map(|n| i128::from(n) * 1_000_000_007)),
            prop_oneof![
                Just(String::new()),
                "\\PC{0,40}",
                Just("line\nbreak \"quoted\", \\ and \u{1}".to_owned())
            ],
            any::<Option<[u8; 16]>>(),
        ),
        (bag, any::<Option<i64>>()),
    )
        .prop_map(|((time, seen, flag, count), (ratio, exact, name, id), (bag, span))| Row {
            time,
            seen,
            flag,
            count,
            ratio,
            exact,
            name,
            id,
            bag,
            span: span.map(|span| span / 2),
        })
}

fn text<T: ?Sized>(value: &T, write: impl Fn(&T, &mut String)) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// A decimal, from its units in a file.
fn decimal(exact: i128) -> String {
    let steps = quarry_value::decimal::SCALE - quarry_value::decimal::STORED_SCALE;
    let units = i256::from_i128(exact) * i256::from_i128(10i128.pow(steps.unsigned_abs().into()));
    text(&units, |units, out| quarry_value::decimal::write(*units, out))
}

fn datetime(ticks: i64) -> String {
    text(&ticks, |ticks, out| quarry_value::format::datetime(*ticks, out))
}

/// The record as JSON text. Documents are put in as they are: a JSON library would write their numbers anew.
fn as_json(key: usize, row: &Row) -> String {
    let mut record = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            record.insert(name.to_owned(), value);
        }
    };
    put("Timestamp", row.time.map(|ticks| json!(datetime(ticks))));
    put("Key", Some(json!(key)));
    put("Flag", row.flag.map(|flag| json!(flag)));
    put("Count", row.count.map(|count| json!(count)));
    put("Ratio", row.ratio.map(|ratio| json!(ratio)));
    put("Exact", row.exact.map(|exact| json!(decimal(exact))));
    put("Name", Some(json!(row.name)));
    put("Id", row.id.map(|id| json!(text(&id, quarry_value::guid::write))));
    put(
        "Span",
        row.span
            .map(|span| json!(text(&span, |span, out| quarry_value::format::timespan(*span, out)))),
    );
    put("Seen", row.seen.map(|ticks| json!(datetime(ticks))));
    let mut text = Value::Object(record).to_string();
    if let Some(bag) = &row.bag {
        text.truncate(text.len() - 1);
        text.push_str(&format!(" , \"Bag\" : {bag} }}"));
    }
    text
}

fn as_engine(key: usize, row: &Row) -> Vec<String> {
    fn or_null<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
        value.map_or_else(|| "null".to_owned(), show)
    }
    vec![
        or_null(row.time, |ticks| ticks.to_string()),
        key.to_string(),
        or_null(row.flag, |flag| flag.to_string()),
        or_null(row.count, |count| count.to_string()),
        or_null(row.ratio, |ratio| format!("{ratio:?}")),
        or_null(row.exact, decimal),
        row.name.clone(),
        or_null(row.id, |id| text(&id, quarry_value::guid::write)),
        or_null(row.bag.clone(), |bag| bag),
        or_null(row.span, |span| span.to_string()),
        or_null(row.seen, |ticks| ticks.to_string()),
    ]
}

#[test]
fn generated_records_come_back() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config::with_cases(10));
    let strategy = (proptest::collection::vec(any_row(), 1..40), any::<bool>());
    let outcome = runner.run(&strategy, |(rows, as_array)| {
        let records: Vec<String> = rows.iter().enumerate().map(|(key, row)| as_json(key, row)).collect();
        let content = if as_array {
            format!("[{}\n]", records.join(",\n  "))
        } else {
            records.iter().map(|record| format!("{record}\n")).collect()
        };
        let expected: Vec<Vec<String>> = rows.iter().enumerate().map(|(key, row)| as_engine(key, row)).collect();
        let found = runtime.block_on(async {
            let fixture = Fixture::new().await;
            let report = fixture.ingest_text("Events.json", content).await;
            assert_eq!(report.set_aside(), 0, "{:?}", report.files);
            fixture.events(&COLUMNS).await
        });
        prop_assert_eq!(found, expected);
        Ok(())
    });
    outcome.unwrap();
}
