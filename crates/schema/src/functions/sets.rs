//! Dynamic arrays taken as sets.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "set_has_element",
        &[gives(KqlType::Bool, &[req("set", T::DynamicArray), req("value", T::Scalar)])],
    )
    .doc("", "", "query/set-has-element-function"),
    scalar("set_union", &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])]).doc("", "", "query/set-union-function"),
    scalar(
        "set_intersect",
        &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])],
    )
    .doc("", "", "query/set-intersect-function"),
    scalar(
        "set_difference",
        &[gives_by(Returns::Custom, &[repeat("set", T::DynamicArray, 2, 64)])],
    )
    .doc("", "", "query/set-difference-function"),
    scalar(
        "set_equals",
        &[gives(KqlType::Bool, &[req("set1", T::DynamicArray), req("set2", T::DynamicArray)])],
    )
    .doc("", "", ""),
];
