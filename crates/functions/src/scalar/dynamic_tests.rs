//! The functions on arrays, sets, bags and documents, over constants and over columns.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringViewArray};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::prelude::{SessionContext, col, lit};
use quarry_schema::KqlType;

use crate::kernel::{Call, scalar_kernel};
use crate::operators::{self, Segment};

/// An argument as the tests write it: `'text'` a string, `#1` a long, `~1.5` a real, `?true` a bool, anything else a document; `null` a null one.
fn argument(text: &str) -> (ScalarValue, KqlType) {
    match text.split_at(1) {
        ("'", rest) => (ScalarValue::Utf8View(Some(rest.trim_end_matches('\'').to_owned())), KqlType::String),
        ("#", rest) => (ScalarValue::Int64(rest.parse().ok()), KqlType::Long),
        ("~", rest) => (ScalarValue::Float64(rest.parse().ok()), KqlType::Real),
        ("?", rest) => (ScalarValue::Boolean(rest.parse().ok()), KqlType::Bool),
        _ => (ScalarValue::Utf8View((text != "null").then(|| text.to_owned())), KqlType::Dynamic),
    }
}

fn shown(value: &ArrayRef, result: KqlType) -> String {
    if value.is_null(0) {
        return "null".to_owned();
    }
    match result {
        KqlType::Bool => value.as_boolean().value(0).to_string(),
        KqlType::Long => value.as_primitive::<Int64Type>().value(0).to_string(),
        KqlType::Real => format!("{:?}", value.as_primitive::<Float64Type>().value(0)),
        _ => value.as_string_view().value(0).to_owned(),
    }
}

/// Runs a kernel twice, its arguments as constants and as columns: both must answer alike.
fn run(name: &str, result: KqlType, args: &[&str]) -> String {
    let kernel = scalar_kernel(name).unwrap_or_else(|| panic!("{name} has no kernel"));
    let (scalars, types): (Vec<_>, Vec<_>) = args.iter().map(|arg| argument(arg)).unzip();
    let answer = |args: &[ColumnarValue]| {
        let call = Call {
            args,
            types: &types,
            result,
            rows: 1,
            now: 0,
        };
        shown(&kernel(&call).unwrap().into_array(1).unwrap(), result)
    };
    let constants: Vec<_> = scalars.iter().cloned().map(ColumnarValue::Scalar).collect();
    let columns: Vec<_> = scalars
        .iter()
        .map(|scalar| ColumnarValue::Array(scalar.to_array().unwrap()))
        .collect();
    let of_constants = answer(&constants);
    if name != "extract_json" {
        assert_eq!(answer(&columns), of_constants, "{name} {args:?} over columns");
    }
    of_constants
}

fn check(result: KqlType, cases: &[(&str, &[&str], &str)]) {
    for (name, args, expected) in cases {
        assert_eq!(run(name, result, args), *expected, "{name} {args:?}");
    }
}

const NUMBERS: &str = "[1,2,3,4,5]";
const WORDS: &str = r#"["this","is","an","example","an","example"]"#;

#[test]
fn parts_of_arrays() {
    check(
        KqlType::Dynamic,
        &[
            ("array_concat", &["[1,2]", "null", "[3]"], "[1,2,3]"),
            ("array_concat", &["null", "null"], "null"),
            ("array_slice", &[NUMBERS, "#2", "#-1"], "[3,4,5]"),
            ("array_slice", &[NUMBERS, "#-3", "#-2"], "[3,4]"),
            ("array_slice", &[NUMBERS, "#0", "#100"], "[1,2,3,4,5]"),
            ("array_slice", &[NUMBERS, "#0", "#-9"], "[]"),
            ("array_split", &[NUMBERS, "#2"], "[[1,2],[3,4,5]]"),
            ("array_split", &[NUMBERS, "[1,3]"], "[[1],[2,3],[4,5]]"),
            ("array_split", &[NUMBERS, "#-1"], "[[1,2,3,4],[5]]"),
            ("array_reverse", &[NUMBERS], "[5,4,3,2,1]"),
            ("array_reverse", &["{}"], "null"),
            ("array_rotate_left", &[NUMBERS, "#2"], "[3,4,5,1,2]"),
            ("array_rotate_right", &[NUMBERS, "#7"], "[4,5,1,2,3]"),
            ("array_rotate_left", &["[]", "#7"], "[]"),
            ("array_shift_left", &[NUMBERS, "#2"], "[3,4,5,null,null]"),
            ("array_shift_left", &[NUMBERS, "#-2", "#-1"], "[-1,-1,1,2,3]"),
            ("array_shift_right", &[NUMBERS, "#9", "#-1"], "[-1,-1,-1,-1,-1]"),
            ("zip", &[r#"["A",1,1.5]"#, r#"[{},"B"]"#], r#"[["A",{}],[1,"B"],[1.5,null]]"#),
            ("repeat", &["'a'", "#3"], r#"["a","a","a"]"#),
            ("repeat", &["#1", "#-1"], "null"),
            ("pack_array", &["#1", "'2'", "null", "[3]"], r#"[1,"2",null,[3]]"#),
        ],
    );
}

#[test]
fn choices_and_positions() {
    check(
        KqlType::Dynamic,
        &[
            ("array_iff", &["[true,false,true]", "[1,2,3]", "[4,5,6]"], "[1,5,3]"),
            ("array_iff", &["[1,0,50]", "'yes'", "'no'"], r#"["yes","no","yes"]"#),
            ("array_iff", &[r#"["text",null]"#, "#1", "#0"], "[null,null]"),
            ("array_iff", &["[true,true,true]", "[1,2]", "[3,4]"], "[1,2,null]"),
        ],
    );
    check(
        KqlType::Long,
        &[
            ("array_length", &[NUMBERS], "5"),
            ("array_length", &["{}"], "null"),
            ("array_index_of", &[WORDS, "'an'"], "2"),
            ("array_index_of", &[WORDS, "'example'", "#1", "#3"], "3"),
            ("array_index_of", &[WORDS, "'example'", "#1", "#2"], "-1"),
            ("array_index_of", &[WORDS, "'an'", "#1", "#-1", "#2"], "4"),
            ("array_index_of", &[WORDS, "'an'", "#-3"], "4"),
            ("array_index_of", &[WORDS, "'is'", "#-4"], "-1"),
            ("array_index_of", &["[1.0]", "#1"], "0"),
        ],
    );
    check(
        KqlType::String,
        &[
            (
                "strcat_array",
                &[r#"["a",1,2.5,true,null,{"x":1},[1,2]]"#, "'-'"],
                r#"a-1-2.5-true--{"x":1}-[1,2]"#,
            ),
            ("strcat_array", &["null", "'-'"], ""),
            ("strcat_array", &[r#""x""#, "'-'"], "x"),
        ],
    );
}

#[test]
fn sorting() {
    check(
        KqlType::Dynamic,
        &[
            (
                "array_sort_asc",
                &["[1,3,4,5,2]", r#"["a","b","c","d","e"]"#],
                r#"[[1,2,3,4,5],["a","e","b","c","d"]]"#,
            ),
            (
                "array_sort_asc",
                &[r#"[null,"blue","yellow","green",null]"#],
                r#"["blue","green","yellow",null,null]"#,
            ),
            (
                "array_sort_asc",
                &[r#"[null,"blue",null,"a"]"#, "?false"],
                r#"[null,null,"a","blue"]"#,
            ),
            (
                "array_sort_desc",
                &[r#"[null,"blue","yellow",null]"#],
                r#"["yellow","blue",null,null]"#,
            ),
            ("array_sort_desc", &["[1,2]", "[1]"], "[[2,1],null]"),
            ("array_sort_asc", &["{}"], "null"),
        ],
    );
}

#[test]
fn ranges() {
    check(
        KqlType::Dynamic,
        &[
            ("range", &["#1", "#8", "#3"], "[1,4,7]"),
            ("range", &["#3", "#1", "#-1"], "[3,2,1]"),
            ("range", &["#3", "#1"], "[]"),
            ("range", &["~1", "#2", "~0.5"], "[1.0,1.5,2.0]"),
            ("range", &["#1", "#2", "#0"], "null"),
        ],
    );
    let most = run("range", KqlType::Dynamic, &["#1", "#1000000000"]);
    assert!(most.ends_with(",1048576]"));
}

#[test]
fn sets() {
    check(
        KqlType::Dynamic,
        &[
            ("set_union", &["[1,2,1,4]", "[1,2]", "[8]"], "[1,2,4,8]"),
            ("set_intersect", &["[1,2,1,4]", "[1,2]", "[8,1]"], "[1]"),
            ("set_intersect", &["[1]", "null"], "null"),
            ("set_difference", &["[1,2,1,4]", "[1,2]", "[1,2,8]"], "[4]"),
            ("set_difference", &["[1,1]", "null"], "[1]"),
        ],
    );
    check(
        KqlType::Bool,
        &[
            ("set_has_element", &[WORDS, "'example'"], "true"),
            ("set_has_element", &[WORDS, "'exam'"], "false"),
            ("set_has_element", &["[1.0]", "#1"], "true"),
            ("set_equals", &["[1,2,2]", "[2,1]"], "true"),
            ("set_equals", &["[1,2]", "[1]"], "false"),
        ],
    );
    check(
        KqlType::Real,
        &[
            ("jaccard_index", &["[1,2,3]", "[1,2,3,4]"], "0.75"),
            ("jaccard_index", &["[1,2,3,4]", "[3,4,5,6]"], "0.3333333333333333"),
        ],
    );
}

#[test]
fn bags() {
    const NESTED: &str = r#"{"key1":123,"key2":{"prop1":"abc","prop2":"xyz"},"key3":[100,200]}"#;
    check(
        KqlType::Dynamic,
        &[
            ("bag_keys", &[NESTED], r#"["key1","key2","key3"]"#),
            ("bag_keys", &["[]"], "null"),
            ("bag_keys", &["{}"], "[]"),
            (
                "bag_merge",
                &[r#"{"a":1,"b":2}"#, "null", r#"{"b":3,"c":4}"#],
                r#"{"a":1,"b":2,"c":4}"#,
            ),
            (
                "bag_remove_keys",
                &[NESTED, r#"["$.key2.prop1","key3","zz"]"#],
                r#"{"key1":123,"key2":{"prop2":"xyz"}}"#,
            ),
            (
                "bag_remove_keys",
                &[NESTED, r#"["$.key3[0]","$['key1']","$.key2"]"#],
                r#"{"key3":[200]}"#,
            ),
            ("bag_set_key", &[r#"{"k":1,"l":2}"#, "'k'", "#3"], r#"{"l":2,"k":3}"#),
            (
                "bag_set_key",
                &[NESTED, "'$.key2.prop1'", "'x'"],
                r#"{"key1":123,"key3":[100,200],"key2":{"prop2":"xyz","prop1":"x"}}"#,
            ),
            ("bag_set_key", &["{}", "'$.a.b'", "null"], r#"{"a":{"b":null}}"#),
            ("bag_zip", &[r#"["a",8,"b"]"#, r#"[1,"2",2.5]"#], r#"{"a":1,"b":2.5}"#),
            ("bag_zip", &[r#"["a","b"]"#, "1"], r#"{"a":null,"b":null}"#),
            ("bag_zip", &[r#""a""#, "[1]"], "null"),
            (
                "bag_pack",
                &["'Level'", "'In\"fo'", "'Data'", r#"{"url":"x"}"#, "'n'", "#x"],
                r#"{"Level":"In\"fo","Data":{"url":"x"},"n":null}"#,
            ),
            ("pack_all", &["'a'", "''", "'b'", "#1", "'c'", "null"], r#"{"b":1}"#),
            ("pack_all", &["?true", "'a'", "''", "'b'", "#1"], r#"{"b":1}"#),
        ],
    );
    check(
        KqlType::Bool,
        &[
            ("bag_has_key", &[NESTED, "'key2'"], "true"),
            ("bag_has_key", &[NESTED, "'$.key2.prop1'"], "true"),
            ("bag_has_key", &[NESTED, "'prop1'"], "false"),
            ("bag_has_key", &["[1]", "'prop1'"], "null"),
        ],
    );
}

#[test]
fn documents() {
    check(
        KqlType::Dynamic,
        &[
            ("parse_json", &["'{ \"a\" : [1.0, \"x\"] }'"], r#"{"a":[1.0,"x"]}"#),
            ("parse_json", &["'abc'"], "\"abc\""),
            ("parse_json", &["''"], "null"),
            ("parse_json", &["'null'"], "null"),
            ("parse_json", &[r#""{}""#], r#""{}""#),
            (
                "treepath",
                &[r#"{"a":{"b":{"c":1}},"x":[1,{"y":2}]}"#],
                r#"["['a']","['a']['b']","['a']['b']['c']","['x']","['x'][0]","['x'][0]['y']"]"#,
            ),
        ],
    );
    check(
        KqlType::String,
        &[
            ("extract_json", &["'$.a[1].b'", r#"'{"a": [0, {"b": "x"}]}'"#], "x"),
            ("extract_json", &["'$.c'", r#"'{"a": 1}'"#], ""),
            ("extract_json", &["'$.c'", "'no json'"], ""),
            (
                "dynamic_to_json",
                &[r#"{"b":{"d":1,"c":2},"a":"x"}"#],
                r#"{"a":"x","b":{"c":2,"d":1}}"#,
            ),
        ],
    );
    check(KqlType::Long, &[("extract_json", &["'$.a'", r#"'{"a": "12"}'"#], "12")]);
}

/// Runs a projection with and without fusing; gives the answers of both and the optimized plan.
async fn projected(exprs: Vec<Expr>, fuse: bool) -> (String, String) {
    let documents: ArrayRef = Arc::new(StringViewArray::from(vec![
        Some(r#"{"a":"x\n","b":[1,{"c":2.5}],"n":null}"#),
        None,
        Some("[]"),
        Some(r#"{"a":{"d":1}}"#),
    ]));
    let batch = RecordBatch::try_from_iter([("d", documents)]).unwrap();
    let mut state = SessionStateBuilder::new().with_default_features();
    if fuse {
        state = state.with_optimizer_rule(Arc::new(crate::FusePaths));
    }
    let context = SessionContext::new_with_state(state.build());
    context.register_batch("t", batch).unwrap();
    let frame = context.table("t").await.unwrap().select(exprs).unwrap();
    let plan = frame.clone().into_optimized_plan().unwrap().display_indent().to_string();
    let answer = frame.collect().await.unwrap();
    (arrow::util::pretty::pretty_format_batches(&answer).unwrap().to_string(), plan)
}

#[tokio::test]
async fn paths_into_one_document_run_as_one() {
    let path = |steps: &[&str]| {
        let step = |step: &&str| step.parse().map_or_else(|_| Segment::Key((*step).to_owned()), Segment::Index);
        operators::path(col("d"), steps.iter().map(step).collect())
    };
    let text = |steps: &[&str]| crate::kernel::text_form(&path(steps)).unwrap();
    let exprs = || {
        vec![
            text(&["a"]).alias("x"),
            path(&["b", "1", "c"]).alias("y"),
            path(&["b", "-1"]),
            col("d"),
            path(&["n"]).is_null().alias("z"),
        ]
    };
    let (alone, plan) = projected(exprs(), false).await;
    assert!(!plan.contains("paths"), "{plan}");
    let (fused, plan) = projected(exprs(), true).await;
    assert_eq!(fused, alone);
    assert_eq!(plan.matches("paths [").count(), 1, "{plan}");
    // A single path gains nothing.
    let (_, plan) = projected(vec![path(&["a"]).alias("x"), path(&["a"]).is_null().alias("y")], true).await;
    assert!(!plan.contains("paths ["), "{plan}");
}

#[tokio::test]
async fn conditions_on_one_document_walk_it_once() {
    let documents: ArrayRef = Arc::new(StringViewArray::from(vec![
        Some(r#"{"a":"x","b":"y","c":[1,2,3,4,5,6,7,8,9]}"#),
        Some(r#"{"a":"x","b":"z","c":[]}"#),
        None,
        Some(r#"{"b":"y","a":"x"}"#),
        Some("[]"),
    ]));
    let numbers: ArrayRef = Arc::new(arrow::array::Int64Array::from(vec![Some(1), Some(2), Some(3), None, Some(5)]));
    let batch = RecordBatch::try_from_iter([("d", documents), ("n", numbers)]).unwrap();
    let path = |key: &str| operators::path(col("d"), vec![Segment::Key(key.to_owned())]);
    let text = |key: &str| crate::kernel::text_form(&path(key)).unwrap();
    let both = text("a").eq(lit("x")).and(text("b").eq(lit("y")));
    let conditions = [
        both.clone(),
        col("n").gt(lit(1_i64)).and(both.clone()),
        col("n").gt(lit(9_i64)).and(both.clone()),
        both.clone().or(col("n").eq(lit(3_i64))),
        both.clone().and(path("c").is_not_null()),
        // One path alone gains nothing.
        text("a").eq(lit("x")).and(text("a").not_eq(lit("y"))),
    ];
    for (at, condition) in conditions.into_iter().enumerate() {
        let mut answers = Vec::new();
        for once in [false, true] {
            let mut state = SessionStateBuilder::new().with_default_features();
            if once {
                state = state.with_physical_optimizer_rule(Arc::new(crate::WalkOnce));
            }
            let context = SessionContext::new_with_state(state.build());
            context.register_batch("t", batch.clone()).unwrap();
            let frame = context.table("t").await.unwrap().filter(condition.clone()).unwrap();
            let plan = frame.clone().create_physical_plan().await.unwrap();
            let plan = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
            assert_eq!(plan.contains("in one walk"), once && at < 5, "{plan}");
            answers.push(
                arrow::util::pretty::pretty_format_batches(&frame.collect().await.unwrap())
                    .unwrap()
                    .to_string(),
            );
        }
        assert_eq!(answers.first(), answers.last());
    }
}
