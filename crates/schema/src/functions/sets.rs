//! Dynamic arrays taken as sets.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "set_has_element",
        &[gives(KqlType::Bool, &[req("set", T::DynamicArray), req("value", T::Scalar)])],
    )
    .nulls("A null array gives null; a null value is in none.")
    .doc(
        "Whether an array holds a value.",
        "print set_has_element(dynamic(['a', 'b']), 'b')",
        "query/set-has-element-function",
    ),
    scalar("set_union", &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])])
        .nulls("A null adds nothing; null when all are null.")
        .doc(
            "The distinct values that are in any of the arrays.",
            "print set_union(dynamic([1, 2]), dynamic([2, 3]))",
            "query/set-union-function",
        ),
    scalar(
        "set_intersect",
        &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])],
    )
    .doc(
        "The distinct values that are in all of the arrays.",
        "print set_intersect(dynamic([1, 2]), dynamic([2, 3]))",
        "query/set-intersect-function",
    ),
    scalar(
        "set_difference",
        &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])],
    )
    .nulls("A null first array gives null; others take nothing away.")
    .doc(
        "The distinct values of the first array that are in none of the others.",
        "print set_difference(dynamic([1, 2]), dynamic([2, 3]))",
        "query/set-difference-function",
    ),
    scalar(
        "set_equals",
        &[gives(KqlType::Bool, &[req("set1", T::DynamicArray), req("set2", T::DynamicArray)])],
    )
    .doc(
        "Whether two arrays hold the same distinct values.",
        "print set_equals(dynamic([1, 2]), dynamic([2, 1]))",
        "",
    ),
];
