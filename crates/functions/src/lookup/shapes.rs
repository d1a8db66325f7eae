//! Shapes on the globe, found by the points in or near them.
//!
//! Each shape is covered by a few S2 cells. A point asks for the cells around it, one probe for each level that occurs, and only the shapes
//! of those cells are measured.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::region_coverer::RegionCoverer;
use s2rst::s2::{CellId, Level, Point, Polygon, Region, earth, edge_distances};

use crate::scalar::geo::{lines, meters, place, polygon};

/// Cells that cover a shape: more cells measure fewer shapes in vain, but take longer to find.
const COVER: usize = 16;

/// The greatest distance on the globe, in meters.
const FURTHEST: f64 = 21_000_000.0;

#[derive(Debug)]
enum Shape {
    Polygon(Box<Polygon>),
    Lines(Vec<Polyline>),
}

/// The shapes of a lookup table.
#[derive(Debug)]
pub struct Shapes {
    shapes: Vec<Option<Shape>>,
    /// Meters around a shape that still count; `None` for points inside polygons.
    radius: Option<f64>,
    by_cell: HashMap<u64, Vec<u32>>,
    levels: Vec<Level>,
}

impl Shapes {
    /// Polygons as GeoJSON; what is no valid polygon is never found.
    pub fn polygons<'a>(rows: impl Iterator<Item = Option<&'a str>>, radius: Option<f64>) -> Shapes {
        Self::new(rows.map(|raw| Some(Shape::Polygon(Box::new(polygon(raw?)?)))).collect(), radius)
    }

    /// Lines as GeoJSON; what is no valid line is never found.
    pub fn lines<'a>(rows: impl Iterator<Item = Option<&'a str>>, radius: f64) -> Shapes {
        Self::new(rows.map(|raw| Some(Shape::Lines(lines(raw?)?))).collect(), Some(radius))
    }

    fn new(shapes: Vec<Option<Shape>>, radius: Option<f64>) -> Shapes {
        let coverer = RegionCoverer::new().max_cells(COVER);
        let mut by_cell: HashMap<u64, Vec<u32>> = HashMap::new();
        let mut levels = BTreeSet::new();
        for (row, shape) in (0_u32..).zip(&shapes) {
            let Some(shape) = shape else { continue };
            for cell in shape.cover(&coverer, radius) {
                let rows = by_cell.entry(cell.id()).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
                levels.insert(cell.level());
            }
        }
        Shapes {
            shapes,
            radius,
            by_cell,
            levels: levels.into_iter().collect(),
        }
    }

    /// Adds the rows of the shapes that a point is in, or within the radius of, in ascending order.
    pub fn find(&self, longitude: f64, latitude: f64, found: &mut Vec<u32>) {
        let Some(place) = place(longitude, latitude) else { return };
        let (leaf, point) = (CellId::from_lat_lng(&place), place.to_point());
        let mut candidates: Vec<u32> = Vec::new();
        for level in &self.levels {
            if let Some(rows) = self.by_cell.get(&leaf.parent_at_level(*level).id()) {
                candidates.extend_from_slice(rows);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        let shape = |row: &u32| self.shapes.get(usize::try_from(*row).ok()?)?.as_ref();
        found.extend(
            candidates
                .into_iter()
                .filter(|row| shape(row).is_some_and(|shape| shape.holds(point, self.radius))),
        );
    }
}

impl Shape {
    fn cover(&self, coverer: &RegionCoverer, radius: Option<f64>) -> Vec<CellId> {
        let cells = |region: &dyn Region| -> Vec<CellId> {
            match radius {
                None => coverer.covering(region).iter().copied().collect(),
                Some(radius) => {
                    let wide = region
                        .rect_bound()
                        .expanded_by_distance(earth::meters_to_angle(radius.clamp(0.0, FURTHEST)));
                    coverer.covering(&wide).iter().copied().collect()
                }
            }
        };
        match self {
            Shape::Polygon(polygon) => cells(polygon.as_ref()),
            Shape::Lines(lines) => lines.iter().flat_map(|line| cells(line)).collect(),
        }
    }

    fn holds(&self, point: Point, radius: Option<f64>) -> bool {
        match (self, radius) {
            (Shape::Polygon(polygon), None) => polygon.contains_point(&point),
            (Shape::Polygon(polygon), Some(radius)) => meters(polygon.get_distance(point).radians()) <= radius,
            (Shape::Lines(lines), radius) => {
                let edges = lines.iter().flat_map(|line| line.windows(2));
                let distances = edges.filter_map(|edge| match edge {
                    [from, to] => Some(edge_distances::distance_from_segment(point, *from, *to).radians()),
                    _ => None,
                });
                let closest = distances.min_by(f64::total_cmp).map(meters);
                closest.zip(radius).is_some_and(|(closest, radius)| closest <= radius)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#;
    const FAR: &str = r#"{"type":"Polygon","coordinates":[[[100,0],[102,0],[102,2],[100,2],[100,0]]]}"#;

    fn found(shapes: &Shapes, longitude: f64, latitude: f64) -> Vec<u32> {
        let mut rows = Vec::new();
        shapes.find(longitude, latitude, &mut rows);
        rows
    }

    #[test]
    fn points_in_polygons() {
        let shapes = Shapes::polygons([Some(FAR), None, Some("{}"), Some(SQUARE), Some(SQUARE)].into_iter(), None);
        assert_eq!(found(&shapes, 1.0, 1.0), [3, 4]);
        assert_eq!(found(&shapes, 101.0, 1.0), [0]);
        assert_eq!(found(&shapes, 3.0, 1.0), Vec::<u32>::new());
        assert_eq!(found(&shapes, 1.0, 91.0), Vec::<u32>::new());
    }

    #[test]
    fn points_near_polygons() {
        // A degree on the equator is 111 km.
        let near = Shapes::polygons([Some(SQUARE)].into_iter(), Some(120_000.0));
        assert_eq!(found(&near, 3.0, 1.0), [0]);
        assert_eq!(found(&near, 1.0, 1.0), [0]);
        assert_eq!(found(&near, 3.2, 1.0), Vec::<u32>::new());
    }

    #[test]
    fn points_near_lines() {
        let line = r#"{"type":"LineString","coordinates":[[0,0],[10,0]]}"#;
        let shapes = Shapes::lines([Some(line)].into_iter(), 112_000.0);
        assert_eq!(found(&shapes, 5.0, 1.0), [0]);
        assert_eq!(found(&shapes, 5.0, 1.1), Vec::<u32>::new());
    }
}
