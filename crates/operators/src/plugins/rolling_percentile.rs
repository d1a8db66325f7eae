//! `evaluate rolling_percentile(…)`: a percentile of the values of several bins up to each bin.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{SortOptions, sort_to_indices, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::as_int64_array;
use datafusion::common::{Result, exec_err};

use super::axis::{Axis, Step};
use super::events::{Groups, Results, numbered};
use crate::whole::Computation;

/// More results, or bins in a window, than this are a mistake, not an analysis.
const MOST: usize = 10_000_000;

/// Input: value, index, dimensions. Bins lie at multiples of their width.
#[derive(Debug)]
pub struct RollingPercentile {
    /// 0 to 100.
    pub percentile: f64,
    pub width: i64,
    /// How many bins a window has; 1 at least.
    pub bins: usize,
}

/// Values of all windows together after which the analysis is given up: some ten seconds.
const MOST_WORK: usize = 2_000_000_000;

/// The values of a group by bin, each as its place among all values.
type Bins = BTreeMap<i64, Vec<u32>>;

impl Computation for RollingPercentile {
    fn name(&self) -> &'static str {
        "rolling_percentile"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some([values, index, dimensions @ ..]) = inputs.first().map(RecordBatch::columns) else {
            return exec_err!("rolling_percentile reads a value and an index");
        };
        let grid = Axis {
            start: 0,
            end: 0,
            step: Step::Fixed(self.width),
        };
        grid.bins()?;
        let (group_of_row, first) = numbered(dimensions, values.len())?;
        let order = sort_to_indices(values, Some(SortOptions::new(false, true)), None)?;
        let index = as_int64_array(index)?;
        let mut groups: BTreeMap<u32, Bins> = BTreeMap::new();
        let mut last = i64::MIN;
        // In order of value, so that the places of a bin are ascending.
        for (place, row) in (0_u32..).zip(order.values()) {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            let Some(group) = group_of_row.get(row).filter(|_| index.is_valid(row)) else {
                continue;
            };
            let bin = grid.bin(index.value(row));
            last = last.max(bin);
            let places = groups.entry(*group).or_default().entry(bin).or_default();
            if values.is_valid(row) {
                places.push(place);
            }
        }
        let mut results = Results::new();
        let mut left = MOST;
        for (group, bins) in &groups {
            for (bin, place) in self.windows(bins, last, &mut left)? {
                results.push(bin, *group, [place]);
            }
        }
        let (keys, [places]) = results.finish();
        let rows: UInt32Array = places
            .iter()
            .map(|place| order.values().get(usize::try_from(*place).ok()?).copied())
            .collect();
        let result: ArrayRef = take(values, &rows, None)?;
        Groups::new(dimensions, first).result(&keys, vec![result], schema)
    }
}

impl RollingPercentile {
    /// The bins whose window holds anything, up to the last bin of all groups, with the place of the percentile; -1 for null.
    fn windows(&self, bins: &Bins, last: i64, left: &mut usize) -> Result<Vec<(i64, i64)>> {
        let mut ends = BTreeSet::new();
        for bin in bins.keys() {
            let mut end = Some(*bin);
            for _ in 0..self.bins {
                let Some(here) = end.filter(|end| *end <= last) else { break };
                let Some(rest) = left.checked_sub(1) else {
                    return exec_err!("rolling_percentile: more than {MOST} windows");
                };
                *left = rest;
                ends.insert(here);
                end = here.checked_add(self.width);
            }
        }
        let reach = i64::try_from(self.bins.saturating_sub(1))
            .unwrap_or(i64::MAX)
            .saturating_mul(self.width);
        let mut found = Vec::with_capacity(ends.len());
        let mut work = 0_usize;
        for end in ends {
            let window = bins.range(end.saturating_sub(reach)..=end);
            let mut places: Vec<u32> = window.flat_map(|(_, places)| places.iter().copied()).collect();
            work = work.saturating_add(places.len());
            if work > MOST_WORK {
                return exec_err!("rolling_percentile: the windows hold too many values");
            }
            found.push((end, self.place(&mut places).map_or(-1, i64::from)));
        }
        Ok(found)
    }

    /// The nearest rank: the least value that the percentile's share of all values does not exceed.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are far below 2^53"
    )]
    fn place(&self, places: &mut [u32]) -> Option<u32> {
        if places.is_empty() {
            return None;
        }
        let rank = (self.percentile.clamp(0.0, 100.0) / 100.0 * places.len() as f64 - 1e-9)
            .ceil()
            .max(1.0) as usize;
        let at = rank.min(places.len()) - 1;
        Some(*places.select_nth_unstable(at).1)
    }
}
