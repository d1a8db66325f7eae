//! Percentiles, deviations and sketches.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        "percentile",
        &[gives_by(Returns::Custom, &[req("expr", T::Scalar), req("percentile", T::Number)])],
    )
    .doc(
        "The value that a percentage of the values do not exceed, one of the values (nearest rank).",
        "range x from 1 to 100 step 1 | summarize percentile(x, 95)",
        "query/percentiles-aggregation-function",
    ),
    aggregate(
        "percentiles",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), many("percentile", T::Number, 1)],
        )],
    )
    .doc(
        "Several percentiles, each in a column of its own.",
        "range x from 1 to 100 step 1 | summarize percentiles(x, 50, 95)",
        "query/percentiles-aggregation-function",
    ),
    aggregate(
        "percentiles_array",
        &[
            gives_by(Returns::Custom, &[req("expr", T::Scalar), many("percentile", T::Number, 1)]),
            gives_by(Returns::Custom, &[req("expr", T::Scalar), req("percentiles", T::DynamicArray)]),
        ],
    )
    .doc(
        "Several percentiles as an array.",
        "range x from 1 to 100 step 1 | summarize percentiles_array(x, 50, 95)",
        "query/percentiles-aggregation-function",
    ),
    aggregate(
        "percentilew",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), req("weight", T::Integer), req("percentile", T::Number)],
        )],
    )
    .doc(
        "A percentile of values that count as often as their weight says.",
        "datatable(x:long, w:long)[1, 1, 2, 9] | summarize percentilew(x, w, 50)",
        "query/percentilesw-aggregation-function",
    ),
    aggregate(
        "percentilesw",
        &[gives_by(
            Returns::Custom,
            &[req("expr", T::Scalar), req("weight", T::Integer), many("percentile", T::Number, 1)],
        )],
    )
    .doc(
        "Several percentiles of weighted values, each in a column of its own.",
        "datatable(x:long, w:long)[1, 1, 2, 9] | summarize percentilesw(x, w, 5, 50)",
        "query/percentilesw-aggregation-function",
    ),
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
    .doc(
        "Several percentiles of weighted values as an array.",
        "datatable(x:long, w:long)[1, 1, 2, 9] | summarize percentilesw_array(x, w, 5, 50)",
        "query/percentilesw-aggregation-function",
    ),
    aggregate("stdev", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("stdev"))
        .doc(
            "Standard deviation of the values as a sample.",
            "datatable(x:long)[1, 2, 3] | summarize stdev(x)",
            "query/stdev-aggregation-function",
        ),
    aggregate(
        "stdevif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("stdevif"))
    .doc(
        "Standard deviation, as a sample, of the values of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize stdevif(x, x > 1)",
        "query/stdevif-aggregation-function",
    ),
    aggregate("stdevp", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("stdevp"))
        .doc(
            "Standard deviation of the values as a whole population.",
            "datatable(x:long)[1, 3] | summarize stdevp(x)",
            "query/stdevp-aggregation-function",
        ),
    aggregate("variance", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("variance"))
        .doc(
            "Variance of the values as a sample.",
            "datatable(x:long)[1, 2, 3] | summarize variance(x)",
            "query/variance-aggregation-function",
        ),
    aggregate(
        "varianceif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("varianceif"))
    .doc(
        "Variance, as a sample, of the values of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize varianceif(x, x > 1)",
        "query/varianceif-aggregation-function",
    ),
    aggregate("variancep", &[gives(KqlType::Real, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("variancep"))
        .doc(
            "Variance of the values as a whole population.",
            "datatable(x:long)[1, 3] | summarize variancep(x)",
            "query/variancep-aggregation-function",
        ),
    aggregate(
        "variancepif",
        &[gives(KqlType::Real, &[req("expr", T::Summable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("variancepif"))
    .doc(
        "Variance, as a whole population, of the values of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 4] | summarize variancepif(x, x > 1)",
        "query/variancepif-aggregation-function",
    ),
    aggregate(
        "covariance",
        &[gives(KqlType::Real, &[req("x", T::Summable), req("y", T::Summable)])],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariance"))
    .doc(
        "Covariance of two columns as a sample.",
        "datatable(x:real, y:real)[1.0, 2.0, 2.0, 4.0] | summarize covariance(x, y)",
        "query/covariance-aggregation-function",
    ),
    aggregate(
        "covarianceif",
        &[gives(
            KqlType::Real,
            &[req("x", T::Summable), req("y", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covarianceif"))
    .doc(
        "Covariance, as a sample, of two columns in the rows where a condition is true.",
        "datatable(x:real, y:real)[1.0, 2.0, 2.0, 4.0, 9.0, 0.0] | summarize covarianceif(x, y, x < 5)",
        "query/covarianceif-aggregation-function",
    ),
    aggregate(
        "covariancep",
        &[gives(KqlType::Real, &[req("x", T::Summable), req("y", T::Summable)])],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariancep"))
    .doc(
        "Covariance of two columns as a whole population.",
        "datatable(x:real, y:real)[1.0, 2.0, 2.0, 4.0] | summarize covariancep(x, y)",
        "query/covariancep-aggregation-function",
    ),
    aggregate(
        "covariancepif",
        &[gives(
            KqlType::Real,
            &[req("x", T::Summable), req("y", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstTwoArguments("covariancepif"))
    .doc(
        "Covariance, as a whole population, of two columns in the rows where a condition is true.",
        "datatable(x:real, y:real)[1.0, 2.0, 2.0, 4.0, 9.0, 0.0] | summarize covariancepif(x, y, x < 5)",
        "query/covariancepif-aggregation-function",
    ),
    aggregate(
        "tdigest",
        &[gives(KqlType::Dynamic, &[req("expr", T::Summable), opt("weight", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("tdigest"))
    .doc(
        "A t-digest of the values: a sketch to take percentiles from later.",
        "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project median = percentile_tdigest(t, 50)",
        "query/tdigest-aggregation-function",
    ),
    aggregate("tdigest_merge", &[gives(KqlType::Dynamic, &[req("tdigest", T::DynamicArray)])])
        .aliases(&["merge_tdigest"])
        .named(ResultName::PrefixAndFirstArgument("merge_tdigests"))
        .doc(
            "Merges the t-digests of a column into one.",
            "range x from 1 to 100 step 1 | summarize t = tdigest(x) by part = x % 4 | summarize t = tdigest_merge(t) | project median = percentile_tdigest(t, 50)",
            "query/tdigest-merge-aggregation-function",
        ),
    aggregate(
        "hll",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::NotRealOrBool), opt("accuracy", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("hll"))
    .doc(
        "An HLL sketch of the values, to take distinct counts from later.",
        "datatable(x:string)['a', 'b', 'a'] | summarize h = hll(x) | project dcount_hll(h)",
        "query/hll-aggregation-function",
    ),
    aggregate(
        "hll_if",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::NotRealOrBool), req("predicate", BOOL), opt("accuracy", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("hll_if"))
    .doc(
        "An HLL sketch of the values of the rows where a condition is true.",
        "datatable(x:string)['a', 'b', 'a'] | summarize h = hll_if(x, x != 'a') | project dcount_hll(h)",
        "query/hll-if-aggregation-function",
    ),
    aggregate("hll_merge", &[gives(KqlType::Dynamic, &[req("hll", T::DynamicArray)])])
        .named(ResultName::PrefixAndFirstArgument("hll_merge"))
        .doc(
            "Merges the HLL sketches of a column into one.",
            "datatable(day:long, user:string)[1, 'ann', 1, 'bob', 2, 'ann', 2, 'eve'] | summarize h = hll(user) by day | summarize h = hll_merge(h) | project dcount_hll(h)",
            "query/hll-merge-aggregation-function",
        ),
];
