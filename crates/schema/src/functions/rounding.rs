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
    .doc("", "", "query/bin-function"),
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
    .doc("", "", "query/bin-at-function"),
    scalar("bin_auto", &[gives_by(Returns::Custom, &[req("value", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/bin-auto-function"),
    scalar(
        "binary_and",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/binary-and-function"),
    scalar(
        "binary_or",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/binary-or-function"),
    scalar(
        "binary_xor",
        &[gives(KqlType::Long, &[req("value1", T::Integer), req("value2", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/binary-xor-function"),
    scalar("binary_not", &[gives(KqlType::Long, &[req("value", T::Integer)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/binary-not-function"),
    scalar(
        "binary_shift_left",
        &[gives(KqlType::Long, &[req("value", T::Integer), req("shift", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/binary-shift-left-function"),
    scalar(
        "binary_shift_right",
        &[gives(KqlType::Long, &[req("value", T::Integer), req("shift", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/binary-shift-right-function"),
    scalar("bitset_count_ones", &[gives(KqlType::Long, &[req("value", T::Integer)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/bitset-count-ones-function"),
];
