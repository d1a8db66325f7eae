//! Values that `percentile` ranks, as longs that sort as the values do.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use quarry_schema::KqlType;

/// A column whose values are read in that form.
pub(crate) enum Sortable<'a> {
    /// Longs and times are what they are.
    Longs(&'a Int64Array),
    Reals(&'a Float64Array),
}

impl Sortable<'_> {
    /// `None` for an array of another type.
    pub fn of(array: &ArrayRef) -> Option<Sortable<'_>> {
        match array.data_type() {
            DataType::Float64 => array.as_primitive_opt::<Float64Type>().map(Sortable::Reals),
            DataType::Int64 => array.as_primitive_opt::<Int64Type>().map(Sortable::Longs),
            _ => None,
        }
    }

    /// The value in a row that is not null.
    pub fn get(&self, row: usize) -> i64 {
        match self {
            Sortable::Longs(longs) => longs.value(row),
            Sortable::Reals(reals) => sortable(reals.value(row)),
        }
    }
}

/// The values in their own type.
pub(crate) fn restore(ty: KqlType, values: &[Option<i64>]) -> ArrayRef {
    match ty {
        KqlType::Real => Arc::new(values.iter().map(|value| value.map(real_of)).collect::<Float64Array>()),
        _ => Arc::new(values.iter().copied().collect::<Int64Array>()),
    }
}

/// A double as a long of the same order; its own inverse on the bits.
fn sortable(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn real_of(value: i64) -> f64 {
    f64::from_bits((value ^ (((value >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_sort_as_longs() {
        let values = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 2.0, f64::INFINITY];
        assert!(values.windows(2).all(|pair| matches!(pair, [a, b] if sortable(*a) < sortable(*b))));
        assert!(values.iter().all(|value| real_of(sortable(*value)).to_bits() == value.to_bits()));
    }
}
