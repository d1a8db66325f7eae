//! What rows are sorted by.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::Float64Type;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;

use crate::kernel::{Call, Kernel, kernel_expr};

/// A sort key whose NaNs stand beside the nulls, wherever those are.
///
/// Arrow takes NaN for the greatest number, so only where nulls stand at the low end it needs to become the least.
#[must_use]
pub fn sort_key(key: Expr, ty: KqlType, descending: bool, nulls_first: bool) -> Expr {
    if ty != KqlType::Real || descending == nulls_first {
        return key;
    }
    kernel_expr("nan lowest", Arc::new(NanLowest), vec![key], vec![ty], ty, 0)
}

struct NanLowest;

impl Kernel for NanLowest {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(call.args)?;
        let Some(values) = arrays.first().and_then(|array| array.as_primitive_opt::<Float64Type>()) else {
            return datafusion::common::exec_err!("a real is expected");
        };
        let lowest: Float64Array = values.unary(|value| if value.is_nan() { -f64::NAN.abs() } else { value });
        Ok(ColumnarValue::Array(Arc::new(lowest) as ArrayRef))
    }
}
