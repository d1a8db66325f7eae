//! `evaluate activity_engagement(…)`: the ids of each inner window beside those of the outer window that ends with it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::Axis;
use super::events::{Events, Results, by_id, longs, ratios};
use super::sliding_window_counts::{Slopes, distinct};
use crate::whole::Computation;

/// Input: id, time, dimensions.
#[derive(Debug)]
pub struct ActivityEngagement {
    /// Its bins are the inner windows.
    pub axis: Axis,
    /// How many inner windows an outer one has; 1 at least.
    pub bins: i64,
}

impl Computation for ActivityEngagement {
    fn name(&self) -> &'static str {
        "activity_engagement"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        let bins = self.axis.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let (mut inner, mut outer) = (Slopes::default(), Slopes::default());
            for rows in by_id(rows) {
                distinct(&self.axis, 1, rows, &mut inner);
                distinct(&self.axis, self.bins, rows, &mut outer);
            }
            for ((bin, inner), outer) in bins.iter().zip(inner.heights(&bins)).zip(outer.heights(&bins)) {
                if outer > 0 {
                    results.push(*bin, group, [inner, outer]);
                }
            }
        }
        let (keys, [inner, outer]) = results.finish();
        let ratio = ratios(inner.iter().copied().zip(outer.iter().copied()));
        events.groups.result(&keys, vec![longs(inner), longs(outer), ratio], schema)
    }
}
