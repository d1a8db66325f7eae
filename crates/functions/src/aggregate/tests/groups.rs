//! No rows at all, and many groups in many batches.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Schema;

use super::{answer, batch};
use quarry_schema::KqlType::{Dynamic, Long, Real, String as Text};

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
