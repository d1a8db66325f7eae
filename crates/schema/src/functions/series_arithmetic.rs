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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Adds two series, or a series and a number, element by element.",
        "print series_add(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-add-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Subtracts a series or number from another, element by element.",
        "print series_subtract(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-subtract-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Multiplies two series, or a series and a number, element by element.",
        "print series_multiply(dynamic([1, 2, 4]), 2)",
        "query/series-multiply-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Divides a series or number by another, element by element.",
        "print series_divide(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-divide-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Raises a series or number to the power of another, element by element.",
        "print series_pow(dynamic([1, 2, 3]), 2)",
        "query/series-pow-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether one series is greater than another, element by element.",
        "print series_greater(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-greater-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether one series is at least another, element by element.",
        "print series_greater_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-greater-equals-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether one series is less than another, element by element.",
        "print series_less(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-less-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether one series is at most another, element by element.",
        "print series_less_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-less-equals-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether two series are equal, element by element.",
        "print series_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-equals-function",
    ),
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
    .nulls("A null series gives null, a null number a series of nulls.")
    .doc(
        "Whether two series differ, element by element.",
        "print series_not_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))",
        "query/series-not-equals-function",
    ),
    scalar("series_exp", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "Euler's number to the power of each element.",
        "print series_exp(dynamic([0, 1]))",
        "query/series-exp-function",
    ),
    scalar("series_sign", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The sign of each element: -1, 0 or 1.",
        "print series_sign(dynamic([-6, 0, 8]))",
        "query/series-sign-function",
    ),
    scalar("series_abs", &[gives_by(Returns::SameAs(0), &[req("series", T::DynamicArray)])]).doc(
        "Each element without its sign.",
        "print series_abs(dynamic([-6.5, 0, 8]))",
        "query/series-abs-function",
    ),
    scalar("series_sin", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The sine of each element.",
        "print series_sin(dynamic([0]))",
        "query/series-sin-function",
    ),
    scalar("series_asin", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The angle with that sine, for each element.",
        "print series_asin(dynamic([0]))",
        "query/series-asin-function",
    ),
    scalar("series_cos", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The cosine of each element.",
        "print series_cos(dynamic([0]))",
        "query/series-cos-function",
    ),
    scalar("series_acos", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The angle with that cosine, for each element.",
        "print series_acos(dynamic([1]))",
        "query/series-acos-function",
    ),
    scalar("series_tan", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The tangent of each element.",
        "print series_tan(dynamic([0]))",
        "query/series-tan-function",
    ),
    scalar("series_atan", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The angle with that tangent, for each element.",
        "print series_atan(dynamic([0]))",
        "query/series-atan-function",
    ),
    scalar("series_log", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "The natural logarithm of each element.",
        "print series_log(dynamic([1]))",
        "query/series-log-function",
    ),
    scalar("series_floor", &[gives(KqlType::Dynamic, &[req("series", T::DynamicArray)])]).doc(
        "Each element rounded down to a whole number.",
        "print series_floor(dynamic([-1.5, 1.5]))",
        "query/series-floor-function",
    ),
    scalar("series_ceiling", &[gives_by(Returns::SameAs(0), &[req("series", T::DynamicArray)])]).doc(
        "Each element rounded up to a whole number.",
        "print series_ceiling(dynamic([-1.5, 1.5]))",
        "query/series-ceiling-function",
    ),
];
