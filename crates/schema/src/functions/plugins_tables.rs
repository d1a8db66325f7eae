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
    .doc(
        "Turns the keys of a column of bags into columns, in alphabetical order, with an optional prefix. \
             `columnsConflict` says which wins when a name is taken.",
        "datatable(d:dynamic)[dynamic({'a': 1, 'b': 'x'})] | evaluate bag_unpack(d)",
        "query/bag-unpack-plugin",
    ),
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
    .doc(
        "Turns the distinct values of a column into columns, which hold an aggregate (`count()` unless told otherwise).",
        "datatable(g:string, k:string)['a', 'x', 'a', 'y'] | evaluate pivot(k)",
        "query/pivot-plugin",
    ),
    plugin("narrow", &[gives_by(Returns::Custom, &[])]).doc(
        "Turns every cell into a row: row number, column name and value as text.",
        "datatable(a:long, b:string)[1, 'x'] | evaluate narrow()",
        "query/narrow-plugin",
    ),
    plugin("identity", &[gives_by(Returns::Custom, &[])]).doc("The input as it is.", "datatable(a:long)[1, 2] | evaluate identity()", ""),
    plugin(
        "identity_v3",
        &[gives_by(
            Returns::Custom,
            &[req("mode", STRING).constant(), req("exceptionText", STRING).constant()],
        )],
    )
    .doc("The input as it is, for tests of failures.", "datatable(a:long)[1, 2] | evaluate identity_v3()", ""),
    plugin("preview", &[gives_by(Returns::Custom, &[req("NumberOfRows", T::Integer)])]).doc(
        "The first rows, and the number of all rows as a second result.",
        "range x from 1 to 5 step 1 | evaluate preview(2)",
        "query/preview-plugin",
    ),
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
    .doc("The rows around those where a condition is true.", "range x from 1 to 9 step 1 | sort by x asc | evaluate rows_near(x == 5, 1)", "query/rows-near-plugin"),
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
    .doc(
        "Joins the rows whose IPv4 address lies in a range of another table with that table's columns.",
        "let networks = datatable(network:string, site:string)['10.1.0.0/16', 'Oslo', '10.2.0.0/16', 'Rome'];\n\
             datatable(ip:string)['10.1.2.3', '10.2.0.9', '10.9.9.9'] | evaluate ipv4_lookup(networks, ip, network)",
        "query/ipv4-lookup-plugin",
    ),
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
    .doc(
        "Joins the rows whose IPv6 or IPv4 address lies in a range of another table with that table's columns.",
        "let networks = datatable(network:string, site:string)['2001:db8:1::/48', 'Oslo', '10.2.0.0/16', 'Rome'];\n\
             datatable(ip:string)['2001:db8:1::5', '10.2.0.9', '10.9.9.9'] | evaluate ipv6_lookup(networks, ip, network)",
        "query/ipv6-lookup-plugin",
    ),
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
    .doc(
        "Joins the rows whose point lies in, or near, a polygon of another table with that table's columns.",
        "let areas = datatable(area:string, shape:dynamic)['unit square', dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]})];\n\
             datatable(lon:real, lat:real)[0.5, 0.5, 5.0, 5.0] | evaluate geo_polygon_lookup(areas, shape, lon, lat) | project area, lon, lat",
        "query/geo-polygon-lookup-plugin",
    ),
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
    .doc(
        "Joins the rows whose point lies near a line of another table with that table's columns.",
        "let roads = datatable(road:string, shape:dynamic)['meridian', dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]})];\n\
             datatable(lon:real, lat:real)[0.0001, 0.5, 5.0, 5.0] | evaluate geo_line_lookup(roads, shape, lon, lat, 100.0) | project road, lon, lat",
        "query/geo-line-lookup-plugin",
    ),
    plugin(
        "schema_merge",
        &[gives_by(Returns::Custom, &[opt("PreserveOrder", BOOL).literal()])],
    )
    .doc(
        "Merges the schemas that several queries give by `getschema`.",
        "let a = datatable(x:long, y:string)[1, 'a'] | getschema;\n\
             let b = datatable(x:long, z:real)[1, 1.5] | getschema;\n\
             union a, b | evaluate schema_merge()",
        "query/schema-merge-plugin",
    ),
    plugin("estimate_rows_count", &[gives_by(Returns::Custom, &[])]).doc("How many rows the query gives. They are counted, not estimated.", "range x from 1 to 5 step 1 | evaluate estimate_rows_count()", ""),
    plugin("external_datatable", &[gives_by(Returns::Custom, &[])]).doc("The rows that another system gives.", "evaluate external_datatable()", ""),
];
