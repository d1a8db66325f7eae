//! Plugins that analyse users, sequences and patterns.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    plugin(
        "active_users_count",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("LookbackWindow", T::Summable).constant(),
                req("Period", T::Summable).constant(),
                req("ActivePeriods", T::Summable).constant(),
                req("Step", T::Summable).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "By bin of time, how many ids were active in at least some number of periods of a look-back window.",
        "",
        "query/active-users-count-plugin",
    ),
    plugin(
        "activity_counts_metrics",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("Step", T::Summable).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "By bin of time: count, distinct count, new distinct ids, distinct ids so far.",
        "",
        "query/activity-counts-metrics-plugin",
    ),
    plugin(
        "activity_engagement",
        &[
            gives_by(
                Returns::Custom,
                &[
                    req("IdColumn", T::NotDynamic).column(),
                    req("TimelineColumn", T::Summable).column(),
                    req("InnerActivityWindow", T::Summable).constant(),
                    req("OuterActivityWindow", T::Summable).constant(),
                ],
            ),
            gives_by(
                Returns::Custom,
                &[
                    req("IdColumn", T::NotDynamic).column(),
                    req("TimelineColumn", T::Summable).column(),
                    req("Start", T::Summable).constant(),
                    req("End", T::Summable).constant(),
                    req("InnerActivityWindow", T::Summable).constant(),
                    req("OuterActivityWindow", T::Summable).constant(),
                    many("Dimension", T::NotDynamic, 0).column(),
                ],
            ),
        ],
    )
    .doc(
        "By bin of time, the share of ids of an outer window that are active in an inner one (such as daily of monthly).",
        "",
        "query/activity-engagement-plugin",
    ),
    plugin(
        "activity_metrics",
        &[
            gives_by(
                Returns::Custom,
                &[
                    req("IdColumn", T::Scalar).column(),
                    req("TimelineColumn", T::Summable).column(),
                    req("Start", T::Summable).constant(),
                    req("End", T::Summable).constant(),
                    req("Step", T::Summable).constant(),
                    many("Dimension", T::NotDynamic, 0).column(),
                ],
            ),
            gives_by(
                Returns::Custom,
                &[
                    req("IdColumn", T::Scalar).column(),
                    req("TimelineColumn", T::Summable).column(),
                    opt("Start", T::Summable).constant(),
                    opt("End", T::Summable).constant(),
                ],
            ),
        ],
    )
    .doc(
        "By bin of time: distinct ids, new ones, and rates of staying and leaving against the bin before.",
        "",
        "query/activity-metrics-plugin",
    ),
    plugin(
        "new_activity_metrics",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("Window", T::Scalar),
                opt("Cohort", T::Scalar).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
                opt("lookback", T::Tabular),
            ],
        )],
    )
    .doc(
        "By cohort of new ids and bin of time: how many come back, and rates of staying and leaving.",
        "",
        "query/new-activity-metrics-plugin",
    ),
    plugin("dcount_intersect", &[gives_by(Returns::Custom, &[many("hll", T::DynamicArray, 2)])]).doc(
        "Distinct counts of the intersections of up to 16 HLL sketches.",
        "",
        "query/dcount-intersect-plugin",
    ),
    plugin(
        "session_count",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("Bin", T::Summable).constant(),
                req("LookBackWindow", T::Summable).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "By bin of time, how many sessions the ids had, a session ending after a silence.",
        "",
        "query/session-count-plugin",
    ),
    plugin(
        "sliding_window_counts",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("LookBackWindow", T::Summable).constant(),
                req("Step", T::Summable).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "By bin of time, count and distinct count over a window that slides.",
        "",
        "query/sliding-window-counts-plugin",
    ),
    plugin(
        "rolling_percentile",
        &[gives_by(
            Returns::Custom,
            &[
                req("ValueColumn", T::Summable).column(),
                req("Percentile", T::Number).constant(),
                req("IndexColumn", T::Summable).column(),
                req("BinSize", T::Summable),
                req("BinsPerWindow", T::Integer).constant(),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "A percentile of a column over a window of bins that slides.",
        "",
        "query/rolling-percentile-plugin",
    ),
    plugin(
        "funnel_sequence",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("MaxWindowSizeBetweenSteps", T::Summable).constant(),
                req("Step", T::Summable).constant(),
                req("StateColumn", T::NotDynamic).column(),
                req("Sequence", T::DynamicArray).constant(),
            ],
        )],
    )
    .doc(
        "Counts ids by which states follow, or come before, a sequence of states.",
        "",
        "query/funnel-sequence-plugin",
    ),
    plugin(
        "funnel_sequence_completion",
        &[gives_by(
            Returns::Custom,
            &[
                req("IdColumn", T::NotDynamic).column(),
                req("TimelineColumn", T::Summable).column(),
                req("Start", T::Summable).constant(),
                req("End", T::Summable).constant(),
                req("BinSize", T::Summable).constant(),
                req("StateColumn", T::NotDynamic).column(),
                req("Sequence", T::DynamicArray).constant(),
                req("MaxSequencePeriods", T::DynamicArray).constant(),
            ],
        )],
    )
    .doc(
        "Counts, for several time limits, the ids that complete the steps of a sequence of states.",
        "",
        "query/funnel-sequence-completion-plugin",
    ),
    plugin(
        "sequence_detect",
        &[gives_by(
            Returns::Custom,
            &[
                req("TimelineColumn", T::Summable).column(),
                req("MaxSeqeunceStepWindow", T::Summable).constant(),
                req("MaxSequenceSpan", T::Summable).constant(),
                many("Expr", BOOL, 1),
                many("Dimension", T::NotDynamic, 0).column(),
            ],
        )],
    )
    .doc(
        "Finds where conditions come true one after the other within time limits.",
        "",
        "query/sequence-detect-plugin",
    ),
    plugin(
        "autocluster",
        &[gives_by(
            Returns::Custom,
            &[
                opt("SizeWeight", REAL),
                opt("WeightColumn", T::Scalar).column(),
                opt("NumSeeds", T::Integer),
                many("CustomWildcard", T::Scalar, 0),
            ],
        )],
    )
    .doc(
        "Finds the common patterns of column values that together describe most of the rows.",
        "",
        "query/autocluster-plugin",
    ),
    plugin(
        "basket",
        &[gives_by(
            Returns::Custom,
            &[
                opt("Threshold", REAL),
                opt("WeightColumn", T::Scalar).column(),
                opt("MaxDimensions", T::Integer),
                many("CustomWildcard", T::Scalar, 0),
            ],
        )],
    )
    .doc(
        "Finds all patterns of column values that are frequent enough.",
        "",
        "query/basket-plugin",
    ),
    plugin(
        "diffpatterns",
        &[gives_by(
            Returns::Custom,
            &[
                req("SplitColumn", T::Scalar).column(),
                req("SplitValueA", STRING),
                req("SplitValueB", STRING),
                opt("WeightColumn", T::Scalar).column(),
                opt("Threshold", REAL),
                opt("MaxDimensions", T::Integer),
                many("CustomWildcard", T::Scalar, 0),
            ],
        )],
    )
    .doc(
        "Finds the patterns of column values that tell two parts of the rows apart.",
        "",
        "query/diffpatterns-plugin",
    ),
    plugin(
        "diffpatterns_text",
        &[gives_by(
            Returns::Custom,
            &[
                req("TextColumn", T::Scalar).column(),
                req("BooleanCondition", BOOL),
                opt("MinTokens", T::Integer),
                opt("Threshold", T::Number),
                opt("MaxTokens", T::Integer),
            ],
        )],
    )
    .doc(
        "Finds the text patterns that tell two parts of the rows apart.",
        "",
        "query/diffpatterns-text-plugin",
    ),
];
