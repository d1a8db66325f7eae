//! Functions that stand in place of a table.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    tabular("cluster", &[gives_by(Returns::Custom, &[req("name", STRING)])]).doc(
        "Another cluster, to name a database in.",
        "cluster('help').database('Samples').StormEvents | take 1",
        "query/cluster-function",
    ),
    tabular("database", &[gives_by(Returns::Custom, &[opt("name", STRING)])]).doc(
        "Another database, to name a table in.",
        "database('Samples').StormEvents | take 1",
        "query/database-function",
    ),
    tabular(
        "table",
        &[gives_by(Returns::Table, &[req("name", STRING), opt("query_data_scope", STRING)])],
    )
    .doc(
        "The table of a name that is text.",
        "table('Logons') | count",
        "query/table-function",
    ),
    tabular(
        "external_table",
        &[
            gives_by(Returns::Table, &[req("name", STRING), opt("mapping", STRING)]),
            gives_by(Returns::Table, &[req("name", STRING), req("max_age", TIMESPAN)]),
        ],
    )
    .doc(
        "The table over data outside the database.",
        "external_table('Archive') | take 1",
        "query/external-table-function",
    ),
    tabular(
        "materialized_view",
        &[gives_by(Returns::Table, &[req("name", STRING), opt("max_age", TIMESPAN)])],
    )
    .doc(
        "The materialized part of a view.",
        "materialized_view('Daily') | take 1",
        "query/materialized-view-function",
    ),
    tabular("entity_group", &[gives_by(Returns::Custom, &[req("name", STRING)])]).doc(
        "A stored group of databases or tables, to run a query over each.",
        "macro-expand entity_group [cluster('a').database('b')] as each (each.T) | take 1",
        "",
    ),
    tabular(
        "stored_query_result",
        &[
            gives_by(Returns::Table, &[req("name", STRING)]),
            gives_by(Returns::Table, &[req("name", STRING), req("index", LONG)]),
            gives_by(Returns::Table, &[req("name", STRING), req("table_name", STRING)]),
        ],
    )
    .doc(
        "The rows of a result that was stored before.",
        "stored_query_result('Earlier') | take 1",
        "query/stored-query-result-function",
    ),
    tabular(
        "graph",
        &[
            gives_by(Returns::Custom, &[req("name", STRING), opt("snapshot", STRING)]),
            gives_by(Returns::Custom, &[req("name", STRING), req("volatile", BOOL)]),
        ],
    )
    .doc("A stored graph.", "graph('Assets') | graph-to-table nodes", "query/graph-function"),
    tabular("materialize", &[gives_by(Returns::Table, &[req("expression", T::Tabular)])]).doc(
        "Runs a query once and keeps its rows for every use in the query.",
        "let t = materialize(range x from 1 to 3 step 1); t | union t | count",
        "query/materialize-function",
    ),
];
