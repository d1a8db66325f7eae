//! The number of the bin that a value of the axis falls in.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_float64_array, as_int64_array};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// `floor((value - origin) / step)`; null for a null value or one that no bin can hold.
#[must_use]
pub fn bin_index(value: Expr, origin: ScalarValue, step: ScalarValue) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::from(BinIndex { origin, step, signature }).call(vec![value])
}

#[derive(Debug)]
struct BinIndex {
    origin: ScalarValue,
    step: ScalarValue,
    signature: Signature,
}

impl PartialEq for BinIndex {
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin && self.step == other.step
    }
}

impl Eq for BinIndex {}

impl Hash for BinIndex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.origin.hash(state);
        self.step.hash(state);
    }
}

impl ScalarUDFImpl for BinIndex {
    fn name(&self) -> &str {
        "bin_index"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(values) = arrays.first() else {
            return exec_err!("bin_index needs a value");
        };
        let reals = [&self.origin, &self.step]
            .iter()
            .any(|value| matches!(value, ScalarValue::Float64(_)))
            || values.data_type() == &DataType::Float64;
        Ok(ColumnarValue::Array(if reals { self.real(values)? } else { self.whole(values)? }))
    }
}

impl BinIndex {
    fn whole(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let (ScalarValue::Int64(Some(origin)), ScalarValue::Int64(Some(step))) =
            (self.origin.cast_to(&DataType::Int64)?, self.step.cast_to(&DataType::Int64)?)
        else {
            return exec_err!("the bounds of make-series must not be null");
        };
        let values = cast(values, &DataType::Int64)?;
        let bins: Int64Array = as_int64_array(&values)?
            .iter()
            .map(|value| value?.checked_sub(origin)?.checked_div_euclid(step))
            .collect();
        Ok(Arc::new(bins))
    }

    fn real(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let (ScalarValue::Float64(Some(origin)), ScalarValue::Float64(Some(step))) =
            (self.origin.cast_to(&DataType::Float64)?, self.step.cast_to(&DataType::Float64)?)
        else {
            return exec_err!("the bounds of make-series must not be null");
        };
        let values = cast(values, &DataType::Float64)?;
        let values: &Float64Array = as_float64_array(&values)?;
        let bins: Int64Array = values
            .iter()
            .map(|value| {
                value
                    .map(|value| ((value - origin) / step).floor())
                    .filter(|bin| bin.abs() < 9e18)
                    .map(|bin| bin as i64)
            })
            .collect();
        Ok(Arc::new(bins))
    }
}
