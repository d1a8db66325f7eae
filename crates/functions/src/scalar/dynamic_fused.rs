//! Several values of one document in one pass.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_schema::KqlType;
use quarry_value::arrow_type;
use quarry_value::dynamic::{PathSet, Segment};

use super::dynamic_paths::write_as;
use crate::kernel::Call;

/// A path of fixed steps, and whether the value there is wanted as a string or as a dynamic.
pub(super) type WantedPath = (Vec<Segment>, KqlType);

/// The values at all wanted paths of a document, as a struct: one walk over the document finds them.
pub(super) fn fused_paths(base: Expr, wanted: &[WantedPath]) -> Expr {
    let fields = wanted
        .iter()
        .enumerate()
        .map(|(at, (_, ty))| Field::new(format!("p{at}"), arrow_type(*ty), true))
        .collect();
    let paths: Vec<Vec<Segment>> = wanted.iter().map(|(path, _)| path.clone()).collect();
    let udf = FusedPaths {
        name: format!("paths {wanted:?}"),
        set: PathSet::new(&paths),
        paths,
        types: wanted.iter().map(|(_, ty)| *ty).collect(),
        fields,
        signature: Signature::any(1, Volatility::Immutable),
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(udf)), vec![base]))
}

#[derive(Debug)]
struct FusedPaths {
    /// Tells this list of paths from others.
    name: String,
    set: PathSet,
    paths: Vec<Vec<Segment>>,
    types: Vec<KqlType>,
    fields: Fields,
    signature: Signature,
}

impl PartialEq for FusedPaths {
    fn eq(&self, other: &Self) -> bool {
        self.paths == other.paths && self.types == other.types
    }
}
impl Eq for FusedPaths {}

impl Hash for FusedPaths {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.paths, &self.types).hash(state);
    }
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
        let rows = args.number_rows;
        // A document that the optimizer found to be constant is one value for all rows.
        let array = args.args.first().map(|base| base.to_array(rows)).transpose()?;
        let Some(documents) = array.as_ref().and_then(|array| array.as_string_view_opt()) else {
            return exec_err!("paths into something that is no document");
        };
        // Where each value lies: its position in the document, so that nothing is copied before its type is known.
        let mut found: Vec<Vec<Option<&str>>> = vec![Vec::with_capacity(rows); self.paths.len()];
        let mut values = Vec::new();
        for row in 0..documents.len() {
            let raw = if documents.is_valid(row) { documents.value(row) } else { "null" };
            self.set.extract(raw, &self.paths, &mut values);
            found.iter_mut().zip(&values).for_each(|(column, value)| column.push(*value));
        }
        let columns = found
            .iter()
            .zip(&self.types)
            .map(|(column, ty)| self.column(column, *ty))
            .collect::<Result<Vec<_>>>()?;
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new_with_length(
            self.fields.clone(),
            columns,
            None,
            rows,
        )?)))
    }
}

impl FusedPaths {
    fn column(&self, values: &[Option<&str>], ty: KqlType) -> Result<ArrayRef> {
        if ty.is_dynamic() {
            let mut builder = StringViewBuilder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(*value));
            return Ok(Arc::new(builder.finish()));
        }
        let call = Call {
            args: &[],
            types: &[],
            result: ty,
            rows: values.len(),
            now: 0,
        };
        write_as(&call, |row| values.get(row).copied().flatten())?.into_array(values.len())
    }
}
