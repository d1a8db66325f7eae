//! Plugins that reshape, join and look up.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    plugin(
        "bag_unpack",
        &[gives_by(
            Returns::Custom,
            &[
                req("column", DYNAMIC).column(),
                opt("column_prefix", STRING).arg(ArgKind::LiteralNotEmpty),
                opt("columnsConflict", STRING)
                    .literal()
                    .values(&["error", "replace_source", "keep_source"]),
                opt("ignoredProperties", T::DynamicArray).constant(),
            ],
        )],
    )
    .doc("", "", "query/bag-unpack-plugin"),
    plugin(
        "pivot",
        &[gives_by(
            Returns::Custom,
            &[
                req("pivotColumn", T::NotDynamic).column(),
                opt("aggregateFunction", T::Scalar).arg(ArgKind::Aggregate),
                many("columnName", T::Scalar, 0).column(),
            ],
        )],
    )
    .doc("", "", "query/pivot-plugin"),
    plugin("narrow", &[gives_by(Returns::Custom, &[])]).doc("", "", "query/narrow-plugin"),
    plugin("identity", &[gives_by(Returns::Custom, &[])]).doc("", "", ""),
    plugin(
        "identity_v3",
        &[gives_by(
            Returns::Custom,
            &[req("mode", STRING).constant(), req("exceptionText", STRING).constant()],
        )],
    )
    .doc("", "", ""),
    plugin("preview", &[gives_by(Returns::Custom, &[req("NumberOfRows", T::Integer)])]).doc("", "", "query/preview-plugin"),
    plugin(
        "rows_near",
        &[gives_by(
            Returns::Custom,
            &[
                req("Condition", BOOL),
                req("NumRows", T::Integer).constant(),
                opt("NumRowsAfter", T::Integer).constant(),
            ],
        )],
    )
    .doc("", "", "query/rows-near-plugin"),
    plugin(
        "ipv4_lookup",
        &[gives_by(
            Returns::Custom,
            &[
                req("LookupTable", T::Tabular),
                req("SourceIPv4Key", T::Scalar).column(),
                req("IPv4LookupKey", T::Scalar).arg(ArgKind::ColumnOfFirst),
                many("ExtraKey", T::Scalar, 0).arg(ArgKind::ColumnOfBoth),
                opt("return_unmatched", BOOL).literal(),
            ],
        )],
    )
    .doc("", "", "query/ipv4-lookup-plugin"),
    plugin(
        "ipv6_lookup",
        &[gives_by(
            Returns::Custom,
            &[
                req("LookupTable", T::Tabular),
                req("SourceIPv6Key", T::Scalar).column(),
                req("IPv6LookupKey", T::Scalar).arg(ArgKind::ColumnOfFirst),
                opt("return_unmatched", BOOL).literal(),
            ],
        )],
    )
    .doc("", "", "query/ipv6-lookup-plugin"),
    plugin(
        "geo_polygon_lookup",
        &[gives_by(
            Returns::Custom,
            &[
                req("LookupTable", T::Tabular),
                req("LookupPolygonKey", T::DynamicBag).arg(ArgKind::ColumnOfFirst),
                req("SourceLongitude", T::Scalar).column(),
                req("SourceLatitude", T::Scalar).column(),
                opt("radius", REAL).literal(),
                opt("return_unmatched", BOOL).literal(),
                opt("lookup_area_radius", REAL).literal(),
                opt("return_lookup_key", BOOL).literal(),
            ],
        )],
    )
    .doc("", "", "query/geo-polygon-lookup-plugin"),
    plugin(
        "geo_line_lookup",
        &[gives_by(
            Returns::Custom,
            &[
                req("LookupTable", T::Tabular),
                req("LookupLineKey", T::DynamicBag).arg(ArgKind::ColumnOfFirst),
                req("SourceLongitude", T::Scalar).column(),
                req("SourceLatitude", T::Scalar).column(),
                req("radius", REAL).literal(),
                opt("return_unmatched", BOOL).literal(),
                opt("lookup_area_radius", REAL).literal(),
                opt("return_lookup_key", BOOL).literal(),
            ],
        )],
    )
    .doc("", "", "query/geo-line-lookup-plugin"),
    plugin(
        "schema_merge",
        &[gives_by(Returns::Custom, &[opt("PreserveOrder", BOOL).literal()])],
    )
    .doc("", "", "query/schema-merge-plugin"),
    plugin("estimate_rows_count", &[gives_by(Returns::Custom, &[])]).doc("", "", ""),
    plugin("external_datatable", &[gives_by(Returns::Custom, &[])]).doc("", "", ""),
];
