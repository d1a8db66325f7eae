//! Several values of one document as an expression.

use std::sync::Arc;

use arrow::array::StructArray;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_value::arrow_type;

use super::dynamic_walk::{Use, Walk, WantedPath};

/// The values at all wanted paths of a document, as a struct: one walk over the document finds them.
pub(super) fn fused_paths(base: Expr, wanted: &[WantedPath]) -> Expr {
    let walk = Walk::new(wanted);
    let field = |(at, ty)| Field::new(format!("p{at}"), arrow_type(ty), true);
    let udf = FusedPaths {
        name: format!("paths {wanted:?}"),
        fields: walk.types().iter().copied().enumerate().map(field).collect(),
        walk,
        signature: Signature::any(1, Volatility::Immutable),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(udf)), vec![base]))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct FusedPaths {
    /// Tells this list of paths from others.
    name: String,
    walk: Walk,
    fields: Fields,
    signature: Signature,
}

impl ScalarUDFImpl for FusedPaths {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(documents) = args.args.first() else {
            return exec_err!("paths into nothing");
        };
        let columns = self.walk.columns(documents, args.number_rows, Use::Kept)?;
        let values = StructArray::try_new_with_length(self.fields.clone(), columns, None, args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
