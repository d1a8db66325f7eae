//! The kernel behind `parse`: text in, a struct of captured texts out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanBuilder, StringViewBuilder, StructArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::common::cast::as_string_view_array;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use regex::Regex;

use super::pattern::group_name;

/// Field of the struct that says whether the row matched.
pub const MATCHED: &str = "matched";

/// Matches `source` and gives a struct: `c0`, `c1`, … with the captured texts, null where nothing was captured, and [`MATCHED`].
#[must_use]
pub fn captures(source: Expr, regex: Regex, columns: usize) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::from(Captures { regex, columns, signature }).call(vec![source])
}

#[derive(Debug)]
struct Captures {
    regex: Regex,
    columns: usize,
    signature: Signature,
}

impl PartialEq for Captures {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str() && self.columns == other.columns
    }
}

impl Eq for Captures {}

impl Hash for Captures {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.regex.as_str().hash(state);
        self.columns.hash(state);
    }
}

impl Captures {
    fn fields(&self) -> Fields {
        (0..self.columns)
            .map(|column| Field::new(format!("c{column}"), DataType::Utf8View, true))
            .chain([Field::new(MATCHED, DataType::Boolean, false)])
            .collect()
    }
}

impl ScalarUDFImpl for Captures {
    fn name(&self) -> &str {
        "parse"
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
            return datafusion::common::exec_err!("parse needs a source");
        };
        let source = cast(source, &DataType::Utf8View)?;
        let texts = as_string_view_array(&source)?;
        let mut locations = self.regex.capture_locations();
        let groups: Vec<Option<usize>> = (0..self.columns)
            .map(|column| {
                let wanted = group_name(column);
                self.regex.capture_names().position(|name| name == Some(wanted.as_str()))
            })
            .collect();
        let mut columns: Vec<StringViewBuilder> = (0..self.columns).map(|_| StringViewBuilder::with_capacity(texts.len())).collect();
        let mut matched = BooleanBuilder::with_capacity(texts.len());
        for text in texts {
            let text = text.unwrap_or_default();
            let found = self.regex.captures_read(&mut locations, text).is_some();
            matched.append_value(found);
            for (builder, group) in columns.iter_mut().zip(&groups) {
                let range = group.filter(|_| found).and_then(|group| locations.get(group));
                builder.append_option(range.and_then(|(start, end)| text.get(start..end)));
            }
        }
        let mut arrays: Vec<ArrayRef> = columns
            .into_iter()
            .map(|mut column| Arc::new(column.finish()) as ArrayRef)
            .collect();
        arrays.push(Arc::new(matched.finish()));
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(self.fields(), arrays, None)?)))
    }
}
