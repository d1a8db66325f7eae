//! The kernel behind `parse-kv`: text in, a struct of the values' texts out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringViewBuilder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::common::cast::as_string_view_array;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_semantics::ir::KvRules;

use super::Reader;

/// Why rules do not compile.
pub type KvError = regex::Error;

/// Reads `source` and gives a struct: `c0`, `c1`, … with the text that belongs to each key, empty where it does not occur.
///
/// # Errors
/// When the regular expression is none.
pub fn values(source: Expr, rules: &KvRules, keys: Vec<String>) -> std::result::Result<Expr, KvError> {
    let kernel = Values {
        reader: Reader::new(rules)?,
        rules: rules.clone(),
        keys,
        signature: Signature::any(1, Volatility::Immutable),
    };
    Ok(ScalarUDF::from(kernel).call(vec![source]))
}

#[derive(Debug)]
struct Values {
    reader: Reader,
    rules: KvRules,
    keys: Vec<String>,
    signature: Signature,
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules && self.keys == other.keys
    }
}

impl Eq for Values {}

impl Hash for Values {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rules.hash(state);
        self.keys.hash(state);
    }
}

impl Values {
    fn fields(&self) -> Fields {
        (0..self.keys.len())
            .map(|column| Field::new(format!("c{column}"), DataType::Utf8View, true))
            .collect()
    }
}

impl ScalarUDFImpl for Values {
    fn name(&self) -> &str {
        "parse_kv"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(source) = arrays.first() else {
            return datafusion::common::exec_err!("parse-kv needs a source");
        };
        let texts = as_string_view_array(source)?;
        let new = || StringViewBuilder::with_capacity(texts.len());
        let mut columns: Vec<StringViewBuilder> = self.keys.iter().map(|_| new()).collect();
        let mut found: Vec<Option<String>> = vec![None; self.keys.len()];
        for text in texts {
            found.iter_mut().for_each(|place| *place = None);
            self.reader.read(text.unwrap_or_default(), &self.keys, &mut found);
            for (builder, value) in columns.iter_mut().zip(&found) {
                builder.append_value(value.as_deref().unwrap_or_default());
            }
        }
        let finished = columns.into_iter().map(|mut column| Arc::new(column.finish()) as ArrayRef);
        let values = StructArray::try_new_with_length(self.fields(), finished.collect(), None, texts.len())?;
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
