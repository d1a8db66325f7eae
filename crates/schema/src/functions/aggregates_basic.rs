//! Counts, sums, extremes, averages.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        "count",
        &[gives(KqlType::Long, &[]), gives(KqlType::Long, &[req("expr", T::Scalar)])],
    )
    .named(ResultName::PrefixAndFirstArgument("count"))
    .doc(
        "Number of rows.",
        "datatable(x:long)[1, 2, 3] | summarize count()",
        "query/count-aggregation-function",
    ),
    aggregate("cnt", &[gives(KqlType::Long, &[])])
        .named(ResultName::PrefixAndFirstArgument("cnt"))
        .doc(
            "Older form of `count`.",
            "datatable(x:long)[1, 2, 3] | summarize cnt()",
            "query/count-aggregation-function",
        ),
    aggregate("countif", &[gives(KqlType::Long, &[req("predicate", BOOL)])])
        .named(ResultName::PrefixAndFirstArgument("countif"))
        .nulls("A null condition is not true.")
        .doc(
            "Number of rows where a condition is true.",
            "datatable(x:long)[1, 2, 3] | summarize countif(x > 1)",
            "query/countif-aggregation-function",
        ),
    aggregate("count_distinct", &[gives(KqlType::Long, &[req("expr", T::NotDynamic)])])
        .named(ResultName::PrefixAndFirstArgument("count_distinct"))
        .doc(
            "Exact number of distinct values; nulls do not count.",
            "datatable(x:long)[1, 2, 2] | summarize count_distinct(x)",
            "query/count-distinct-aggregation-function",
        ),
    aggregate(
        "count_distinctif",
        &[gives(KqlType::Long, &[req("expr", T::NotDynamic), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("count_distinctif"))
    .doc(
        "Exact number of distinct values among the rows where a condition is true.",
        "datatable(x:long)[1, 2, 2] | summarize count_distinctif(x, x > 1)",
        "query/count-distinctif-aggregation-function",
    ),
    aggregate(
        "dcount",
        &[gives(KqlType::Long, &[req("expr", T::Scalar), opt("accuracy", T::NotDynamic)])],
    )
    .named(ResultName::PrefixAndFirstArgument("dcount"))
    .doc(
        "Number of distinct values, estimated for large sets; a higher accuracy (0 to 4) costs more memory.",
        "datatable(x:long)[1, 2, 2] | summarize dcount(x)",
        "query/dcount-aggregation-function",
    ),
    aggregate(
        "dcountif",
        &[gives(
            KqlType::Long,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("accuracy", T::NotDynamic)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("dcountif"))
    .doc(
        "Number of distinct values, estimated for large sets, among the rows where a condition is true.",
        "datatable(x:long)[1, 2, 2] | summarize dcountif(x, x > 1)",
        "query/dcountif-aggregation-function",
    ),
    aggregate("sum", &[gives_by(Returns::PromotedFirst, &[req("expr", T::Summable)])])
        .named(ResultName::PrefixAndFirstArgument("sum"))
        .doc(
            "Sum of the values; nulls do not count, and 0 is the sum of none.",
            "datatable(x:long)[1, 2, 3] | summarize sum(x)",
            "query/sum-aggregation-function",
        ),
    aggregate(
        "sumif",
        &[gives_by(
            Returns::PromotedFirst,
            &[req("expr", T::Summable), req("predicate", BOOL)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("sumif"))
    .doc(
        "Sum of the values of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize sumif(x, x > 1)",
        "query/sumif-aggregation-function",
    ),
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
    .doc(
        "Average of the values; nulls do not count, and the average of none is NaN.",
        "datatable(x:long)[1, 2, 3] | summarize avg(x)",
        "query/avg-aggregation-function",
    ),
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
    .doc(
        "Average of the values of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize avgif(x, x > 1)",
        "query/avgif-aggregation-function",
    ),
    aggregate("min", &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable)])])
        .named(ResultName::PrefixAndFirstArgument("min"))
        .doc(
            "The least value; null when there is none.",
            "datatable(x:long)[1, 2, 3] | summarize min(x)",
            "query/min-aggregation-function",
        ),
    aggregate(
        "minif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("minif"))
    .doc(
        "The least value of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize minif(x, x > 1)",
        "query/minif-aggregation-function",
    ),
    aggregate("max", &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable)])])
        .named(ResultName::PrefixAndFirstArgument("max"))
        .doc(
            "The greatest value; null when there is none.",
            "datatable(x:long)[1, 2, 3] | summarize max(x)",
            "query/max-aggregation-function",
        ),
    aggregate(
        "maxif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Orderable), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("maxif"))
    .doc(
        "The greatest value of the rows where a condition is true.",
        "datatable(x:long)[1, 2, 3] | summarize maxif(x, x < 3)",
        "query/maxif-aggregation-function",
    ),
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
    .nulls("Rows where the first argument is null come last; other columns are given as they are, null or not.")
    .doc(
        "The row in which an expression is least: its value, and the columns asked for (`*` for all).",
        "datatable(x:long, y:string)[1, 'a', 2, 'b'] | summarize arg_min(x, y)",
        "query/arg-min-aggregation-function",
    ),
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
    .nulls("Rows where the first argument is null come last; other columns are given as they are, null or not.")
    .doc(
        "The row in which an expression is greatest: its value, and the columns asked for (`*` for all).",
        "datatable(x:long, y:string)[1, 'a', 2, 'b'] | summarize arg_max(x, y)",
        "query/arg-max-aggregation-function",
    ),
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
    .nulls("Rows where the first argument is null come last.")
    .doc(
        "Older form of `arg_min`, which names its columns otherwise.",
        "datatable(x:long, y:string)[1, 'a', 2, 'b'] | summarize argmin(x, y)",
        "query/arg-min-aggregation-function",
    ),
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
    .nulls("Rows where the first argument is null come last.")
    .doc(
        "Older form of `arg_max`, which names its columns otherwise.",
        "datatable(x:long, y:string)[1, 'a', 2, 'b'] | summarize argmax(x, y)",
        "query/arg-max-aggregation-function",
    ),
    aggregate(
        "take_any",
        &[gives_by(Returns::Custom, &[many("expr", T::Scalar, 1).arg(ArgKind::StarAllowed)])],
    )
    .nulls("A value that is not null is preferred.")
    .doc(
        "Some row's values of the columns asked for (`*` for all), not empty where that can be.",
        "datatable(x:long)[5, 5] | summarize take_any(x)",
        "query/take-any-aggregation-function",
    ),
    aggregate(
        "take_anyif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar), req("predicate", BOOL)])],
    )
    .named(ResultName::FirstArgument)
    .nulls("A value that is not null is preferred.")
    .doc(
        "Some value of a column among the rows where a condition is true.",
        "datatable(x:long)[1, 2] | summarize take_anyif(x, x > 1)",
        "query/take-anyif-aggregation-function",
    ),
    aggregate(
        "any",
        &[
            gives_by(Returns::SameAs(0), &[req("expr", T::Scalar)]),
            gives_by(Returns::Custom, &[many("expr", T::Scalar, 2)]),
            gives_by(Returns::Custom, &[req("expr", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .named(ResultName::PrefixAndFirstArgument("any"))
    .nulls("A value that is not null is preferred.")
    .doc(
        "Older form of `take_any`, which names its columns otherwise.",
        "datatable(x:long)[5, 5] | summarize any(x)",
        "query/take-any-aggregation-function",
    ),
    aggregate(
        "anyif",
        &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar), req("predicate", BOOL)])],
    )
    .named(ResultName::PrefixAndFirstArgument("anyif"))
    .nulls("A value that is not null is preferred.")
    .doc(
        "Older form of `take_anyif`, which names its column otherwise.",
        "datatable(x:long)[1, 2] | summarize anyif(x, x > 1)",
        "query/take-anyif-aggregation-function",
    ),
    aggregate("binary_all_or", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The bits that any value has set.",
            "datatable(x:long)[1, 6] | summarize binary_all_or(x)",
            "query/binary-all-or-aggregation-function",
        ),
    aggregate("binary_all_and", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The bits that all values have set.",
            "datatable(x:long)[3, 6] | summarize binary_all_and(x)",
            "query/binary-all-and-aggregation-function",
        ),
    aggregate("binary_all_xor", &[gives_by(Returns::SameAs(0), &[req("expr", T::Summable)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The bits that an odd number of values has set.",
            "datatable(x:long)[3, 6] | summarize binary_all_xor(x)",
            "query/binary-all-xor-aggregation-function",
        ),
    aggregate("passthrough", &[gives_by(Returns::SameAs(0), &[req("expr", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .nulls("")
        .doc(
            "The value of a group that has only one.",
            "datatable(g:string, x:long)['a', 1, 'b', 2] | summarize passthrough(x) by g",
            "",
        ),
];
