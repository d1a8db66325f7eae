//! `evaluate new_activity_metrics(…)`: what becomes of the ids that are new in each bin.

use std::collections::{BTreeSet, HashMap, HashSet};

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};

use super::axis::Axis;
use super::events::{Event, Events, by_id, count, longs, numbered, ratios};
use crate::whole::Computation;

/// More pairs of bins than this are a mistake, not an analysis.
const MOST_PAIRS: usize = 10_000_000;

/// Inputs: id, time, dimensions; and, when there is one, a table of ids that are never new.
#[derive(Debug)]
pub struct NewActivityMetrics {
    pub axis: Axis,
    /// Only the ids that are new in the bin of this time.
    pub cohort: Option<i64>,
}

impl Computation for NewActivityMetrics {
    fn name(&self) -> &'static str {
        "new_activity_metrics"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let [input, known @ ..] = inputs else {
            return Ok(RecordBatch::new_empty(schema.clone()));
        };
        let bins = self.axis.bins()?;
        let events = Events::read(input)?;
        let known = known_ids(input, known.first())?;
        let mut pairs = Pairs::default();
        for (group, rows) in events.by_group() {
            self.group(group, rows, &bins, &known, &mut pairs)?;
        }
        let [new, retained, churned, size] = pairs.numbers;
        let metrics: Vec<ArrayRef> = vec![
            longs(new),
            longs(retained.clone()),
            longs(churned.clone()),
            ratios(retained.into_iter().zip(size.iter().copied())),
            ratios(churned.into_iter().zip(size.iter().copied())),
        ];
        events
            .groups
            .result_with(vec![longs(pairs.from), longs(pairs.to)], pairs.groups.into_iter(), metrics, schema)
    }
}

#[derive(Default)]
struct Pairs {
    from: Vec<i64>,
    to: Vec<i64>,
    groups: Vec<u32>,
    /// New, retained and churned ids, and the size of the cohort.
    numbers: [Vec<i64>; 4],
}

impl NewActivityMetrics {
    fn group(&self, group: u32, rows: &[Event], bins: &[i64], known: &HashSet<u32>, pairs: &mut Pairs) -> Result<()> {
        // The bins that each id is in, and the first of them unless the id was there before all bins.
        let mut seen: HashMap<i64, Vec<Option<i64>>> = HashMap::new();
        let mut cohorts: HashMap<i64, usize> = HashMap::new();
        for rows in by_id(rows) {
            let times = rows.iter().filter(|event| self.axis.holds(event.time));
            let at: BTreeSet<i64> = times.map(|event| self.axis.bin(event.time)).collect();
            let is_known = rows.first().is_some_and(|event| known.contains(&event.id));
            let first = at.first().copied().filter(|_| !is_known);
            if let Some(first) = first {
                *cohorts.entry(first).or_default() += 1;
            }
            for bin in at {
                seen.entry(bin).or_default().push(first);
            }
        }
        let wanted = self.cohort.map(|cohort| self.axis.bin(cohort));
        for (position, from) in bins.iter().enumerate() {
            let Some(size) = cohorts.get(from).copied().filter(|_| wanted.is_none_or(|wanted| wanted == *from)) else {
                continue;
            };
            for to in bins.iter().skip(position) {
                let firsts = seen.get(to).map(Vec::as_slice).unwrap_or_default();
                let retained = firsts.iter().filter(|first| **first == Some(*from)).count();
                let new = if from == to {
                    retained
                } else {
                    firsts.iter().flatten().filter(|first| *first > from).count()
                };
                if pairs.from.len() == MOST_PAIRS {
                    return exec_err!("new_activity_metrics would give more than {MOST_PAIRS} rows");
                }
                pairs.from.push(*from);
                pairs.to.push(*to);
                pairs.groups.push(group);
                for (column, number) in pairs.numbers.iter_mut().zip([new, retained, size - retained, size]) {
                    column.push(count(number));
                }
            }
        }
        Ok(())
    }
}

/// The numbers that [`Events::read`] gives to the ids of the second input.
fn known_ids(input: &RecordBatch, known: Option<&RecordBatch>) -> Result<HashSet<u32>> {
    let (Some(id), Some(known)) = (input.columns().first(), known) else {
        return Ok(HashSet::new());
    };
    let Some(known_id) = known.columns().first() else {
        return Ok(HashSet::new());
    };
    // Numbers go by appearance, so those of the input's rows are the same with more rows behind them.
    let all = concat(&[id.as_ref(), known_id.as_ref()])?;
    let (numbers, _) = numbered(&[all], input.num_rows() + known.num_rows())?;
    Ok(numbers.into_iter().skip(input.num_rows()).collect())
}
