//! Statistics, filling, fitting and decomposition of series.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("series_magnitude", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc(
        "The Euclidean length of a series: the root of the sum of squares.",
        "print series_magnitude(dynamic([3, 4]))",
        "query/series-magnitude-function",
    ),
    scalar("series_sum", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc(
        "The sum of a series; null when an element is no number.",
        "print series_sum(dynamic([1, 2, 3]))",
        "query/series-sum-function",
    ),
    scalar("series_product", &[gives(KqlType::Real, &[req("series", T::DynamicArray)])]).doc(
        "The product of a series; null when an element is no number.",
        "print series_product(dynamic([2, 3, 4]))",
        "query/series-product-function",
    ),
    scalar(
        "series_dot_product",
        &[
            gives(KqlType::Real, &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)]),
            gives(KqlType::Real, &[req("series1", T::DynamicArray), req("series2", T::Number)]),
            gives(KqlType::Real, &[req("series1", T::Number), req("series2", T::DynamicArray)]),
        ],
    )
    .doc(
        "The sum of the products of two series, element by element.",
        "print series_dot_product(dynamic([1, 2]), dynamic([3, 4]))",
        "query/series-dot-product-function",
    ),
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
    .doc(
        "The cosine of the angle between two series as vectors. Known lengths can be passed to save work.",
        "print series_cosine_similarity(dynamic([1, 0]), dynamic([1, 0]))",
        "query/series-cosine-similarity-function",
    ),
    scalar(
        "series_pearson_correlation",
        &[gives(
            KqlType::Real,
            &[req("series1", T::DynamicArray), req("series2", T::DynamicArray)],
        )],
    )
    .doc(
        "The Pearson correlation of two series, -1 to 1.",
        "print series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6]))",
        "query/series-pearson-correlation-function",
    ),
    scalar(
        "series_stats",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("ignore_nonfinite", BOOL).constant()],
        )],
    )
    .doc(
        "Minimum, maximum, their positions, average, standard deviation and variance of a series, each in a column of its \
             own.",
        "print s = dynamic([1, 2, 6]) | extend series_stats(s)",
        "query/series-stats-function",
    ),
    scalar(
        "series_stats_dynamic",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("ignore_nonfinite", BOOL).constant()],
        )],
    )
    .doc(
        "Statistics of a series (minimum, maximum, average, …) as a bag.",
        "print series_stats_dynamic(dynamic([1, 2, 6]))",
        "query/series-stats-dynamic-function",
    ),
    scalar(
        "series_fft",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("series_imaginary", T::DynamicArray)],
        )],
    )
    .doc(
        "The fast Fourier transform of a series: a column for the real parts, one for the imaginary parts.",
        "print s = dynamic([1, 0, 0, 0]) | extend series_fft(s)",
        "query/series-fft-function",
    ),
    scalar(
        "series_ifft",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), opt("series_imaginary", T::DynamicArray)],
        )],
    )
    .doc(
        "The inverse fast Fourier transform: a column for the real parts, one for the imaginary parts.",
        "print re = dynamic([1, 1, 1, 1]), im = dynamic([0, 0, 0, 0]) | extend series_ifft(re, im)",
        "query/series-ifft-function",
    ),
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
    .nulls("A null series or filter gives null; a null option counts as left out.").doc(
        "Filters a series by a moving weighted sum (finite impulse response).",
        "print series_fir(dynamic([1, 2, 3]), dynamic([1, 1]), false)",
        "query/series-fir-function",
    ),
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
    .doc(
        "Filters a series by weights for inputs and for earlier outputs (infinite impulse response).",
        "print series_iir(dynamic([1, 1, 1]), dynamic([1]), dynamic([1, -1]))",
        "query/series-iir-function",
    ),
    scalar("series_fit_line", &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])]).doc(
        "Fits a line to a series by least squares: R-square, slope, variances, start and fitted values, each in a column \
             of its own.",
        "print s = dynamic([1, 2, 3]) | extend series_fit_line(s)",
        "query/series-fit-line-function",
    ),
    scalar(
        "series_fit_line_dynamic",
        &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])],
    )
    .doc(
        "Fits a line to a series by least squares, as a bag.",
        "print series_fit_line_dynamic(dynamic([1, 2, 3]))",
        "query/series-fit-line-dynamic-function",
    ),
    scalar("series_fit_2lines", &[gives_by(Returns::Custom, &[req("array", T::DynamicArray)])]).doc(
        "Fits two joined line segments to a series, to find where its trend changes; results in columns of their own.",
        "print s = dynamic([1, 2, 3, 4, 3, 2, 1]) | extend series_fit_2lines(s)",
        "query/series-fit-2lines-function",
    ),
    scalar(
        "series_fit_2lines_dynamic",
        &[gives_by(Returns::Custom, &[req("series", T::DynamicArray)])],
    )
    .doc(
        "Fits two joined line segments to a series, to find where its trend changes, as a bag.",
        "print f = series_fit_2lines_dynamic(dynamic([1, 2, 3, 4, 3, 2, 1])) | project f.rsquare, f.split_idx",
        "query/series-fit-2lines-dynamic-function",
    ),
    scalar(
        "series_fit_poly",
        &[gives_by(
            Returns::Custom,
            &[
                req("y_series", T::DynamicArray),
                opt("x_series", T::DynamicArray),
                opt("degree", T::Integer),
            ],
        )],
    )
    .doc(
        "Fits a polynomial of a degree to a series: R-square, coefficients and more, each in a column of its own.",
        "print s = dynamic([1, 4, 9, 16, 25]), x = dynamic([1, 2, 3, 4, 5]) | extend series_fit_poly(s, x, 2)",
        "query/series-fit-poly-function",
    ),
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
    .doc(
        "Scores how far each element lies outside the bulk of a series (Tukey's test); beyond 1.5 is an anomaly, beyond 3 \
             a strong one.",
        "print series_outliers(dynamic([1, 2, 1, 2, 1, 2, 1, 9, 1, 2, 1, 2]))",
        "query/series-outliers-function",
    ),
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
    .doc(
        "The most significant periods of a series and their scores, in two columns.",
        "print s = dynamic([2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5]) | project (periods, scores) = series_periods_detect(s, 2, 8, 1)",
        "query/series-periods-detect-function",
    ),
    scalar(
        "series_periods_validate",
        &[gives_by(
            Returns::Custom,
            &[req("series", T::DynamicArray), repeat("period", T::Number, 1, 16)],
        )],
    )
    .doc(
        "Checks whether a series has the given periods: the periods and their scores, in two columns.",
        "print s = dynamic([2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5]) | project (periods, scores) = series_periods_validate(s, 4)",
        "query/series-periods-validate-function",
    ),
    scalar(
        "series_fill_backward",
        &[gives_by(
            Returns::SameAs(0),
            &[req("series", T::DynamicArray), opt("missing_value_placeholder", T::Number)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Fills gaps of a series with the next value that is there.",
        "print series_fill_backward(dynamic([1, null, 3]))",
        "query/series-fill-backward-function",
    ),
    scalar(
        "series_fill_forward",
        &[gives_by(
            Returns::SameAs(0),
            &[req("series", T::DynamicArray), opt("missing_value_placeholder", T::Number)],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Fills gaps of a series with the last value that was there.",
        "print series_fill_forward(dynamic([1, null, 3]))",
        "query/series-fill-forward-function",
    ),
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
    .nulls("A null series gives null; a null constant leaves the gaps.").doc(
        "Fills gaps of a series with a constant.",
        "print series_fill_const(dynamic([1, null, 3]), 0)",
        "query/series-fill-const-function",
    ),
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
    .doc(
        "Fills gaps of a series on the line between their neighbors.",
        "print series_fill_linear(dynamic([1, null, 3]))",
        "query/series-fill-linear-function",
    ),
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
    .doc(
        "The seasonal part of a series, by a period that is given or detected.",
        "print series_seasonal(dynamic([2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5]), 4)",
        "query/series-seasonal-function",
    ),
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
    .doc(
        "Splits a series into baseline, season, trend and residual, each in a column of its own.",
        "print s = dynamic([2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5, 2, 1, 2, 5]) | extend series_decompose(s, 4)",
        "query/series-decompose-function",
    ),
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
    .doc(
        "Forecasts the last points of a series from its season and trend.",
        "print s = dynamic([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) | extend forecast = series_decompose_forecast(s, 3)",
        "query/series-decompose-forecast-function",
    ),
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
    .doc(
        "Marks the anomalies of a series after its season and trend are taken out: flags, scores and baseline in three \
             columns.",
        "print s = dynamic([1, 2, 1, 2, 1, 2, 1, 9, 1, 2, 1, 2]) | extend (marks, scores, baseline) = series_decompose_anomalies(s, 1.5)",
        "query/series-decompose-anomalies-function",
    ),
];
