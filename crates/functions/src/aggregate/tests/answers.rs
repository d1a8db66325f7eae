//! What each aggregate answers over the six rows.

use super::check;
use quarry_schema::KqlType::{Dynamic, Long, Real, String as Text};

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
