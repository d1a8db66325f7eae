//! Functions and operators as a query sees them: constants in, the JSON of a result cell out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, col};
use datafusion::physical_expr::create_physical_expr;
use quarry_schema::KqlType::{self, Bool, DateTime, Decimal, Dynamic, Guid, Int, Long, Real, String as Text, TimeSpan};
use quarry_schema::Returns;
use quarry_semantics::ir::{BinaryOp, MembershipOp, TextOp};
use quarry_value::{arrow_type, parse, wire};

use crate::kernel::null_of;
use crate::operators::{self, MembershipCandidates};
use crate::scalar_expr;

/// A constant and its type, read from text by the rules of `to<type>()`; `null` is the type's null.
fn constant(ty: KqlType, text: &str) -> Expr {
    if text == "null" && ty != Text {
        return Expr::Literal(null_of(ty), None);
    }
    let scalar = match ty {
        Bool => ScalarValue::Boolean(parse::bool(text)),
        Int => ScalarValue::Int32(parse::int(text)),
        Long => ScalarValue::Int64(parse::long(text)),
        Real => ScalarValue::Float64(parse::real(text)),
        Decimal => ScalarValue::Decimal256(
            quarry_value::decimal::parse(text),
            quarry_value::decimal::PRECISION,
            quarry_value::decimal::SCALE,
        ),
        DateTime => ScalarValue::Int64(parse::datetime(text)),
        TimeSpan => ScalarValue::Int64(parse::timespan(text)),
        Guid => ScalarValue::FixedSizeBinary(16, quarry_value::guid::parse(text).map(|guid| guid.to_vec())),
        _ => ScalarValue::Utf8View(Some(text.to_owned())),
    };
    assert!(!scalar.is_null(), "{text} is no {ty}");
    Expr::Literal(scalar, None)
}

/// Evaluates over two rows whose only column is `c`.
fn evaluated(expr: &Expr, ty: KqlType, column: Option<(ArrayRef, KqlType)>) -> Result<String, String> {
    let (array, column_ty) = column.unwrap_or_else(|| (new_null_array(&arrow_type(Long), 1), Long));
    let schema = Arc::new(Schema::new(vec![Field::new("c", arrow_type(column_ty), true)]));
    let batch = RecordBatch::try_new_with_options(schema.clone(), vec![array], &RecordBatchOptions::new()).unwrap();
    let schema = DFSchema::try_from(schema).unwrap();
    let physical = create_physical_expr(expr, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
        .map_err(|error| error.to_string())?;
    let value = physical.evaluate(&batch).map_err(|error| error.to_string())?;
    let array = value.into_array(batch.num_rows()).unwrap();
    assert_eq!(array.data_type(), &arrow_type(ty), "{expr}");
    let mut out = String::new();
    for row in 0..array.len() {
        if row > 0 {
            out.push(' ');
        }
        wire::cell(&array, ty, row, &mut out);
    }
    Ok(out)
}

fn try_call(name: &str, args: &[(KqlType, &str)]) -> Result<String, String> {
    let function = quarry_schema::functions::scalar(name).unwrap_or_else(|| panic!("{name} is not declared"));
    let types: Vec<KqlType> = args.iter().map(|(ty, _)| *ty).collect();
    let result = match (name, function.signatures[0].returns) {
        ("round" | "ceiling" | "abs" | "bin" | "bin_at", _) => types[0],
        ("datetime_diff", _) if args[0].1 == "week" => Real,
        ("datetime_diff", _) => Long,
        (_, Returns::Type(ty)) => ty,
        _ => types[types.len() - 1],
    };
    let args = args.iter().map(|(ty, text)| constant(*ty, text)).collect();
    let expr =
        scalar_expr(function, args, types, result, parse::datetime("2024-05-06T07:08:09Z").unwrap()).map_err(|error| error.to_string())?;
    evaluated(&expr, result, None)
}

fn call(name: &str, args: &[(KqlType, &str)]) -> String {
    try_call(name, args).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn op(op: BinaryOp, left: (KqlType, &str), right: (KqlType, &str), result: KqlType) -> String {
    let expr = operators::binary(op, constant(left.0, left.1), left.0, constant(right.0, right.1), right.0, result).unwrap();
    evaluated(&expr, result, None).unwrap()
}

#[test]
fn equality_with_nulls() {
    for ty in [Bool, Int, Long, Real, Decimal, DateTime, TimeSpan, Guid] {
        let some = match ty {
            DateTime => "2020-01-01",
            TimeSpan => "1d",
            Guid => "74be27de-1e4e-49d9-b579-fe0b331d3642",
            _ => "1",
        };
        assert_eq!(op(BinaryOp::Equal, (ty, "null"), (ty, some), Bool), "false", "{ty}");
        assert_eq!(op(BinaryOp::NotEqual, (ty, "null"), (ty, some), Bool), "true", "{ty}");
        assert_eq!(op(BinaryOp::Equal, (ty, "null"), (ty, "null"), Bool), "null", "{ty}");
        assert_eq!(op(BinaryOp::NotEqual, (ty, "null"), (ty, "null"), Bool), "null", "{ty}");
        assert_eq!(op(BinaryOp::Equal, (ty, some), (ty, some), Bool), "true", "{ty}");
        assert_eq!(op(BinaryOp::Less, (ty, "null"), (ty, some), Bool), "null", "{ty}");
    }
}

#[test]
fn equality_of_a_column_with_a_constant_keeps_the_null_rules() {
    let column = || {
        Some((
            Arc::new(arrow::array::Int64Array::from(vec![Some(5), None, Some(6)])) as ArrayRef,
            Long,
        ))
    };
    let five = || constant(Long, "5");
    let equal = operators::binary(BinaryOp::Equal, col("c"), Long, five(), Long, Bool).unwrap();
    assert_eq!(evaluated(&equal, Bool, column()).unwrap(), "true false false");
    let unequal = operators::binary(BinaryOp::NotEqual, col("c"), Long, five(), Long, Bool).unwrap();
    assert_eq!(evaluated(&unequal, Bool, column()).unwrap(), "false true true");
    let within = operators::between(false, col("c"), five(), five(), Long).unwrap();
    assert_eq!(evaluated(&within, Bool, column()).unwrap(), "true null false");
    let without = operators::between(true, col("c"), five(), five(), Long).unwrap();
    assert_eq!(evaluated(&without, Bool, column()).unwrap(), "false null true");
    for (negated, expected) in [(false, "true false false"), (true, "false true true")] {
        let candidates = MembershipCandidates::List(vec![(five(), Long), (constant(Long, "7"), Long)]);
        let member = operators::membership(MembershipOp::In, negated, col("c"), Long, candidates).unwrap();
        assert_eq!(evaluated(&member, Bool, column()).unwrap(), expected);
        // The same over an expression, which goes through a prepared set.
        let plus = operators::binary(BinaryOp::Add, col("c"), Long, constant(Long, "0"), Long, Long).unwrap();
        let candidates = MembershipCandidates::List(vec![(five(), Long), (constant(Long, "7"), Long)]);
        let member = operators::membership(MembershipOp::In, negated, plus, Long, candidates).unwrap();
        assert_eq!(evaluated(&member, Bool, column()).unwrap(), expected);
    }
}

#[test]
fn nan_equals_nothing() {
    assert_eq!(op(BinaryOp::Equal, (Real, "nan"), (Real, "nan"), Bool), "false");
    assert_eq!(op(BinaryOp::NotEqual, (Real, "nan"), (Real, "nan"), Bool), "true");
    assert_eq!(op(BinaryOp::Greater, (Real, "nan"), (Real, "1"), Bool), "false");
    assert_eq!(op(BinaryOp::Equal, (Real, "-0.0"), (Real, "0.0"), Bool), "true");
}

#[test]
fn dynamics_are_compared_by_content() {
    assert_eq!(op(BinaryOp::Equal, (Dynamic, "\"x\""), (Text, "x"), Bool), "true");
    assert_eq!(op(BinaryOp::Equal, (Dynamic, "\"1\""), (Long, "1"), Bool), "false");
    assert_eq!(op(BinaryOp::Equal, (Dynamic, "1"), (Long, "1"), Bool), "true");
    assert_eq!(op(BinaryOp::Greater, (Dynamic, "2.5"), (Long, "2"), Bool), "true");
    assert_eq!(op(BinaryOp::Less, (Long, "2"), (Dynamic, "2.5"), Bool), "true");
    assert_eq!(op(BinaryOp::NotEqual, (Dynamic, "null"), (Text, "x"), Bool), "true");
    assert_eq!(op(BinaryOp::Equal, (Dynamic, "true"), (Bool, "true"), Bool), "true");
}

#[test]
fn arithmetic() {
    use BinaryOp::{Add, Divide, Modulo, Multiply, Subtract};
    for (op_, left, right, result, expected) in [
        (Add, (Long, "9223372036854775807"), (Long, "1"), Long, "-9223372036854775808"),
        (Add, (Int, "2147483647"), (Int, "1"), Long, "2147483648"),
        (Divide, (Long, "-7"), (Long, "2"), Long, "-3"),
        (Divide, (Long, "1"), (Long, "0"), Long, "null"),
        (Divide, (Real, "1"), (Real, "0"), Real, "\"Infinity\""),
        (Divide, (Decimal, "7"), (Decimal, "2"), Decimal, "\"3.5\""),
        (Modulo, (Long, "-10"), (Long, "4"), Long, "2"),
        (Modulo, (Long, "10"), (Long, "-4"), Long, "2"),
        (Multiply, (Long, "3"), (TimeSpan, "1h"), TimeSpan, "\"03:00:00\""),
        (Multiply, (TimeSpan, "1h"), (Real, "1.5"), TimeSpan, "\"01:30:00\""),
        (Divide, (TimeSpan, "2h"), (TimeSpan, "1h"), Real, "2.0"),
        (
            Subtract,
            (DateTime, "2020-01-02"),
            (DateTime, "2020-01-01"),
            TimeSpan,
            "\"1.00:00:00\"",
        ),
        (
            Add,
            (DateTime, "2020-01-01"),
            (TimeSpan, "1d"),
            DateTime,
            "\"2020-01-02T00:00:00Z\"",
        ),
        (Add, (Dynamic, "1"), (Long, "1"), Long, "2"),
        (Add, (Long, "null"), (Long, "1"), Long, "null"),
    ] {
        assert_eq!(op(op_, left, right, result), expected, "{op_:?} {left:?} {right:?}");
    }
}

#[test]
fn text_operators() {
    let text = |op, case_sensitive, negated| BinaryOp::Text {
        op,
        case_sensitive,
        negated,
    };
    for (op_, left, right, expected) in [
        (text(TextOp::Has, false, false), (Text, "a_b"), (Text, "A"), "true"),
        (text(TextOp::Has, true, false), (Text, "a_b"), (Text, "A"), "false"),
        (text(TextOp::Has, false, true), (Text, "ab"), (Text, "A"), "true"),
        (text(TextOp::Has, false, false), (Dynamic, "{\"k\":\"v w\"}"), (Text, "w"), "true"),
        (text(TextOp::Has, false, true), (Dynamic, "null"), (Text, "w"), "true"),
        (text(TextOp::Contains, false, false), (Text, "userXid"), (Text, "user_id"), "false"),
        (text(TextOp::StartsWith, false, false), (Text, "ABC"), (Text, "ab"), "true"),
        (text(TextOp::EndsWith, true, false), (Text, "ABC"), (Text, "bc"), "false"),
        (text(TextOp::Equal, false, false), (Text, "CAFÉ"), (Text, "café"), "true"),
        (
            text(TextOp::MatchesRegex, true, false),
            (Text, "ab1"),
            (Text, "^[a-z]+\\d$"),
            "true",
        ),
    ] {
        assert_eq!(op(op_, left, right, Bool), expected, "{op_:?} {left:?} {right:?}");
    }
}

#[test]
fn membership() {
    let member = |op, negated, value: (KqlType, &str), list: &[(KqlType, &str)]| {
        let candidates = list.iter().map(|(ty, text)| (constant(*ty, text), *ty)).collect();
        let expr = operators::membership(
            op,
            negated,
            constant(value.0, value.1),
            value.0,
            MembershipCandidates::List(candidates),
        )
        .unwrap();
        evaluated(&expr, Bool, None).unwrap()
    };
    use MembershipOp::{HasAll, HasAny, In, InIgnoreCase};
    for (op, negated, value, list, expected) in [
        (In, false, (Text, "b"), &[(Text, "a"), (Text, "b")][..], "true"),
        (In, true, (Text, "B"), &[(Text, "a"), (Text, "b")], "true"),
        (InIgnoreCase, false, (Text, "É"), &[(Text, "é")], "true"),
        (In, false, (Text, "x"), &[(Dynamic, "[\"x\",\"y\"]")], "true"),
        (In, false, (Text, ""), &[(Dynamic, "[null]")], "false"),
        (In, false, (Long, "1"), &[(Text, "1")], "true"),
        (In, false, (Long, "null"), &[(Long, "1")], "false"),
        (In, true, (Long, "null"), &[(Long, "1")], "true"),
        (In, false, (Long, "1"), &[(Long, "null")], "false"),
        (In, false, (Real, "nan"), &[(Real, "nan")], "false"),
        (In, false, (Dynamic, "\"a\""), &[(Text, "a")], "true"),
        (In, false, (Dynamic, "\"1\""), &[(Long, "1")], "false"),
        (HasAny, false, (Text, "errors"), &[(Text, "error")], "false"),
        (HasAny, false, (Text, "code 42 here"), &[(Long, "42")], "true"),
        (HasAny, false, (Text, "x"), &[(Dynamic, "[\"zz\",null]")], "true"),
        (HasAny, false, (Text, "x"), &[(Dynamic, "[]")], "false"),
        (HasAll, false, (Text, "x"), &[(Dynamic, "[]")], "true"),
        (HasAll, false, (Text, "a b"), &[(Text, "b"), (Text, "A")], "true"),
        (HasAll, false, (Dynamic, "null"), &[(Text, "b")], "false"),
    ] {
        assert_eq!(member(op, negated, value, list), expected, "{op:?} {negated} {value:?} {list:?}");
    }
}

#[test]
fn conversions() {
    for (name, arg, expected) in [
        ("tostring", (Bool, "true"), "\"True\""),
        ("tostring", (Dynamic, "true"), "\"true\""),
        ("tostring", (Real, "6"), "\"6.0\""),
        ("tostring", (Long, "null"), "\"\""),
        ("tolong", (Text, " 7 "), "7"),
        ("tolong", (Real, "-2.5"), "-2"),
        ("toint", (Long, "9999999999"), "1410065407"),
        ("toint", (Text, "2147483648"), "null"),
        ("tobool", (Text, "2"), "true"),
        ("todatetime", (Text, "12-02-2022"), "\"2022-12-02T00:00:00Z\""),
        ("todatetime", (Long, "637134336000000000"), "\"2020-01-01T00:00:00Z\""),
        ("totimespan", (Long, "1230"), "\"00:00:00.0001230\""),
        (
            "toguid",
            (Text, "{74BE27DE-1E4E-49D9-B579-FE0B331D3642}"),
            "\"74be27de-1e4e-49d9-b579-fe0b331d3642\"",
        ),
        ("gettype", (Dynamic, "1.5"), "\"double\""),
        ("gettype", (Int, "1"), "\"int\""),
        ("isempty", (Dynamic, "\"\""), "true"),
        ("isempty", (Dynamic, "[]"), "false"),
        ("isnull", (Text, ""), "false"),
        ("isnotempty", (Long, "null"), "false"),
        ("not", (Bool, "null"), "null"),
    ] {
        assert_eq!(call(name, &[arg]), expected, "{name} {arg:?}");
    }
}

#[test]
fn strings() {
    for (name, args, expected) in [
        (
            "strcat",
            &[(Text, "a"), (Long, "1"), (Bool, "true"), (Dynamic, "[1,2]"), (Int, "null")][..],
            "\"a1True[1,2]\"",
        ),
        ("strcat_delim", &[(Text, "-"), (Text, "a"), (Int, "null"), (Text, "b")], "\"a--b\""),
        ("strlen", &[(Text, "⒦⒰⒮⒯⒪")], "5"),
        ("string_size", &[(Text, "⒦⒰⒮⒯⒪")], "15"),
        ("split", &[(Text, "aaa_bbb_ccc"), (Text, "_"), (Long, "1")], "[\"bbb\"]"),
        ("split", &[(Text, ""), (Text, "_")], "[\"\"]"),
        ("split", &[(Text, "a_b"), (Text, "_"), (Long, "7")], "null"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "-5")], "2"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "1"), (Long, "2")], "2"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "3"), (Long, "4")], "-1"),
        (
            "indexof",
            &[(Text, "abcdefgabcdefg"), (Text, "cde"), (Long, "1"), (Long, "10"), (Long, "2")],
            "9",
        ),
        (
            "indexof",
            &[(Text, "abcdefgabcdefg"), (Text, "cde"), (Long, "1"), (Long, "-1"), (Long, "2")],
            "9",
        ),
        ("indexof", &[(Text, "abc"), (Text, "")], "null"),
        (
            "indexof_regex",
            &[(Text, "abcabcdefg"), (Text, "a.c"), (Long, "0"), (Long, "9"), (Long, "2")],
            "3",
        ),
        ("indexof_regex", &[(Text, "abc"), (Text, "a"), (Long, "-1")], "null"),
        ("countof", &[(Text, "aaaa"), (Text, "aa")], "3"),
        ("countof", &[(Text, "aaaa"), (Text, "aa"), (Text, "regex")], "2"),
        ("reverse", &[(TimeSpan, "3h")], "\"00:00:30\""),
        ("replace_string", &[(Text, "aaa"), (Text, ""), (Text, "X")], "\"aaa\""),
        (
            "replace_strings",
            &[(Text, "This is"), (Dynamic, "[\"is\",\"This\"]"), (Dynamic, "[\"was\",\"This\"]")],
            "\"Thwas was\"",
        ),
        ("translate", &[(Text, "abc"), (Text, "x"), (Text, "abc")], "\"xxx\""),
        ("strrep", &[(Long, "123"), (Long, "3"), (Text, ".")], "\"123.123.123\""),
        ("strcmp", &[(Text, "ABC"), (Text, "abc")], "-1"),
        (
            "has_any_index",
            &[(Text, "this is an example"), (Dynamic, "[\"not\",\"example\"]")],
            "1",
        ),
        ("base64_decode_tostring", &[(Text, "U3RyaW5n0KHR0tGA0L7Rh9C60LA=")], "\"\""),
        ("url_encode", &[(Text, "https://x/a b")], "\"https%3a%2f%2fx%2fa+b\""),
        ("url_encode_component", &[(Text, "a b")], "\"a%20b\""),
        ("url_decode", &[(Text, "https%3a%2f%2fx%zz")], "\"https://x%zz\""),
        (
            "gzip_decompress_from_base64_string",
            &[(Text, "H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==")],
            "\"1234567890qwertyuiop\"",
        ),
        ("hash", &[(Text, "World")], "1846988464401551951"),
        ("hash", &[(Text, "World"), (Long, "100")], "51"),
        ("hash", &[(DateTime, "2015-01-01")], "1380966698541616202"),
        ("hash_md5", &[(DateTime, "2020-01-01")], "\"786c530672d1f8db31fee25ea8a9390b\""),
        ("hash_md5", &[(Text, "")], "\"\""),
        ("tohex", &[(Long, "-256")], "\"ffffffffffffff00\""),
        ("tohex", &[(Int, "-256"), (Long, "8")], "\"ffffff00\""),
        ("tohex", &[(Long, "256"), (Long, "8")], "\"00000100\""),
        ("format_bytes", &[(Long, "564")], "\"564 Bytes\""),
        ("format_bytes", &[(Long, "10332"), (Long, "1")], "\"10.1 KB\""),
        ("format_bytes", &[(Long, "20010332"), (Long, "0"), (Text, "KB")], "\"19541 KB\""),
        ("parse_csv", &[(Text, "a,\"b,\"\"c\"\nnext")], "[\"a\",\"b,\\\"c\"]"),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}

#[test]
fn regular_expressions() {
    for (name, args, expected) in [
        (
            "extract",
            &[(Text, "User: ([^,]+)"), (Long, "1"), (Text, "User: James, Age: 29")][..],
            "\"James\"",
        ),
        ("extract", &[(Text, "x(y)"), (Long, "1"), (Text, "a")], "\"\""),
        ("extract_all", &[(Text, r"(\d+)"), (Text, "1 and 23")], "[\"1\",\"23\"]"),
        (
            "extract_all",
            &[(Text, r"(\w)(\d)"), (Text, "a1b2")],
            "[[\"a\",\"1\"],[\"b\",\"2\"]]",
        ),
        (
            "extract_all",
            &[(Text, r"(?P<f>\w)(\d)"), (Dynamic, "[\"f\",7]"), (Text, "a1b2")],
            "[\"a\",\"b\"]",
        ),
        ("extract_all", &[(Text, r"(x)"), (Text, "a1b2")], "null"),
        (
            "replace_regex",
            &[(Text, "Number is 1000"), (Text, r"is (\d+)"), (Text, r"was: \1")],
            "\"Number was: 1000\"",
        ),
        ("trim", &[(Text, "a"), (Text, "aaaa")], "\"aa\""),
        ("trim", &[(Text, "a$"), (Text, "aa")], "\"a\""),
        ("trim_start", &[(Text, "a|x"), (Text, "bxa")], "\"bxa\""),
        ("trim_end", &[(Text, "a)|(b"), (Text, "xaxbx")], "\"xxbx\""),
        ("trim_end", &[(Text, "a"), (Text, "xa\n")], "\"xa\\n\""),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
    assert!(
        try_call("extract", &[(Text, "(?=x)"), (Long, "0"), (Text, "x")])
            .unwrap_err()
            .contains("ill-formed")
    );
    assert!(
        try_call("extract_all", &[(Text, "x"), (Text, "x")])
            .unwrap_err()
            .contains("capturing groups")
    );
}

#[test]
fn time() {
    for (name, args, expected) in [
        ("now", &[][..], "\"2024-05-06T07:08:09Z\""),
        ("ago", &[(TimeSpan, "1h")], "\"2024-05-06T06:08:09Z\""),
        ("bin", &[(DateTime, "1955-11-05"), (TimeSpan, "7d")], "\"1955-10-31T00:00:00Z\""),
        ("bin", &[(TimeSpan, "16d"), (TimeSpan, "7d")], "\"14.00:00:00\""),
        ("bin", &[(Real, "4.5"), (Long, "1")], "4.0"),
        ("bin", &[(Long, "-7"), (Long, "5")], "-10"),
        ("bin_at", &[(Real, "6.5"), (Real, "2.5"), (Real, "7")], "4.5"),
        ("bin_at", &[(TimeSpan, "1h"), (TimeSpan, "1d"), (TimeSpan, "12h")], "\"-12:00:00\""),
        (
            "datetime_add",
            &[(Text, "month"), (Long, "1"), (DateTime, "2020-01-31")],
            "\"2020-02-29T00:00:00Z\"",
        ),
        (
            "datetime_diff",
            &[(Text, "week"), (DateTime, "2020-01-15"), (DateTime, "2020-01-01")],
            "2.0",
        ),
        (
            "datetime_diff",
            &[
                (Text, "microsecond"),
                (DateTime, "2020-01-01 00:00:00.0000020"),
                (DateTime, "2020-01-01 00:00:00.0000005"),
            ],
            "2",
        ),
        ("datetime_part", &[(Text, "dayOfYear"), (DateTime, "2017-10-30")], "303"),
        ("endofmonth", &[(DateTime, "2020-02-15")], "\"2020-02-29T23:59:59.9999999Z\""),
        ("endofyear", &[(DateTime, "9999-02-15")], "\"9999-12-31T23:59:59.9999999Z\""),
        (
            "startofweek",
            &[(DateTime, "2020-06-15 13:45:00"), (Long, "-2")],
            "\"2020-05-31T00:00:00Z\"",
        ),
        ("dayofweek", &[(DateTime, "2024-02-29")], "\"4.00:00:00\""),
        (
            "make_datetime",
            &[
                (Long, "2020"),
                (Long, "2"),
                (Long, "29"),
                (Long, "23"),
                (Long, "59"),
                (Real, "59.9999999"),
            ],
            "\"2020-02-29T23:59:59.9999999Z\"",
        ),
        ("make_datetime", &[(Long, "2021"), (Long, "2"), (Long, "29")], "null"),
        ("make_timespan", &[(Long, "25"), (Long, "70")], "null"),
        ("unixtime_seconds_todatetime", &[(Long, "1546300800")], "\"2019-01-01T00:00:00Z\""),
        (
            "datetime_local_to_utc",
            &[(DateTime, "2020-02-02 20:02:20"), (Text, "US/Pacific")],
            "\"2020-02-03T04:02:20Z\"",
        ),
        (
            "datetime_local_to_utc",
            &[(DateTime, "2022-03-27 02:00"), (Text, "Europe/Brussels")],
            "\"2022-03-27T00:00:00Z\"",
        ),
        (
            "datetime_utc_to_local",
            &[(DateTime, "2022-03-27 00:00"), (Text, "Europe/Brussels")],
            "\"2022-03-27T01:00:00Z\"",
        ),
        (
            "format_datetime",
            &[(DateTime, "2017-01-29 09:00:05"), (Text, "yy-MM-dd [HH:mm:ss]")],
            "\"17-01-29 [09:00:05]\"",
        ),
        ("format_timespan", &[(TimeSpan, "-02:30"), (Text, "hh:mm")], "\"-02:30\""),
        ("week_of_year", &[(DateTime, "2020-12-31")], "53"),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
    assert!(try_call("format_datetime", &[(DateTime, "2020-01-01"), (Text, "zzz")]).is_err());
    assert!(try_call("datetime_add", &[(Text, "dayofyear"), (Long, "1"), (DateTime, "2020-01-01")]).is_err());
}

#[test]
fn numbers() {
    for (name, args, expected) in [
        ("round", &[(Real, "1.005"), (Long, "2")][..], "1.0"),
        ("round", &[(Real, "2.15"), (Long, "1")], "2.2"),
        ("round", &[(Real, "-2.5")], "-3.0"),
        ("round", &[(Real, "12345"), (Long, "-2")], "12300.0"),
        ("sign", &[(Real, "null")], "0.0"),
        ("asin", &[(Real, "2")], "null"),
        ("log", &[(Real, "0")], "\"-Infinity\""),
        ("log", &[(Real, "-1")], "null"),
        ("sqrt", &[(Real, "-1")], "\"NaN\""),
        ("binary_shift_left", &[(Long, "5"), (Long, "40")], "5497558138880"),
        ("bitset_count_ones", &[(Long, "42")], "3"),
        ("gamma", &[(Real, "5")], "24.0"),
        ("max_of", &[(Long, "null"), (Long, "2")], "2"),
        ("min_of", &[(Text, "b"), (Text, "a")], "\"a\""),
        ("coalesce", &[(Text, ""), (Text, "fb")], "\"fb\""),
        ("coalesce", &[(Long, "null"), (Long, "null")], "null"),
        ("iff", &[(Bool, "null"), (Text, "t"), (Text, "f")], "\"f\""),
        (
            "case",
            &[(Bool, "false"), (Long, "1"), (Bool, "true"), (Long, "2"), (Long, "3")],
            "2",
        ),
        ("around", &[(Long, "5"), (Long, "4"), (Long, "1")], "true"),
        (
            "convert_length",
            &[(Real, "1.2"), (Text, "Meter"), (Text, "Foot")],
            "3.9370078740157477",
        ),
        (
            "convert_temperature",
            &[(Real, "0"), (Text, "DegreeCelsius"), (Text, "DegreeFahrenheit")],
            "31.999999999999986",
        ),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}

#[test]
fn addresses() {
    for (name, args, expected) in [
        ("parse_ipv4", &[(Text, "192.168.1.1/24")][..], "3232235776"),
        ("parse_ipv4", &[(Text, "192.168.01.1")], "null"),
        ("ipv4_compare", &[(Text, "192.168.1.1"), (Text, "192.168.1.255/24")], "0"),
        (
            "ipv4_is_match",
            &[(Text, "192.168.1.1"), (Text, "192.168.1.255"), (Long, "24")],
            "true",
        ),
        ("ipv4_is_private", &[(Text, "127.0.0.1")], "false"),
        ("ipv4_is_private", &[(Text, "192.168.1.1/24")], "true"),
        ("ipv4_is_private", &[(Text, "")], "null"),
        (
            "ipv4_is_in_any_range",
            &[(Text, "192.168.1.6"), (Text, "10.0.0.1/8"), (Text, "192.168.1.1/24")],
            "true",
        ),
        ("ipv4_is_in_any_range", &[(Text, "9.9.9.9"), (Dynamic, "[\"10.0.0.1/8\"]")], "false"),
        ("ipv4_netmask_suffix", &[(Text, "127.0.0.1/16")], "16"),
        (
            "ipv4_range_to_cidr_list",
            &[(Text, "1.1.128.0"), (Text, "1.1.140.255")],
            "[\"1.1.128.0/21\",\"1.1.136.0/22\",\"1.1.140.0/24\"]",
        ),
        (
            "ipv4_range_to_cidr_list",
            &[(Text, "0.0.0.0"), (Text, "255.255.255.255")],
            "[\"0.0.0.0/0\"]",
        ),
        ("format_ipv4", &[(Text, "192.168.1.1/24"), (Long, "32")], "\"192.168.1.0\""),
        ("format_ipv4_mask", &[(Text, "192.168.1.1"), (Long, "-1")], "\"\""),
        ("has_ipv4", &[(Text, "05:04:54 127.0.0.1 GET"), (Text, "127.0.0.1")], "true"),
        ("has_ipv4_prefix", &[(Text, "05:04:54 127.0.0.1 GET"), (Text, "127.0")], "false"),
        ("has_any_ipv4_prefix", &[(Text, "x 127.0.0.1"), (Dynamic, "[\"127.0.\"]")], "true"),
        ("ipv6_is_match", &[(Text, "192.168.1.1/24"), (Text, "::ffff:c0a8:01ff")], "true"),
        ("ipv6_is_match", &[(Text, "::192.168.1.1/30"), (Text, "192.168.1.255/24")], "true"),
        (
            "parse_ipv6_mask",
            &[(Text, "192.168.255.255"), (Long, "120")],
            "\"0000:0000:0000:0000:0000:ffff:c0a8:ff00\"",
        ),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}

#[test]
fn paths_into_dynamics() {
    let document = || constant(Dynamic, r#"{"a":{"b":[1,"two",null]}}"#);
    let path = |last: operators::Segment| {
        let key = |key: &str| operators::Segment::Key(key.to_owned());
        operators::path(document(), vec![key("a"), key("b"), last])
    };
    assert_eq!(evaluated(&path(operators::Segment::Index(0)), Dynamic, None).unwrap(), "1");
    assert_eq!(evaluated(&path(operators::Segment::Index(-1)), Dynamic, None).unwrap(), "null");
    assert_eq!(
        evaluated(&path(operators::Segment::Key("x".to_owned())), Dynamic, None).unwrap(),
        "null"
    );
    assert_eq!(
        evaluated(&path(operators::Segment::Computed(constant(Long, "1"), Long)), Dynamic, None).unwrap(),
        "\"two\""
    );
    // The conversion to a string is done in the same step.
    let function = quarry_schema::functions::scalar("tostring").unwrap();
    let text = scalar_expr(function, vec![path(operators::Segment::Index(1))], vec![Dynamic], Text, 0).unwrap();
    assert!(text.to_string().starts_with("tostring path"), "{text}");
    assert_eq!(evaluated(&text, Text, None).unwrap(), "\"two\"");
}
