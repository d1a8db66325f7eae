//! Values that `percentile` ranks, in forms that sort as the values do.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal256Array, Float64Array, Int64Array, Int64Builder};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int64Type, i256};
use quarry_schema::KqlType;
use quarry_value::arrow_type;

/// A value that sorts, and travels between partial and final aggregation as longs.
pub(crate) trait Key: Copy + Ord + Send + Sync + 'static {
    /// The longs that it takes.
    const WIDTH: usize;

    /// The value in a row that is not null; `None` for an array of another type.
    fn read(array: &ArrayRef, row: usize) -> Option<Self>;

    /// The values in their own type.
    fn restore(ty: KqlType, values: &[Option<Self>]) -> ArrayRef;

    fn words(self, out: &mut Int64Builder);

    fn from_words(words: &[i64]) -> Option<Self>;
}

/// Longs and times as they are, doubles as longs of the same order.
impl Key for i64 {
    const WIDTH: usize = 1;

    fn read(array: &ArrayRef, row: usize) -> Option<i64> {
        match array.data_type() {
            DataType::Float64 => Some(sortable(array.as_primitive::<Float64Type>().value(row))),
            DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row)),
            _ => None,
        }
    }

    fn restore(ty: KqlType, values: &[Option<i64>]) -> ArrayRef {
        match ty {
            KqlType::Real => Arc::new(values.iter().map(|value| value.map(real_of)).collect::<Float64Array>()),
            _ => Arc::new(values.iter().copied().collect::<Int64Array>()),
        }
    }

    fn words(self, out: &mut Int64Builder) {
        out.append_value(self);
    }

    fn from_words(words: &[i64]) -> Option<i64> {
        words.first().copied()
    }
}

/// Decimals.
impl Key for i256 {
    const WIDTH: usize = 4;

    fn read(array: &ArrayRef, row: usize) -> Option<i256> {
        array.as_primitive_opt::<Decimal256Type>().map(|decimals| decimals.value(row))
    }

    fn restore(_: KqlType, values: &[Option<i256>]) -> ArrayRef {
        let decimals: Decimal256Array = values.iter().copied().collect();
        Arc::new(decimals.with_data_type(arrow_type(KqlType::Decimal)))
    }

    fn words(self, out: &mut Int64Builder) {
        for word in self.to_le_bytes().as_chunks::<8>().0 {
            out.append_value(i64::from_le_bytes(*word));
        }
    }

    fn from_words(words: &[i64]) -> Option<i256> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Some(i256::from_le_bytes(bytes.try_into().ok()?))
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn doubles_sort_as_longs() {
        let values = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 2.0, f64::INFINITY];
        assert!(values.windows(2).all(|pair| matches!(pair, [a, b] if sortable(*a) < sortable(*b))));
        assert!(values.iter().all(|value| real_of(sortable(*value)).to_bits() == value.to_bits()));
    }

    #[test]
    fn decimals_survive_the_journey() {
        for value in [i256::MIN, i256::MINUS_ONE, i256::ZERO, quarry_value::decimal::ONE] {
            let mut builder = Int64Builder::new();
            value.words(&mut builder);
            assert_eq!(i256::from_words(builder.finish().values()).unwrap(), value);
        }
    }
}
