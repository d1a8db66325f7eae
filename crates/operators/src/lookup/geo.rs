//! `geo_polygon_lookup` and `geo_line_lookup`: the shapes that a point is in or near.

use std::sync::Arc;

use datafusion::arrow::array::{Array, Float64Array, RecordBatch};
use datafusion::common::cast::{as_float64_array, as_string_view_array};
use datafusion::common::{Result, exec_err};
use quarry_functions::lookup::Shapes;

use super::{Finder, Index, Probe};

/// Positions of the shape in the table and of the point in the source.
#[derive(Debug)]
pub struct GeoFinder {
    /// Lines rather than polygons.
    pub lines: bool,
    /// Meters around the shape that count as well.
    pub radius: Option<f64>,
    pub shape: usize,
    pub longitude: usize,
    pub latitude: usize,
}

#[derive(Debug)]
struct GeoIndex {
    shapes: Shapes,
    longitude: usize,
    latitude: usize,
}

struct GeoProbe {
    index: Arc<GeoIndex>,
    longitude: Float64Array,
    latitude: Float64Array,
}

impl Finder for GeoFinder {
    fn name(&self) -> &'static str {
        if self.lines { "geo_line_lookup" } else { "geo_polygon_lookup" }
    }

    fn index(&self, table: &RecordBatch) -> Result<Arc<dyn Index>> {
        let Some(column) = table.columns().get(self.shape) else {
            return exec_err!("a lookup lacks column {}", self.shape);
        };
        let rows = as_string_view_array(column)?.iter();
        let shapes = if self.lines {
            Shapes::lines(rows, self.radius.unwrap_or_default())
        } else {
            Shapes::polygons(rows, self.radius)
        };
        Ok(Arc::new(GeoIndex {
            shapes,
            longitude: self.longitude,
            latitude: self.latitude,
        }))
    }
}

impl Index for GeoIndex {
    fn probe(self: Arc<Self>, batch: &RecordBatch) -> Result<Box<dyn Probe>> {
        let reals = |at: usize| match batch.columns().get(at) {
            Some(column) => Ok(as_float64_array(column)?.clone()),
            None => exec_err!("a lookup lacks column {at}"),
        };
        Ok(Box::new(GeoProbe {
            longitude: reals(self.longitude)?,
            latitude: reals(self.latitude)?,
            index: self,
        }))
    }
}

impl Probe for GeoProbe {
    fn find(&mut self, row: usize, found: &mut Vec<u32>) {
        if self.longitude.is_valid(row) && self.latitude.is_valid(row) {
            self.index.shapes.find(self.longitude.value(row), self.latitude.value(row), found);
        }
    }
}
