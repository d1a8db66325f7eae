//! Every aggregate, run by DataFusion over one partition and over three: partial states must merge to the same answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
mod groups;
mod states;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringViewArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use quarry_schema::{KqlType, functions};

use super::{AggregateCall, plan};
use KqlType::{Bool, Dynamic, Long, Real, String as Text};

/// g, x, r, s, d, b: six rows in two groups.
fn batch() -> RecordBatch {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("g", Arc::new(StringViewArray::from(vec!["a", "b", "a", "b", "a", "b"]))),
        ("x", Arc::new(Int64Array::from(vec![Some(3), None, Some(1), None, Some(3), None]))),
        (
            "r",
            Arc::new(Float64Array::from(vec![
                Some(1.5),
                Some(f64::NAN),
                Some(2.5),
                Some(2.0),
                None,
                None,
            ])),
        ),
        ("s", Arc::new(StringViewArray::from(vec!["", "q\"", "z", "q\"", "y", ""]))),
        (
            "d",
            Arc::new(StringViewArray::from(vec![
                Some(r#"{"k":1}"#),
                Some("[1,2]"),
                Some(r#"{"k":2,"l":[]}"#),
                Some("[2,3]"),
                None,
                Some("1.0"),
            ])),
        ),
        (
            "b",
            Arc::new(BooleanArray::from(vec![
                Some(true),
                Some(false),
                None,
                Some(true),
                Some(true),
                None,
            ])),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn ty(column: &str) -> KqlType {
    match column {
        "x" => Long,
        "r" => Real,
        "d" => Dynamic,
        "b" => Bool,
        _ => Text,
    }
}

/// An argument: a column by name, or a number.
fn argument(text: &str) -> (Expr, KqlType, Option<ScalarValue>) {
    if let Ok(number) = text.parse::<i64>() {
        let value = ScalarValue::Int64(Some(number));
        return (lit(value.clone()), Long, Some(value));
    }
    if text.starts_with('[') {
        let value = ScalarValue::Utf8View(Some(text.to_owned()));
        return (lit(value.clone()), Dynamic, Some(value));
    }
    (col(text), ty(text), None)
}

/// The answer of a call in the form `name arg arg -> types of the outputs`, with a line for each group.
async fn answer(call: &str, outputs: &[KqlType], partitions: Vec<Vec<RecordBatch>>, grouped: bool) -> Vec<String> {
    let mut words = call.split(' ');
    let function = functions::aggregate(words.next().unwrap()).unwrap();
    let mut agg = AggregateCall {
        function,
        args: Vec::new(),
        types: Vec::new(),
        literals: Vec::new(),
        outputs: outputs.to_vec(),
    };
    for (expr, ty, literal) in words.map(argument) {
        agg.args.push(expr);
        agg.types.push(ty);
        agg.literals.push(literal);
    }
    let planned = plan(&agg).unwrap().unwrap_or_else(|| panic!("{call} has no kernel"));
    let named: Vec<Expr> = planned
        .aggregates
        .into_iter()
        .enumerate()
        .map(|(at, expr)| expr.alias(format!("a{at}")))
        .collect();
    let columns: Vec<Expr> = (0..named.len()).map(|at| col(format!("a{at}"))).collect();

    let context = SessionContext::new_with_config(
        SessionConfig::new()
            .with_target_partitions(partitions.len())
            .with_batch_size(if grouped && partitions.len() == 2 { 1000 } else { 2 }),
    );
    let table = MemTable::try_new(batch().schema(), partitions).unwrap();
    context.register_table("t", Arc::new(table)).unwrap();
    let keys = if grouped { vec![col("g")] } else { Vec::new() };
    let scan = context.table("t").await.unwrap().into_unoptimized_plan();
    let mut results = (planned.finish)(&columns);
    assert_eq!(results.len(), outputs.len(), "{call}");
    results = results
        .into_iter()
        .enumerate()
        .map(|(at, expr)| expr.alias(format!("o{at}")))
        .collect();
    let mut projection = keys.clone();
    projection.extend(results);
    let plan = LogicalPlanBuilder::from(scan)
        .aggregate(keys, named)
        .unwrap()
        .project(projection)
        .unwrap()
        .build()
        .unwrap();
    let batches = context.execute_logical_plan(plan).await.unwrap().collect().await.unwrap();

    let mut lines = Vec::new();
    for batch in batches {
        for (ty, column) in outputs.iter().zip(batch.columns().iter().skip(usize::from(grouped))) {
            assert_eq!(*column.data_type(), quarry_value::arrow_type(*ty), "{call}");
        }
        let options = FormatOptions::default().with_null("null");
        let formatters: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            lines.push(
                formatters
                    .iter()
                    .map(|formatter| formatter.value(row).to_string())
                    .collect::<Vec<_>>()
                    .join(" "),
            );
        }
    }
    lines.sort();
    lines
}

async fn one_partition(call: &str, outputs: &[KqlType]) -> Vec<String> {
    answer(call, outputs, vec![vec![batch()]], true).await
}

/// The answer must not depend on how rows are spread over partitions, as long as a partition's rows come in order.
async fn check(call: &str, outputs: &[KqlType], expected: &[&str]) {
    assert_eq!(one_partition(call, outputs).await, expected, "{call}");
    let rows = batch();
    // Each group lies in one partition, so that the order of its rows is kept.
    let part = |group: &str| {
        let keep: BooleanArray = rows
            .column(0)
            .as_any()
            .downcast_ref::<StringViewArray>()
            .unwrap()
            .iter()
            .map(|g| Some(g == Some(group)))
            .collect();
        let part = arrow::compute::filter_record_batch(&rows, &keep).unwrap();
        (0..part.num_rows()).map(|row| part.slice(row, 1)).collect::<Vec<_>>()
    };
    assert_eq!(
        answer(call, outputs, vec![part("a"), part("b"), vec![]], true).await,
        expected,
        "{call} in three partitions"
    );
}
