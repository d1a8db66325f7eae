//! Comparing values: nulls, NaN, dynamics, membership.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator, col};
use quarry_schema::KqlType::{self, Bool, DateTime, Decimal, Dynamic, Guid, Int, Long, Real, String as Text, TimeSpan};
use quarry_semantics::ir::{BinaryOp, MembershipOp};

use super::{constant, evaluated, op};
use crate::operators::{self, MembershipCandidates, compared_values};

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
fn columns_of_reals_are_compared_as_single_values_are() {
    let some = [None, Some(f64::NAN), Some(-0.0), Some(0.0), Some(1.5), Some(f64::INFINITY)];
    // More rows than a word has bits.
    let values: Vec<Option<f64>> = (0..150_usize).map(|row| some[row * 7 % 11 % some.len()]).collect();
    let column = || Some((Arc::new(arrow::array::Float64Array::from(values.clone())) as ArrayRef, Real));
    let ops = [
        (BinaryOp::Equal, Operator::Eq),
        (BinaryOp::NotEqual, Operator::NotEq),
        (BinaryOp::Less, Operator::Lt),
        (BinaryOp::LessOrEqual, Operator::LtEq),
        (BinaryOp::Greater, Operator::Gt),
        (BinaryOp::GreaterOrEqual, Operator::GtEq),
    ];
    let text = |answers: Vec<Option<bool>>| {
        let cell = |answer: &Option<bool>| answer.map_or("null".to_owned(), |answer| answer.to_string());
        answers.iter().map(cell).collect::<Vec<_>>().join(" ")
    };
    for (op, plain) in ops {
        for constant in some {
            let literal = || Expr::Literal(ScalarValue::Float64(constant), None);
            let right = operators::binary(op, col("c"), Real, literal(), Real, Bool).unwrap();
            let expected = values.iter().map(|value| compared_values(plain, *value, constant)).collect();
            assert_eq!(evaluated(&right, Bool, column()).unwrap(), text(expected), "c {plain} {constant:?}");
            let left = operators::binary(op, literal(), Real, col("c"), Real, Bool).unwrap();
            let expected = values.iter().map(|value| compared_values(plain, constant, *value)).collect();
            assert_eq!(evaluated(&left, Bool, column()).unwrap(), text(expected), "{constant:?} {plain} c");
        }
        let both = operators::binary(op, col("c"), Real, col("c"), Real, Bool).unwrap();
        let expected = values.iter().map(|value| compared_values(plain, *value, *value)).collect();
        assert_eq!(evaluated(&both, Bool, column()).unwrap(), text(expected), "c {plain} c");
    }
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
