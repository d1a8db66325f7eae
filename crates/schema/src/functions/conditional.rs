//! Choices, comparisons of several values, assertions.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "iff",
        &[gives_by(
            Returns::CommonNonDynamic,
            &[
                req("if", BOOL),
                req("then", T::CommonScalarOrDynamic),
                req("else", T::CommonScalarOrDynamic),
            ],
        )],
    )
    .aliases(&["iif"])
    .doc("", "", "query/iff-function"),
    scalar(
        "case",
        &[gives_by(
            Returns::CommonNonDynamic,
            &[
                many("predicate", BOOL, 1),
                many("then", T::CommonScalarOrDynamic, 1),
                req("else", T::CommonScalarOrDynamic),
            ],
        )],
    )
    .doc("", "", "query/case-function"),
    scalar("not", &[gives(KqlType::Bool, &[req("expression", T::NumberOrBool)])]).doc("", "", "query/not-function"),
    scalar("assert", &[gives(KqlType::Bool, &[req("predicate", BOOL), req("message", STRING)])]).doc("", "", "query/assert-function"),
    scalar("max_of", &[gives_by(Returns::Common, &[repeat("arg", T::CommonOrderable, 2, 64)])]).doc("", "", "query/max-of-function"),
    scalar("min_of", &[gives_by(Returns::Common, &[repeat("arg", T::CommonOrderable, 2, 64)])]).doc("", "", "query/min-of-function"),
    scalar(
        "around",
        &[gives(
            KqlType::Bool,
            &[req("value", T::Scalar), req("center", T::Scalar), req("delta", T::Scalar)],
        )],
    )
    .doc("", "", "query/around-function"),
];
