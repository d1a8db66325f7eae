//! Building the answer, row by row.

use std::sync::Arc;

use arrow::array::{
    BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder,
};
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
        let mut builder = BooleanBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }

    /// A long, datetime or timespan for each row; an int (the lower 32 bits) when the call's result is one.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_longs(&self, mut value: impl FnMut(usize) -> Option<i64>) -> Result<ColumnarValue> {
        if self.result == KqlType::Int {
            let mut builder = Int32Builder::with_capacity(self.rows);
            for row in 0..self.rows {
                builder.append_option(value(row).map(number::wrap_to_int));
            }
            return Ok(ColumnarValue::Array(Arc::new(builder.finish())));
        }
        let mut builder = Int64Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }

    /// A real for each row.
    ///
    /// # Errors
    /// None of its own.
    pub fn write_reals(&self, mut value: impl FnMut(usize) -> Option<f64>) -> Result<ColumnarValue> {
        let mut builder = Float64Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
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
