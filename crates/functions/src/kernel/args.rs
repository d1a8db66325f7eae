//! Typed views of arguments. A constant argument is read as a column that has the same value in every row.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int64Array, StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::{arrow_type, decimal::Units, guid::Guid, json};

use super::Call;

/// An argument's values; `step` is 0 for a constant and 1 for a column.
pub struct Values<A> {
    array: A,
    step: usize,
}

pub type Bools = Values<BooleanArray>;
/// Int, long, datetime and timespan arguments.
pub type Longs = Values<Int64Array>;
/// Real arguments, and other numbers as the nearest double.
pub type Reals = Values<Float64Array>;
pub type Decimals = Values<Decimal256Array>;
pub type Guids = Values<FixedSizeBinaryArray>;

impl<A: Array> Values<A> {
    fn at(&self, row: usize) -> Option<usize> {
        let index = row * self.step;
        (index < self.array.len() && self.array.is_valid(index)).then_some(index)
    }

    /// Whether the argument is a constant.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.step == 0
    }
}

impl Bools {
    #[must_use]
    pub fn get(&self, row: usize) -> Option<bool> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Longs {
    #[must_use]
    pub fn get(&self, row: usize) -> Option<i64> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Reals {
    /// The values of a column, or of a constant the one.
    #[must_use]
    pub fn values(&self) -> &Float64Array {
        &self.array
    }

    /// The value of a constant; whatever stands there when that is null.
    #[must_use]
    pub fn constant_value(&self) -> Option<f64> {
        let first = || self.array.values().first().copied();
        self.is_constant().then(first).flatten()
    }

    #[must_use]
    pub fn get(&self, row: usize) -> Option<f64> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Decimals {
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Units> {
        self.at(row).map(|index| self.array.value(index))
    }
}

impl Guids {
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Guid> {
        self.at(row).and_then(|index| self.array.value(index).try_into().ok())
    }
}

/// String and dynamic arguments.
pub struct Texts {
    values: Values<StringViewArray>,
    dynamic: bool,
}

impl Texts {
    /// The stored text: a string's own, a dynamic's JSON; `None` for a null dynamic.
    #[must_use]
    pub fn raw(&self, row: usize) -> Option<&str> {
        self.values.at(row).map(|index| self.values.array.value(index))
    }

    /// The text as a string: a dynamic string without its quotes, `""` for null.
    #[must_use]
    pub fn get(&self, row: usize) -> Cow<'_, str> {
        match self.raw(row) {
            None => Cow::Borrowed(""),
            Some(text) if self.dynamic => json::text(text),
            Some(text) => Cow::Borrowed(text),
        }
    }

    /// Whether the argument is a constant.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.values.is_constant()
    }

    /// Whether the argument is dynamic.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        self.dynamic
    }

    /// The column as it is, where every text of it passes a test: what a function would not change need not be written again.
    #[must_use]
    pub fn unchanged(&self, test: impl Fn(&str) -> bool) -> Option<ColumnarValue> {
        let texts = &self.values.array;
        let plain = !self.is_constant() && !self.dynamic && texts.null_count() == 0;
        (plain && texts.iter().flatten().all(test)).then(|| ColumnarValue::Array(Arc::new(texts.clone())))
    }

    /// The text of a constant argument.
    #[must_use]
    pub fn constant(&self) -> Option<Cow<'_, str>> {
        self.is_constant().then(|| self.get(0))
    }
}

impl Call<'_> {
    /// The Arrow array of an argument, of length 1 for a constant, in the representation of its KQL type; and its step.
    fn array(&self, index: usize) -> Result<(ArrayRef, usize)> {
        let (array, step) = match self.args.get(index) {
            Some(ColumnarValue::Array(array)) => (array.clone(), 1),
            Some(ColumnarValue::Scalar(scalar)) => (scalar.to_array()?, 0),
            None => return exec_err!("argument {} is missing", index + 1),
        };
        let expected = arrow_type(self.type_of(index));
        if *array.data_type() == expected {
            Ok((array, step))
        } else {
            Ok((cast(&array, &expected)?, step))
        }
    }

    /// A bool argument; numbers are true when they are not zero.
    ///
    /// # Errors
    /// When the argument is missing or of a type that is no bool.
    pub fn bools(&self, index: usize) -> Result<Bools> {
        let (mut array, step) = self.array(index)?;
        if matches!(array.data_type(), DataType::Decimal256(..)) {
            // Arrow has no way from a decimal to a truth value.
            array = cast(&array, &DataType::Float64)?;
        }
        let array = cast(&array, &DataType::Boolean)?;
        Ok(Values {
            array: array.as_boolean().clone(),
            step,
        })
    }

    /// An int, long, datetime, timespan or bool argument; of a real the whole part.
    ///
    /// # Errors
    /// When the argument is missing or of a type that is no number.
    pub fn longs(&self, index: usize) -> Result<Longs> {
        let (array, step) = self.array(index)?;
        let array: Int64Array = match array.data_type() {
            DataType::Int64 => array.as_primitive::<Int64Type>().clone(),
            DataType::Float64 => {
                let reals = array.as_primitive::<Float64Type>();
                reals.iter().map(|value| value.and_then(quarry_value::number::long_of)).collect()
            }
            DataType::Utf8View => {
                let texts = array.as_string_view();
                texts.iter().map(|value| value.and_then(|text| text.parse().ok())).collect()
            }
            _ => cast(&array, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
        };
        Ok(Values { array, step })
    }

    /// A number or bool argument as a double. A dynamic counts when it holds a number.
    ///
    /// # Errors
    /// When the argument is missing or of a type that is no number.
    pub fn reals(&self, index: usize) -> Result<Reals> {
        let (array, step) = self.array(index)?;
        let array: Float64Array = match array.data_type() {
            DataType::Decimal256(..) => {
                let decimals = array.as_primitive::<Decimal256Type>();
                decimals.iter().map(|value| value.map(quarry_value::decimal::to_f64)).collect()
            }
            DataType::Utf8View => {
                let texts = array.as_string_view();
                texts.iter().map(|value| value.and_then(|text| text.parse().ok())).collect()
            }
            _ => cast(&array, &DataType::Float64)?.as_primitive::<Float64Type>().clone(),
        };
        Ok(Values { array, step })
    }

    /// A decimal argument.
    ///
    /// # Errors
    /// When the argument is missing or of another type.
    pub fn decimals(&self, index: usize) -> Result<Decimals> {
        let (mut array, step) = self.array(index)?;
        if *array.data_type() == DataType::Boolean {
            // Arrow has no way from a truth value to a decimal; `bin` takes one as a number.
            array = cast(&array, &DataType::Int64)?;
        }
        let array = cast(&array, &arrow_type(KqlType::Decimal))?;
        Ok(Values {
            array: array.as_primitive::<Decimal256Type>().clone(),
            step,
        })
    }

    /// A guid argument.
    ///
    /// # Errors
    /// When the argument is missing or of another type.
    pub fn guids(&self, index: usize) -> Result<Guids> {
        let (array, step) = self.array(index)?;
        match array.as_fixed_size_binary_opt() {
            Some(array) => Ok(Values {
                array: array.clone(),
                step,
            }),
            None => exec_err!("argument {} is no guid", index + 1),
        }
    }

    /// A string or dynamic argument; any other type as `tostring()` writes it.
    ///
    /// # Errors
    /// When the argument is missing.
    pub fn texts(&self, index: usize) -> Result<Texts> {
        let (array, step) = self.array(index)?;
        let ty = self.type_of(index);
        let array = match array.as_string_view_opt() {
            Some(array) => array.clone(),
            None => crate::scalar::convert::to_text(&array, ty)?,
        };
        Ok(Texts {
            values: Values { array, step },
            dynamic: ty.is_dynamic(),
        })
    }

    /// A string argument that is a column as it stands: every row has a text.
    #[must_use]
    pub fn string_column(&self, index: usize) -> Option<&StringViewArray> {
        match self.args.get(index) {
            Some(ColumnarValue::Array(array)) if self.type_of(index) == KqlType::String && array.null_count() == 0 => {
                array.as_string_view_opt()
            }
            _ => None,
        }
    }

    /// Whether an optional argument is there.
    #[must_use]
    pub fn has(&self, index: usize) -> bool {
        index < self.args.len()
    }

    /// Whether an argument is null in a row.
    ///
    /// # Errors
    /// When the argument is missing.
    pub fn nulls(&self, index: usize) -> Result<Nulls> {
        let (array, step) = self.array(index)?;
        Ok(Values { array, step })
    }
}

/// An argument of which only the nulls matter.
pub type Nulls = Values<ArrayRef>;

impl Nulls {
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        self.at(row).is_none()
    }
}
