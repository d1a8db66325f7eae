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
    .doc("", "", "query/geo-distance-2points-function"),
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
    .doc("", "", "query/geo-angle-function"),
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
    .doc("", "", "query/geo-azimuth-function"),
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
    .doc("", "", "query/geo-point-in-circle-function"),
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
    .doc("", "", "query/geo-point-in-polygon-function"),
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
    .doc("", "", "query/geo-point-buffer-function"),
    scalar(
        "geo_point_to_geohash",
        &[gives(
            KqlType::String,
            &[req("longitude", T::Number), req("latitude", T::Number), opt("accuracy", T::Number)],
        )],
    )
    .doc("", "", "query/geo-point-to-geohash-function"),
    scalar(
        "geo_geohash_to_central_point",
        &[gives(KqlType::Dynamic, &[req("geohash", STRING)])],
    )
    .doc("", "", "query/geo-geohash-to-central-point-function"),
    scalar("geo_geohash_to_polygon", &[gives(KqlType::Dynamic, &[req("geohash", STRING)])]).doc(
        "",
        "",
        "query/geo-geohash-to-polygon-function",
    ),
    scalar("geo_geohash_neighbors", &[gives(KqlType::Dynamic, &[req("geohash", STRING)])]).doc(
        "",
        "",
        "query/geo-geohash-neighbors-function",
    ),
    scalar(
        "geo_point_to_s2cell",
        &[gives(
            KqlType::String,
            &[req("longitude", T::Number), req("latitude", T::Number), opt("level", T::Number)],
        )],
    )
    .doc("", "", "query/geo-point-to-s2cell-function"),
    scalar("geo_s2cell_to_central_point", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc(
        "",
        "",
        "query/geo-s2cell-to-central-point-function",
    ),
    scalar("geo_s2cell_to_polygon", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc(
        "",
        "",
        "query/geo-s2cell-to-polygon-function",
    ),
    scalar("geo_s2cell_neighbors", &[gives(KqlType::Dynamic, &[req("s2cell", STRING)])]).doc("", "", "query/geo-s2cell-neighbors-function"),
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
    .doc("", "", "query/geo-point-to-h3cell-function"),
    scalar("geo_h3cell_to_central_point", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc(
        "",
        "",
        "query/geo-h3cell-to-central-point-function",
    ),
    scalar("geo_h3cell_to_polygon", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc(
        "",
        "",
        "query/geo-h3cell-to-polygon-function",
    ),
    scalar("geo_h3cell_neighbors", &[gives(KqlType::Dynamic, &[req("h3cell", STRING)])]).doc("", "", "query/geo-h3cell-neighbors-function"),
    scalar(
        "geo_h3cell_children",
        &[gives(KqlType::Dynamic, &[req("h3cell", STRING), opt("resolution", T::Number)])],
    )
    .doc("", "", "query/geo-h3cell-children-function"),
    scalar(
        "geo_h3cell_parent",
        &[gives(KqlType::String, &[req("h3cell", STRING), opt("resolution", T::Number)])],
    )
    .doc("", "", "query/geo-h3cell-parent-function"),
    scalar(
        "geo_h3cell_rings",
        &[gives(KqlType::Dynamic, &[req("h3cell", STRING), req("distance", T::Number)])],
    )
    .doc("", "", "query/geo-h3cell-rings-function"),
    scalar("geo_h3cell_level", &[gives(KqlType::Int, &[req("h3cell", STRING)])]).doc("", "", "query/geo-h3cell-level-function"),
    scalar("__geo_length_to_s2cell_level", &[gives(KqlType::Int, &[req("length", T::Number)])]).doc("", "", ""),
];
