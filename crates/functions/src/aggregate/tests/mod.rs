//! Every aggregate, run by DataFusion over one partition and over three: partial states must merge to the same answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Schema;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{EmitTo, Expr, GroupsAccumulator, LogicalPlanBuilder, lit};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use quarry_schema::{KqlType, functions};

use super::moments::Moment;
use super::percentile::{Output, Percentiles};
use super::pick::PickRule;
use super::set::SetResult;
use super::spec::Spec;
use super::states::Grouped;
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

#[tokio::test]
async fn counts_and_sums() {
    check("count", &[Long], &["a 3", "b 3"]).await;
    check("count x", &[Long], &["a 3", "b 3"]).await;
    check("countif b", &[Long], &["a 2", "b 1"]).await;
    check("sum x", &[Long], &["a 7", "b 0"]).await;
    check("sum r", &[Real], &["a 4.0", "b NaN"]).await;
    check("sumif x b", &[Long], &["a 6", "b 0"]).await;
    check("avg x", &[Real], &["a 2.3333333333333335", "b NaN"]).await;
    check("avgif x b", &[Real], &["a 3.0", "b NaN"]).await;
}

#[tokio::test]
async fn extremes() {
    check("min x", &[Long], &["a 1", "b null"]).await;
    check("max x", &[Long], &["a 3", "b null"]).await;
    check("min r", &[Real], &["a 1.5", "b NaN"]).await;
    check("max r", &[Real], &["a 2.5", "b NaN"]).await;
    check("min s", &[Text], &["a ", "b "]).await;
    check("max s", &[Text], &["a z", "b q\""]).await;
    check("maxif s b", &[Text], &["a y", "b q\""]).await;
}

#[tokio::test]
async fn sets_and_lists() {
    check("dcount x", &[Long], &["a 2", "b 0"]).await;
    check("dcount s", &[Long], &["a 3", "b 2"]).await;
    check("dcountif s b", &[Long], &["a 2", "b 1"]).await;
    check("count_distinct r", &[Long], &["a 2", "b 2"]).await;
    check("make_set x", &[Dynamic], &["a [3,1]", "b []"]).await;
    check("make_set s", &[Dynamic], &[r#"a ["","z","y"]"#, r#"b ["q\"",""]"#]).await;
    check("make_set s 1", &[Dynamic], &[r#"a [""]"#, r#"b ["q\""]"#]).await;
    check("make_set d", &[Dynamic], &[r#"a [{"k":1},{"k":2,"l":[]},null]"#, "b [1,2,3,1.0]"]).await;
    check("make_set_if s b", &[Dynamic], &[r#"a ["","y"]"#, r#"b ["q\""]"#]).await;
    check("make_list x", &[Dynamic], &["a [3,1,3]", "b []"]).await;
    check("make_list x 2", &[Dynamic], &["a [3,1]", "b []"]).await;
    check("make_list_with_nulls x", &[Dynamic], &["a [3,1,3]", "b [null,null,null]"]).await;
    check(
        "make_list d",
        &[Dynamic],
        &[r#"a [{"k":1},{"k":2,"l":[]},null]"#, "b [1,2,2,3,1.0]"],
    )
    .await;
    check("make_list d 3", &[Dynamic], &[r#"a [{"k":1},{"k":2,"l":[]},null]"#, "b [1,2,2]"]).await;
    check("make_bag d", &[Dynamic], &[r#"a {"k":1,"l":[]}"#, "b {}"]).await;
    check(
        "buildschema d",
        &[Dynamic],
        &[r#"a {"k":"long","l":{"`indexer`":[]}}"#, r#"b [{"`indexer`":"long"},"double"]"#],
    )
    .await;
}

#[tokio::test]
async fn picked_rows() {
    check("arg_max x s d", &[Long, Text, Dynamic], &[r#"a 3  {"k":1}"#, "b null q\" [1,2]"]).await;
    check(
        "arg_min x s d",
        &[Long, Text, Dynamic],
        &[r#"a 1 z {"k":2,"l":[]}"#, "b null q\" [1,2]"],
    )
    .await;
    check("arg_max r x", &[Real, Long], &["a 2.5 1", "b NaN null"]).await;
    check("arg_max s x", &[Text, Long], &["a z 1", "b q\" null"]).await;
    check("take_any s", &[Text], &["a z", "b q\""]).await;
    check("take_any s x", &[Text, Long], &["a  3", "b q\" null"]).await;
    check("take_anyif s b", &[Text], &["a y", "b q\""]).await;
}

#[tokio::test]
async fn statistics() {
    check("percentile x 50", &[Long], &["a 3", "b null"]).await;
    check("percentiles x 10 50", &[Long, Long], &["a 1 3", "b null null"]).await;
    check("percentiles_array x [10,50]", &[Dynamic], &["a [1,3]", "b null"]).await;
    check("percentilew r x 50", &[Real], &["a 1.5", "b null"]).await;
    check("stdev x", &[Real], &["a 1.1547005383648177", "b 0.0"]).await;
    check("variance x", &[Real], &["a 1.3333333333", "b 0.0"]).await;
    check("variancep x", &[Real], &["a 0.8888888889", "b 0.0"]).await;
    check("covariance x r", &[Real], &["a -1.0", "b 0.0"]).await;
    check("tdigest x", &[Dynamic], &["a [1,1,3,1,3,1]", "b null"]).await;
    check("binary_all_or x", &[Long], &["a 3", "b null"]).await;
}

#[tokio::test]
async fn nothing_at_all_gives_the_defaults() {
    let empty = || vec![vec![batch().slice(0, 0)]];
    for (call, output, expected) in [
        ("count", Long, "0"),
        ("sum x", Long, "0"),
        ("avg x", Real, "NaN"),
        ("min x", Long, "null"),
        ("max s", Text, ""),
        ("dcount s", Long, "0"),
        ("make_set s", Dynamic, "[]"),
        ("make_list s", Dynamic, "[]"),
        ("make_bag d", Dynamic, "{}"),
        ("arg_max x", Long, "null"),
        ("take_any s", Text, ""),
        ("percentile x 50", Long, "null"),
        ("stdev x", Real, "0.0"),
        ("hll x", Dynamic, "null"),
        ("buildschema d", Dynamic, "null"),
    ] {
        assert_eq!(answer(call, &[output], empty(), false).await, [expected], "{call}");
        assert_eq!(
            answer(call, &[output], empty(), true).await,
            Vec::<String>::new(),
            "{call} by group"
        );
    }
}

#[tokio::test]
async fn many_groups_in_many_batches_are_kept_apart() {
    let rows = 20_000i64;
    let schema: Arc<Schema> = batch().schema();
    let part = |from: i64| {
        let groups: StringViewArray = (from..from + rows).map(|row| Some(format!("group {:05}", row % 5_000))).collect();
        let values: Int64Array = (from..from + rows).map(Some).collect();
        let texts: StringViewArray = (from..from + rows).map(|row| Some(format!("text number {}", row % 7))).collect();
        let nulls = |at: usize| arrow::array::new_null_array(schema.field(at).data_type(), usize::try_from(rows).unwrap());
        RecordBatch::try_new(
            Arc::clone(&schema),
            vec![Arc::new(groups), Arc::new(values), nulls(2), Arc::new(texts), nulls(4), nulls(5)],
        )
        .unwrap()
    };
    let parts = || vec![vec![part(0)], vec![part(rows)]];
    let expect = |lines: Vec<String>, group: usize, expected: &str| {
        assert_eq!(lines.len(), 5_000);
        assert_eq!(lines[group], format!("group {group:05} {expected}"));
    };
    // Group 17 has the rows 17, 5017, … 35017.
    expect(
        answer("arg_max x s", &[Long, Text], parts(), true).await,
        17,
        &format!("35017 text number {}", 35_017 % 7),
    );
    expect(answer("dcount s", &[Long], parts(), true).await, 17, "7");
    expect(answer("dcount x", &[Long], parts(), true).await, 4_999, "8");
    expect(answer("percentile x 50", &[Long], parts(), true).await, 17, "15017");
    assert_eq!(
        answer("make_set s", &[Dynamic], parts(), true).await[17]
            .matches("text number")
            .count(),
        7
    );
    assert_eq!(answer("make_list x", &[Dynamic], parts(), true).await[17].matches(',').count(), 7);
}

/// Specs with the columns of the batch that they read.
fn specs() -> Vec<(Spec, &'static [usize])> {
    let percentiles = Percentiles {
        ty: Long,
        weighted: false,
        ranks: vec![50f64.to_bits()],
        output: Output::Array,
    };
    vec![
        (
            Spec::List {
                ty: Long,
                nulls: true,
                limit: 9,
            },
            &[1],
        ),
        (
            Spec::Set {
                ty: Text,
                result: SetResult::Members { limit: 9 },
            },
            &[3],
        ),
        (
            Spec::Set {
                ty: Long,
                result: SetResult::Count,
            },
            &[1],
        ),
        (Spec::Bag { limit: 9 }, &[4]),
        (
            Spec::Pick {
                rule: PickRule::Greatest,
                types: vec![Long, Text],
            },
            &[1, 3],
        ),
        (
            Spec::Pick {
                rule: PickRule::FirstFilled,
                types: vec![Text],
            },
            &[3],
        ),
        (Spec::Extreme { ty: Real, max: true }, &[2]),
        (Spec::Percentile(percentiles), &[1]),
        (
            Spec::Moment {
                moment: Moment::Variance,
                population: true,
            },
            &[2],
        ),
        (Spec::Average(KqlType::DateTime), &[1]),
        (Spec::Schema, &[4]),
    ]
}

/// Groups of the six rows.
const GROUPS: [usize; 6] = [0, 1, 2, 1, 0, 2];

#[test]
fn groups_that_leave_early_give_what_they_had_and_leave_the_others_alone() {
    let rows = batch();
    for (spec, columns) in specs() {
        let values: Vec<ArrayRef> = columns.iter().map(|at| Arc::clone(rows.column(*at))).collect();
        let mut whole = Grouped::new(&spec);
        whole.update_batch(&values, &GROUPS, None, 3).unwrap();
        let whole = whole.evaluate(EmitTo::All).unwrap();

        let mut early = Grouped::new(&spec);
        early.update_batch(&values, &GROUPS, None, 3).unwrap();
        assert_eq!(
            early.evaluate(EmitTo::First(1)).unwrap().as_ref(),
            whole.slice(0, 1).as_ref(),
            "{spec:?}"
        );
        // A later batch brings nothing but nulls to the groups that stay.
        let nothing: Vec<ArrayRef> = values
            .iter()
            .map(|array| arrow::array::new_null_array(array.data_type(), 0))
            .collect();
        early.update_batch(&nothing, &[], None, 2).unwrap();
        assert_eq!(
            early.evaluate(EmitTo::All).unwrap().as_ref(),
            whole.slice(1, 2).as_ref(),
            "{spec:?}"
        );
        assert!(early.evaluate(EmitTo::All).unwrap().is_empty(), "{spec:?}");
    }
}

#[test]
fn rows_turned_into_states_merge_to_the_same_answer() {
    let rows = batch();
    let filter = BooleanArray::from(vec![Some(true), Some(true), None, Some(true), Some(false), Some(true)]);
    for (spec, columns) in specs() {
        let values: Vec<ArrayRef> = columns.iter().map(|at| Arc::clone(rows.column(*at))).collect();
        let mut direct = Grouped::new(&spec);
        direct.update_batch(&values, &GROUPS, Some(&filter), 4).unwrap();
        let mut merged = Grouped::new(&spec);
        let states = merged.convert_to_state(&values, Some(&filter)).unwrap();
        let types: Vec<_> = states.iter().map(|state| state.data_type().clone()).collect();
        assert_eq!(types, spec.state(), "{spec:?}");
        merged.merge_batch(&states, &GROUPS, 4).unwrap();
        let (direct, merged) = (direct.evaluate(EmitTo::All).unwrap(), merged.evaluate(EmitTo::All).unwrap());
        assert_eq!(direct.data_type(), &spec.result(), "{spec:?}");
        assert_eq!(direct.as_ref(), merged.as_ref(), "{spec:?}");
    }
}
