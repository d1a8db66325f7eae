//! `evaluate active_users_count(…)`: ids by bin that were active in several periods of the time before.

use std::collections::{BTreeMap, HashSet};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::axis::{Axis, Step};
use super::events::{Event, Events, Results, by_id, count, longs};
use crate::whole::Computation;

/// Input: id, time, dimensions.
#[derive(Debug)]
pub struct ActiveUsersCount {
    pub axis: Axis,
    /// How far back an appearance looks, itself included.
    pub lookback: i64,
    pub period: i64,
    /// Appearances in fewer distinct periods do not count.
    pub active_periods: i64,
}

impl Computation for ActiveUsersCount {
    fn name(&self) -> &'static str {
        "active_users_count"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let mut results = Results::new();
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        self.axis.bins()?;
        let periods = Axis {
            step: Step::Fixed(self.period),
            ..self.axis
        };
        periods.bins()?;
        let events = Events::read(input)?;
        for (group, rows) in events.by_group() {
            let mut active: BTreeMap<i64, HashSet<u32>> = BTreeMap::new();
            for rows in by_id(rows) {
                for event in self.active(rows, &periods) {
                    active.entry(self.axis.bin(event.time)).or_default().insert(event.id);
                }
            }
            for (bin, ids) in active {
                results.push(bin, group, [count(ids.len())]);
            }
        }
        let (keys, metrics) = results.finish();
        events.groups.result(&keys, metrics.map(longs).into(), schema)
    }
}

impl ActiveUsersCount {
    /// The appearances of one id, in order of time, that have enough periods behind them.
    fn active<'e>(&self, rows: &'e [Event], periods: &Axis) -> Vec<&'e Event> {
        let period = |event: &Event| periods.bin(event.time);
        let mut found = Vec::new();
        // A window over the rows slides along; a period begins with each row that is in another one than the row before.
        let mut window = rows.iter().peekable();
        let mut distinct = 0_i64;
        let mut last = None;
        for event in rows {
            if last != Some(period(event)) {
                distinct += 1;
                last = Some(period(event));
            }
            while let Some(old) = window.next_if(|old| old.time <= event.time.saturating_sub(self.lookback.max(1))) {
                if window.peek().is_none_or(|next| period(next) != period(old)) {
                    distinct -= 1;
                }
            }
            if self.axis.holds(event.time) && distinct >= self.active_periods {
                found.push(event);
            }
        }
        found
    }
}
