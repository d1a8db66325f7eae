//! Functions that stand in place of a table.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    tabular("cluster", &[gives_by(Returns::Custom, &[req("name", STRING)])]).doc("", "", "query/cluster-function"),
    tabular("database", &[gives_by(Returns::Custom, &[opt("name", STRING)])]).doc("", "", "query/database-function"),
    tabular(
        "table",
        &[gives_by(Returns::Table, &[req("name", STRING), opt("query_data_scope", STRING)])],
    )
    .doc("", "", "query/table-function"),
    tabular(
        "external_table",
        &[
            gives_by(Returns::Table, &[req("name", STRING), opt("mapping", STRING)]),
            gives_by(Returns::Table, &[req("name", STRING), req("max_age", TIMESPAN)]),
        ],
    )
    .doc("", "", "query/external-table-function"),
    tabular(
        "materialized_view",
        &[gives_by(Returns::Table, &[req("name", STRING), opt("max_age", TIMESPAN)])],
    )
    .doc("", "", "query/materialized-view-function"),
    tabular("entity_group", &[gives_by(Returns::Custom, &[req("name", STRING)])]).doc("", "", ""),
    tabular(
        "stored_query_result",
        &[
            gives_by(Returns::Table, &[req("name", STRING)]),
            gives_by(Returns::Table, &[req("name", STRING), req("index", LONG)]),
            gives_by(Returns::Table, &[req("name", STRING), req("table_name", STRING)]),
        ],
    )
    .doc("", "", "query/stored-query-result-function"),
    tabular(
        "graph",
        &[
            gives_by(Returns::Custom, &[req("name", STRING), opt("snapshot", STRING)]),
            gives_by(Returns::Custom, &[req("name", STRING), req("volatile", BOOL)]),
        ],
    )
    .doc("", "", ""),
    tabular("materialize", &[gives_by(Returns::Table, &[req("expression", T::Tabular)])]).doc("", "", "query/materialize-function"),
];
