//! Percentiles, deviations and sketches.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        "percentile",
        &[gives_by(Returns::Custom, &[req("expr", T::Scalar), req("percentile", T::Number)])],
    )
    .doc("", "", "query/percentiles-aggregation-function"),
    aggregate(
        "percentiles",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), many("percentile", T::Number, 1)],
        )],
    )
    .doc("", "", ""),
    aggregate(
        "percentiles_array",
        &[
            gives_by(Returns::Custom, &[req("expr", T::Scalar), many("percentile", T::Number, 1)]),
            gives_by(Returns::Custom, &[req("expr", T::Scalar), req("percentiles", T::DynamicArray)]),
        ],
    )
    .doc("", "", ""),
    aggregate(
        "percentilew",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), req("weight", T::Integer), req("percentile", T::Number)],
        )],
    )
    .doc("", "", "query/percentilesw-aggregation-function"),
    aggregate(
        "percentilesw",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), req("weight", T::Integer), many("percentile", T::Number, 1)],
        )],
    )
    .doc("", "", ""),
    aggregate(
        "percentilesw_array",
        &[
            gives_by(
                Returns::Custom,
                &[req("expr", T::Scalar), req("weight", T::Integer), many("percentile", T::Number, 1)],
            ),
            gives_by(
                Returns::Custom,
                &[
                    req("expr", T::Scalar),
                    req("weight", T::Integer),
                    req("percentiles", T::DynamicArray),
                ],
            ),
        ],
    )
    .doc("", "", ""),
    aggregate("stdev", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("stdev"))
        .doc("", "", "query/stdev-aggregation-function"),
    aggregate(
        "stdevif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("stdevif"))
    .doc("", "", "query/stdevif-aggregation-function"),
    aggregate("stdevp", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("stdevp"))
        .doc("", "", "query/stdevp-aggregation-function"),
    aggregate("variance", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("variance"))
        .doc("", "", "query/variance-aggregation-function"),
    aggregate(
        "varianceif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("varianceif"))
    .doc("", "", "query/varianceif-aggregation-function"),
    aggregate("variancep", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("variancep"))
        .doc("", "", "query/variancep-aggregation-function"),
    aggregate(
        "variancepif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("variancepif"))
    .doc("", "", "query/variancepif-aggregation-function"),
    aggregate(
        "covariance",
        &[gives(KqlType::Real, &[req("x", T::Summable), req("y", T::Summable)])],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariance"))
    .doc("", "", "query/covariance-aggregation-function"),
    aggregate(
        "covarianceif",
        &[gives(
            KqlType::Real,
            &[req("x", T::Summable), req("y", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covarianceif"))
    .doc("", "", "query/covarianceif-aggregation-function"),
    aggregate(
        "covariancep",
        &[gives(KqlType::Real, &[req("x", T::Summable), req("y", T::Summable)])],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariancep"))
    .doc("", "", "query/covariancep-aggregation-function"),
    aggregate(
        "covariancepif",
        &[gives(
            KqlType::Real,
            &[req("x", T::Summable), req("y", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariancepif"))
    .doc("", "", "query/covariancepif-aggregation-function"),
    aggregate(
        "tdigest",
        &[gives(KqlType::Dynamic, &[req("expr", T::Summable), opt("weight", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("tdigest"))
    .doc("", "", "query/tdigest-aggregation-function"),
    aggregate("tdigest_merge", &[gives(KqlType::Dynamic, &[req("tdigest", T::DynamicArray)])])
        .aliases(&["merge_tdigest"])
        .named(ResultName::PrefixAndFirstArgument("merge_tdigests"))
        .doc("", "", "query/tdigest-merge-aggregation-function"),
    aggregate(
        "hll",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::NotRealOrBool), opt("accuracy", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("hll"))
    .doc("", "", "query/hll-aggregation-function"),
    aggregate(
        "hll_if",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::NotRealOrBool), req("predicate", BOOL), opt("accuracy", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("hll_if"))
    .doc("", "", "query/hll-if-aggregation-function"),
    aggregate("hll_merge", &[gives(KqlType::Dynamic, &[req("hll", T::DynamicArray)])])
        .named(ResultName::PrefixAndFirstArgument("hll_merge"))
        .doc("", "", "query/hll-merge-aggregation-function"),
];
