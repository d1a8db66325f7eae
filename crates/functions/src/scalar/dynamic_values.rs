//! Arguments of any type as JSON: what the functions on arrays and bags compare, and put into them.

use std::borrow::Cow;

use arrow::array::ArrayRef;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic::Encoder;

use crate::kernel::{Call, Texts};

/// Arguments as arrays; a constant has one row.
pub(super) struct Arguments(Vec<(ArrayRef, usize, KqlType)>);

impl Arguments {
    /// The arguments from position `from` on.
    pub fn new(call: &Call<'_>, from: usize) -> Result<Arguments> {
        let arrays = call.args.iter().zip(call.types).skip(from).map(|(arg, ty)| {
            Ok(match arg {
                ColumnarValue::Array(array) => (array.clone(), 1, *ty),
                ColumnarValue::Scalar(scalar) => (scalar.to_array()?, 0, *ty),
            })
        });
        Ok(Arguments(arrays.collect::<Result<_>>()?))
    }

    /// Each argument as a column of JSON values.
    pub fn values(&self) -> Result<Vec<Value<'_>>> {
        self.0.iter().map(|(array, step, ty)| Value::new(array, *step, *ty)).collect()
    }
}

/// A column of JSON values.
pub(crate) struct Value<'a> {
    encoder: Encoder<'a>,
    step: usize,
    ty: KqlType,
}

impl<'a> Value<'a> {
    /// The values of an array; with a step of 0, its first value in all rows.
    pub fn new(array: &'a ArrayRef, step: usize, ty: KqlType) -> Result<Value<'a>> {
        match Encoder::new(array, ty) {
            Some(encoder) => Ok(Value { encoder, step, ty }),
            None => exec_err!("{} does not carry {ty}", array.data_type()),
        }
    }

    pub fn write(&self, row: usize, out: &mut String) {
        self.encoder.write(row * self.step, out);
    }

    pub fn is_null(&self, row: usize) -> bool {
        self.encoder.is_null(row * self.step)
    }

    /// The value as JSON; dynamics are not copied.
    pub fn json(&self, row: usize) -> Cow<'a, str> {
        match self.encoder.dynamic(row * self.step) {
            Some(raw) => Cow::Borrowed(raw),
            None => {
                let mut out = String::new();
                self.write(row, &mut out);
                Cow::Owned(out)
            }
        }
    }

    /// The document of a dynamic; `None` for null and for other types.
    pub fn document(&self, row: usize) -> Option<&'a str> {
        self.encoder.dynamic(row * self.step)
    }

    /// Whether the value is text without a character, or a document that is such text.
    pub fn is_empty_text(&self, row: usize) -> bool {
        self.encoder.is_empty_text(row * self.step)
    }

    pub fn is_constant(&self) -> bool {
        self.step == 0
    }

    pub fn ty(&self) -> KqlType {
        self.ty
    }
}

/// The document of a dynamic argument; `None` for null and for an argument that is no dynamic.
pub(super) fn document(texts: &Texts, row: usize) -> Option<&str> {
    texts.raw(row).filter(|_| texts.is_dynamic())
}
