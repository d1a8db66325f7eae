//! Lines and polygons on the globe.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("geo_from_wkt", &[gives(KqlType::Dynamic, &[req("wkt", T::StringOrArray)])]).doc(
        "A shape in well-known text as GeoJSON; null when it is malformed.",
        "print geo_from_wkt('POINT (1.0 2.0)')",
        "query/geo-from-wkt-function",
    ),
    scalar(
        "geo_closest_point_on_line",
        &[gives(
            KqlType::Dynamic,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("lineString", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "The point of a line that is closest to a point, as GeoJSON.",
        "print geo_closest_point_on_line(0.5, 0.5, dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}))",
        "query/geo-closest-point-on-line-function",
    ),
    scalar(
        "geo_closest_point_on_polygon",
        &[gives(
            KqlType::Dynamic,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("polygon", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "The point of a polygon's edge that is closest to a point, as GeoJSON.",
        "print geo_closest_point_on_polygon(-1.0, 0.0, dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}))",
        "query/geo-closest-point-on-polygon-function",
    ),
    scalar(
        "geo_distance_point_to_line",
        &[gives(
            KqlType::Real,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("lineString", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "The shortest distance from a point to a line, in meters.",
        "print round(geo_distance_point_to_line(0.5, 0.5, dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]})))",
        "query/geo-distance-point-to-line-function",
    ),
    scalar(
        "geo_distance_point_to_polygon",
        &[gives(
            KqlType::Real,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("polygon", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "The shortest distance from a point to a polygon, in meters; 0 inside.",
        "print round(geo_distance_point_to_polygon(-1.0, 0.0, dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]})))",
        "query/geo-distance-point-to-polygon-function",
    ),
    scalar(
        "geo_intersects_2lines",
        &[gives(
            KqlType::Bool,
            &[req("lineString1", T::DynamicBag), req("lineString2", T::DynamicBag)],
        )],
    )
    .doc("Whether two lines meet.", "print geo_intersects_2lines(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), dynamic({'type': 'LineString', 'coordinates': [[-1, 0.5], [1, 0.5]]}))", "query/geo-intersects-2lines-function"),
    scalar(
        "geo_intersects_line_with_polygon",
        &[gives(
            KqlType::Bool,
            &[req("lineString", T::DynamicBag), req("polygon", T::DynamicBag)],
        )],
    )
    .doc(
        "Whether a line and a polygon meet.",
        "print geo_intersects_line_with_polygon(dynamic({'type': 'LineString', 'coordinates': [[-1, 0.5], [1, 0.5]]}), dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}))",
        "query/geo-intersects-line-with-polygon-function",
    ),
    scalar(
        "geo_intersects_2polygons",
        &[gives(
            KqlType::Bool,
            &[req("polygon1", T::DynamicBag), req("polygon2", T::DynamicBag)],
        )],
    )
    .doc("Whether two polygons meet.", "print geo_intersects_2polygons(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}), dynamic({'type': 'Polygon', 'coordinates': [[[0.5, 0], [2, 0], [2, 1], [0.5, 1], [0.5, 0]]]}))", "query/geo-intersects-2polygons-function"),
    scalar(
        "geo_intersection_2lines",
        &[gives(
            KqlType::Dynamic,
            &[req("lineString1", T::DynamicBag), req("lineString2", T::DynamicBag)],
        )],
    )
    .doc(
        "What two lines have in common, as GeoJSON.",
        "print geo_intersection_2lines(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), dynamic({'type': 'LineString', 'coordinates': [[-1, 0.5], [1, 0.5]]}))",
        "query/geo-intersection-2lines-function",
    ),
    scalar(
        "geo_intersection_line_with_polygon",
        &[gives(
            KqlType::Dynamic,
            &[req("lineString", T::DynamicBag), req("polygon", T::DynamicBag)],
        )],
    )
    .doc(
        "What a line and a polygon have in common, as GeoJSON.",
        "print geo_intersection_line_with_polygon(dynamic({'type': 'LineString', 'coordinates': [[-1, 0.5], [1, 0.5]]}), dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}))",
        "query/geo-intersection-line-with-polygon-function",
    ),
    scalar(
        "geo_intersection_2polygons",
        &[gives(
            KqlType::Dynamic,
            &[req("polygon1", T::DynamicBag), req("polygon2", T::DynamicBag)],
        )],
    )
    .doc(
        "What two polygons have in common, as GeoJSON.",
        "print geo_intersection_2polygons(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}), dynamic({'type': 'Polygon', 'coordinates': [[[0.5, 0], [2, 0], [2, 1], [0.5, 1], [0.5, 0]]]}))",
        "query/geo-intersection-2polygons-function",
    ),
    scalar(
        "geo_union_polygons_array",
        &[gives(KqlType::Dynamic, &[req("polygons", T::DynamicArray)])],
    )
    .doc(
        "The union of an array of polygons, as GeoJSON.",
        "print geo_union_polygons_array(dynamic([{'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}, {'type': 'Polygon', 'coordinates': [[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]}]))",
        "query/geo-union-polygons-array-function",
    ),
    scalar(
        "geo_simplify_polygons_array",
        &[gives(
            KqlType::Dynamic,
            &[req("polygons", T::DynamicArray), opt("tolerance", T::Number)],
        )],
    )
    .doc(
        "An array of polygons with fewer vertices, within a tolerance in meters, their shared edges kept.",
        "print geo_simplify_polygons_array(dynamic([{'type': 'Polygon', 'coordinates': [[[0, 0], [0.5, 0.00001], [1, 0], [1, 1], [0, 1], [0, 0]]]}]), 100)",
        "query/geo-simplify-polygons-array-function",
    ),
    scalar(
        "geo_union_lines_array",
        &[gives(KqlType::Dynamic, &[req("lineStrings", T::DynamicArray)])],
    )
    .doc(
        "The union of an array of lines, as GeoJSON.",
        "print geo_union_lines_array(dynamic([{'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}, {'type': 'LineString', 'coordinates': [[0, 1], [0, 2]]}]))",
        "query/geo-union-lines-array-function",
    ),
    scalar(
        "geo_polygon_to_h3cells",
        &[gives(
            KqlType::Dynamic,
            &[
                req("polygon", T::DynamicBag),
                opt("resolution", T::Number),
                opt("radius", T::Number),
            ],
        )],
    )
    .doc(
        "The H3 cells that cover a polygon, optionally widened by a radius.",
        "print geo_polygon_to_h3cells(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}), 3)",
        "query/geo-polygon-to-h3cells-function",
    ),
    scalar(
        "geo_polygon_to_s2cells",
        &[gives(
            KqlType::Dynamic,
            &[req("polygon", T::DynamicBag), opt("level", T::Number), opt("radius", T::Number)],
        )],
    )
    .doc(
        "The S2 cells that cover a polygon, optionally widened by a radius.",
        "print geo_polygon_to_s2cells(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}), 6)",
        "query/geo-polygon-to-s2cells-function",
    ),
    scalar(
        "geo_polygon_densify",
        &[gives(
            KqlType::Dynamic,
            &[
                req("polygon", T::DynamicBag),
                opt("tolerance", T::Number),
                opt("preserve_crossing", T::NumberOrBool),
            ],
        )],
    )
    .doc(
        "A polygon with additional vertices, so that no edge strays further than a tolerance.",
        "print array_length(geo_polygon_densify(dynamic({'type': 'Polygon', 'coordinates': [[[0, 50], [40, 50], [40, 60], [0, 60], [0, 50]]]}), 10000).coordinates[0])",
        "query/geo-polygon-densify-function",
    ),
    scalar("geo_polygon_area", &[gives(KqlType::Real, &[req("polygon", T::DynamicBag)])]).doc(
        "The area of a polygon, in square meters.",
        "print round(geo_polygon_area(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]})) / 1000000)",
        "query/geo-polygon-area-function",
    ),
    scalar(
        "geo_polygon_buffer",
        &[gives(
            KqlType::Dynamic,
            &[req("polygon", T::DynamicBag), req("radius", T::Number), opt("tolerance", T::Number)],
        )],
    )
    .doc(
        "A polygon with everything within a distance in meters.",
        "print geo_polygon_buffer(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}), 1000).type",
        "query/geo-polygon-buffer-function",
    ),
    scalar("geo_polygon_centroid", &[gives(KqlType::Dynamic, &[req("polygon", T::DynamicBag)])]).doc(
        "The center of mass of a polygon, as GeoJSON.",
        "print geo_polygon_centroid(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}))",
        "query/geo-polygon-centroid-function",
    ),
    scalar("geo_polygon_perimeter", &[gives(KqlType::Real, &[req("polygon", T::DynamicBag)])]).doc(
        "The length of the edges of a polygon, in meters.",
        "print round(geo_polygon_perimeter(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]})) / 1000)",
        "query/geo-polygon-perimeter-function",
    ),
    scalar(
        "geo_polygon_simplify",
        &[gives(
            KqlType::Dynamic,
            &[req("polygon", T::DynamicBag), opt("tolerance", T::Number)],
        )],
    )
    .doc(
        "A polygon with fewer vertices, within a tolerance in meters.",
        "print geo_polygon_simplify(dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [0.5, 0.00001], [1, 0], [1, 1], [0, 1], [0, 0]]]}), 100)",
        "query/geo-polygon-simplify-function",
    ),
    scalar("geo_line_length", &[gives(KqlType::Real, &[req("lineString", T::DynamicBag)])]).doc(
        "The length of a line, in meters.",
        "print round(geo_line_length(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]})))",
        "query/geo-line-length-function",
    ),
    scalar(
        "geo_line_buffer",
        &[gives(
            KqlType::Dynamic,
            &[
                req("lineString", T::DynamicBag),
                req("radius", T::Number),
                opt("tolerance", T::Number),
            ],
        )],
    )
    .doc(
        "The polygon of all points within a distance in meters of a line.",
        "print geo_line_buffer(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), 1000).type",
        "query/geo-line-buffer-function",
    ),
    scalar("geo_line_centroid", &[gives(KqlType::Dynamic, &[req("lineString", T::DynamicBag)])]).doc(
        "The center of mass of a line, as GeoJSON.",
        "print geo_line_centroid(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}))",
        "query/geo-line-centroid-function",
    ),
    scalar(
        "geo_line_densify",
        &[gives(
            KqlType::Dynamic,
            &[
                req("lineString", T::DynamicBag),
                opt("tolerance", T::Number),
                opt("preserve_crossing", T::NumberOrBool),
            ],
        )],
    )
    .doc(
        "A line with additional vertices, so that no edge strays further than a tolerance.",
        "print array_length(geo_line_densify(dynamic({'type': 'LineString', 'coordinates': [[0, 60], [40, 60]]}), 10000).coordinates)",
        "query/geo-line-densify-function",
    ),
    scalar(
        "geo_line_simplify",
        &[gives(
            KqlType::Dynamic,
            &[req("lineString", T::DynamicBag), opt("tolerance", T::Number)],
        )],
    )
    .doc(
        "A line with fewer vertices, within a tolerance in meters.",
        "print geo_line_simplify(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0.5, 0.00001], [1, 0]]}), 100)",
        "query/geo-line-simplify-function",
    ),
    scalar(
        "geo_line_locate_point",
        &[gives(
            KqlType::Real,
            &[
                req("lineString", T::DynamicBag),
                req("longitude", T::Number),
                req("latitude", T::Number),
                opt("use_spheroid", T::NumberOrBool),
            ],
        )],
    )
    .doc(
        "Where on a line the closest place to a point is, as a fraction of its length.",
        "print round(geo_line_locate_point(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), 0.1, 0.25), 3)",
        "query/geo-line-locate-point-function",
    ),
    scalar(
        "geo_line_interpolate_point",
        &[gives(
            KqlType::Dynamic,
            &[req("lineString", T::DynamicBag), req("fraction", T::Number)],
        )],
    )
    .doc(
        "The point at a fraction of the length of a line, as GeoJSON.",
        "print geo_line_interpolate_point(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), 0.5)",
        "query/geo-line-interpolate-point-function",
    ),
    scalar(
        "geo_line_to_s2cells",
        &[gives(
            KqlType::Dynamic,
            &[req("lineString", T::DynamicBag), opt("level", T::Number), opt("radius", T::Number)],
        )],
    )
    .doc(
        "The S2 cells that cover a line, optionally widened by a radius.",
        "print geo_line_to_s2cells(dynamic({'type': 'LineString', 'coordinates': [[0, 0], [0, 1]]}), 6)",
        "query/geo-line-to-s2cells-function",
    ),
    scalar(
        "__geo_polygon_s2cell_covering_level",
        &[gives(KqlType::Int, &[req("polygon", T::DynamicBag)])],
    )
    .doc("The S2 level that suits the size of a polygon.", "", ""),
    scalar(
        "__geo_polygon_validate",
        &[gives(KqlType::String, &[req("polygon", T::DynamicBag)])],
    )
    .doc("What is wrong with a polygon, as text.", "", ""),
    scalar(
        "__geo_line_s2cell_covering_level",
        &[gives(KqlType::Int, &[req("lineString", T::DynamicBag)])],
    )
    .doc("The S2 level that suits the size of a line.", "", ""),
    scalar(
        "__geo_line_validate",
        &[gives(KqlType::String, &[req("lineString", T::DynamicBag)])],
    )
    .doc("What is wrong with a line, as text.", "", ""),
];
