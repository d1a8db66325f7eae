//! `evaluate activity_metrics(…)`: ids by bin, compared with the bin before.

use std::collections::{BTreeMap, HashSet};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::Axis;
use super::events::{Events, NO_ID, Results, count, longs, ratios};
use crate::whole::Computation;

/// Input: id, time, dimensions.
#[derive(Debug)]
pub struct ActivityMetrics {
    pub axis: Axis,
}

impl Computation for ActivityMetrics {
    fn name(&self) -> &'static str {
        "activity_metrics"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        self.axis.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let mut bins: BTreeMap<i64, HashSet<u32>> = BTreeMap::new();
            for event in rows.iter().filter(|event| self.axis.holds(event.time)) {
                let ids = bins.entry(self.axis.bin(event.time)).or_default();
                if event.id != NO_ID {
                    ids.insert(event.id);
                }
            }
            for (bin, ids) in &bins {
                let before = self.axis.shifted(*bin, -1).and_then(|before| bins.get(&before));
                let stayed = before.map_or(0, |before| ids.intersection(before).count());
                let before = before.map_or(0, HashSet::len);
                let numbers = [ids.len(), ids.len() - stayed, stayed, before - stayed, before];
                results.push(*bin, group, numbers.map(count));
            }
        }
        let (keys, [values, new, stayed, left, before]) = results.finish();
        let retention = ratios(stayed.iter().copied().zip(before.iter().copied()));
        let churn = ratios(left.iter().copied().zip(before.iter().copied()));
        events
            .groups
            .result(&keys, vec![longs(values), longs(new), retention, churn], schema)
    }
}
