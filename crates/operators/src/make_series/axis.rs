//! The axis of a series: one element per bin.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, StringViewBuilder};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_schema::KqlType;
use quarry_value::{format, json};

/// From the span of a series (see [`super::span`]) to the JSON text of its axis: `origin + bin * step`.
#[must_use]
pub fn axis(span: Expr, origin: ScalarValue, step: ScalarValue, ty: KqlType) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::from(Axis {
        origin,
        step,
        ty,
        signature,
    })
    .call(vec![span])
}

#[derive(Debug)]
struct Axis {
    origin: ScalarValue,
    step: ScalarValue,
    ty: KqlType,
    signature: Signature,
}

impl PartialEq for Axis {
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin && self.step == other.step && self.ty == other.ty
    }
}

impl Eq for Axis {}

impl Hash for Axis {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.origin, &self.step, self.ty).hash(state);
    }
}

impl ScalarUDFImpl for Axis {
    fn name(&self) -> &str {
        "series_axis"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(spans) = arrays.first() else {
            return exec_err!("series_axis needs a span");
        };
        let mut out = StringViewBuilder::new();
        for span in spans.as_list::<i32>().iter() {
            let Some(span) = span else {
                out.append_null();
                continue;
            };
            let [first, count] = span.as_primitive::<Int64Type>().values() as &[i64] else {
                return exec_err!("a span has two numbers");
            };
            let mut text = String::from("[");
            for bin in *first..first.saturating_add(*count) {
                if bin > *first {
                    text.push(',');
                }
                self.element(bin, &mut text)?;
            }
            text.push(']');
            out.append_value(&text);
        }
        Ok(ColumnarValue::Array(Arc::new(out.finish())))
    }
}

impl Axis {
    fn element(&self, bin: i64, text: &mut String) -> Result<()> {
        if let ScalarValue::Float64(Some(origin)) = self.origin.cast_to(&DataType::Float64)?
            && self.ty == KqlType::Real
            && let ScalarValue::Float64(Some(step)) = self.step.cast_to(&DataType::Float64)?
        {
            format::real_json(origin + bin as f64 * step, text);
            return Ok(());
        }
        let (ScalarValue::Int64(Some(origin)), ScalarValue::Int64(Some(step))) =
            (self.origin.cast_to(&DataType::Int64)?, self.step.cast_to(&DataType::Int64)?)
        else {
            return exec_err!("the bounds of make-series must not be null");
        };
        let value = bin.saturating_mul(step).saturating_add(origin);
        let mut plain = String::new();
        match self.ty {
            KqlType::DateTime => format::datetime(value, &mut plain),
            KqlType::TimeSpan => format::timespan(value, &mut plain),
            _ => {
                text.push_str(&value.to_string());
                return Ok(());
            }
        }
        json::quote(&plain, text);
        Ok(())
    }
}
