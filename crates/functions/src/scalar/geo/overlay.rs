//! Lines and polygons laid over each other: intersections and unions. Shapes hold their edges and ends.

use std::cell::RefCell;
use std::rc::Rc;

use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{self, ArrayWriter, BagWriter};
use s2rst::s2::boolean_operation::{OpType, Options, PolygonModel, S2BooleanOperation};
use s2rst::s2::builder::closed_set_normalizer::{self, normalize_closed_set};
use s2rst::s2::builder::graph::{DuplicateEdges, Graph, GraphOptions, PolylineType};
use s2rst::s2::builder::layer::Layer;
use s2rst::s2::builder::point_vector_layer::{self, S2PointVectorLayer};
use s2rst::s2::builder::polygon_layer::S2PolygonLayer;
use s2rst::s2::builder::polyline_vector_layer::{self, S2PolylineVectorLayer};
use s2rst::s2::builder::snap::IdentitySnapFunction;
use s2rst::s2::builder::{Options as BuilderOptions, S2Builder, S2Error};
use s2rst::s2::edge_crossings::{Crossing, crossing_sign, intersection_merge_radius};
use s2rst::s2::polyline::Polyline;
use s2rst::s2::shape_index::ShapeIndex;
use s2rst::s2::{Point, Polygon, earth};

use super::geojson::{Position, lines, polygon, union_of, write_lines, write_point, write_polygon};
use super::line::tolerance;
use super::{OptionalReal, Shapes, degrees};
use crate::kernel::{Call, Texts};

/// What two shapes have in common, by dimension.
struct Common {
    points: Vec<Point>,
    lines: Vec<Polyline>,
    polygon: Option<Polygon>,
}

/// A layer that leaves what it has built in a cell which outlives it.
#[derive(Debug)]
struct Kept<L, T> {
    layer: L,
    take: fn(&mut L) -> Option<T>,
    cell: Rc<RefCell<Option<T>>>,
}

impl<L: Layer + 'static, T: std::fmt::Debug + 'static> Kept<L, T> {
    fn share(layer: L, take: fn(&mut L) -> Option<T>) -> (Box<dyn Layer>, Rc<RefCell<Option<T>>>) {
        let cell = Rc::new(RefCell::new(None));
        (
            Box::new(Kept {
                layer,
                take,
                cell: Rc::clone(&cell),
            }),
            cell,
        )
    }
}

impl<L: Layer + 'static, T: std::fmt::Debug + 'static> Layer for Kept<L, T> {
    fn graph_options(&self) -> GraphOptions {
        self.layer.graph_options()
    }

    fn build(&mut self, graph: &Graph, error: &mut S2Error) {
        self.layer.build(graph, error);
        *self.cell.borrow_mut() = (self.take)(&mut self.layer);
    }

    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
        self
    }
}

fn walks() -> S2PolylineVectorLayer {
    let merged = polyline_vector_layer::Options {
        polyline_type: PolylineType::Walk,
        duplicate_edges: DuplicateEdges::Merge,
        ..Default::default()
    };
    S2PolylineVectorLayer::with_options(merged)
}

fn closed() -> Options {
    let snap = IdentitySnapFunction::new(intersection_merge_radius());
    Options {
        snap_function: Box::new(snap),
        polygon_model: PolygonModel::Closed,
        ..Default::default()
    }
}

fn intersection(left: &mut ShapeIndex, right: &mut ShapeIndex) -> Result<Common> {
    let merged = point_vector_layer::Options {
        duplicate_edges: DuplicateEdges::Merge,
    };
    let (points, found_points) = Kept::share(S2PointVectorLayer::with_options(merged), S2PointVectorLayer::take_output);
    let (lines, found_lines) = Kept::share(walks(), S2PolylineVectorLayer::take_output);
    let (polygon, found_polygon) = Kept::share(S2PolygonLayer::new(), S2PolygonLayer::take_output);
    let layers = normalize_closed_set(vec![points, lines, polygon], closed_set_normalizer::Options::default());
    let built = S2BooleanOperation::multi(OpType::Intersection, layers, closed()).build(left, right);
    built.map_err(|error| exec_datafusion_err!("the intersection of two shapes failed: {error:?}"))?;
    let common = Common {
        points: found_points.take().unwrap_or_default(),
        lines: found_lines.take().unwrap_or_default(),
        polygon: found_polygon.take().filter(|polygon| polygon.num_loops() > 0),
    };
    Ok(common)
}

/// Writes one shape, or a collection of points, lines and polygons in this order.
fn write_common(common: &Common, out: &mut String) -> Result<Option<()>> {
    if common.points.len() > 1 {
        return exec_err!("an intersection of several points is not supported");
    }
    let mut shapes: Vec<String> = Vec::new();
    for point in &common.points {
        let mut shape = String::new();
        write_point(degrees(*point), &mut shape);
        shapes.push(shape);
    }
    if !common.lines.is_empty() {
        let mut shape = String::new();
        write_lines(&positions_of(&common.lines), &mut shape);
        shapes.push(shape);
    }
    if let Some(polygon) = &common.polygon {
        let mut shape = String::new();
        if write_polygon(polygon, &mut shape).is_none() {
            return exec_err!("an intersection that covers the globe is not supported");
        }
        shapes.push(shape);
    }
    if let [shape] = shapes.as_slice() {
        out.push_str(shape);
        return Ok(Some(()));
    }
    let mut bag = BagWriter::new(out);
    bag.key("type").push_str("\"GeometryCollection\"");
    let mut array = ArrayWriter::new(bag.key("geometries"));
    for shape in &shapes {
        array.raw(shape);
    }
    array.finish();
    bag.finish();
    Ok(Some(()))
}

fn positions_of(lines: &[Polyline]) -> Vec<Vec<Position>> {
    lines
        .iter()
        .map(|line| line.iter().map(|point| degrees(*point)).collect())
        .collect()
}

fn index_of_lines(lines: &[Polyline]) -> ShapeIndex {
    let mut index = ShapeIndex::new();
    for line in lines {
        index.add(Box::new(line.clone()));
    }
    index
}

fn index_of_polygon(polygon: &Polygon) -> ShapeIndex {
    let mut index = ShapeIndex::new();
    index.add(Box::new(polygon.clone()));
    index
}

fn line_index(raw: &str) -> Option<ShapeIndex> {
    lines(raw).map(|lines| index_of_lines(&lines))
}

fn polygon_index(raw: &str) -> Option<ShapeIndex> {
    polygon(raw).map(|polygon| index_of_polygon(&polygon))
}

type ReadIndex = fn(&str) -> Option<ShapeIndex>;

fn intersections(call: &Call<'_>, left: ReadIndex, right: ReadIndex) -> Result<ColumnarValue> {
    let (mut left, mut right) = (Shapes::new(call, 0, left)?, Shapes::new(call, 1, right)?);
    call.try_write_dynamics(|row, out| match (left.get(row), right.get(row)) {
        (Some(left), Some(right)) => write_common(&intersection(left, right)?, out),
        _ => Ok(None),
    })
}

fn intersect(call: &Call<'_>, left: ReadIndex, right: ReadIndex) -> Result<ColumnarValue> {
    let (mut left, mut right) = (Shapes::new(call, 0, left)?, Shapes::new(call, 1, right)?);
    call.write_bools(|row| Some(S2BooleanOperation::intersects(left.get(row)?, right.get(row)?, closed())))
}

pub(super) fn intersection_of_lines(call: &Call<'_>) -> Result<ColumnarValue> {
    intersections(call, line_index, line_index)
}

pub(super) fn intersection_of_line_and_polygon(call: &Call<'_>) -> Result<ColumnarValue> {
    intersections(call, line_index, polygon_index)
}

pub(super) fn intersection_of_polygons(call: &Call<'_>) -> Result<ColumnarValue> {
    intersections(call, polygon_index, polygon_index)
}

pub(super) fn lines_intersect(call: &Call<'_>) -> Result<ColumnarValue> {
    intersect(call, line_index, line_index)
}

pub(super) fn line_and_polygon_intersect(call: &Call<'_>) -> Result<ColumnarValue> {
    intersect(call, line_index, polygon_index)
}

pub(super) fn polygons_intersect(call: &Call<'_>) -> Result<ColumnarValue> {
    intersect(call, polygon_index, polygon_index)
}

/// The shapes of an array; `None` when the value is no array, is empty, or one of them is invalid.
fn array_of<T>(texts: &Texts, row: usize, read: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let shapes: Vec<T> = dynamic::elements(texts.raw(row)?)?.map(read).collect::<Option<_>>()?;
    (!shapes.is_empty()).then_some(shapes)
}

pub(super) fn union_of_polygons(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.write_dynamics(|row, out| write_polygon(&union_of(array_of(&texts, row, polygon)?), out))
}

pub(super) fn union_of_lines(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let Some(shapes) = array_of(&texts, row, lines) else {
            return Ok(None);
        };
        let all: Vec<Polyline> = shapes.into_iter().flatten().collect();
        if cross(&all) {
            return exec_err!("geo_union_lines_array() of lines that cross each other is not supported");
        }
        let mut builder = S2Builder::new(BuilderOptions::new(Box::new(
            IdentitySnapFunction::new(intersection_merge_radius()),
        )));
        builder.start_layer(Box::new(walks()));
        for line in &all {
            builder.add_polyline(line);
        }
        let layer = builder
            .build()
            .ok()
            .and_then(|mut layers| layers.pop()?.into_any().downcast::<S2PolylineVectorLayer>().ok());
        let Some(union) = layer.and_then(|mut layer| layer.take_output()) else {
            return exec_err!("geo_union_lines_array(): the lines could not be joined");
        };
        write_lines(&positions_of(&union), out);
        Ok(Some(()))
    })
}

/// Whether two edges cross inside both. It looks at each pair of edges.
fn cross(lines: &[Polyline]) -> bool {
    let edges: Vec<(Point, Point)> = lines
        .iter()
        .flat_map(|line| line.windows(2))
        .filter_map(|edge| match edge {
            [from, to] => Some((*from, *to)),
            _ => None,
        })
        .collect();
    let crosses = |at: usize, (from, to): (Point, Point)| {
        edges
            .iter()
            .skip(at + 1)
            .any(|(other_from, other_to)| crossing_sign(from, to, *other_from, *other_to) == Crossing::Cross)
    };
    edges.iter().enumerate().any(|(at, edge)| crosses(at, *edge))
}

/// Null for what is invalid, and when nothing is left of any polygon; how the engine simplifies several polygons together is not known.
pub(super) fn simplify_polygons(call: &Call<'_>) -> Result<ColumnarValue> {
    let (texts, tolerances) = (call.texts(0)?, OptionalReal::new(call, 1)?);
    call.try_write_dynamics(|row, _| {
        let (Some(polygons), Some(tolerance)) = (array_of(&texts, row, polygon), tolerance(&tolerances, row)) else {
            return Ok(None);
        };
        let is_left = |polygon: &Polygon| {
            let snap = IdentitySnapFunction::new(earth::meters_to_angle(tolerance));
            Polygon::simplified(polygon, Box::new(snap)).num_loops() > 0
        };
        if polygons.iter().any(is_left) {
            exec_err!("geo_simplify_polygons_array() is not supported")
        } else {
            Ok(None)
        }
    })
}
