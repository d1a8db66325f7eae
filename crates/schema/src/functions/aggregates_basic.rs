//! Counts, sums, extremes, averages.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        "count",
        &[gives(KqlType::Long, &[]), gives(KqlType::Long, &[req("expr", T::Scalar)])],
    )
    .named(ResultName::PrefixAndFirstArgument("count"))
    .doc("", "", "query/count-aggregation-function"),
    aggregate("cnt", &[gives(KqlType::Long, &[])])
        .named(ResultName::PrefixAndFirstArgument("cnt"))
        .doc("", "", ""),
    aggregate("countif", &[gives(KqlType::Long, &[req("predicate", BOOL)])])
        .named(ResultName::PrefixAndFirstArgument("countif"))
        .doc("", "", "query/countif-aggregation-function"),
    aggregate("count_distinct", &[gives(KqlType::Long, &[req("expr", T::NotDynamic)])])
        .named(ResultName::PrefixAndFirstArgument("count_distinct"))
        .doc("", "", "query/count-distinct-aggregation-function"),
    aggregate(
        "count_distinctif",
        &[gives(KqlType::Long, &[req("expr", T::NotDynamic), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("count_distinctif"))
    .doc("", "", "query/count-distinctif-aggregation-function"),
    aggregate(
        "dcount",
        &[gives(KqlType::Long, &[req("expr", T::Scalar), opt("accuracy", T::NotDynamic)])],
    )
    .named(ResultName::PrefixAndFirstArgument("dcount"))
    .doc("", "", "query/dcount-aggregation-function"),
    aggregate(
        "dcountif",
        &[gives(
            KqlType::Long,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("accuracy", T::NotDynamic)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("dcountif"))
    .doc("", "", "query/dcountif-aggregation-function"),
    aggregate("sum", &[gives_by(Returns::PromotedFirst, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("sum"))
        .doc("", "", "query/sum-aggregation-function"),
    aggregate(
        "sumif",
        &[gives_by(
            Returns::PromotedFirst,
            &[req("expr", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("sumif"))
    .doc("", "", "query/sumif-aggregation-function"),
    aggregate(
        "avg",
        &[
            gives(KqlType::Real, &[req("expr", T::Integer)]),
            gives(KqlType::Real, &[req("expr", REAL)]),
            gives(KqlType::Decimal, &[req("expr", DECIMAL)]),
            gives(KqlType::TimeSpan, &[req("expr", TIMESPAN)]),
            gives(KqlType::DateTime, &[req("expr", DATETIME)]),
        ],
    )
    .named(ResultName::PrefixAndFirstArgument("avg"))
    .doc("", "", "query/avg-aggregation-function"),
    aggregate(
        "avgif",
        &[
            gives(KqlType::Real, &[req("expr", T::Integer), req("predicate", BOOL)]),
            gives(KqlType::Real, &[req("expr", REAL), req("predicate", BOOL)]),
            gives(KqlType::Decimal, &[req("expr", DECIMAL), req("predicate", BOOL)]),
            gives(KqlType::TimeSpan, &[req("expr", TIMESPAN), req("predicate", BOOL)]),
            gives(KqlType::DateTime, &[req("expr", DATETIME), req("predicate", BOOL)]),
        ],
    )
    .named(ResultName::PrefixAndFirstArgument("avgif"))
    .doc("", "", "query/avgif-aggregation-function"),
    aggregate("min", &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable)])])
        .named(ResultName::PrefixAndFirstArgument("min"))
        .doc("", "", "query/min-aggregation-function"),
    aggregate(
        "minif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("minif"))
    .doc("", "", "query/minif-aggregation-function"),
    aggregate("max", &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable)])])
        .named(ResultName::PrefixAndFirstArgument("max"))
        .doc("", "", "query/max-aggregation-function"),
    aggregate(
        "maxif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("maxif"))
    .doc("", "", "query/maxif-aggregation-function"),
    aggregate(
        "arg_min",
        &[gives_by(
            Returns::Custom,
            &[
                req("minimized", T::Orderable),
                many("returned", T::Scalar, 0).arg(ArgKind::StarAllowed),
            ],
        )],
    )
    .doc("", "", "query/arg-min-aggregation-function"),
    aggregate(
        "arg_max",
        &[gives_by(
            Returns::Custom,
            &[
                req("maximized", T::Orderable),
                many("returned", T::Scalar, 0).arg(ArgKind::StarAllowed),
            ],
        )],
    )
    .doc("", "", "query/arg-max-aggregation-function"),
    aggregate(
        "argmin",
        &[gives_by(
            Returns::Custom,
            &[
                req("minimized", T::Orderable),
                many("returned", T::Scalar, 0).arg(ArgKind::StarAllowed),
            ],
        )],
    )
    .doc("", "", ""),
    aggregate(
        "argmax",
        &[gives_by(
            Returns::Custom,
            &[
                req("maximized", T::Orderable),
                many("returned", T::Scalar, 0).arg(ArgKind::StarAllowed),
            ],
        )],
    )
    .doc("", "", ""),
    aggregate(
        "take_any",
        &[gives_by(Returns::Custom, &[many("expr", T::Scalar, 1).arg(ArgKind::StarAllowed)])],
    )
    .doc("", "", "query/take-any-aggregation-function"),
    aggregate(
        "take_anyif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar), req("predicate", BOOL)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/take-anyif-aggregation-function"),
    aggregate(
        "any",
        &[
            gives_by(Returns::SameAs(0), &[req("expr", T::Scalar)]),
            gives_by(Returns::Custom, &[many("expr", T::Scalar, 2)]),
            gives_by(Returns::Custom, &[req("expr", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .named(ResultName::PrefixAndFirstArgument("any"))
    .doc("", "", ""),
    aggregate(
        "anyif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("anyif"))
    .doc("", "", ""),
    aggregate("binary_all_or", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/binary-all-or-aggregation-function"),
    aggregate("binary_all_and", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/binary-all-and-aggregation-function"),
    aggregate("binary_all_xor", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/binary-all-xor-aggregation-function"),
    aggregate("passthrough", &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", ""),
];
