//! Element-wise arithmetic on series.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "series_add",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-add-function"),
    scalar(
        "series_subtract",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-subtract-function"),
    scalar(
        "series_multiply",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-multiply-function"),
    scalar(
        "series_divide",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-divide-function"),
    scalar(
        "series_pow",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-pow-function"),
    scalar(
        "series_greater",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-greater-function"),
    scalar(
        "series_greater_equals",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-greater-equals-function"),
    scalar(
        "series_less",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-less-function"),
    scalar(
        "series_less_equals",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-less-equals-function"),
    scalar(
        "series_equals",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-equals-function"),
    scalar(
        "series_not_equals",
        &[
            gives(
                KqlType::Dynamic,
                &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
            ),
            gives(KqlType::Dynamic, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Dynamic, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-not-equals-function"),
    scalar("series_exp", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-exp-function"),
    scalar("series_sign", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-sign-function"),
    scalar("series_abs", &[gives_by(Returns::SameAs(0), &[req("series", T::DynamicArray)])]).doc("", "", "query/series-abs-function"),
    scalar("series_sin", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-sin-function"),
    scalar("series_asin", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-asin-function"),
    scalar("series_cos", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-cos-function"),
    scalar("series_acos", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-acos-function"),
    scalar("series_tan", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-tan-function"),
    scalar("series_atan", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-atan-function"),
    scalar("series_log", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-log-function"),
    scalar("series_floor", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-floor-function"),
    scalar("series_ceiling", &[gives_by(Returns::SameAs(0), &[req("series", T::DynamicArray)])]).doc(
        "",
        "",
        "query/series-ceiling-function",
    ),
];
