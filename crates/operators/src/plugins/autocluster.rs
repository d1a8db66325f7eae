//! `evaluate autocluster(…)`: a few combinations of column values that together describe most of the rows.
//!
//! The engine grows patterns from rows that it picks at random. Here the rows lie at even distances, so that an answer can be had twice. From
//! each grows a pattern, value by value, always with the value that keeps most rows; of the lengths on the way the one with the best score
//! stays. Of patterns where one says all that the other does, the better one stays.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};

use super::events::numbered;
use super::miner::{Bits, MOST_WORK};
use super::pattern::{PatternColumns, as_count, percent};
use crate::whole::Computation;

/// Input: the columns, and the weight of each row when there are weights.
#[derive(Debug)]
pub struct AutoCluster {
    /// How much the share of rows counts beside the number of values, 0 to 1.
    pub size_weight: f64,
    /// How many rows patterns grow from.
    pub seeds: usize,
    pub columns: PatternColumns,
}

/// The columns as numbers of their values.
struct Table<'a> {
    columns: Vec<(usize, Vec<u32>)>,
    weights: Option<&'a Float64Array>,
    rows: usize,
    total: f64,
}

/// A pattern: its columns with the numbers of their values, a row that has them, and what it covers.
struct Cluster {
    values: Vec<(usize, u32)>,
    row: usize,
    weight: f64,
    score: f64,
}

impl Computation for AutoCluster {
    fn name(&self) -> &'static str {
        "autocluster"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first().filter(|input| input.num_rows() > 0) else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let (columns, weights) = self.columns.split(input.columns())?;
        let all = Bits::all(input.num_rows());
        let mut table = Table {
            columns: Vec::new(),
            weights,
            rows: input.num_rows(),
            total: all.weight(weights),
        };
        for (at, column) in self.columns.compared(columns) {
            table.columns.push((at, numbered(std::slice::from_ref(column), table.rows)?.0));
        }
        let clusters = self.clusters(&table, &all)?;

        let ids: Int64Array = (0_i64..).take(clusters.len()).collect();
        let counts: Int64Array = clusters.iter().map(|cluster| as_count(cluster.weight)).collect();
        let percents: Float64Array = clusters.iter().map(|cluster| percent(cluster.weight, table.total, 1)).collect();
        let mut result: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(counts), Arc::new(percents)];
        result.extend(self.columns.shown(columns, &clusters, |cluster, at| {
            let restricts = cluster.values.iter().any(|(column, _)| *column == at);
            u32::try_from(cluster.row).ok().filter(|_| restricts)
        })?);
        Ok(RecordBatch::try_new(Arc::clone(schema), result)?)
    }
}

impl AutoCluster {
    fn clusters(&self, table: &Table<'_>, all: &Bits) -> Result<Vec<Cluster>> {
        let seeds = self.seeds.clamp(1, table.rows);
        let steps = table.columns.len().saturating_mul(table.columns.len()).saturating_mul(seeds);
        if steps.saturating_mul(all.words()) > MOST_WORK {
            return exec_err!("autocluster has too much to compare: project fewer columns or take fewer seeds");
        }
        let mut grown: Vec<Cluster> = (0..seeds)
            .filter_map(|seed| self.grow(table, all, seed * table.rows / seeds))
            .collect();
        grown.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.values.cmp(&b.values)));
        let mut chosen: Vec<Cluster> = Vec::new();
        for cluster in grown {
            let within = |a: &Cluster, b: &Cluster| a.values.iter().all(|value| b.values.contains(value));
            if !chosen.iter().any(|better| within(better, &cluster) || within(&cluster, better)) {
                chosen.push(cluster);
            }
        }
        Ok(chosen)
    }

    /// The best pattern on the way from all rows to those that are like one row in every column.
    fn grow(&self, table: &Table<'_>, all: &Bits, seed: usize) -> Option<Cluster> {
        let mut left: Vec<(usize, u32, Bits)> = table
            .columns
            .iter()
            .filter_map(|(column, numbers)| {
                let number = *numbers.get(seed)?;
                let mut rows = Bits::new(table.rows);
                let own = numbers.iter().enumerate().filter(|(_, own)| **own == number);
                own.for_each(|(row, _)| rows.insert(row));
                Some((*column, number, rows))
            })
            .collect();
        let columns = left.len();
        let (mut values, mut rows) = (Vec::new(), all.clone());
        let mut best: Option<Cluster> = None;
        while !left.is_empty() {
            let weights = left.iter().map(|(_, _, own)| rows.and(own).weight(table.weights));
            let (at, weight) = weights.enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
            let (column, number, own) = left.remove(at);
            rows = rows.and(&own);
            values.push((column, number));
            let score = self.score(weight / table.total, values.len(), columns);
            if best.as_ref().is_none_or(|best| score > best.score) {
                let mut values = values.clone();
                values.sort_unstable();
                best = Some(Cluster {
                    values,
                    row: seed,
                    weight,
                    score,
                });
            }
        }
        best
    }

    /// The geometric mean of the share of rows and the share of columns, weighted.
    #[expect(clippy::cast_precision_loss, reason = "numbers of columns are small")]
    fn score(&self, share: f64, values: usize, columns: usize) -> f64 {
        share.powf(self.size_weight) * (values as f64 / columns as f64).powf(1.0 - self.size_weight)
    }
}
