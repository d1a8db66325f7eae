//! `evaluate sequence_detect(…)`: where conditions come true one after the other within time limits.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::{as_boolean_array, as_int64_array};
use datafusion::common::{Result, exec_err};

use super::events::{Groups, numbered};
use crate::whole::Computation;

/// More sequences than this are a mistake in the conditions.
const MOST_SEQUENCES: usize = 10_000_000;

/// Input: time, the condition of each step, dimensions.
#[derive(Debug)]
pub struct SequenceDetect {
    pub steps: usize,
    /// The longest time from one step to the next.
    pub step_window: i64,
    /// The longest time from the first step to the last.
    pub span: i64,
}

impl Computation for SequenceDetect {
    fn name(&self) -> &'static str {
        "sequence_detect"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some([time, rest @ ..]) = inputs.first().map(RecordBatch::columns) else {
            return exec_err!("sequence_detect reads a time");
        };
        let Some((conditions, dimensions)) = rest.split_at_checked(self.steps) else {
            return exec_err!("sequence_detect lacks a condition");
        };
        let times = as_int64_array(time)?;
        let conditions: Vec<&BooleanArray> = conditions.iter().map(|column| as_boolean_array(column)).collect::<Result<_>>()?;
        let (group_of_row, first) = numbered(dimensions, times.len())?;
        // The times of each group's steps, ascending, each once.
        let mut groups: Vec<Vec<Vec<i64>>> = vec![vec![Vec::new(); self.steps]; first.len()];
        for (row, group) in group_of_row.iter().enumerate() {
            let Some(steps) = groups
                .get_mut(usize::try_from(*group).unwrap_or(usize::MAX))
                .filter(|_| times.is_valid(row))
            else {
                continue;
            };
            for (step, condition) in steps.iter_mut().zip(&conditions) {
                if condition.is_valid(row) && condition.value(row) {
                    step.push(times.value(row));
                }
            }
        }
        let mut found: Vec<(u32, Vec<i64>)> = Vec::new();
        for (group, mut steps) in (0_u32..).zip(groups) {
            for times in &mut steps {
                times.sort_unstable();
                times.dedup();
            }
            self.sequences(group, &steps, &mut Vec::with_capacity(self.steps), &mut found)?;
        }
        let at = |step: usize| -> ArrayRef { Arc::new(found.iter().map(|(_, times)| times.get(step).copied()).collect::<Int64Array>()) };
        let mut metrics: Vec<ArrayRef> = (0..self.steps).map(at).collect();
        let duration = |times: &Vec<i64>| Some(times.last()?.saturating_sub(*times.first()?));
        metrics.push(Arc::new(found.iter().map(|(_, times)| duration(times)).collect::<Int64Array>()));
        let groups = found.iter().map(|(group, _)| *group);
        Groups::new(dimensions, first).result_with(Vec::new(), groups, metrics, schema)
    }
}

impl SequenceDetect {
    /// Adds every way to go on from the steps taken so far, each step later than the one before.
    fn sequences(&self, group: u32, steps: &[Vec<i64>], taken: &mut Vec<i64>, found: &mut Vec<(u32, Vec<i64>)>) -> Result<()> {
        let Some(times) = steps.get(taken.len()) else {
            if found.len() == MOST_SEQUENCES {
                return exec_err!("sequence_detect finds more than {MOST_SEQUENCES} sequences");
            }
            found.push((group, taken.clone()));
            return Ok(());
        };
        let (from, to) = match (taken.first(), taken.last()) {
            (Some(first), Some(last)) => {
                let to = last.saturating_add(self.step_window).min(first.saturating_add(self.span));
                (
                    times.partition_point(|time| time <= last),
                    times.partition_point(|time| *time <= to),
                )
            }
            _ => (0, times.len()),
        };
        for time in times.get(from..to).unwrap_or_default() {
            taken.push(*time);
            self.sequences(group, steps, taken, found)?;
            taken.pop();
        }
        Ok(())
    }
}
