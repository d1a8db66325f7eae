//! Sketches of distributions and distinct counts, as scalars.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "percentile_tdigest",
        &[
            gives(KqlType::Dynamic, &[req("tdigest", T::DynamicArray), req("percentile1", REAL)]),
            gives_by(
                Returns::TypeOfLast,
                &[
                    req("tdigest", T::DynamicArray),
                    req("percentile1", REAL),
                    req("type", T::TypeLiteral).literal(),
                ],
            ),
        ],
    )
    .named(ResultName::NameAndFirstArgument)
    .doc(
        "A percentile of the values that a t-digest was made of, as dynamic or as the type that is given.",
        "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project percentile_tdigest(t, 95, typeof(long))",
        "query/percentile-tdigest-function",
    ),
    scalar(
        "percentiles_array_tdigest",
        &[
            gives(KqlType::Dynamic, &[req("tdigest", T::DynamicArray), many("percentile", REAL, 1)]),
            gives(
                KqlType::Dynamic,
                &[req("tdigest", T::DynamicArray), req("percentiles", T::DynamicArray)],
            ),
            gives(
                KqlType::Dynamic,
                &[
                    req("tdigest", T::DynamicArray),
                    req("percentiles", T::DynamicArray),
                    req("type", T::TypeLiteral).literal(),
                ],
            ),
        ],
    )
    .aliases(&["percentile_array_tdigest"])
    .named(ResultName::PrefixAndFirstArgument("percentile_tdigest"))
    .doc(
        "Several percentiles of the values that a t-digest was made of, as an array.",
        "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project percentiles_array_tdigest(t, 25, 50, 75)",
        "query/percentile-array-tdigest-function",
    ),
    scalar(
        "percentrank_tdigest",
        &[gives(KqlType::Real, &[req("digest", T::DynamicArray), req("value", T::Scalar)])],
    )
    .doc(
        "The share of the values in a t-digest, in percent, that are not above a value.",
        "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project percentrank_tdigest(t, 25)",
        "query/percentrank-tdigest-function",
    ),
    scalar(
        "rank_tdigest",
        &[gives(KqlType::Real, &[req("digest", T::DynamicArray), req("value", T::Scalar)])],
    )
    .doc(
        "About how many values in a t-digest are not above a value.",
        "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project rank_tdigest(t, 25)",
        "query/rank-tdigest-function",
    ),
    scalar(
        "tdigest_isvalid",
        &[gives(KqlType::Bool, &[req("digest", T::DynamicArray), req("value", T::Scalar)])],
    )
    .doc("Whether a dynamic value is a t-digest.", "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project tdigest_isvalid(t, t)", ""),
    scalar(
        "tdigest_merge",
        &[gives(KqlType::Dynamic, &[repeat("tdigest", T::DynamicArray, 2, 16)])],
    )
    .aliases(&["merge_tdigest"])
    .named(ResultName::PrefixOnly("tdigests_merge_result"))
    .doc("Merges t-digests into one.", "range x from 1 to 100 step 1 | summarize t = tdigest(x) | project percentile_tdigest(tdigest_merge(t, t), 50)", "query/merge-tdigest-function"),
    scalar(
        "hll_isvalid",
        &[gives(KqlType::Bool, &[req("hll", T::DynamicArray), req("value", T::Scalar)])],
    )
    .doc("Whether a dynamic value is an HLL sketch.", "datatable(x:string)['a', 'b'] | summarize h = hll(x) | project hll_isvalid(h, h)", ""),
    scalar("hll_merge", &[gives(KqlType::Dynamic, &[repeat("hll", T::DynamicArray, 2, 16)])])
        .named(ResultName::PrefixOnly("hll_merged_result"))
        .doc("Merges HLL sketches into one.", "datatable(x:long)[1, 2, 3] | summarize low = hll_if(x, x < 3), high = hll_if(x, x > 1) | project dcount_hll(hll_merge(low, high))", "query/hll-merge-function"),
    scalar("dcount_hll", &[gives(KqlType::Long, &[req("hll", T::DynamicArray)])])
        .named(ResultName::NameAndFirstArgument)
        .doc("The distinct count that an HLL sketch stands for.", "datatable(x:string)['a', 'b', 'a'] | summarize h = hll(x) | project dcount_hll(h)", "query/dcount-hll-function"),
    scalar("__hll_normalize", &[gives(KqlType::Dynamic, &[repeat("hll", DYNAMIC, 2, 16)])])
        .named(ResultName::FirstArgument)
        .doc("An HLL sketch in its standard form.", "", ""),
];
