//! Rounding down to multiples, and arithmetic on bits.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "bin",
        &[
            gives(KqlType::Long, &[req("value", T::Integer), req("roundTo", T::Integer)]),
            gives_by(Returns::Widest, &[req("value", T::NumberOrBool), req("roundTo", T::Number)]),
            gives(KqlType::TimeSpan, &[req("value", TIMESPAN), req("roundTo", TIMESPAN)]),
            gives(KqlType::DateTime, &[req("value", DATETIME), req("roundTo", DATETIME)]),
            gives(KqlType::DateTime, &[req("value", DATETIME), req("roundTo", TIMESPAN)]),
        ],
    )
    .aliases(&["floor"])
    .named(ResultName::FirstArgument)
    .doc(
        "Rounds down to a multiple of a size: numbers, points and spans of time.",
        "print bin(datetime(2024-03-01 12:37), 15m)",
        "query/bin-function",
    ),
    scalar(
        "bin_at",
        &[
            gives_by(
                Returns::Widest,
                &[req("value", T::Number), req("bin_size", T::Number), req("fixed_point", T::Number)],
            ),
            gives(
                KqlType::TimeSpan,
                &[req("value", TIMESPAN), req("bin_size", T::Number), req("fixed_point", TIMESPAN)],
            ),
            gives(
                KqlType::TimeSpan,
                &[req("value", TIMESPAN), req("bin_size", TIMESPAN), req("fixed_point", TIMESPAN)],
            ),
            gives(
                KqlType::DateTime,
                &[req("value", DATETIME), req("bin_size", T::Summable), req("fixed_point", DATETIME)],
            ),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Rounds down to a multiple of a size, counted from a fixed point.",
        "print bin_at(6.5, 2.5, 7)",
        "query/bin-at-function",
    ),
    scalar("bin_auto", &[gives_by(Returns::Custom, &[req("value", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Rounds down to the bin size that the query options set (`query_bin_auto_size`).",
            "set query_bin_auto_size=1h; print bin_auto(datetime(2024-03-01 12:37))",
            "query/bin-auto-function",
        ),
    scalar(
        "binary_and",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The bits that both integers have set.",
        "print binary_and(12, 10)",
        "query/binary-and-function",
    ),
    scalar(
        "binary_or",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The bits that at least one of two integers has set.",
        "print binary_or(12, 10)",
        "query/binary-or-function",
    ),
    scalar(
        "binary_xor",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The bits in which two integers differ.",
        "print binary_xor(12, 10)",
        "query/binary-xor-function",
    ),
    scalar("binary_not", &[gives(KqlType::Long, &[req("value", T::Integer)])])
        .named(ResultName::FirstArgument)
        .doc(
            "An integer with every bit flipped.",
            "print binary_not(0)",
            "query/binary-not-function",
        ),
    scalar(
        "binary_shift_left",
        &[gives(KqlType::Long, &[req("value", T::Integer), req("shift", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The bits of an integer moved to the left.",
        "print binary_shift_left(1, 4)",
        "query/binary-shift-left-function",
    ),
    scalar(
        "binary_shift_right",
        &[gives(KqlType::Long, &[req("value", T::Integer), req("shift", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The bits of an integer moved to the right.",
        "print binary_shift_right(16, 4)",
        "query/binary-shift-right-function",
    ),
    scalar("bitset_count_ones", &[gives(KqlType::Long, &[req("value", T::Integer)])])
        .named(ResultName::FirstArgument)
        .doc(
            "How many bits of an integer are set.",
            "print bitset_count_ones(42)",
            "query/bitset-count-ones-function",
        ),
];
