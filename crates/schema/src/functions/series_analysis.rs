//! Statistics, filling, fitting and decomposition of series.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("series_magnitude", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-magnitude-function"),
    scalar("series_sum", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-sum-function"),
    scalar("series_product", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc("", "", "query/series-product-function"),
    scalar(
        "series_dot_product",
        &[
            gives(KqlType::Real, &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)]),
            gives(KqlType::Real, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Real, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/series-dot-product-function"),
    scalar(
        "series_cosine_similarity",
        &[gives(
            KqlType::Real,
            &[
                req("series1", T::DynamicArray),
                req("series2", T::DynamicArray),
                opt("series1_magnitude", REAL),
                opt("series2_magnitude", REAL),
            ],
        )],
    )
    .doc("", "", "query/series-cosine-similarity-function"),
    scalar(
        "series_pearson_correlation",
        &[gives(
            KqlType::Real,
            &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/series-pearson-correlation-function"),
    scalar(
        "series_stats",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("ignore_nonfinite", BOOL).constant()],
        )],
    )
    .doc("", "", "query/series-stats-function"),
    scalar(
        "series_stats_dynamic",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("ignore_nonfinite", BOOL).constant()],
        )],
    )
    .doc("", "", "query/series-stats-dynamic-function"),
    scalar(
        "series_fft",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("series_imaginary", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/series-fft-function"),
    scalar(
        "series_ifft",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("series_imaginary", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/series-ifft-function"),
    scalar(
        "series_fir",
        &[gives(
            KqlType::Dynamic,
            &[
                req("series", T::DynamicArray),
                req("filter", T::DynamicArray),
                opt("normalize", BOOL),
                opt("center", BOOL),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-fir-function"),
    scalar(
        "series_iir",
        &[gives(
            KqlType::Dynamic,
            &[
                req("series", T::DynamicArray),
                req("numerators", T::DynamicArray),
                req("denominators", T::DynamicArray),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-iir-function"),
    scalar("series_fit_line", &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])]).doc(
        "",
        "",
        "query/series-fit-line-function",
    ),
    scalar(
        "series_fit_line_dynamic",
        &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])],
    )
    .doc("", "", "query/series-fit-line-dynamic-function"),
    scalar("series_fit_2lines", &[gives_by(Returns::Custom, &[req("array", T::DynamicArray)])]).doc(
        "",
        "",
        "query/series-fit-2lines-function",
    ),
    scalar(
        "series_fit_2lines_dynamic",
        &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])],
    )
    .doc("", "", "query/series-fit-2lines-dynamic-function"),
    scalar(
        "series_fit_poly",
        &[gives_by(
            Returns::Custom,
            &[
                req("y_series", T::DynamicArray),
                opt("x_series", T::DynamicArray),
                opt("degree", INT),
            ],
        )],
    )
    .doc("", "", "query/series-fit-poly-function"),
    scalar(
        "series_outliers",
        &[
            gives_by(
                Returns::SameAs(0),
                &[req("series", T::DynamicArray), opt("kind", STRING), opt("ignore_val", T::Number)],
            ),
            gives_by(
                Returns::SameAs(0),
                &[
                    req("series", T::DynamicArray),
                    req("kind", STRING),
                    req("ignore_val", REAL),
                    req("min_percentile", REAL),
                    opt("max_percentile", REAL),
                    opt("test_points", T::Integer),
                ],
            ),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-outliers-function"),
    scalar(
        "series_periods_detect",
        &[gives_by(
            Returns::Custom,
            &[
                req("series", T::DynamicArray),
                req("min_period", T::Number),
                req("max_period", T::Number),
                req("num_periods", LONG),
            ],
        )],
    )
    .doc("", "", "query/series-periods-detect-function"),
    scalar(
        "series_periods_validate",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), repeat("period", T::Number, 1, 16)],
        )],
    )
    .doc("", "", "query/series-periods-validate-function"),
    scalar(
        "series_fill_backward",
        &[gives_by(
            Returns::SameAs(0),
            &[req("series", T::DynamicArray), opt("missing_value_placeholder", T::Number)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-fill-backward-function"),
    scalar(
        "series_fill_forward",
        &[gives_by(
            Returns::SameAs(0),
            &[req("series", T::DynamicArray), opt("missing_value_placeholder", T::Number)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-fill-forward-function"),
    scalar(
        "series_fill_const",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("series", T::DynamicArray),
                opt("constant_value", T::Number),
                opt("missing_value_placeholder", T::Number),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-fill-const-function"),
    scalar(
        "series_fill_linear",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("series", T::DynamicArray),
                opt("missing_value_placeholder", T::Number),
                opt("fill_edges", BOOL),
                opt("constant_value", T::Number),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/series-fill-linear-function"),
    scalar(
        "series_seasonal",
        &[
            gives(KqlType::Dynamic, &[req("series", T::DynamicArray)]),
            gives(KqlType::Dynamic, &[req("series", T::DynamicArray), req("period", T::Integer)]),
            gives(
                KqlType::Dynamic,
                &[
                    req("series", T::DynamicArray),
                    req("period", T::Integer),
                    req("test_points", T::Integer),
                ],
            ),
        ],
    )
    .doc("", "", "query/series-seasonal-function"),
    scalar(
        "series_decompose",
        &[gives_by(
            Returns::Custom,
            &[
                req("series", T::DynamicArray),
                opt("period", T::Integer),
                opt("trend", STRING),
                opt("test_points", T::Integer),
                opt("seasonality_threshold", T::Number),
            ],
        )],
    )
    .doc("", "", "query/series-decompose-function"),
    scalar(
        "series_decompose_forecast",
        &[gives_by(
            Returns::Custom,
            &[
                req("series", T::DynamicArray),
                req("test_points", T::Integer),
                opt("period", T::Integer),
                opt("trend", STRING),
                opt("seasonality_threshold", T::Number),
            ],
        )],
    )
    .doc("", "", "query/series-decompose-forecast-function"),
    scalar(
        "series_decompose_anomalies",
        &[gives_by(
            Returns::Custom,
            &[
                req("series", T::DynamicArray),
                opt("threshold", T::Number),
                opt("period", T::Integer),
                opt("trend", STRING),
                opt("test_points", T::Integer),
                opt("method", STRING),
                opt("seasonality_threshold", T::Number),
            ],
        )],
    )
    .doc("", "", "query/series-decompose-anomalies-function"),
];
