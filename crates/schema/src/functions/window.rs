//! Functions that need the rows in order.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    window(
        "row_number",
        &[gives(KqlType::Long, &[opt("startingIndex", LONG), opt("restart", BOOL)])],
    )
    .doc("", "", "query/row-number-function"),
    window(
        "row_cumsum",
        &[gives_by(Returns::SameAs(0), &[req("term", T::Number), opt("restart", BOOL)])],
    )
    .doc("", "", "query/row-cumsum-function"),
    window(
        "row_rank",
        &[gives(KqlType::Long, &[req("column", T::NotDynamic), opt("dense", BOOL).constant()])],
    )
    .doc("", "", ""),
    window(
        "row_rank_dense",
        &[gives(KqlType::Long, &[req("term", T::NotDynamic), opt("restart", BOOL)])],
    )
    .doc("", "", "query/row-rank-dense-function"),
    window(
        "row_rank_min",
        &[gives(KqlType::Long, &[req("term", T::NotDynamic), opt("restart", BOOL)])],
    )
    .doc("", "", "query/row-rank-min-function"),
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
    .doc("", "", "query/row-window-session-function"),
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
    .doc("", "", "query/prev-function"),
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
    .doc("", "", "query/next-function"),
];
