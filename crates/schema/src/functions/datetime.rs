//! Points and spans of time.

use super::define::*;

/// What `datetime_add` and `datetime_diff` count in.
const PERIODS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

/// What `datetime_part` takes out.
const PARTS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week_of_year",
    "day",
    "dayofyear",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
];

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "datetime_local_to_utc",
        &[gives(KqlType::DateTime, &[req("from", DATETIME), req("timezone", STRING)])],
    )
    .doc("", "", "query/datetime-local-to-utc-function"),
    scalar(
        "datetime_utc_to_local",
        &[gives(KqlType::DateTime, &[req("from", DATETIME), req("timezone", STRING)])],
    )
    .doc("", "", "query/datetime-utc-to-local-function"),
    scalar("datetime_list_timezones", &[gives(KqlType::Dynamic, &[])]).doc("", "", "query/datetime-list-timezones"),
    scalar(
        "format_datetime",
        &[gives(
            KqlType::String,
            &[req("date", DATETIME), req("format", STRING).arg(ArgKind::LiteralNotEmpty)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/format-datetime-function"),
    scalar(
        "format_timespan",
        &[gives(
            KqlType::String,
            &[req("timespan", TIMESPAN), req("format", STRING).arg(ArgKind::LiteralNotEmpty)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/format-timespan-function"),
    scalar(
        "make_datetime",
        &[
            gives(
                KqlType::DateTime,
                &[
                    req("year", T::Number),
                    req("month", T::Number),
                    req("day", T::Number),
                    opt("hour", T::Number),
                    opt("minute", T::Number),
                    opt("second", T::Number),
                ],
            ),
            gives(KqlType::DateTime, &[req("value", T::Scalar)]),
        ],
    )
    .named(ResultName::OnlyArgument)
    .doc("", "", "query/make-datetime-function"),
    scalar(
        "make_timespan",
        &[
            gives(
                KqlType::TimeSpan,
                &[
                    req("days", T::Integer),
                    req("hours", T::Integer),
                    req("minutes", T::Integer),
                    req("seconds", T::Number),
                ],
            ),
            gives(
                KqlType::TimeSpan,
                &[req("hours", T::Integer), req("minutes", T::Integer), opt("seconds", T::Number)],
            ),
            gives(KqlType::TimeSpan, &[req("value", T::Scalar)]),
        ],
    )
    .named(ResultName::OnlyArgument)
    .doc("", "", "query/make-timespan-function"),
    scalar(
        "datetime_add",
        &[gives(
            KqlType::DateTime,
            &[
                req("part", STRING).literal().values(PERIODS),
                req("value", T::Integer),
                req("datetime", DATETIME),
            ],
        )],
    )
    .doc("", "", "query/datetime-add-function"),
    scalar(
        "datetime_diff",
        &[gives_by(
            Returns::Custom,
            &[
                req("part", STRING).literal().values(PERIODS),
                req("datetime1", DATETIME),
                req("datetime2", DATETIME),
            ],
        )],
    )
    .doc("", "", "query/datetime-diff-function"),
    scalar(
        "datetime_part",
        &[gives(
            KqlType::Long,
            &[req("part", STRING).literal().values(PARTS), req("date", DATETIME)],
        )],
    )
    .aliases(&["datepart"])
    .doc("", "", "query/datetime-part-function"),
    scalar("dayofweek", &[gives(KqlType::TimeSpan, &[req("date", DATETIME)])]).doc("", "", "query/day-of-week-function"),
    scalar("dayofmonth", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", "query/day-of-month-function"),
    scalar("dayofyear", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", "query/day-of-year-function"),
    scalar("hourofday", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", "query/hour-of-day-function"),
    scalar("week_of_year", &[gives(KqlType::Long, &[req("date", DATETIME)])])
        .aliases(&["weekofyear"])
        .doc("", "", "query/week-of-year-function"),
    scalar("monthofyear", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", "query/monthofyear-function"),
    scalar("getmonth", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", ""),
    scalar("getyear", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc("", "", "query/getyear-function"),
    scalar(
        "startofday",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/startofday-function"),
    scalar(
        "startofweek",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/startofweek-function"),
    scalar(
        "startofmonth",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/startofmonth-function"),
    scalar(
        "startofyear",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/startofyear-function"),
    scalar(
        "endofday",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/endofday-function"),
    scalar(
        "endofweek",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/endofweek-function"),
    scalar(
        "endofmonth",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/endofmonth-function"),
    scalar(
        "endofyear",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc("", "", "query/endofyear-function"),
    scalar("now", &[gives(KqlType::DateTime, &[opt("offset", TIMESPAN)])]).doc("", "", "query/now-function"),
    scalar("ago", &[gives(KqlType::DateTime, &[req("timespan", TIMESPAN)])]).doc("", "", "query/ago-function"),
    scalar(
        "unixtime_seconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc("", "", "query/unixtime-seconds-todatetime-function"),
    scalar(
        "unixtime_milliseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc("", "", "query/unixtime-milliseconds-todatetime-function"),
    scalar(
        "unixtime_microseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc("", "", "query/unixtime-microseconds-todatetime-function"),
    scalar(
        "unixtime_nanoseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc("", "", "query/unixtime-nanoseconds-todatetime-function"),
];
