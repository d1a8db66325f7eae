//! Functions that make one number of a series or of two.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::{Column, Number, Operand, mean};
use crate::kernel::Call;

/// A number for a series of numbers alone; null when an element is none, or the value is no array.
fn whole(call: &Call<'_>, reduce: impl Fn(&mut dyn Iterator<Item = f64>) -> f64) -> Result<ColumnarValue> {
    let column = Column::new(call, 0)?;
    call.write_reals(|row| {
        let Operand::Series(series) = column.operand(row) else {
            return None;
        };
        let values: Vec<f64> = series.into_iter().map(|element| element.map(Number::real)).collect::<Option<_>>()?;
        Some(reduce(&mut values.into_iter()))
    })
}

pub(super) fn sum(call: &Call<'_>) -> Result<ColumnarValue> {
    whole(call, |values| values.fold(0.0, |sum, value| sum + value))
}

pub(super) fn product(call: &Call<'_>) -> Result<ColumnarValue> {
    whole(call, |values| values.product())
}

pub(super) fn magnitude(call: &Call<'_>) -> Result<ColumnarValue> {
    whole(call, |values| values.fold(0.0, |sum, value| sum + value * value).sqrt())
}

/// The pairs of numbers of two series, as far as both reach; elements that are no number are passed over.
fn pairs(left: &Operand, right: &Operand) -> Option<Vec<(f64, f64)>> {
    let both = |left: Option<Number>, right: Option<Number>| Some((left?.real(), right?.real()));
    match (left, right) {
        (Operand::Series(left), Operand::Series(right)) => Some(left.iter().zip(right).filter_map(|(l, r)| both(*l, *r)).collect()),
        (Operand::Series(left), Operand::Scalar(right)) => Some(left.iter().filter_map(|l| both(*l, *right)).collect()),
        (Operand::Scalar(left), Operand::Series(right)) => Some(right.iter().filter_map(|r| both(*left, *r)).collect()),
        _ => None,
    }
}

fn dot(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().fold(0.0, |sum, (left, right)| sum + left * right)
}

/// Null when a series is empty.
pub(super) fn dot_product(call: &Call<'_>) -> Result<ColumnarValue> {
    let (left, right) = (Column::new(call, 0)?, Column::new(call, 1)?);
    call.write_reals(|row| {
        let (left, right) = (left.operand(row), right.operand(row));
        let empty = |operand: &Operand| matches!(operand, Operand::Series(series) if series.is_empty());
        if empty(&left) || empty(&right) {
            return None;
        }
        pairs(&left, &right).map(|pairs| dot(&pairs))
    })
}

/// The lengths of the series as vectors may be given as third and fourth argument.
pub(super) fn cosine_similarity(call: &Call<'_>) -> Result<ColumnarValue> {
    let (left, right) = (Column::new(call, 0)?, Column::new(call, 1)?);
    let known = |index| {
        if call.has(index) {
            Column::new(call, index).map(Some)
        } else {
            Ok(None)
        }
    };
    let (left_length, right_length) = (known(2)?, known(3)?);
    call.write_reals(|row| {
        let pairs = pairs(&left.operand(row), &right.operand(row))?;
        if pairs.is_empty() {
            return None;
        }
        let length = |known: &Option<Column>, own: fn(&(f64, f64)) -> f64| match known.as_ref().and_then(|column| column.number(row)) {
            Some(length) => length.real(),
            None => pairs.iter().map(|pair| own(pair).powi(2)).sum::<f64>().sqrt(),
        };
        Some(dot(&pairs) / (length(&left_length, |pair| pair.0) * length(&right_length, |pair| pair.1)))
    })
}

/// Null when the series differ in length or an element is no number.
pub(super) fn pearson_correlation(call: &Call<'_>) -> Result<ColumnarValue> {
    let (left, right) = (Column::new(call, 0)?, Column::new(call, 1)?);
    call.write_reals(|row| {
        let (Operand::Series(left), Operand::Series(right)) = (left.operand(row), right.operand(row)) else {
            return None;
        };
        let numbers = |series: &[Option<Number>]| series.iter().map(|element| element.map(Number::real)).collect::<Option<Vec<f64>>>();
        let (left, right) = (numbers(&left)?, numbers(&right)?);
        if left.len() != right.len() || left.is_empty() {
            return None;
        }
        let (left_mean, right_mean) = (mean(&left), mean(&right));
        let covariance: f64 = left.iter().zip(&right).map(|(l, r)| (l - left_mean) * (r - right_mean)).sum();
        Some(covariance / (super::scatter(&left) * super::scatter(&right)).sqrt())
    })
}
