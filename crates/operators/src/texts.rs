//! Kernels that read a text and give a struct of what it holds.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringViewArray, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Fields};
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// How texts are read.
pub(crate) trait Reading: Debug + Eq + Hash + Send + Sync + 'static {
    /// The name in printed plans.
    fn name(&self) -> &'static str;

    /// The fields of the struct.
    fn fields(&self) -> Fields;

    /// The values of each field, one for each text. A null text is empty.
    fn read(&self, texts: &StringViewArray) -> Vec<ArrayRef>;
}

/// The struct that `reading` makes of `source`.
pub(crate) fn read(reading: impl Reading, source: Expr) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::from(Kernel { reading, signature }).call(vec![source])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Kernel<R> {
    reading: R,
    signature: Signature,
}

impl<R: Reading> ScalarUDFImpl for Kernel<R> {
    fn name(&self) -> &str {
        self.reading.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.reading.fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(source) = arrays.first() else {
            return exec_err!("{} needs a source", self.reading.name());
        };
        let source = cast(source, &DataType::Utf8View)?;
        let texts = as_string_view_array(&source)?;
        let values = StructArray::try_new_with_length(self.reading.fields(), self.reading.read(texts), None, source.len())?;
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
