//! `evaluate basket(…)`: every combination of column values that enough rows share.
//!
//! Of the combinations that the same rows share only the longest is given, as the engine does: what always comes together is no news apart.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::miner::{Bits, Miner};
use super::pattern::{PatternColumns, as_count, percent};
use crate::whole::Computation;

/// Input: the columns, and the weight of each row when there are weights.
#[derive(Debug)]
pub struct Basket {
    /// The least share of all rows that a pattern must have.
    pub threshold: f64,
    /// The most columns that it takes to tell a pattern from others.
    pub most_dimensions: usize,
    pub columns: PatternColumns,
}

impl Computation for Basket {
    fn name(&self) -> &'static str {
        "basket"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first().filter(|input| input.num_rows() > 0) else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let (columns, weights) = self.columns.split(input.columns())?;
        let all = Bits::all(input.num_rows());
        let total = all.weight(weights);
        let mut miner = Miner::new(vec![all], self.threshold, weights);
        for (at, column) in self.columns.compared(columns) {
            miner.add_items(at, column)?;
        }
        let patterns = miner.patterns(self.most_dimensions)?;
        let mut patterns: Vec<(f64, Vec<usize>)> = patterns
            .into_iter()
            .map(|pattern| (pattern.weights.first().copied().unwrap_or_default(), pattern.items))
            .collect();
        patterns.sort_by(|(a, a_items), (b, b_items)| b.total_cmp(a).then_with(|| a_items.cmp(b_items)));

        let ids: Int64Array = (0_i64..).take(patterns.len()).collect();
        let counts: Int64Array = patterns.iter().map(|(weight, _)| as_count(*weight)).collect();
        let percents: Float64Array = patterns.iter().map(|(weight, _)| percent(*weight, total, 1)).collect();
        let mut result: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(counts), Arc::new(percents)];
        result.extend(self.columns.shown(columns, &patterns, |(_, items), at| miner.row_of(items, at))?);
        Ok(RecordBatch::try_new(Arc::clone(schema), result)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::StringViewArray;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::common::ScalarValue;

    /// The patterns with their counts, items joined by a comma.
    fn baskets(columns: &[&[&str]], threshold: f64, most_dimensions: usize) -> Vec<(String, i64)> {
        let arrays: Vec<ArrayRef> = columns
            .iter()
            .map(|texts| Arc::new(texts.iter().map(|text| Some(*text)).collect::<StringViewArray>()) as ArrayRef)
            .collect();
        let fields: Vec<Field> = (0..arrays.len())
            .map(|at| Field::new(at.to_string(), DataType::Utf8View, true))
            .collect();
        let input = RecordBatch::try_new(Arc::new(Schema::new(fields.clone())), arrays).unwrap();
        let mut result = vec![
            Field::new("id", DataType::Int64, true),
            Field::new("count", DataType::Int64, true),
            Field::new("percent", DataType::Float64, true),
        ];
        result.extend(fields);
        let basket = Basket {
            threshold,
            most_dimensions,
            columns: PatternColumns {
                weighted: false,
                weight_column: None,
                wildcards: vec![ScalarValue::Utf8View(Some("*".to_owned())); columns.len()],
            },
        };
        let table = basket.compute(&[input], &Arc::new(Schema::new(result))).unwrap();
        (0..table.num_rows())
            .map(|row| {
                let cell = |column: &ArrayRef| column.as_any().downcast_ref::<StringViewArray>().unwrap().value(row).to_owned();
                let cells: Vec<String> = table.columns().iter().skip(3).map(cell).collect();
                let count = table.column(1).as_any().downcast_ref::<Int64Array>().unwrap().value(row);
                (cells.join(","), count)
            })
            .collect()
    }

    #[test]
    fn patterns_are_closed() {
        // Wherever b is, a is: b alone is no pattern.
        let found = baskets(&[&["a", "a", "a", "x"], &["b", "b", "c", "y"]], 0.5, 5);
        assert_eq!(found, [("a,*".to_owned(), 3), ("a,b".to_owned(), 2)]);
    }

    #[test]
    fn dimensions_that_follow_do_not_count() {
        let columns: [&[&str]; 3] = [&["a", "a", "z", "z"], &["b", "b", "y", "x"], &["c", "d", "c", "c"]];
        // One item tells (a, b) apart; (z, c) too; c alone has three rows.
        assert_eq!(
            baskets(&columns, 0.5, 1),
            [("*,*,c".to_owned(), 3), ("a,b,*".to_owned(), 2), ("z,*,c".to_owned(), 2)]
        );
    }
}
