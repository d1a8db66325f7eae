//! `evaluate activity_counts_metrics(…)`: rows, ids, ids that are new, and ids so far, by bin.

use std::collections::{BTreeMap, HashSet};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::Axis;
use super::events::{Events, NO_ID, Results, count, longs};
use crate::whole::Computation;

/// Input: id, time, dimensions.
#[derive(Debug)]
pub struct ActivityCountsMetrics {
    pub axis: Axis,
}

impl Computation for ActivityCountsMetrics {
    fn name(&self) -> &'static str {
        "activity_counts_metrics"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        self.axis.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let mut bins: BTreeMap<i64, (usize, HashSet<u32>)> = BTreeMap::new();
            for event in rows.iter().filter(|event| self.axis.holds(event.time)) {
                let (rows, ids) = bins.entry(self.axis.bin(event.time)).or_default();
                *rows += 1;
                if event.id != NO_ID {
                    ids.insert(event.id);
                }
            }
            let mut seen = HashSet::new();
            for (bin, (rows, ids)) in bins {
                let before = seen.len();
                let distinct = ids.len();
                seen.extend(ids);
                results.push(
                    bin,
                    group,
                    [count(rows), count(distinct), count(seen.len() - before), count(seen.len())],
                );
            }
        }
        let (keys, metrics) = results.finish();
        events.groups.result(&keys, metrics.map(longs).into(), schema)
    }
}
