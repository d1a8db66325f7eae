//! Datetimes and timespans.

use super::*;

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
