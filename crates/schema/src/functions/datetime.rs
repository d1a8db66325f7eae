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
    .doc(
        "Converts the local time of a time zone to UTC.",
        "print datetime_local_to_utc(datetime(2024-07-01 12:00), 'Europe/Berlin')",
        "query/datetime-local-to-utc-function",
    ),
    scalar(
        "datetime_utc_to_local",
        &[gives(KqlType::DateTime, &[req("from", DATETIME), req("timezone", STRING)])],
    )
    .doc(
        "Converts UTC to the local time of a time zone.",
        "print datetime_utc_to_local(datetime(2024-07-01 12:00), 'Europe/Berlin')",
        "query/datetime-utc-to-local-function",
    ),
    scalar("datetime_list_timezones", &[gives(KqlType::Dynamic, &[])]).doc(
        "The names of all time zones, as an array.",
        "print array_length(datetime_list_timezones()) > 100",
        "query/datetime-list-timezones",
    ),
    scalar(
        "format_datetime",
        &[gives(
            KqlType::String,
            &[req("date", DATETIME), req("format", STRING).arg(ArgKind::LiteralNotEmpty)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Writes a point in time by a literal format (yyyy, MM, dd, HH, mm, ss, fff, …).",
        "print format_datetime(datetime(2024-03-01 12:30), 'yyyy-MM-dd HH:mm')",
        "query/format-datetime-function",
    ),
    scalar(
        "format_timespan",
        &[gives(
            KqlType::String,
            &[req("timespan", TIMESPAN), req("format", STRING).arg(ArgKind::LiteralNotEmpty)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Writes a span of time by a literal format (d, h, m, s, f with delimiters).",
        "print format_timespan(1.5h, 'hh:mm:ss')",
        "query/format-timespan-function",
    ),
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
    .doc(
        "A point in time made of year, month, day and optionally hour, minute and second; null when there is none such.",
        "print make_datetime(2024, 3, 1, 12, 30)",
        "query/make-datetime-function",
    ),
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
    .doc(
        "A span of time made of days, hours, minutes and seconds.",
        "print make_timespan(1, 12, 30, 5)",
        "query/make-timespan-function",
    ),
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
    .doc(
        "Adds a number of periods (year, month, day, …) to a point in time.",
        "print datetime_add('month', 1, datetime(2024-01-31))",
        "query/datetime-add-function",
    ),
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
    .doc(
        "How many boundaries of a period (year, hour, …) lie between two points in time. A real for weeks, else a long.",
        "print datetime_diff('day', datetime(2024-03-01), datetime(2024-02-01))",
        "query/datetime-diff-function",
    ),
    scalar(
        "datetime_part",
        &[gives(
            KqlType::Long,
            &[req("part", STRING).literal().values(PARTS), req("date", DATETIME)],
        )],
    )
    .aliases(&["datepart"])
    .doc(
        "A part of a point in time (year, week_of_year, hour, …) as a number.",
        "print datetime_part('hour', datetime(2024-03-01 12:30))",
        "query/datetime-part-function",
    ),
    scalar("dayofweek", &[gives(KqlType::TimeSpan, &[req("date", DATETIME)])]).doc(
        "Time since the last Sunday, in whole days, as a timespan.",
        "print dayofweek(datetime(2024-03-01))",
        "query/day-of-week-function",
    ),
    scalar("dayofmonth", &[gives(KqlType::Int, &[req("date", DATETIME)])]).doc(
        "Day of the month, from 1.",
        "print dayofmonth(datetime(2024-03-01))",
        "query/day-of-month-function",
    ),
    scalar("dayofyear", &[gives(KqlType::Int, &[req("date", DATETIME)])]).doc(
        "Day of the year, from 1.",
        "print dayofyear(datetime(2024-03-01))",
        "query/day-of-year-function",
    ),
    scalar("hourofday", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc(
        "Hour of the day, 0 to 23.",
        "print hourofday(datetime(2024-03-01 12:30))",
        "query/hour-of-day-function",
    ),
    scalar("week_of_year", &[gives(KqlType::Long, &[req("date", DATETIME)])])
        .aliases(&["weekofyear"])
        .doc(
            "Week of the year by ISO 8601, 1 to 53.",
            "print week_of_year(datetime(2024-03-01))",
            "query/week-of-year-function",
        ),
    scalar("monthofyear", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc(
        "Month of the year, 1 to 12.",
        "print monthofyear(datetime(2024-03-01))",
        "query/monthofyear-function",
    ),
    scalar("getmonth", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc(
        "Month of the year, 1 to 12.",
        "print getmonth(datetime(2024-03-01))",
        "query/monthofyear-function",
    ),
    scalar("getyear", &[gives(KqlType::Long, &[req("date", DATETIME)])]).doc(
        "The year.",
        "print getyear(datetime(2024-03-01))",
        "query/getyear-function",
    ),
    scalar(
        "startofday",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Midnight at the start of the day, moved by a number of days.",
        "print startofday(datetime(2024-03-01 12:30), -1)",
        "query/startofday-function",
    ),
    scalar(
        "startofweek",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "Midnight at the start of the week's Sunday, moved by a number of weeks.",
        "print startofweek(datetime(2024-03-01))",
        "query/startofweek-function",
    ),
    scalar(
        "startofmonth",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "Midnight at the start of the month, moved by a number of months.",
        "print startofmonth(datetime(2024-03-15))",
        "query/startofmonth-function",
    ),
    scalar(
        "startofyear",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "Midnight at the start of the year, moved by a number of years.",
        "print startofyear(datetime(2024-03-15))",
        "query/startofyear-function",
    ),
    scalar(
        "endofday",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "The last tick of the day, moved by a number of days.",
        "print endofday(datetime(2024-03-01 12:30))",
        "query/endofday-function",
    ),
    scalar(
        "endofweek",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "The last tick of the week's Saturday, moved by a number of weeks.",
        "print endofweek(datetime(2024-03-01))",
        "query/endofweek-function",
    ),
    scalar(
        "endofmonth",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "The last tick of the month, moved by a number of months.",
        "print endofmonth(datetime(2024-02-15))",
        "query/endofmonth-function",
    ),
    scalar(
        "endofyear",
        &[gives(KqlType::DateTime, &[req("date", DATETIME), opt("offset", LONG)])],
    )
    .doc(
        "The last tick of the year, moved by a number of years.",
        "print endofyear(datetime(2024-03-15))",
        "query/endofyear-function",
    ),
    scalar("now", &[gives(KqlType::DateTime, &[opt("offset", TIMESPAN)])]).doc(
        "The time of the query, the same for the whole query, moved by an offset.",
        "print now() == now()",
        "query/now-function",
    ),
    scalar("ago", &[gives(KqlType::DateTime, &[req("timespan", TIMESPAN)])]).doc(
        "The time of the query less a span of time.",
        "print ago(1h) < now()",
        "query/ago-function",
    ),
    scalar(
        "unixtime_seconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc(
        "The point in time that many seconds after the start of 1970.",
        "print unixtime_seconds_todatetime(1709296200)",
        "query/unixtime-seconds-todatetime-function",
    ),
    scalar(
        "unixtime_milliseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc(
        "The point in time that many milliseconds after the start of 1970.",
        "print unixtime_milliseconds_todatetime(1709296200000)",
        "query/unixtime-milliseconds-todatetime-function",
    ),
    scalar(
        "unixtime_microseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc(
        "The point in time that many microseconds after the start of 1970.",
        "print unixtime_microseconds_todatetime(1709296200000000)",
        "query/unixtime-microseconds-todatetime-function",
    ),
    scalar(
        "unixtime_nanoseconds_todatetime",
        &[gives(KqlType::DateTime, &[req("number", T::Number)])],
    )
    .doc(
        "The point in time that many nanoseconds after the start of 1970.",
        "print unixtime_nanoseconds_todatetime(1709296200000000000)",
        "query/unixtime-nanoseconds-todatetime-function",
    ),
];
