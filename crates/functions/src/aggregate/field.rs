//! One column of an aggregate that gives several.
//!
//! DataFusion's own `get_field` would do, but its optimizer moves that through plans, and stumbles where subexpressions are shared.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_schema::KqlType;
use quarry_value::arrow_type;

/// Field `at` of a struct, of that type; the empty string in place of a null one.
pub(crate) fn field(column: Expr, at: usize, ty: KqlType) -> Expr {
    let udf = StructField {
        name: format!("field {at}"),
        at,
        ty,
        signature: Signature::any(1, Volatility::Immutable),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(udf)), vec![column]))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct StructField {
    name: String,
    at: usize,
    ty: KqlType,
    signature: Signature,
}

impl StructField {
    fn read(&self, array: &ArrayRef) -> Result<ArrayRef> {
        let Some(column) = array.as_struct_opt().and_then(|array| array.columns().get(self.at)) else {
            return exec_err!("{} has no field {}", array.data_type(), self.at);
        };
        match column.as_string_view_opt() {
            Some(texts) if self.ty == KqlType::String && texts.null_count() > 0 => Ok(Arc::new(
                texts.iter().map(|text| Some(text.unwrap_or_default())).collect::<StringViewArray>(),
            )),
            _ => Ok(Arc::clone(column)),
        }
    }
}

impl ScalarUDFImpl for StructField {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.ty))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.first() {
            Some(ColumnarValue::Array(array)) => Ok(ColumnarValue::Array(self.read(array)?)),
            Some(ColumnarValue::Scalar(scalar)) => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &self.read(&scalar.to_array()?)?,
                0,
            )?)),
            None => exec_err!("a field of nothing"),
        }
    }
}
