//! Building the answer, row by row.

use std::sync::Arc;

use arrow::array::{ArrowPrimitiveType, BooleanArray, Decimal256Builder, FixedSizeBinaryBuilder, PrimitiveArray, StringViewBuilder};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::decimal::Units;
use quarry_value::guid::{self, Guid};
use quarry_value::{arrow_type, number};

use super::Call;

impl Call<'_> {
    /// A bool for each row.
    ///
    /// # Errors
    /// None of its own; the `Result` saves the caller a wrapper.
    pub fn write_bools(&self, mut value: impl FnMut(usize) -> Option<bool>) -> Result<ColumnarValue> {
        let mut values = Bits::new(self.rows);
        let valid = Bits::collected(self.rows, |start, bits| {
            let (mut there, mut set) = (0, 0);
            for bit in 0..bits {
                if let Some(value) = value(start + bit) {
                    there |= 1 << bit;
                    set |= u64::from(value) << bit;
                }
            }
            values.push(set);
            there
        });
        let array = BooleanArray::new(values.finish(), valid.nulls());
        Ok(ColumnarValue::Array(Arc::new(array)))
    }

    /// A long, datetime or timespan for each row; an int (the lower 32 bits) when the call's result is one.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_longs(&self, mut value: impl FnMut(usize) -> Option<i64>) -> Result<ColumnarValue> {
        if self.result == KqlType::Int {
            return Ok(self.numbers::<Int32Type>(|row| value(row).map(number::wrap_to_int)));
        }
        Ok(self.numbers::<Int64Type>(value))
    }

    /// A real for each row.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_reals(&self, value: impl FnMut(usize) -> Option<f64>) -> Result<ColumnarValue> {
        Ok(self.numbers::<Float64Type>(value))
    }

    fn numbers<T: ArrowPrimitiveType>(&self, mut value: impl FnMut(usize) -> Option<T::Native>) -> ColumnarValue {
        let mut values = Vec::with_capacity(self.rows);
        let valid = Bits::collected(self.rows, |start, bits| {
            let mut there = 0;
            for bit in 0..bits {
                let value = value(start + bit);
                there |= u64::from(value.is_some()) << bit;
                values.push(value.unwrap_or_default());
            }
            there
        });
        ColumnarValue::Array(Arc::new(PrimitiveArray::<T>::new(values.into(), valid.nulls())))
    }

    /// A decimal for each row.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_decimals(&self, mut value: impl FnMut(usize) -> Option<Units>) -> Result<ColumnarValue> {
        let mut builder = Decimal256Builder::with_capacity(self.rows).with_data_type(arrow_type(KqlType::Decimal));
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }

    /// A guid for each row.
    ///
    /// # Errors
    /// When a value has another width than a guid, which the type excludes.
    pub fn write_guids(&self, mut value: impl FnMut(usize) -> Option<Guid>) -> Result<ColumnarValue> {
        let mut builder = FixedSizeBinaryBuilder::with_capacity(self.rows, guid::WIDTH);
        for row in 0..self.rows {
            match value(row) {
                Some(guid) => builder.append_value(guid)?,
                None => builder.append_null(),
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }

    /// A string for each row: the closure writes it into the buffer, which comes empty.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_texts(&self, mut write: impl FnMut(usize, &mut String)) -> Result<ColumnarValue> {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        let mut buffer = String::new();
        for row in 0..self.rows {
            buffer.clear();
            write(row, &mut buffer);
            builder.append_value(&buffer);
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }

    /// A dynamic for each row: the closure writes its compact JSON into the buffer, which comes empty, and says `None` for null.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_dynamics(&self, mut write: impl FnMut(usize, &mut String) -> Option<()>) -> Result<ColumnarValue> {
        self.try_write_dynamics(|row, out| Ok(write(row, out)))
    }

    /// The same, with a closure that can fail.
    ///
    /// # Errors
    /// The first of the closure.
    pub fn try_write_dynamics(&self, mut write: impl FnMut(usize, &mut String) -> Result<Option<()>>) -> Result<ColumnarValue> {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        let mut buffer = String::new();
        for row in 0..self.rows {
            buffer.clear();
            match write(row, &mut buffer)? {
                Some(()) if buffer != "null" => builder.append_value(&buffer),
                _ => builder.append_null(),
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

/// A bit for each row, written a word at a time: that takes a fraction of what it takes to append them one by one.
struct Bits {
    words: Vec<u64>,
    rows: usize,
}

impl Bits {
    fn new(rows: usize) -> Self {
        Self {
            words: Vec::with_capacity(rows.div_ceil(64)),
            rows,
        }
    }

    /// The words that a closure gives, which is told the first row of each and how many there are.
    fn collected(rows: usize, mut word: impl FnMut(usize, usize) -> u64) -> Self {
        let mut bits = Self::new(rows);
        for start in (0..rows).step_by(64) {
            bits.push(word(start, (rows - start).min(64)));
        }
        bits
    }

    fn push(&mut self, word: u64) {
        self.words.push(word);
    }

    fn finish(self) -> BooleanBuffer {
        BooleanBuffer::new(self.words.into(), 0, self.rows)
    }

    /// The bits as those of values that are there.
    fn nulls(self) -> Option<NullBuffer> {
        Some(NullBuffer::new(self.finish())).filter(|nulls| nulls.null_count() > 0)
    }
}
