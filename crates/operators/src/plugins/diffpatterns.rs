//! `evaluate diffpatterns(…)`: the combinations of column values that tell two parts of the rows apart.
//!
//! The engine does not say how it chooses. Here they are all closed patterns whose shares of the two parts differ enough; of patterns where
//! one says all that the other does, the one with the greater difference stays.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};

use super::miner::{Bits, Miner, Pattern};
use super::pattern::{PatternColumns, as_count, percent};
use crate::whole::Computation;

/// Input: the columns, the text of the column that splits the rows, and the weight of each row when there are weights.
#[derive(Debug)]
pub struct DiffPatterns {
    /// The values of the two parts.
    pub values: [String; 2],
    /// The least difference between a pattern's shares of the parts.
    pub threshold: f64,
    /// The most columns that it takes to tell a pattern from others.
    pub most_dimensions: usize,
    pub columns: PatternColumns,
}

impl Computation for DiffPatterns {
    fn name(&self) -> &'static str {
        "diffpatterns"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let (columns, weights) = self.columns.split(input.columns())?;
        let [columns @ .., split] = columns else {
            return exec_err!("diffpatterns reads a column");
        };
        let split = as_string_view_array(split)?;
        let parts = self.values.each_ref().map(|value| {
            let mut rows = Bits::new(input.num_rows());
            let own = split.iter().enumerate().filter(|(_, text)| text.unwrap_or_default() == value);
            own.for_each(|(row, _)| rows.insert(row));
            rows
        });
        let [a, b] = parts.each_ref().map(|part| part.weight(weights));
        if a <= 0.0 || b <= 0.0 {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        }
        let mut miner = Miner::new(parts.into(), self.threshold, weights);
        for (at, column) in self.columns.compared(columns) {
            miner.add_items(at, column)?;
        }
        let found: Vec<Found> = self.chosen(miner.patterns(self.most_dimensions)?, a, b);

        let reals = |read: &dyn Fn(&Found) -> f64| -> ArrayRef { Arc::new(found.iter().map(read).collect::<Float64Array>()) };
        let longs = |read: &dyn Fn(&Found) -> i64| -> ArrayRef { Arc::new(found.iter().map(read).collect::<Int64Array>()) };
        let mut result: Vec<ArrayRef> = vec![
            Arc::new((0_i64..).take(found.len()).collect::<Int64Array>()),
            longs(&|found| as_count(found.a)),
            longs(&|found| as_count(found.b)),
            reals(&|found| percent(found.a, a, 2)),
            reals(&|found| percent(found.b, b, 2)),
            reals(&|found| percent(found.difference, 1.0, 2)),
        ];
        result.extend(
            self.columns
                .shown(columns, &found, |found, at| miner.row_of(&found.pattern.items, at))?,
        );
        Ok(RecordBatch::try_new(Arc::clone(schema), result)?)
    }
}

/// A pattern with its weights in the two parts, and the difference between its shares of them.
struct Found {
    pattern: Pattern,
    a: f64,
    b: f64,
    difference: f64,
}

impl DiffPatterns {
    fn chosen(&self, patterns: Vec<Pattern>, a: f64, b: f64) -> Vec<Found> {
        let mut all: Vec<Found> = patterns
            .into_iter()
            .filter_map(|pattern| {
                let [in_a, in_b] = pattern.weights.as_slice() else { return None };
                let (in_a, in_b) = (*in_a, *in_b);
                let difference = (in_a / a - in_b / b).abs();
                (difference >= self.threshold).then_some(Found {
                    pattern,
                    a: in_a,
                    b: in_b,
                    difference,
                })
            })
            .collect();
        // Between equals, the pattern that says more.
        all.sort_by(|x, y| {
            let length = y.pattern.items.len().cmp(&x.pattern.items.len());
            y.difference
                .total_cmp(&x.difference)
                .then(length)
                .then_with(|| x.pattern.items.cmp(&y.pattern.items))
        });
        let mut chosen: Vec<Found> = Vec::new();
        for found in all {
            if !chosen.iter().any(|better| better.pattern.is_comparable(&found.pattern)) {
                chosen.push(found);
            }
        }
        chosen
    }
}
