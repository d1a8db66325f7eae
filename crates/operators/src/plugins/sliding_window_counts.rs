//! `evaluate sliding_window_counts(…)`: rows and ids over the bins of a window that ends with each bin.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::Axis;
use super::events::{Event, Events, Results, by_id, longs};
use crate::whole::Computation;

/// Input: id, time, dimensions.
#[derive(Debug)]
pub struct SlidingWindowCounts {
    pub axis: Axis,
    /// How many bins a window has; 1 at least.
    pub bins: i64,
}

impl Computation for SlidingWindowCounts {
    fn name(&self) -> &'static str {
        "sliding_window_counts"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        let bins = self.axis.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let mut counts = Slopes::default();
            let mut ids = Slopes::default();
            for event in rows {
                if let Some((from, to)) = window(&self.axis, self.bins, event.time) {
                    counts.add(from, to);
                }
            }
            for rows in by_id(rows) {
                distinct(&self.axis, self.bins, rows, &mut ids);
            }
            for ((bin, count), ids) in bins.iter().zip(counts.heights(&bins)).zip(ids.heights(&bins)) {
                if count > 0 {
                    results.push(*bin, group, [count, ids]);
                }
            }
        }
        let (keys, metrics) = results.finish();
        events.groups.result(&keys, metrics.map(longs).into(), schema)
    }
}

/// The first bin whose window a time is in, and the first after it whose window it is in no more. `None` when that is over before the start.
pub(super) fn window(axis: &Axis, bins: i64, time: i64) -> Option<(i64, i64)> {
    if time > axis.end {
        return None;
    }
    let first = axis.bin(time);
    let after = axis.shifted(first, bins).unwrap_or(i64::MAX);
    (after > axis.start).then_some((first, after))
}

/// Adds the bins whose windows hold any row of one id, each once.
pub(super) fn distinct(axis: &Axis, bins: i64, rows: &[Event], ids: &mut Slopes) {
    let mut open: Option<(i64, i64)> = None;
    for (from, to) in rows.iter().filter_map(|event| window(axis, bins, event.time)) {
        match &mut open {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => {
                if let Some((from, to)) = open.replace((from, to)) {
                    ids.add(from, to);
                }
            }
        }
    }
    if let Some((from, to)) = open {
        ids.add(from, to);
    }
}

/// A sum of steps: where a count goes up and where it comes down.
#[derive(Default)]
pub(super) struct Slopes(BTreeMap<i64, i64>);

impl Slopes {
    pub(super) fn add(&mut self, from: i64, to: i64) {
        *self.0.entry(from).or_default() += 1;
        *self.0.entry(to).or_default() -= 1;
    }

    /// The count at each of some ascending places.
    pub(super) fn heights(&self, places: &[i64]) -> Vec<i64> {
        let mut changes = self.0.iter().peekable();
        let mut height = 0;
        let mut heights = Vec::with_capacity(places.len());
        for place in places {
            while let Some((_, change)) = changes.next_if(|(at, _)| **at <= *place) {
                height += change;
            }
            heights.push(height);
        }
        heights
    }
}
