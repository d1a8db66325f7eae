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
    .doc("", "", "query/round-function"),
    scalar(
        "ceiling",
        &[
            gives(KqlType::Decimal, &[req("number", DECIMAL)]),
            gives(KqlType::Real, &[req("number", T::Number)]),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/ceiling-function"),
    scalar(
        "pow",
        &[gives(KqlType::Real, &[req("base", T::Number), req("exponent", T::Number)])],
    )
    .doc("", "", "query/pow-function"),
    scalar("sqrt", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/sqrt-function"),
    scalar("log", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/log-function"),
    scalar("log2", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/log2-function"),
    scalar("log10", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/log10-function"),
    scalar("exp", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/exp-function"),
    scalar("exp2", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/exp2-function"),
    scalar("exp10", &[gives(KqlType::Real, &[req("number", T::Number)])]).doc("", "", "query/exp10-function"),
    scalar("pi", &[gives(KqlType::Real, &[])]).doc("", "", "query/pi-function"),
    scalar("cos", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/cos-function"),
    scalar("sin", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/sin-function"),
    scalar("tan", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/tan-function"),
    scalar("acos", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/acos-function"),
    scalar("asin", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/asin-function"),
    scalar("atan", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/atan-function"),
    scalar(
        "atan2",
        &[gives(KqlType::Real, &[req("y", T::NumberOrBool), req("x", T::NumberOrBool)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/atan2-function"),
    scalar("cot", &[gives(KqlType::Real, &[req("number", T::NumberOrBool)])]).doc("", "", "query/cot-function"),
    scalar(
        "abs",
        &[
            gives(KqlType::Long, &[req("number", T::Integer)]),
            gives_by(Returns::SameAs(0), &[req("number", T::Number)]),
            gives(KqlType::TimeSpan, &[req("number", TIMESPAN)]),
        ],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/abs-function"),
    scalar("degrees", &[gives(KqlType::Real, &[req("radians", T::Number)])]).doc("", "", "query/degrees-function"),
    scalar("radians", &[gives(KqlType::Real, &[req("degrees", T::Number)])]).doc("", "", "query/radians-function"),
    scalar("sign", &[gives(KqlType::Real, &[req("number", T::Number)])]).doc("", "", "query/sign-function"),
    scalar("rand", &[gives(KqlType::Real, &[opt("number", T::Integer)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/rand-function"),
    scalar(
        "beta_cdf",
        &[gives(
            KqlType::Real,
            &[req("x", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc("", "", "query/beta-cdf-function"),
    scalar(
        "beta_inv",
        &[gives(
            KqlType::Real,
            &[req("probability", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc("", "", "query/beta-inv-function"),
    scalar(
        "beta_pdf",
        &[gives(
            KqlType::Real,
            &[req("x", T::Number), req("alpha", T::Number), req("beta", T::Number)],
        )],
    )
    .doc("", "", "query/beta-pdf-function"),
    scalar("gamma", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/gamma-function"),
    scalar("loggamma", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/loggamma-function"),
    scalar("erf", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/erf-function"),
    scalar("erfc", &[gives(KqlType::Real, &[req("number", T::Number)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/erfc-function"),
    scalar("isnan", &[gives(KqlType::Bool, &[req("number", REAL)])]).doc("", "", "query/isnan-function"),
    scalar("isinf", &[gives(KqlType::Bool, &[req("number", REAL)])]).doc("", "", "query/isinf-function"),
    scalar("isfinite", &[gives(KqlType::Bool, &[req("number", REAL)])]).doc("", "", "query/isfinite-function"),
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
    .doc("", "", "query/welch-test-function"),
];
