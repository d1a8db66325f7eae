//! What the engine knows about the query, the row and its place.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("current_cluster_endpoint", &[gives(KqlType::String, &[])]).doc("", "", "query/current-cluster-endpoint-function"),
    scalar("current_database", &[gives(KqlType::String, &[])]).doc("", "", "query/current-database-function"),
    scalar("current_principal", &[gives(KqlType::String, &[])]).doc("", "", "query/current-principal-function"),
    scalar("current_principal_details", &[gives(KqlType::Dynamic, &[])]).doc("", "", "query/current-principal-details-function"),
    scalar(
        "current_principal_is_member_of",
        &[gives(KqlType::Bool, &[repeat("group", T::StringOrArray, 1, 64)])],
    )
    .doc("", "", "query/current-principal-is-member-of-function"),
    scalar("current_node_id", &[gives(KqlType::String, &[])]).doc("", "", ""),
    scalar("extent_id", &[gives(KqlType::Guid, &[])])
        .aliases(&["extentid"])
        .doc("", "", "query/extent-id-function"),
    scalar("extent_tags", &[gives(KqlType::Dynamic, &[])]).doc("", "", "query/extent-tags-function"),
    scalar("ingestion_time", &[gives(KqlType::DateTime, &[])])
        .named(ResultName::PrefixOnly("$IngestionTime"))
        .doc("", "", "query/ingestion-time-function"),
    scalar("row_id", &[gives(KqlType::String, &[])]).doc("", "", ""),
    scalar("cursor_after", &[gives(KqlType::Bool, &[req("cursor", STRING)])]).doc("", "", "query/cursor-after-function"),
    scalar("cursor_before_or_at", &[gives(KqlType::Bool, &[req("cursor", STRING)])]).doc("", "", "query/cursor-before-or-at-function"),
    scalar("cursor_current", &[gives(KqlType::String, &[])])
        .aliases(&["current_cursor"])
        .doc("", "", "query/cursor-current"),
    scalar("rowstore_ordinal_range", &[gives(KqlType::Dynamic, &[])]).doc("", "", ""),
    scalar(
        "estimate_data_size",
        &[
            gives(KqlType::Long, &[many("column", T::Scalar, 1).column()]),
            gives(KqlType::Long, &[req("column", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .doc("", "", "query/estimate-data-size-function"),
    scalar(
        "column_ifexists",
        &[gives_by(
            Returns::SameAs(1),
            &[req("column_name", STRING).constant(), req("defaultValue", T::Scalar)],
        )],
    )
    .aliases(&["columnifexists"])
    .named(ResultName::FirstArgumentValueIfColumn)
    .doc("", "", "query/column-ifexists-function"),
    scalar("iscolumnexists", &[gives(KqlType::Bool, &[req("column_name", STRING).constant()])]).doc("", "", ""),
    scalar("column_names_of", &[gives(KqlType::Dynamic, &[req("table", T::Tabular)])]).doc("", "", "query/column-names-of-function"),
    scalar("toscalar", &[gives_by(Returns::Custom, &[req("expression", T::Tabular)])]).doc("", "", "query/toscalar-function"),
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
    .doc("", "", ""),
];
