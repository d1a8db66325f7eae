//! What the engine knows about the query, the row and its place.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("current_cluster_endpoint", &[gives(KqlType::String, &[])]).doc(
        "The address of the server that answers.",
        "print isnotnull(current_cluster_endpoint())",
        "query/current-cluster-endpoint-function",
    ),
    scalar("current_database", &[gives(KqlType::String, &[])]).doc(
        "The name of the database that the query runs in: what `database(…)` calls the lake, whatever workspaces it holds the tables of.",
        "print isnotempty(current_database())",
        "query/current-database-function",
    ),
    scalar("current_principal", &[gives(KqlType::String, &[])]).doc(
        "Who runs the query.",
        "print isnotnull(current_principal())",
        "query/current-principal-function",
    ),
    scalar("current_principal_details", &[gives(KqlType::Dynamic, &[])]).doc(
        "Who runs the query, with details, as a bag.",
        "print gettype(current_principal_details())",
        "query/current-principal-details-function",
    ),
    scalar(
        "current_principal_is_member_of",
        &[gives(KqlType::Bool, &[repeat("group", T::StringOrArray, 1, 64)])],
    )
    .nulls("")
    .doc(
        "Whether who runs the query is one of, or a member of, the principals given.",
        "print current_principal_is_member_of('aadgroup=hunters@example.com')",
        "query/current-principal-is-member-of-function",
    ),
    scalar("current_node_id", &[gives(KqlType::String, &[])]).doc(
        "The name of the node that processes the row.",
        "print isnotempty(current_node_id())",
        "",
    ),
    scalar("extent_id", &[gives(KqlType::Guid, &[])]).aliases(&["extentid"]).doc(
        "The id of the extent that the row comes from: all zeros, as rows of a query and files of a lake belong to none.",
        "datatable(x:long)[1] | extend id = extent_id()",
        "query/extent-id-function",
    ),
    scalar("extent_tags", &[gives(KqlType::Dynamic, &[])]).doc(
        "The tags of the extent that the row comes from: nothing, as rows of a query and files of a lake belong to none.",
        "datatable(x:long)[1] | extend tags = extent_tags()",
        "query/extent-tags-function",
    ),
    scalar("ingestion_time", &[gives(KqlType::DateTime, &[])])
        .named(ResultName::PrefixOnly("$IngestionTime"))
        .doc(
            "When the row was ingested; null when that was not kept.",
            "datatable(x:long)[1] | extend at = ingestion_time()",
            "query/ingestion-time-function",
        ),
    scalar("row_id", &[gives(KqlType::String, &[])]).doc("An id of the stored row.", "datatable(x:long)[1] | extend id = row_id()", ""),
    scalar("cursor_after", &[gives(KqlType::Bool, &[req("cursor", STRING)])])
        .nulls("")
        .doc(
            "Whether the row was ingested after a cursor.",
            "datatable(x:long)[1] | where cursor_after('')",
            "query/cursor-after-function",
        ),
    scalar("cursor_before_or_at", &[gives(KqlType::Bool, &[req("cursor", STRING)])])
        .nulls("")
        .doc(
            "Whether the row was ingested before or at a cursor.",
            "datatable(x:long)[1] | where cursor_before_or_at('')",
            "query/cursor-before-or-at-function",
        ),
    scalar("cursor_current", &[gives(KqlType::String, &[])])
        .aliases(&["current_cursor"])
        .doc(
            "The present value of the database's cursor.",
            "print isnotnull(cursor_current())",
            "query/cursor-current",
        ),
    scalar("rowstore_ordinal_range", &[gives(KqlType::Dynamic, &[])]).doc(
        "The range of ordinals of the row store that the row comes from.",
        "datatable(x:long)[1] | extend r = rowstore_ordinal_range()",
        "",
    ),
    scalar(
        "estimate_data_size",
        &[
            gives(KqlType::Long, &[many("column", T::Scalar, 1).column()]),
            gives(KqlType::Long, &[req("column", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .nulls("A null takes the least room of its type.")
    .doc(
        "About how many bytes the chosen columns of the row take; `*` for all columns.",
        "print x = 'abc' | extend estimate_data_size(x) > 0",
        "query/estimate-data-size-function",
    ),
    scalar(
        "column_ifexists",
        &[gives_by(
            Returns::SameAs(1),
            &[req("column_name", STRING).constant(), req("defaultValue", T::Scalar)],
        )],
    )
    .aliases(&["columnifexists"])
    .named(ResultName::FirstArgumentValueIfColumn)
    .nulls("")
    .doc(
        "A column when the table has it, else a default.",
        "print x = 1 | extend y = column_ifexists('y', 5)",
        "query/column-ifexists-function",
    ),
    scalar("iscolumnexists", &[gives(KqlType::Bool, &[req("column_name", STRING).constant()])])
        .nulls("")
        .doc(
            "Whether the input has a column of that name.",
            "print x = 1 | extend iscolumnexists('x')",
            "query/column-ifexists-function",
        ),
    scalar("column_names_of", &[gives(KqlType::Dynamic, &[req("table", T::Tabular)])])
        .nulls("")
        .doc(
            "The names of the columns of a table, as an array.",
            "let T = datatable(a:long, b:string)[1, 'x']; print column_names_of(T)",
            "query/column-names-of-function",
        ),
    scalar("toscalar", &[gives_by(Returns::Custom, &[req("expression", T::Tabular)])])
        .nulls("A query without rows gives null.")
        .doc(
            "The first column of the first row of a query, as a constant for the rest of the query.",
            "print toscalar(range x from 1 to 3 step 1 | count)",
            "query/toscalar-function",
        ),
    scalar(
        "__invoke",
        &[gives_by(
            Returns::TypeOf(1),
            &[
                req("name", STRING).literal(),
                req("type", T::TypeLiteral).literal(),
                many("arg", T::Scalar, 0),
            ],
        )],
    )
    .doc("Calls an internal function by name.", "", ""),
];
