//! From the representation in files to the one in the engine, as physical expressions inside the scan.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, FixedSizeBinaryBuilder, Int64Array, PrimitiveArray, Scalar, StringViewArray};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{cast, is_not_null};
use arrow::datatypes::{
    DataType, Int8Type, Int64Type, Schema, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use quarry_value::json;
use quarry_value::time::{MICROSECOND, MILLISECOND, SECOND, UNIX_EPOCH};

use super::hot::value;

/// What a [`Decode`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Decoding {
    /// A timestamp and, when the file has them, the ticks below it, to ticks.
    Ticks,
    /// Text without nulls.
    Text,
    /// Text of a guid to its bytes.
    Guid,
    /// What hot columns hold together: which of them there are, and whether `tostring()` of the value is wanted or what a document has.
    Value { has: [bool; 3], text: bool },
    /// Whether a hot column of JSON holds something in a row whose text is not empty; never null.
    HasText,
    /// Doubles as they are. Statistics of files ignore NaN, so that nothing may be concluded from them: this hides the column from pruning.
    Real,
}

/// Decodes columns of a file.
#[derive(Debug)]
pub(super) struct Decode {
    pub decoding: Decoding,
    pub arguments: Vec<Arc<dyn PhysicalExpr>>,
}

impl PartialEq for Decode {
    fn eq(&self, other: &Self) -> bool {
        self.decoding == other.decoding
            && self.arguments.len() == other.arguments.len()
            && self.arguments.iter().zip(&other.arguments).all(|(left, right)| left.eq(right))
    }
}

impl Eq for Decode {}

impl Hash for Decode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decoding.hash(state);
        self.arguments.hash(state);
    }
}

impl fmt::Display for Decode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(", self.decoding)?;
        for (at, argument) in self.arguments.iter().enumerate() {
            write!(f, "{}{argument}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}

impl PhysicalExpr for Decode {
    fn data_type(&self, _: &Schema) -> Result<DataType> {
        Ok(match self.decoding {
            Decoding::Ticks => DataType::Int64,
            Decoding::Text | Decoding::Value { .. } => DataType::Utf8View,
            Decoding::Guid => DataType::FixedSizeBinary(quarry_value::guid::WIDTH),
            Decoding::HasText => DataType::Boolean,
            Decoding::Real => DataType::Float64,
        })
    }

    fn nullable(&self, _: &Schema) -> Result<bool> {
        Ok(!matches!(
            self.decoding,
            Decoding::Text | Decoding::HasText | Decoding::Value { text: true, .. }
        ))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let mut arrays = Vec::with_capacity(self.arguments.len());
        for argument in &self.arguments {
            arrays.push(argument.evaluate(batch)?.into_array(batch.num_rows())?);
        }
        let (first, second) = (arrays.first(), arrays.get(1));
        let Some(first) = first else {
            return exec_err!("nothing to decode");
        };
        let array = match self.decoding {
            Decoding::Ticks => ticks(first, second)?,
            Decoding::Text => text(first)?,
            Decoding::Guid => guid(first)?,
            Decoding::Value { has, text } => {
                let mut arrays = arrays.iter();
                value(has.map(|has| if has { arrays.next() } else { None }), text)?
            }
            Decoding::HasText => has_text(first)?,
            Decoding::Real => Arc::clone(first),
        };
        Ok(ColumnarValue::Array(array))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.arguments.iter().collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        Ok(Arc::new(Decode {
            decoding: self.decoding,
            arguments: children,
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn ticks(stamps: &ArrayRef, residuals: Option<&ArrayRef>) -> Result<ArrayRef> {
    let scaled = |value: i64, unit: i64| value.wrapping_mul(unit).wrapping_add(UNIX_EPOCH);
    let whole: Int64Array = match stamps.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let stamps: &PrimitiveArray<TimestampMicrosecondType> = stamps.as_primitive();
            stamps.unary::<_, Int64Type>(|value| scaled(value, MICROSECOND))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let stamps: &PrimitiveArray<TimestampMillisecondType> = stamps.as_primitive();
            stamps.unary::<_, Int64Type>(|value| scaled(value, MILLISECOND))
        }
        DataType::Timestamp(TimeUnit::Second, _) => {
            let stamps: &PrimitiveArray<TimestampSecondType> = stamps.as_primitive();
            stamps.unary::<_, Int64Type>(|value| scaled(value, SECOND))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            let stamps: &PrimitiveArray<TimestampNanosecondType> = stamps.as_primitive();
            stamps.unary::<_, Int64Type>(quarry_value::time::from_unix_nanoseconds)
        }
        other => return exec_err!("a datetime column is stored as {other}"),
    };
    let Some(residuals) = residuals else { return Ok(Arc::new(whole)) };
    let Some(residuals) = residuals.as_primitive_opt::<Int8Type>() else {
        return exec_err!("ticks below the microsecond are stored as {}", residuals.data_type());
    };
    let sums = whole
        .values()
        .iter()
        .zip(residuals.values().iter())
        .enumerate()
        .map(|(row, (whole, below))| {
            let below = if residuals.is_null(row) { 0 } else { i64::from(*below) };
            whole.wrapping_add(below)
        });
    Ok(Arc::new(Int64Array::new(sums.collect(), whole.nulls().cloned())))
}

pub(super) fn text(array: &ArrayRef) -> Result<ArrayRef> {
    let views = cast(array, &DataType::Utf8View)?;
    if views.null_count() == 0 {
        return Ok(views);
    }
    // Only the views change: text is not copied.
    let empty = Scalar::new(StringViewArray::from(vec![""]));
    Ok(zip(&is_not_null(&views)?, &views, &empty)?)
}

fn has_text(json: &ArrayRef) -> Result<ArrayRef> {
    let views = cast(json, &DataType::Utf8View)?;
    let filled = views
        .as_string_view()
        .iter()
        .map(|raw| raw.is_some_and(|raw| !json::text(raw).is_empty()));
    Ok(Arc::new(filled.map(Some).collect::<BooleanArray>()))
}

/// The bytes of guids that are written as text.
pub(crate) fn guid(array: &ArrayRef) -> Result<ArrayRef> {
    let views = cast(array, &DataType::Utf8View)?;
    let mut guids = FixedSizeBinaryBuilder::with_capacity(views.len(), quarry_value::guid::WIDTH);
    for value in views.as_string_view() {
        match value.and_then(quarry_value::guid::parse) {
            Some(guid) => guids.append_value(guid)?,
            None => guids.append_null(),
        }
    }
    Ok(Arc::new(guids.finish()))
}
