//! `evaluate basket(…)`: every combination of column values that enough rows share.
//!
//! Of the combinations that the same rows share only the longest is given, as the engine does: what always comes together is no news apart.
//! These are the closed frequent item sets of data mining. They are found level by level: an item is added to a set, and the set is then
//! completed with everything that all its rows have in common.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::as_float64_array;
use datafusion::common::{Result, ScalarValue, exec_err};

use super::events::numbered;
use crate::whole::Computation;

/// More patterns than this are of no use to a reader.
const MOST_PATTERNS: usize = 20_000;

/// Input: the columns, and the weight of each row when there are weights.
#[derive(Debug)]
pub struct Basket {
    /// The least share of all rows that a pattern must have.
    pub threshold: f64,
    /// The most columns that it takes to tell a pattern from others.
    pub most_dimensions: usize,
    /// Whether the last column is the weight of the row.
    pub weighted: bool,
    /// The column that holds the weights, which are no pattern.
    pub weight_column: Option<usize>,
    /// What stands in a column that a pattern does not restrict.
    pub wildcards: Vec<ScalarValue>,
}

/// Steps of the search, a step being 64 rows compared, after which it is given up: some ten seconds.
const MOST_WORK: usize = 10_000_000_000;

/// A value of a column that is frequent enough.
struct Item {
    column: usize,
    /// A row that has the value.
    row: u32,
    rows: Bits,
}

/// A set of rows, a bit each.
#[derive(Clone)]
struct Bits(Vec<u64>);

impl Bits {
    fn and(&self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// Whether every row of this set is in another.
    fn within(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let bit = usize::try_from(bits.trailing_zeros()).ok().filter(|_| bits != 0)?;
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }
}

/// A pattern: its items in order, its rows, and their weight.
struct Pattern {
    items: Vec<usize>,
    rows: Bits,
    weight: f64,
}

struct Miner<'a> {
    items: Vec<Item>,
    weights: Option<&'a Float64Array>,
    least: f64,
}

impl Computation for Basket {
    fn name(&self) -> &'static str {
        "basket"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first().filter(|input| input.num_rows() > 0) else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let (columns, weights) = match input.columns() {
            [columns @ .., weights] if self.weighted => (columns, Some(as_float64_array(weights)?)),
            columns => (columns, None),
        };
        let mut miner = Miner {
            items: Vec::new(),
            weights,
            least: 0.0,
        };
        let all = Bits(vec![u64::MAX; input.num_rows().div_ceil(64)]);
        let total = miner.weight(&all, input.num_rows());
        miner.least = self.threshold * total;
        for (at, column) in columns.iter().enumerate().filter(|(at, _)| Some(*at) != self.weight_column) {
            miner.add_items(at, column)?;
        }
        let mut patterns = miner.patterns(self.most_dimensions)?;
        patterns.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.items.cmp(&b.items)));
        self.table(&miner, &patterns, total, columns, schema)
    }
}

impl Miner<'_> {
    fn weight(&self, rows: &Bits, most: usize) -> f64 {
        let rows = rows.rows().take_while(|row| *row < most);
        match self.weights {
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
            None => rows.count() as f64,
            Some(weights) => rows.filter(|row| weights.is_valid(*row)).map(|row| weights.value(row)).sum(),
        }
    }

    /// The frequent values of a column.
    fn add_items(&mut self, column: usize, values: &ArrayRef) -> Result<()> {
        let (numbers, first) = numbered(std::slice::from_ref(values), values.len())?;
        let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let mut sums = vec![0.0; first.len()];
        for (row, number) in numbers.iter().enumerate() {
            if let Some(sum) = sums.get_mut(place(*number)) {
                *sum += self
                    .weights
                    .map_or(1.0, |weights| if weights.is_valid(row) { weights.value(row) } else { 0.0 });
            }
        }
        for (number, (row, sum)) in (0_u32..).zip(first.into_iter().zip(sums)) {
            if sum < self.least || sum <= 0.0 {
                continue;
            }
            let mut rows = Bits(vec![0; values.len().div_ceil(64)]);
            for row in numbers.iter().enumerate().filter(|(_, own)| **own == number).map(|(row, _)| row) {
                if let Some(word) = rows.0.get_mut(row / 64) {
                    *word |= 1 << (row % 64);
                }
            }
            self.items.push(Item { column, row, rows });
        }
        Ok(())
    }

    /// All frequent closed patterns that so many items tell apart.
    fn patterns(&self, most_dimensions: usize) -> Result<Vec<Pattern>> {
        let mut known: HashSet<Vec<usize>> = HashSet::new();
        let mut patterns = Vec::new();
        let mut level: Vec<Pattern> = Vec::new();
        let mut work = 0;
        for size in 0..most_dimensions {
            let mut next = Vec::new();
            for (at, item) in self.items.iter().enumerate() {
                if size == 0 {
                    self.complete(item.rows.clone(), &mut work, &mut known, &mut next);
                }
                for pattern in level.iter().filter(|pattern| !pattern.items.contains(&at)) {
                    self.complete(pattern.rows.and(&item.rows), &mut work, &mut known, &mut next);
                }
                if known.len() > MOST_PATTERNS || work > MOST_WORK {
                    return exec_err!("basket finds too many patterns: raise the threshold or project fewer columns");
                }
            }
            patterns.extend(std::mem::replace(&mut level, next));
            if level.is_empty() {
                break;
            }
        }
        patterns.extend(level);
        Ok(patterns)
    }

    /// Adds the pattern of all items that some rows share, unless it is too rare or known.
    fn complete(&self, rows: Bits, work: &mut usize, known: &mut HashSet<Vec<usize>>, found: &mut Vec<Pattern>) {
        *work = work.saturating_add(rows.0.len());
        let weight = self.weight(&rows, usize::MAX);
        if weight < self.least || weight <= 0.0 {
            return;
        }
        // Most items differ from the rows early on.
        *work = work.saturating_add(rows.0.len().saturating_mul(self.items.len()) / 8);
        let items: Vec<usize> = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| rows.within(&item.rows))
            .map(|(at, _)| at)
            .collect();
        if known.insert(items.clone()) {
            found.push(Pattern { items, rows, weight });
        }
    }
}

impl Basket {
    fn table(&self, miner: &Miner<'_>, patterns: &[Pattern], total: f64, columns: &[ArrayRef], schema: &SchemaRef) -> Result<RecordBatch> {
        let ids: Int64Array = (0_i64..).take(patterns.len()).collect();
        #[expect(clippy::cast_possible_truncation, reason = "a sum of weights")]
        let counts: Int64Array = patterns.iter().map(|pattern| pattern.weight.round() as i64).collect();
        // The engine gives one digit after the point.
        let percents: Float64Array = patterns
            .iter()
            .map(|pattern| (1000.0 * pattern.weight / total).round() / 10.0)
            .collect();
        let mut result: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(counts), Arc::new(percents)];
        for (at, column) in columns.iter().enumerate() {
            let row = |pattern: &Pattern| {
                let mut items = pattern.items.iter().filter_map(|item| miner.items.get(*item));
                items.find(|item| item.column == at).map(|item| item.row)
            };
            let rows: Vec<Option<u32>> = patterns.iter().map(row).collect();
            let values = take(column, &UInt32Array::from(rows.clone()), None)?;
            let Some(wildcard) = self.wildcards.get(at).filter(|wildcard| !wildcard.is_null()) else {
                result.push(values);
                continue;
            };
            let restricted: datafusion::arrow::array::BooleanArray = rows.iter().map(|row| Some(row.is_some())).collect();
            let wildcard = wildcard.to_scalar()?;
            result.push(datafusion::arrow::compute::kernels::zip::zip(&restricted, &values, &wildcard)?);
        }
        Ok(RecordBatch::try_new(Arc::clone(schema), result)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::StringViewArray;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};

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
            weighted: false,
            weight_column: None,
            wildcards: vec![ScalarValue::from("*"); columns.len()]
                .into_iter()
                .map(|value| value.cast_to(&DataType::Utf8View).unwrap())
                .collect(),
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
