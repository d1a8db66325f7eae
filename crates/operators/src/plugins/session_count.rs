//! `evaluate session_count(…)`: sessions that begin in each bin. A session goes on while an id appears again soon enough.

use std::collections::BTreeMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::{Axis, Step};
use super::events::{Events, Results, by_id, longs};
use crate::whole::Computation;

/// Input: id, time, dimensions. Bins lie at multiples of their width, not at the start.
#[derive(Debug)]
pub struct SessionCount {
    pub start: i64,
    pub end: i64,
    pub width: i64,
    /// An appearance this long after the one before begins a session.
    pub lookback: i64,
}

impl Computation for SessionCount {
    fn name(&self) -> &'static str {
        "session_count"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        let grid = Axis {
            start: 0,
            end: 0,
            step: Step::Fixed(self.width),
        };
        grid.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let mut sessions: BTreeMap<i64, i64> = BTreeMap::new();
            for rows in by_id(rows) {
                let mut before: Option<i64> = None;
                for event in rows.iter().filter(|event| event.time <= self.end) {
                    let begins = before.is_none_or(|before| event.time.saturating_sub(before) >= self.lookback);
                    if begins && event.time >= self.start {
                        *sessions.entry(grid.bin(event.time)).or_default() += 1;
                    }
                    before = Some(event.time);
                }
            }
            for (bin, sessions) in sessions {
                results.push(bin, group, [sessions]);
            }
        }
        let (keys, metrics) = results.finish();
        events.groups.result(&keys, metrics.map(longs).into(), schema)
    }
}
