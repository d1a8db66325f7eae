#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use arrow::array::{Array, AsArray};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;

use super::*;
use crate::kernel::scalar_kernel;

enum Arg {
    Json(&'static str),
    Real(Option<f64>),
    Long(i64),
    Bool(bool),
}

fn answer(name: &str, args: &[Arg], result: KqlType) -> Result<ScalarValue> {
    let types: Vec<KqlType> = args
        .iter()
        .map(|arg| match arg {
            Arg::Json(_) => KqlType::Dynamic,
            Arg::Real(_) => KqlType::Real,
            Arg::Long(_) => KqlType::Long,
            Arg::Bool(_) => KqlType::Bool,
        })
        .collect();
    let values: Vec<ColumnarValue> = args
        .iter()
        .map(|arg| {
            ColumnarValue::Scalar(match arg {
                Arg::Json(text) => ScalarValue::Utf8View(Some((*text).to_owned())),
                Arg::Real(value) => ScalarValue::Float64(*value),
                Arg::Long(value) => ScalarValue::Int64(Some(*value)),
                Arg::Bool(value) => ScalarValue::Boolean(Some(*value)),
            })
        })
        .collect();
    let call = Call {
        args: &values,
        types: &types,
        result,
        rows: 1,
        now: 0,
    };
    match scalar_kernel(name).unwrap()(&call)? {
        ColumnarValue::Array(array) => ScalarValue::try_from_array(&array, 0),
        ColumnarValue::Scalar(scalar) => Ok(scalar),
    }
}

fn dynamic_of(name: &str, args: &[Arg]) -> String {
    let array = answer(name, args, KqlType::Dynamic).unwrap().to_array().unwrap();
    if array.is_null(0) {
        "null".to_owned()
    } else {
        array.as_string_view().value(0).to_owned()
    }
}

fn real_of(name: &str, args: &[Arg]) -> Option<f64> {
    match answer(name, args, KqlType::Real).unwrap() {
        ScalarValue::Float64(value) => value,
        other => panic!("{other:?}"),
    }
}

use Arg::{Bool, Json, Long, Real};

#[test]
fn names_are_sorted() {
    assert!(KERNELS.is_sorted_by_key(|(name, _)| *name));
}

#[test]
fn longs_stay_longs_and_one_real_makes_reals() {
    assert_eq!(dynamic_of("series_add", &[Json("[1,2,4]"), Json("[4,2,1]")]), "[5,4,5]");
    assert_eq!(dynamic_of("series_add", &[Json("[1,2.5]"), Long(1)]), "[2.0,3.5]");
    assert_eq!(dynamic_of("series_abs", &[Json("[-6.5,0,8.2]")]), "[6.5,0.0,8.2]");
    assert_eq!(
        dynamic_of("series_divide", &[Json("[1,0,-1]"), Json("[2,0,0]")]),
        "[0.5,\"NaN\",\"-Infinity\"]"
    );
}

#[test]
fn what_is_no_number_becomes_null_in_elementwise_functions() {
    assert_eq!(
        dynamic_of("series_multiply", &[Json("[1,\"a\",3,4]"), Json("[2,2,null]")]),
        "[2,null,null,null]"
    );
    assert_eq!(dynamic_of("series_greater", &[Json("[1,2]"), Real(Some(1.5))]), "[false,true]");
    assert_eq!(dynamic_of("series_exp", &[Json("{}")]), "null");
}

#[test]
fn gaps_are_filled() {
    let gaps = || Json("[null,111,null,36,null]");
    assert_eq!(dynamic_of("series_fill_forward", &[gaps()]), "[null,111,111,36,36]");
    assert_eq!(dynamic_of("series_fill_backward", &[gaps()]), "[111,111,36,36,null]");
    assert_eq!(dynamic_of("series_fill_const", &[gaps(), Real(Some(0.0))]), "[0.0,111,0.0,36,0.0]");
    assert_eq!(dynamic_of("series_fill_linear", &[gaps()]), "[111,111,73,36,36]");
    assert_eq!(
        dynamic_of("series_fill_linear", &[gaps(), Real(None), Bool(false)]),
        "[null,111,73,36,null]"
    );
    assert_eq!(
        dynamic_of(
            "series_fill_linear",
            &[Json("[null,null]"), Real(None), Bool(true), Real(Some(3.5))]
        ),
        "[3.5,3.5]"
    );
    assert_eq!(
        dynamic_of("series_fill_linear", &[Json("[0,2.5,0,5]"), Long(0)]),
        "[2.5,2.5,3.75,5]"
    );
}

#[test]
fn reductions_are_null_for_gaps() {
    assert_eq!(real_of("series_sum", &[Json("[1,2,3]")]), Some(6.0));
    assert_eq!(real_of("series_sum", &[Json("[1,null]")]), None);
    assert_eq!(real_of("series_dot_product", &[Json("[1,2,4]"), Long(2)]), Some(14.0));
    assert_eq!(real_of("series_pearson_correlation", &[Json("[1,2,3]"), Json("[1,2]")]), None);
    assert_eq!(
        real_of(
            "series_cosine_similarity",
            &[Json("[3,0]"), Json("[2,0]"), Real(Some(3.0)), Real(Some(2.0))]
        ),
        Some(1.0)
    );
}

#[test]
fn statistics_have_positions() {
    assert_eq!(dynamic_of("series_stats", &[Json("[2,6,6,2,4]")]), "[2.0,0,6.0,1,4.0,2.0,4.0]");
    assert_eq!(dynamic_of("series_stats", &[Json("[2,null]")]), "null");
    assert_eq!(
        dynamic_of("series_stats", &[Json("[null,2]"), Bool(true)]),
        "[2.0,1,2.0,1,2.0,0.0,0.0]"
    );
}

#[test]
fn filters_look_back_and_around() {
    assert_eq!(dynamic_of("series_fir", &[Json("[0,2,3]"), Json("[1,-1]")]), "[0,2,1]");
    assert_eq!(
        dynamic_of("series_fir", &[Json("[0,3,0]"), Json("[1,1,1]"), Bool(true), Bool(true)]),
        "[1.0,1.0,1.0]"
    );
    assert_eq!(
        dynamic_of("series_iir", &[Json("[1,2,3]"), Json("[1]"), Json("[1,-1]")]),
        "[1.0,3.0,6.0]"
    );
    assert!(answer("series_iir", &[Json("[1,null]"), Json("[1]"), Json("[1]")], KqlType::Dynamic).is_err());
}

#[test]
fn a_broken_line_is_found_at_its_break() {
    let answer = dynamic_of("series_fit_2lines_dynamic", &[Json("[0,1,2,3,13,12,11]")]);
    assert!(answer.contains("\"split_idx\":4"), "{answer}");
    assert_eq!(
        dynamic_of("series_fit_line", &[Json("[1,3,5]")]),
        "[1.0,2.0,4.0,0.0,-1.0,[1.0,3.0,5.0]]"
    );
}

#[test]
fn seasons_are_medians() {
    assert_eq!(
        dynamic_of("series_seasonal", &[Json("[1,3,5,1,3,5,2,4,6]"), Long(3)]),
        "[1.0,3.0,5.0,1.0,3.0,5.0,1.0,3.0,5.0]"
    );
    assert_eq!(dynamic_of("series_seasonal", &[Json("[1,2]"), Long(0)]), "[0.0,0.0]");
    assert_eq!(dynamic_of("series_seasonal", &[Json("[1,2]"), Long(7)]), "[0.0,0.0]");
}
