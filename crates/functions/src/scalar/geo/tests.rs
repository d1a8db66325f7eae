#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use arrow::array::{Array, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;

use super::*;
use crate::kernel::scalar_kernel;

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#;
const SHIFTED: &str = r#"{"type":"Polygon","coordinates":[[[1,1],[3,1],[3,3],[1,3],[1,1]]]}"#;
const EQUATOR: &str = r#"{"type":"LineString","coordinates":[[0,0],[10,0]]}"#;

enum Arg {
    Shape(&'static str),
    Name(&'static str),
    Real(f64),
}

use Arg::{Name, Real, Shape};

fn answer(name: &str, args: &[Arg], result: KqlType) -> Result<ColumnarValue> {
    let (types, values): (Vec<KqlType>, Vec<ColumnarValue>) = args
        .iter()
        .map(|arg| match arg {
            Shape(text) => (KqlType::Dynamic, ScalarValue::Utf8View(Some((*text).to_owned()))),
            Name(text) => (KqlType::String, ScalarValue::Utf8View(Some((*text).to_owned()))),
            Real(value) => (KqlType::Real, ScalarValue::Float64(Some(*value))),
        })
        .map(|(ty, value)| (ty, ColumnarValue::Scalar(value)))
        .unzip();
    let call = Call {
        args: &values,
        types: &types,
        result,
        rows: 1,
        now: 0,
    };
    scalar_kernel(name).unwrap()(&call)
}

fn array(name: &str, args: &[Arg], result: KqlType) -> arrow::array::ArrayRef {
    match answer(name, args, result).unwrap() {
        ColumnarValue::Array(array) => array,
        ColumnarValue::Scalar(scalar) => scalar.to_array().unwrap(),
    }
}

fn text_of(name: &str, args: &[Arg]) -> Option<String> {
    let array = array(name, args, KqlType::Dynamic);
    array.is_valid(0).then(|| array.as_string_view().value(0).to_owned())
}

fn real_of(name: &str, args: &[Arg]) -> Option<f64> {
    let array = array(name, args, KqlType::Real);
    array.is_valid(0).then(|| array.as_primitive::<Float64Type>().value(0))
}

fn bool_of(name: &str, args: &[Arg]) -> Option<bool> {
    let array = array(name, args, KqlType::Bool);
    array.is_valid(0).then(|| array.as_boolean().value(0))
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|letter: char| !(letter.is_ascii_digit() || "+-.e".contains(letter)))
        .filter_map(|number| number.parse().ok())
        .collect()
}

fn near(text: Option<String>, expected: &[f64]) -> bool {
    let found = numbers(&text.unwrap());
    found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-9)
}

#[test]
fn names_are_sorted() {
    assert!(KERNELS.is_sorted_by_key(|(name, _)| *name));
}

#[test]
fn a_degree_on_the_equator_has_one_length_however_it_is_measured() {
    let degree = 6_371_010.0_f64.to_radians();
    let measures = [
        real_of("geo_distance_2points", &[Real(0.0), Real(0.0), Real(1.0), Real(0.0)]),
        real_of("geo_distance_point_to_line", &[Real(11.0), Real(0.0), Shape(EQUATOR)]),
        real_of("geo_distance_point_to_polygon", &[Real(-1.0), Real(0.0), Shape(SQUARE)]),
        real_of("geo_line_length", &[Shape(EQUATOR)]).map(|length| length / 10.0),
    ];
    for measure in measures {
        assert!((measure.unwrap() - degree).abs() < 1e-6, "{measure:?}");
    }
}

#[test]
fn directions_turn_clockwise_from_north() {
    let quarter = std::f64::consts::FRAC_PI_2;
    assert!((real_of("geo_azimuth", &[Real(0.0), Real(0.0), Real(1.0), Real(0.0)]).unwrap() - quarter).abs() < 1e-12);
    assert!((real_of("geo_azimuth", &[Real(0.0), Real(0.0), Real(-1.0), Real(0.0)]).unwrap() - 3.0 * quarter).abs() < 1e-12);
    assert_eq!(real_of("geo_azimuth", &[Real(5.0), Real(5.0), Real(5.0), Real(5.0)]), None);
}

#[test]
fn what_is_off_the_map_or_no_valid_shape_is_null() {
    assert_eq!(
        real_of("geo_distance_2points", &[Real(181.0), Real(0.0), Real(1.0), Real(0.0)]),
        None
    );
    assert_eq!(bool_of("geo_point_in_polygon", &[Real(1.0), Real(91.0), Shape(SQUARE)]), None);
    let broken = [
        r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[0,0]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[1,1]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,0],[0,2],[0,0]]]}"#,
        r#"{"type":"Polygon"}"#,
        r#"{"type":"Point","coordinates":[0,0]}"#,
        "[1]",
    ];
    for shape in broken {
        assert_eq!(real_of("geo_polygon_area", &[Shape(shape)]), None, "{shape}");
    }
}

#[test]
fn a_ring_may_run_either_way() {
    let reversed = r#"{"type":"Polygon","coordinates":[[[0,0],[0,2],[2,2],[2,0],[0,0]]]}"#;
    let area = real_of("geo_polygon_area", &[Shape(SQUARE)]).unwrap();
    assert!((real_of("geo_polygon_area", &[Shape(reversed)]).unwrap() - area).abs() < 1.0);
    for shape in [SQUARE, reversed] {
        assert_eq!(bool_of("geo_point_in_polygon", &[Real(1.0), Real(1.0), Shape(shape)]), Some(true));
        assert_eq!(bool_of("geo_point_in_polygon", &[Real(3.0), Real(1.0), Shape(shape)]), Some(false));
    }
}

#[test]
fn a_hole_is_taken_out() {
    let holed = r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]],[[0.5,0.5],[1.5,0.5],[1.5,1.5],[0.5,1.5],[0.5,0.5]]]}"#;
    assert_eq!(bool_of("geo_point_in_polygon", &[Real(1.0), Real(1.0), Shape(holed)]), Some(false));
    assert_eq!(bool_of("geo_point_in_polygon", &[Real(0.2), Real(0.2), Shape(holed)]), Some(true));
}

#[test]
fn shapes_meet_in_points_lines_and_polygons() {
    let crossing = r#"{"type":"LineString","coordinates":[[5,-1],[5,1]]}"#;
    assert!(near(
        text_of("geo_intersection_2lines", &[Shape(EQUATOR), Shape(crossing)]),
        &[5.0, 0.0]
    ));
    let inside = text_of("geo_intersection_line_with_polygon", &[Shape(EQUATOR), Shape(SQUARE)]);
    assert!(near(inside, &[0.0, 0.0, 2.0, 0.0]));
    let apart = r#"{"type":"Polygon","coordinates":[[[5,5],[6,5],[6,6],[5,5]]]}"#;
    let nothing = text_of("geo_intersection_2polygons", &[Shape(SQUARE), Shape(apart)]);
    assert_eq!(nothing.as_deref(), Some(r#"{"type":"GeometryCollection","geometries":[]}"#));
    assert_eq!(bool_of("geo_intersects_2polygons", &[Shape(SQUARE), Shape(SHIFTED)]), Some(true));
    assert_eq!(bool_of("geo_intersects_2polygons", &[Shape(SQUARE), Shape(apart)]), Some(false));
}

#[test]
fn a_buffer_holds_its_radius() {
    let text = text_of("geo_point_buffer", &[Real(0.0), Real(0.0), Real(1000.0), Real(1.0)]).unwrap();
    for pair in numbers(&text).chunks(2) {
        let distance = real_of("geo_distance_2points", &[Real(0.0), Real(0.0), Real(pair[0]), Real(pair[1])]).unwrap();
        assert!((distance - 1000.0).abs() <= 2.0, "{distance}");
    }
    assert_eq!(text_of("geo_point_buffer", &[Real(0.0), Real(0.0), Real(-1.0)]), None);
}

#[test]
fn cells_hold_their_points() {
    let geohash = array("geo_point_to_geohash", &[Real(10.5), Real(-20.25), Real(7.0)], KqlType::String);
    assert_eq!(geohash.as_string_view().value(0), "khrkyct");
    assert!(near(text_of("geo_geohash_to_central_point", &[Name("s")]), &[22.5, 22.5]));
    assert_eq!(text_of("geo_geohash_to_polygon", &[Name("a")]), None);
    let around = text_of("geo_geohash_neighbors", &[Name("s")]);
    assert_eq!(around.as_deref(), Some(r#"["7","k","m","t","e","v","u","g"]"#));
    assert_eq!(text_of("geo_s2cell_to_central_point", &[Name("zz")]), None);
    assert_eq!(text_of("geo_h3cell_children", &[Name("abc")]), None);
    let cells = text_of("geo_polygon_to_s2cells", &[Shape(SQUARE), Real(5.0)]).unwrap();
    assert!(cells.matches("\",\"").count() < 10, "{cells}");
    assert_eq!(text_of("geo_polygon_to_s2cells", &[Shape(SQUARE), Real(30.0)]), None);
}

#[test]
fn well_known_text_nests() {
    let collection = text_of(
        "geo_from_wkt",
        &[Name("geometrycollection(point(1 -2.5), multipoint ((1 1),(2 2)))")],
    );
    let expected = r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1.0,-2.5]},{"type":"MultiPoint","coordinates":[[1.0,1.0],[2.0,2.0]]}]}"#;
    assert_eq!(collection.as_deref(), Some(expected));
    for text in [
        "POINT (1)",
        "POINT (1 2",
        "POINT (1 2) x",
        "CIRCLE (1 2)",
        "",
        &"GEOMETRYCOLLECTION(".repeat(5000),
    ] {
        assert_eq!(text_of("geo_from_wkt", &[Name(Box::leak(text.to_owned().into_boxed_str()))]), None);
    }
}

#[test]
fn distances_along_the_spheroid() {
    let distance = |places: [f64; 4], spheroid| {
        let mut args: Vec<Arg> = places.into_iter().map(Real).collect();
        args.push(Real(spheroid));
        real_of("geo_distance_2points", &args).unwrap()
    };
    // A degree along the equator is a part of the greater axis; the way from New York to London is the one in the manual of GeographicLib.
    assert!((distance([0.0, 0.0, 1.0, 0.0], 1.0) - 6_378_137.0_f64.to_radians()).abs() < 1e-6);
    assert!((distance([-73.8, 40.6, -0.5, 51.6], 1.0) - 5_551_759.400).abs() < 1e-2);
    assert!((distance([0.0, 0.0, 1.0, 0.0], 0.0) - 111_195.101).abs() < 1e-2);
    // Opposite places, where iterations of simpler formulas do not end.
    assert!((distance([0.0, 0.0, 179.7, 0.5], 1.0) - 19_944_127.421).abs() < 1e-2);
}

#[test]
fn crossings_can_be_preserved_where_there_are_none() {
    const ACROSS: &str = r#"{"type":"LineString","coordinates":[[170,10],[-170,10]]}"#;
    let dense = |shape, preserve| {
        let name = if shape == SQUARE {
            "geo_polygon_densify"
        } else {
            "geo_line_densify"
        };
        answer(name, &[Shape(shape), Real(100.0), Real(preserve)], KqlType::Dynamic)
    };
    for shape in [EQUATOR, SQUARE] {
        let [with, without] = [1.0, 0.0].map(|preserve| format!("{:?}", dense(shape, preserve).unwrap()));
        assert_eq!(with, without);
    }
    assert!(dense(ACROSS, 1.0).is_err());
}

#[test]
fn a_line_on_the_spheroid_is_refused() {
    let args = [Shape(EQUATOR), Real(0.0), Real(1.0), Real(1.0)];
    assert!(answer("geo_line_locate_point", &args, KqlType::Real).is_err());
}
