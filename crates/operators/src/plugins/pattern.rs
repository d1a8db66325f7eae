//! What the plugins that look for patterns, combinations of column values, read and give: `autocluster`, `basket`, `diffpatterns`.

use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, UInt32Array};
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::compute::take;
use datafusion::common::cast::as_float64_array;
use datafusion::common::{Result, ScalarValue};

/// The columns that patterns are made of. They come first in the input; what else a plugin reads follows, and the weights are last.
#[derive(Clone, Debug)]
pub struct PatternColumns {
    /// Whether the last column is the weight of the row.
    pub weighted: bool,
    /// The column that holds the weights, which are no pattern.
    pub weight_column: Option<usize>,
    /// What stands in a column that a pattern does not restrict.
    pub wildcards: Vec<ScalarValue>,
}

impl PatternColumns {
    /// The columns without the weights, and the weights.
    pub(super) fn split<'a>(&self, columns: &'a [ArrayRef]) -> Result<(&'a [ArrayRef], Option<&'a Float64Array>)> {
        match columns {
            [columns @ .., weights] if self.weighted => Ok((columns, Some(as_float64_array(weights)?))),
            columns => Ok((columns, None)),
        }
    }

    /// The columns whose values make patterns, with their places.
    pub(super) fn compared<'a>(&self, columns: &'a [ArrayRef]) -> impl Iterator<Item = (usize, &'a ArrayRef)> {
        let weights = self.weight_column;
        columns.iter().enumerate().filter(move |(at, _)| Some(*at) != weights)
    }

    /// The columns of a result: for each pattern the value of the row that `row` gives for the column, and else the wildcard.
    pub(super) fn shown<P>(&self, columns: &[ArrayRef], patterns: &[P], row: impl Fn(&P, usize) -> Option<u32>) -> Result<Vec<ArrayRef>> {
        let column = |(at, values): (usize, &ArrayRef)| {
            let rows: UInt32Array = patterns.iter().map(|pattern| row(pattern, at)).collect();
            let restricted: BooleanArray = rows.iter().map(|row| Some(row.is_some())).collect();
            let values = take(values, &rows, None)?;
            match self.wildcards.get(at).filter(|wildcard| !wildcard.is_null()) {
                Some(wildcard) => Ok(zip(&restricted, &values, &wildcard.to_scalar()?)?),
                None => Ok(values),
            }
        };
        columns.iter().enumerate().map(column).collect()
    }
}

/// A percentage with so many digits after the point, as the engine gives them.
pub(super) fn percent(part: f64, whole: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (100.0 * part / whole * scale).round() / scale
}

/// A sum of weights as a count.
#[expect(clippy::cast_possible_truncation, reason = "a sum of weights")]
pub(super) fn as_count(weight: f64) -> i64 {
    weight.round() as i64
}
