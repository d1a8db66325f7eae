//! Arithmetic, trigonometry, distributions.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "round",
        &[
            gives(KqlType::Decimal, &[req("number", DECIMAL), opt("precision", LONG).constant()]),
            gives(KqlType::Real, &[req("number", T::Number), opt("precision", LONG).constant()]),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "Rounds to a number of decimal places, none when not given; negative places round to tens, hundreds and so on.",
        "print round(2.567, 1)",
        "query/round-function",
    ),
    scalar(
        "ceiling",
        &[
            gives(KqlType::Decimal, &[req("number", DECIMAL)]),
            gives(KqlType::Real, &[req("number", T::Number)]),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The least whole number that is not below the argument.",
        "print ceiling(1.2)",
        "query/ceiling-function",
    ),
    scalar(
        "pow",
        &[gives(KqlType::Real, &[req("base", T::Number), req("exponent", T::Number)])],
    )
    .doc("A base to the power of an exponent.", "print pow(2, 10)", "query/pow-function"),
    scalar("sqrt", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The square root; null for negative numbers.",
            "print sqrt(2.25)",
            "query/sqrt-function",
        ),
    scalar("log", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The natural logarithm; null for what has none.",
            "print log(1)",
            "query/log-function",
        ),
    scalar("log2", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The logarithm to base 2; null for what has none.",
            "print log2(8)",
            "query/log2-function",
        ),
    scalar("log10", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The logarithm to base 10; null for what has none.",
            "print log10(1000)",
            "query/log10-function",
        ),
    scalar("exp", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("Euler's number to the power of the argument.", "print exp(0)", "query/exp-function"),
    scalar("exp2", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("2 to the power of the argument.", "print exp2(3)", "query/exp2-function"),
    scalar("exp10", &[gives(KqlType::Real, &[req("number", T::Number)])]).doc(
        "10 to the power of the argument.",
        "print exp10(2)",
        "query/exp10-function",
    ),
    scalar("pi", &[gives(KqlType::Real, &[])]).doc(
        "The ratio of a circle's circumference to its diameter.",
        "print round(pi(), 5)",
        "query/pi-function",
    ),
    scalar("cos", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("The cosine of an angle in radians.", "print cos(0)", "query/cos-function"),
    scalar("sin", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("The sine of an angle in radians.", "print sin(0)", "query/sin-function"),
    scalar("tan", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("The tangent of an angle in radians.", "print tan(0)", "query/tan-function"),
    scalar("acos", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The angle in radians with that cosine; null outside -1 to 1.",
            "print acos(1)",
            "query/acos-function",
        ),
    scalar("asin", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The angle in radians with that sine; null outside -1 to 1.",
            "print asin(0)",
            "query/asin-function",
        ),
    scalar("atan", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("The angle in radians with that tangent.", "print atan(0)", "query/atan-function"),
    scalar(
        "atan2",
        &[gives(KqlType::Real, &[req("y", T::NumberOrBool), req("x", T::NumberOrBool)])],
    )
    .named(ResultName::FirstArgument)
    .doc(
        "The angle in radians between the x axis and the ray to the point (x, y).",
        "print atan2(0, 1)",
        "query/atan2-function",
    ),
    scalar("cot", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])]).doc(
        "The cotangent of an angle in radians.",
        "print round(cot(1), 3)",
        "query/cot-function",
    ),
    scalar(
        "abs",
        &[
            gives(KqlType::Long, &[req("number", T::Integer)]),
            gives_by(Returns::SameAs(0), &[req("number", T::Number)]),
            gives(KqlType::TimeSpan, &[req("number", TIMESPAN)]),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc("The value without its sign.", "print abs(-5)", "query/abs-function"),
    scalar(
        "degrees",
        &[
            gives(KqlType::Decimal, &[req("radians", DECIMAL)]),
            gives(KqlType::Real, &[req("radians", T::Number)]),
        ],
    )
    .doc(
        "Converts an angle from radians to degrees.",
        "print degrees(pi())",
        "query/degrees-function",
    ),
    scalar(
        "radians",
        &[
            gives(KqlType::Decimal, &[req("degrees", DECIMAL)]),
            gives(KqlType::Real, &[req("degrees", T::Number)]),
        ],
    )
    .doc(
        "Converts an angle from degrees to radians.",
        "print radians(180) == pi()",
        "query/radians-function",
    ),
    scalar("sign", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .nulls("A null gives 0.0.")
        .doc(
            "-1, 0 or 1 by the sign of a number, as a real.",
            "print sign(-42)",
            "query/sign-function",
        ),
    scalar("rand", &[gives(KqlType::Real, &[opt("number", T::Integer)])])
        .named(ResultName::FirstArgument)
        .nulls("")
        .doc(
            "A random real from 0 to 1, or a random whole number below the argument.",
            "print rand() < 1",
            "query/rand-function",
        ),
    scalar(
        "beta_cdf",
        &[gives(
            KqlType::Real,
            &[req("x", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc(
        "Cumulative beta distribution: the probability of a value up to x.",
        "print round(beta_cdf(0.2, 10.0, 50.0), 4)",
        "query/beta-cdf-function",
    ),
    scalar(
        "beta_inv",
        &[gives(
            KqlType::Real,
            &[req("probability", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc(
        "The x at which the cumulative beta distribution reaches a probability.",
        "print round(beta_inv(0.1, 10.0, 50.0), 4)",
        "query/beta-inv-function",
    ),
    scalar(
        "beta_pdf",
        &[gives(
            KqlType::Real,
            &[req("x", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc(
        "Density of the beta distribution at x.",
        "print round(beta_pdf(0.5, 10.0, 50.0), 4)",
        "query/beta-pdf-function",
    ),
    scalar("gamma", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("The gamma function.", "print gamma(5)", "query/gamma-function"),
    scalar("loggamma", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The natural logarithm of the absolute value of the gamma function.",
            "print loggamma(1)",
            "query/loggamma-function",
        ),
    scalar("erf", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("The error function.", "print round(erf(0.5), 4)", "query/erf-function"),
    scalar("erfc", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("1 less the error function.", "print round(erfc(0.5), 4)", "query/erfc-function"),
    scalar("isnan", &[gives(KqlType::Bool, &[req("number", REAL)])])
        .nulls("A null gives false.")
        .doc("Whether a real is not a number.", "print isnan(real(nan))", "query/isnan-function"),
    scalar("isinf", &[gives(KqlType::Bool, &[req("number", REAL)])])
        .nulls("A null gives false.")
        .doc(
            "Whether a real is positive or negative infinity.",
            "print isinf(1.0 / 0.0)",
            "query/isinf-function",
        ),
    scalar("isfinite", &[gives(KqlType::Bool, &[req("number", REAL)])])
        .nulls("A null gives false.")
        .doc(
            "Whether a real is neither infinite nor not a number.",
            "print isfinite(1.5)",
            "query/isfinite-function",
        ),
    scalar(
        "welch_test",
        &[gives(
            KqlType::Real,
            &[
                req("mean1", T::Number),
                req("variance1", T::Number),
                req("count1", T::Number),
                req("mean2", T::Number),
                req("variance2", T::Number),
                req("count2", T::Number),
            ],
        )],
    )
    .doc(
        "Probability (p-value) that two samples, given by mean, variance and count, come from distributions of equal mean.",
        "print round(welch_test(3.5, 1.2, 30, 3.9, 1.5, 25), 3)",
        "query/welch-test-function",
    ),
];
