//! Functions that need the rows in order.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    window(
        "row_number",
        &[gives(KqlType::Long, &[opt("startingIndex", LONG), opt("restart", BOOL)])],
    )
    .doc(
        "Number of the row, from 1 or another start, anew after each row where the condition is true.",
        "range x from 1 to 3 step 1 | serialize n = row_number()",
        "query/row-number-function",
    ),
    window(
        "row_cumsum",
        &[gives_by(Returns::SameAs(0), &[req("term", T::Number), opt("restart", BOOL)])],
    )
    .doc(
        "Running sum of a column, anew at each row where the condition is true.",
        "range x from 1 to 3 step 1 | serialize s = row_cumsum(x)",
        "query/row-cumsum-function",
    ),
    window(
        "row_rank",
        &[gives(KqlType::Long, &[req("column", T::NotDynamic), opt("dense", BOOL).constant()])],
    )
    .doc(
        "An older rank of rows. Its rule is not published, and is not that of `row_rank_dense`.",
        "datatable(x:long)[1, 1, 2] | sort by x asc | extend r = row_rank(x)",
        "query/row-rank-dense-function",
    ),
    window(
        "row_rank_dense",
        &[gives(KqlType::Long, &[req("term", T::NotDynamic), opt("restart", BOOL)])],
    )
    .doc(
        "Rank of the row by a sorted column, without gaps after ties, anew at each row where the condition is true.",
        "datatable(x:long)[1, 1, 2] | sort by x asc | extend r = row_rank_dense(x)",
        "query/row-rank-dense-function",
    ),
    window(
        "row_rank_min",
        &[gives(KqlType::Long, &[req("term", T::NotDynamic), opt("restart", BOOL)])],
    )
    .doc(
        "Rank of the row by a sorted column, ties sharing the least rank, anew at each row where the condition is true.",
        "datatable(x:long)[1, 1, 2] | sort by x asc | extend r = row_rank_min(x)",
        "query/row-rank-min-function",
    ),
    window(
        "row_window_session",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("expr", DATETIME),
                req("maxDistanceFromFirst", TIMESPAN),
                req("maxDistanceBetweenNeighbors", TIMESPAN),
                opt("restart", BOOL),
            ],
        )],
    )
    .doc(
        "Start of the session a row belongs to: rows follow each other within one distance, and the first within another.",
        "datatable(t:datetime)[datetime(2024-03-01 10:00), datetime(2024-03-01 10:04), datetime(2024-03-01 10:30)]\n\
             | sort by t asc\n\
             | extend start = row_window_session(t, 1h, 5m)",
        "query/row-window-session-function",
    ),
    window(
        "prev",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("column", T::Scalar).column(),
                opt("offset", LONG),
                opt("default_value", T::Scalar).constant(),
            ],
        )],
    )
    .doc(
        "Value of a column in an earlier row, one before unless told otherwise; null or the default where there is none.",
        "range x from 1 to 3 step 1 | serialize p = prev(x)",
        "query/prev-function",
    ),
    window(
        "next",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("column", T::Scalar).column(),
                opt("offset", LONG),
                opt("default_value", T::Scalar).constant(),
            ],
        )],
    )
    .doc(
        "Value of a column in a later row, one after unless told otherwise; null or the default where there is none.",
        "range x from 1 to 3 step 1 | serialize n = next(x)",
        "query/next-function",
    ),
];
