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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate active_users_count(user, day, datetime(2024-03-01), datetime(2024-03-04), 2d, 1d, 2, 1d)",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate activity_counts_metrics(user, day, datetime(2024-03-01), datetime(2024-03-04), 1d)",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate activity_engagement(user, day, datetime(2024-03-01), datetime(2024-03-04), 1d, 3d)",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate activity_metrics(user, day, datetime(2024-03-01), datetime(2024-03-04), 1d)",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate new_activity_metrics(user, day, datetime(2024-03-01), datetime(2024-03-04), 1d)",
        "query/new-activity-metrics-plugin",
    ),
    plugin("dcount_intersect", &[gives_by(Returns::Custom, &[many("hll", T::DynamicArray, 2)])]).doc(
        "Distinct counts of the intersections of up to 16 HLL sketches.",
        "datatable(x:string, low:bool, high:bool)['a', true, false, 'b', true, true, 'c', false, true]\n\
             | summarize l = hll_if(x, low), h = hll_if(x, high)\n\
             | evaluate dcount_intersect(l, h)\n\
             | project s0, s1",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate session_count(user, day, datetime(2024-03-01), datetime(2024-03-04), 1d, 2d)",
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
        "let visits = datatable(day:datetime, user:string)[\n\
             \x20 datetime(2024-03-01), 'ann', datetime(2024-03-01), 'bob',\n\
             \x20 datetime(2024-03-02), 'ann', datetime(2024-03-03), 'ann', datetime(2024-03-03), 'eve'];\n\
             visits | evaluate sliding_window_counts(user, day, datetime(2024-03-01), datetime(2024-03-04), 2d, 1d)",
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
        "range x from 1 to 6 step 1 | extend value = x * 10 | evaluate rolling_percentile(value, 50, x, 1, 3)",
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
        "let steps = datatable(at:datetime, user:string, action:string)[\n\
             \x20 datetime(2024-03-01 10:00), 'ann', 'search', datetime(2024-03-01 10:05), 'ann', 'open',\n\
             \x20 datetime(2024-03-01 10:07), 'ann', 'buy', datetime(2024-03-01 11:00), 'bob', 'search',\n\
             \x20 datetime(2024-03-01 11:30), 'bob', 'open'];\n\
             steps | evaluate funnel_sequence(user, at, datetime(2024-03-01), datetime(2024-03-02), 1h, 1d, action, dynamic(['search', 'open']))",
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
        "let steps = datatable(at:datetime, user:string, action:string)[\n\
             \x20 datetime(2024-03-01 10:00), 'ann', 'search', datetime(2024-03-01 10:05), 'ann', 'open',\n\
             \x20 datetime(2024-03-01 10:07), 'ann', 'buy', datetime(2024-03-01 11:00), 'bob', 'search',\n\
             \x20 datetime(2024-03-01 11:30), 'bob', 'open'];\n\
             steps | evaluate funnel_sequence_completion(user, at, datetime(2024-03-01), datetime(2024-03-02), 1d, action, dynamic(['search', 'open', 'buy']), dynamic([10m, 1h]))",
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
        "let steps = datatable(at:datetime, user:string, action:string)[\n\
             \x20 datetime(2024-03-01 10:00), 'ann', 'search', datetime(2024-03-01 10:05), 'ann', 'open',\n\
             \x20 datetime(2024-03-01 10:07), 'ann', 'buy', datetime(2024-03-01 11:00), 'bob', 'search',\n\
             \x20 datetime(2024-03-01 11:30), 'bob', 'open'];\n\
             steps | evaluate sequence_detect(at, 10m, 1h, searched = (action == 'search'), opened = (action == 'open'), user)",
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
        "let logons = datatable(user:string, device:string, failed:bool)[\n\
             \x20 'ann', 'laptop', false, 'ann', 'laptop', false, 'ann', 'phone', false, 'ann', 'laptop', false,\n\
             \x20 'bob', 'server', true, 'bob', 'server', true, 'bob', 'server', true, 'eve', 'server', true];\n\
             logons | evaluate autocluster(0.4)",
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
        "let logons = datatable(user:string, device:string, failed:bool)[\n\
             \x20 'ann', 'laptop', false, 'ann', 'laptop', false, 'ann', 'phone', false, 'ann', 'laptop', false,\n\
             \x20 'bob', 'server', true, 'bob', 'server', true, 'bob', 'server', true, 'eve', 'server', true];\n\
             logons | evaluate basket(0.5)",
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
        "let logons = datatable(user:string, device:string, failed:bool)[\n\
             \x20 'ann', 'laptop', false, 'ann', 'laptop', false, 'ann', 'phone', false, 'ann', 'laptop', false,\n\
             \x20 'bob', 'server', true, 'bob', 'server', true, 'bob', 'server', true, 'eve', 'server', true];\n\
             logons | evaluate diffpatterns(failed, 'True', 'False')",
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
        "datatable(line:string, bad:bool)['disk full on a', true, 'disk full on b', true, 'login of ann', false] | evaluate diffpatterns_text(line, bad)",
        "query/diffpatterns-text-plugin",
    ),
];
