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
    .nulls("A null condition chooses the third argument.")
    .doc(
        "The second argument where the condition is true, else the third.",
        "print iff(2 > 1, 'yes', 'no')",
        "query/iff-function",
    ),
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
    .nulls("A null condition is not true.")
    .doc(
        "The value after the first condition that is true, else the last argument.",
        "print case(1 > 2, 'a', 2 > 1, 'b', 'c')",
        "query/case-function",
    ),
    scalar("not", &[gives(KqlType::Bool, &[req("expression", T::NumberOrBool)])]).doc(
        "The opposite of a bool; null stays null.",
        "print not(false)",
        "query/not-function",
    ),
    scalar("assert", &[gives(KqlType::Bool, &[req("predicate", BOOL), req("message", STRING)])])
        .nulls("A null condition fails the query.")
        .doc(
            "Fails the query with the message when the condition is false; else true.",
            "print assert(1 < 2, 'order is broken')",
            "query/assert-function",
        ),
    scalar("max_of", &[gives_by(Returns::Common, &[repeat("arg", T::CommonOrderable, 2, 64)])])
        .nulls("Nulls do not count; null when all are null.")
        .doc(
            "The greatest of the arguments; nulls do not count.",
            "print max_of(10, 1, 17)",
            "query/max-of-function",
        ),
    scalar("min_of", &[gives_by(Returns::Common, &[repeat("arg", T::CommonOrderable, 2, 64)])])
        .nulls("Nulls do not count; null when all are null.")
        .doc(
            "The least of the arguments; nulls do not count.",
            "print min_of(10, 1, 17)",
            "query/min-of-function",
        ),
    scalar(
        "around",
        &[gives(
            KqlType::Bool,
            &[req("value", T::Summable), req("center", T::Summable), req("delta", T::Summable)],
        )],
    )
    .doc(
        "Whether a value lies within a distance of a center, both ends included.",
        "print around(9, 10, 2)",
        "query/around-function",
    ),
];
