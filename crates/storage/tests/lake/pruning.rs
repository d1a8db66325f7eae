//! Pruning leaves out work, never rows: every filter gives the same with all of it on and all of it off.

use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use datafusion::scalar::ScalarValue;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quarry_storage::{LakeTable, Pruning};

use super::support::{Fixture, query, ticks};

fn field(name: &str) -> Expr {
    col(format!("\"{name}\""))
}

pub fn everything(on: bool) -> SessionConfig {
    let means = if on { Pruning::default() } else { Pruning::NONE };
    means
        .configure(SessionConfig::new())
        .set_bool("datafusion.execution.parquet.pruning", on)
        .set_bool("datafusion.execution.parquet.enable_page_index", on)
        .set_bool("datafusion.execution.parquet.pushdown_filters", on)
        .set_bool("datafusion.execution.parquet.reorder_filters", on)
        .set_bool("datafusion.execution.parquet.bloom_filter_on_read", on)
        .with_target_partitions(if on { 3 } else { 1 })
}

/// Three files: whole microseconds in one, single ticks in another, no `Name` and no `Seen` in the third.
async fn filled() -> Fixture {
    let fixture = Fixture::new().await;
    let mut key = 0;
    for (file, (day, fraction)) in [("01", ""), ("02", ".1234567"), ("03", ".0000001")].into_iter().enumerate() {
        let mut lines = String::new();
        for hour in 0..24 {
            key += 1;
            let rest = match file {
                2 => String::new(),
                _ => format!(
                    ",\"Name\":\"{}\",\"Seen\":\"2024-06-{day}T00:00:00Z\"",
                    ["", "alpha", "beta"][hour % 3]
                ),
            };
            let count = if hour % 5 == 0 { "null".to_owned() } else { hour.to_string() };
            lines.push_str(&format!(
                "{{\"Timestamp\":\"2024-05-{day}T{hour:02}:00:00{fraction}Z\",\"Key\":{key},\"Count\":{count},\"Ratio\":{hour}.5{rest}}}\n"
            ));
        }
        fixture.ingest_text(&format!("{file}/Events.json"), lines).await;
    }
    fixture
}

async fn same_both_ways(fixture: &Fixture, filter: &Expr) -> Vec<Vec<String>> {
    let on = query(&fixture.lake, "Events", &["Key"], Some(filter.clone()), everything(true)).await;
    let off = query(&fixture.lake, "Events", &["Key"], Some(filter.clone()), everything(false)).await;
    assert_eq!(on, off, "{filter}");
    on
}

#[tokio::test]
async fn filters_on_times() {
    let fixture = filled().await;
    let at = |text: &str| lit(ticks(text));
    let count = async |filter: Expr| same_both_ways(&fixture, &filter).await.len();
    assert_eq!(count(field("Timestamp").gt(at("2024-05-02T12:00:00.1234567Z"))).await, 11 + 24);
    assert_eq!(count(field("Timestamp").gt_eq(at("2024-05-02T12:00:00.1234567Z"))).await, 12 + 24);
    assert_eq!(count(field("Timestamp").gt_eq(at("2024-05-02T12:00:00.1234568Z"))).await, 11 + 24);
    assert_eq!(count(field("Timestamp").lt(at("2024-05-02T12:00:00.1234567Z"))).await, 24 + 12);
    assert_eq!(count(field("Timestamp").eq(at("2024-05-03T07:00:00.0000001Z"))).await, 1);
    assert_eq!(count(field("Timestamp").eq(at("2024-05-03T07:00:00Z"))).await, 0);
    assert_eq!(count(field("Timestamp").eq(at("2024-05-01T07:00:00Z"))).await, 1);
    assert_eq!(count(field("Timestamp").eq(at("2024-05-01T07:00:00.0000001Z"))).await, 0);
    assert_eq!(count(field("Timestamp").not_eq(at("2024-05-01T07:00:00Z"))).await, 71);
    assert_eq!(count(field("Timestamp").lt_eq(at("2024-05-01T06:59:59.9999999Z"))).await, 7);
    assert_eq!(count(at("2024-05-01T20:00:00.0000001Z").lt(field("TimeGenerated"))).await, 3 + 48);
    assert_eq!(
        count(field("TimeGenerated").between(at("2024-05-01T20:00:00Z"), at("2024-05-02T03:00:00Z"))).await,
        4 + 3
    );
    assert_eq!(count(field("Seen").gt(at("2024-06-01T12:00:00Z"))).await, 24);
    assert_eq!(count(field("Seen").is_null()).await, 24);
    assert_eq!(count(field("Seen").gt(at("2024-06-01T12:00:00Z")).is_not_true()).await, 48);
}

#[tokio::test]
async fn filters_on_text_and_numbers() {
    let fixture = filled().await;
    let count = async |filter: Expr| same_both_ways(&fixture, &filter).await.len();
    let text = |text: &str| lit(ScalarValue::Utf8View(Some(text.to_owned())));
    assert_eq!(count(field("Name").eq(text("alpha"))).await, 16);
    assert_eq!(count(field("Name").eq(text(""))).await, 16 + 24);
    assert_eq!(count(field("Name").not_eq(text(""))).await, 32);
    assert_eq!(count(field("Name").gt(text("alpha"))).await, 16);
    assert_eq!(count(field("Name").lt(text("b"))).await, 32 + 24);
    assert_eq!(count(field("Name").in_list(vec![text(""), text("beta")], false)).await, 32 + 24);
    assert_eq!(count(field("Type").eq(text("Events"))).await, 72);
    assert_eq!(count(field("Type").eq(text("Other"))).await, 0);
    assert_eq!(count(field("Count").gt_eq(lit(22i32))).await, 6);
    assert_eq!(count(field("Count").is_null()).await, 15);
    assert_eq!(count(field("Count").eq(lit(7i32)).is_not_true()).await, 69);
    assert_eq!(count(field("Ratio").gt(lit(22.0f64))).await, 6);
    assert_eq!(count(field("_ingestion_time").gt(lit(ticks("2024-01-01T00:00:00Z")))).await, 72);
}

#[test]
fn generated_filters() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let fixture = runtime.block_on(filled());
    let base = ticks("2024-05-01T00:00:00Z");
    let time =
        (0..72i64, -2..3i64).prop_map(move |(hour, off)| base + hour * 36_000_000_000 + off + if hour / 24 == 1 { 1_234_567 } else { 0 });
    let leaf = prop_oneof![
        (0..6usize, time).prop_map(|(op, ticks)| compare(op, field("Timestamp"), lit(ticks))),
        (0..6usize, 0..24i32).prop_map(|(op, count)| compare(op, field("Count"), lit(count))),
        (0..6usize, prop_oneof![Just(""), Just("alpha"), Just("az"), Just("beta")]).prop_map(|(op, name)| compare(
            op,
            field("Name"),
            lit(ScalarValue::Utf8View(Some(name.to_owned())))
        )),
    ];
    let filter = leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left.and(right)),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left.or(right)),
            inner.clone().prop_map(|filter| !filter),
            inner.prop_map(Expr::is_not_true),
        ]
    });
    let mut runner = TestRunner::new(Config::with_cases(40));
    let outcome = runner.run(&filter, |filter| {
        runtime.block_on(same_both_ways(&fixture, &filter));
        Ok(())
    });
    outcome.unwrap();
}

fn compare(op: usize, left: Expr, right: Expr) -> Expr {
    match op {
        0 => left.eq(right),
        1 => left.not_eq(right),
        2 => left.lt(right),
        3 => left.lt_eq(right),
        4 => left.gt(right),
        _ => left.gt_eq(right),
    }
}

#[tokio::test]
async fn a_count_of_what_a_file_lacks() {
    // A column that a file lacks must not count as a column of nulls: text is empty, never null.
    let fixture = filled().await;
    let context = SessionContext::new_with_config(SessionConfig::new().set_bool("datafusion.execution.collect_statistics", true));
    let table = fixture.lake.table("Events").await.unwrap().unwrap();
    let frame = context.read_table(table).unwrap();
    assert_eq!(frame.clone().count().await.unwrap(), 72);
    let empty = field("Name").eq(lit(ScalarValue::Utf8View(Some(String::new()))));
    assert_eq!(frame.clone().filter(empty).unwrap().count().await.unwrap(), 40);
    assert_eq!(frame.filter(field("Name").is_not_null()).unwrap().count().await.unwrap(), 72);
}

#[tokio::test]
async fn files_outside_the_time_are_not_opened() {
    let fixture = filled().await;
    let files = |table: &LakeTable| table.files().len();
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    assert_eq!(files(&table), 3);
    let context = SessionContext::new_with_config(everything(true));
    let provider = fixture.lake.table("Events").await.unwrap().unwrap();
    let frame = context
        .read_table(provider)
        .unwrap()
        .filter(field("Timestamp").gt(lit(ticks("2024-05-03T00:00:00Z"))))
        .unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(true).to_string();
    assert_eq!(shown.matches(".parquet").count(), 1, "{shown}");
}
