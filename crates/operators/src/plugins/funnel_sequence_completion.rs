//! `evaluate funnel_sequence_completion(…)`: how many ids get how far along a sequence of states, within several time limits.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringViewArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};

use super::axis::Axis;
use super::events::{Event, Events, NO_ID, longs};
use crate::whole::Computation;

/// Input: id, time, state as text. The state stands where dimensions do, so that a group of events is a state.
#[derive(Debug)]
pub struct FunnelSequenceCompletion {
    pub axis: Axis,
    pub sequence: Vec<String>,
    /// The longest time from the first state to the last, one for each funnel.
    pub periods: Vec<i64>,
}

/// The times of one id in one bin, for each state of the sequence, ascending.
type Visits = Vec<Vec<i64>>;

impl Computation for FunnelSequenceCompletion {
    fn name(&self) -> &'static str {
        "funnel_sequence_completion"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        self.axis.bins()?;
        let Some(states) = input.columns().get(2) else {
            return exec_err!("funnel_sequence_completion reads a state");
        };
        let names = as_string_view_array(states)?;
        let events = Events::read(input)?;
        let mut bins: BTreeMap<i64, HashMap<u32, Visits>> = BTreeMap::new();
        for (group, rows) in events.by_group() {
            let name = events.groups.row_of(group).map(|row| names.value(row)).unwrap_or_default();
            let steps: Vec<usize> = (0..self.sequence.len())
                .filter(|step| self.sequence.get(*step).is_some_and(|state| state == name))
                .collect();
            for event in rows
                .iter()
                .filter(|event| !steps.is_empty() && event.id != NO_ID && self.axis.holds(event.time))
            {
                self.visit(event, &steps, &mut bins);
            }
        }
        let (mut times, mut states, mut periods, mut counts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (bin, ids) in bins {
            for period in &self.periods {
                let mut reached = vec![0_i64; self.sequence.len()];
                for visits in ids.values() {
                    let far = steps_within(visits, *period, true);
                    if far != steps_within(visits, *period, false) {
                        return exec_err!(
                            "funnel_sequence_completion is not supported where states of one id come at the same time: their order is not known"
                        );
                    }
                    reached.iter_mut().take(far).for_each(|count| *count += 1);
                }
                for (state, count) in self.sequence.iter().zip(reached) {
                    times.push(bin);
                    states.push(Some(state.as_str()));
                    periods.push(*period);
                    counts.push(count);
                }
            }
        }
        let states: ArrayRef = Arc::new(states.into_iter().collect::<StringViewArray>());
        let columns = vec![longs(times), states, longs(periods), longs(counts)];
        let columns = super::events::fit(columns, schema)?;
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}

impl FunnelSequenceCompletion {
    fn visit(&self, event: &Event, steps: &[usize], bins: &mut BTreeMap<i64, HashMap<u32, Visits>>) {
        let ids = bins.entry(self.axis.bin(event.time)).or_default();
        let visits = ids.entry(event.id).or_insert_with(|| vec![Vec::new(); self.sequence.len()]);
        for step in steps {
            if let Some(times) = visits.get_mut(*step) {
                times.push(event.time);
            }
        }
    }
}

/// How many steps are taken in order within a period of the first. `later`: a step must be later than the one before, not at its time.
fn steps_within(visits: &Visits, period: i64, later: bool) -> usize {
    let Some((starts, rest)) = visits.split_first() else { return 0 };
    let from = |start: i64| {
        let mut at = start;
        let mut taken = 1;
        for times in rest {
            let next = times.partition_point(|time| if later { *time <= at } else { *time < at });
            match times.get(next) {
                Some(time) if time.saturating_sub(start) <= period => at = *time,
                _ => break,
            }
            taken += 1;
        }
        taken
    };
    starts.iter().map(|start| from(*start)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_from_the_best_start() {
        let visits = vec![vec![0, 100], vec![50, 105], vec![109]];
        assert_eq!(steps_within(&visits, 10, true), 3);
        assert_eq!(steps_within(&visits, 6, true), 2);
        assert_eq!(steps_within(&visits, 4, true), 1);
        assert_eq!(steps_within(&vec![vec![], vec![1]], 10, true), 0);
    }
}
