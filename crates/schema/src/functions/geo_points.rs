//! Points on the globe, and cells that hold them.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "geo_distance_2points",
        &[gives(
            KqlType::Real,
            &[
                req("p1_longitude", T::Number),
                req("p1_latitude", T::Number),
                req("p2_longitude", T::Number),
                req("p2_latitude", T::Number),
                opt("use_spheroid", T::NumberOrBool),
            ],
        )],
    )
    .doc(
        "The shortest distance between two points on the globe, in meters.",
        "print round(geo_distance_2points(-122.35, 47.61, -122.34, 47.62))",
        "query/geo-distance-2points-function",
    ),
    scalar(
        "geo_angle",
        &[gives(
            KqlType::Real,
            &[
                req("p1_longitude", T::Number),
                req("p1_latitude", T::Number),
                req("p2_longitude", T::Number),
                req("p2_latitude", T::Number),
                req("p3_longitude", T::Number),
                req("p3_latitude", T::Number),
            ],
        )],
    )
    .doc(
        "The clockwise angle at the second of three points, in radians.",
        "print round(geo_angle(0, 10, 0, 5, 3, -10), 4)",
        "query/geo-angle-function",
    ),
    scalar(
        "geo_azimuth",
        &[gives(
            KqlType::Real,
            &[
                req("p1_longitude", T::Number),
                req("p1_latitude", T::Number),
                req("p2_longitude", T::Number),
                req("p2_latitude", T::Number),
            ],
        )],
    )
    .doc(
        "The angle between true north and the way from one point to another, clockwise in radians.",
        "print round(geo_azimuth(0, 0, 10, 0), 4)",
        "query/geo-azimuth-function",
    ),
    scalar(
        "geo_point_in_circle",
        &[gives(
            KqlType::Bool,
            &[
                req("p_longitude", T::Number),
                req("p_latitude", T::Number),
                req("pc_longitude", T::Number),
                req("pc_latitude", T::Number),
                req("c_radius", T::Number),
            ],
        )],
    )
    .doc(
        "Whether a point lies within a distance in meters of another.",
        "print geo_point_in_circle(-122.317, 47.611, -122.316, 47.612, 500)",
        "query/geo-point-in-circle-function",
    ),
    scalar(
        "geo_point_in_polygon",
        &[gives(
            KqlType::Bool,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("polygon", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Whether a point lies in a polygon or multipolygon, given as GeoJSON.",
        "print geo_point_in_polygon(1.0, 1.0, dynamic({'type': 'Polygon', 'coordinates': [[[0, 0], [2, 0], [2, 2], [0, 2], \
             [0, 0]]]}))",
        "query/geo-point-in-polygon-function",
    ),
    scalar(
        "geo_point_buffer",
        &[gives(
            KqlType::Dynamic,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                req("radius", T::Number),
                opt("tolerance", T::Number),
            ],
        )],
    )
    .doc(
        "The polygon of all points within a distance in meters of a point.",
        "print geo_point_buffer(-120.0, 40.0, 100)",
        "query/geo-point-buffer-function",
    ),
    scalar(
        "geo_point_to_geohash",
        &[gives(
            KqlType::String,
            &[req("longitude", T::Number), req("latitude", T::Number), opt("accuracy", T::Number)],
        )],
    )
    .doc(
        "The geohash cell of a point, with the accuracy as its length.",
        "print geo_point_to_geohash(-80.195829, 25.802215, 8)",
        "query/geo-point-to-geohash-function",
    ),
    scalar(
        "geo_geohash_to_central_point",
        &[gives(KqlType::Dynamic, &[req("geohash", STRING)])],
    )
    .doc(
        "The center of a geohash cell, as GeoJSON.",
        "print geo_geohash_to_central_point('sunny')",
        "query/geo-geohash-to-central-point-function",
    ),
    scalar("geo_geohash_to_polygon", &[gives(KqlType::Dynamic, &[req("geohash", STRING)])]).doc(
        "The area of a geohash cell, as GeoJSON.",
        "print geo_geohash_to_polygon('dhwfz15h')",
        "query/geo-geohash-to-polygon-function",
    ),
    scalar("geo_geohash_neighbors", &[gives(KqlType::Dynamic, &[req("geohash", STRING)])]).doc(
        "The geohash cells around a geohash cell.",
        "print geo_geohash_neighbors('sunny')",
        "query/geo-geohash-neighbors-function",
    ),
    scalar(
        "geo_point_to_s2cell",
        &[gives(
            KqlType::String,
            &[req("longitude", T::Number), req("latitude", T::Number), opt("level", T::Number)],
        )],
    )
    .doc(
        "The S2 cell of a point at a level of 0 to 30.",
        "print geo_point_to_s2cell(-80.195829, 25.802215, 8)",
        "query/geo-point-to-s2cell-function",
    ),
    scalar("geo_s2cell_to_central_point", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc(
        "The center of an S2 cell, as GeoJSON.",
        "print geo_s2cell_to_central_point('1234567')",
        "query/geo-s2cell-to-central-point-function",
    ),
    scalar("geo_s2cell_to_polygon", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc(
        "The area of an S2 cell, as GeoJSON.",
        "print geo_s2cell_to_polygon('89c259')",
        "query/geo-s2cell-to-polygon-function",
    ),
    scalar("geo_s2cell_neighbors", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc(
        "The S2 cells around an S2 cell.",
        "print geo_s2cell_neighbors('89c259')",
        "query/geo-s2cell-neighbors-function",
    ),
    scalar(
        "geo_point_to_h3cell",
        &[gives(
            KqlType::String,
            &[
                req("longitude", T::Number),
                req("latitude", T::Number),
                opt("resolution", T::Number),
            ],
        )],
    )
    .doc(
        "The H3 cell of a point at a resolution of 0 to 15.",
        "print geo_point_to_h3cell(-74.04450446039874, 40.689250859314974, 6)",
        "query/geo-point-to-h3cell-function",
    ),
    scalar("geo_h3cell_to_central_point", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc(
        "The center of an H3 cell, as GeoJSON.",
        "print geo_h3cell_to_central_point('862a1072fffffff')",
        "query/geo-h3cell-to-central-point-function",
    ),
    scalar("geo_h3cell_to_polygon", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc(
        "The area of an H3 cell, as GeoJSON.",
        "print geo_h3cell_to_polygon('862a1072fffffff')",
        "query/geo-h3cell-to-polygon-function",
    ),
    scalar("geo_h3cell_neighbors", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc(
        "The H3 cells around an H3 cell.",
        "print geo_h3cell_neighbors('862a1072fffffff')",
        "query/geo-h3cell-neighbors-function",
    ),
    scalar(
        "geo_h3cell_children",
        &[gives(KqlType::Dynamic, &[req("h3cell", STRING), opt("resolution", T::Number)])],
    )
    .doc(
        "The H3 cells at a finer resolution that make up a cell.",
        "print geo_h3cell_children('862a1072fffffff')",
        "query/geo-h3cell-children-function",
    ),
    scalar(
        "geo_h3cell_parent",
        &[gives(KqlType::String, &[req("h3cell", STRING), opt("resolution", T::Number)])],
    )
    .doc(
        "The H3 cell at a coarser resolution that holds a cell.",
        "print geo_h3cell_parent('862a1072fffffff')",
        "query/geo-h3cell-parent-function",
    ),
    scalar(
        "geo_h3cell_rings",
        &[gives(KqlType::Dynamic, &[req("h3cell", STRING), req("distance", T::Number)])],
    )
    .doc(
        "The H3 cells around a cell, ring by ring up to a distance.",
        "print geo_h3cell_rings('862a1072fffffff', 1)",
        "query/geo-h3cell-rings-function",
    ),
    scalar("geo_h3cell_level", &[gives(KqlType::Int, &[req("h3cell", STRING)])]).doc(
        "The resolution of an H3 cell.",
        "print geo_h3cell_level('862a1072fffffff')",
        "query/geo-h3cell-level-function",
    ),
    scalar("__geo_length_to_s2cell_level", &[gives(KqlType::Int, &[req("length", T::Number)])]).doc(
        "The S2 level whose cells have edges of about a length in meters.",
        "",
        "",
    ),
];
