//! A dynamic cell as the list of its elements.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, ListArray, StringViewArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use quarry_functions::kernel::Repeated;
use quarry_schema::KqlType;
use quarry_value::arrow_type;
use quarry_value::dynamic::{ArrayWriter, BagWriter, elements, members};

use super::element::ElementBuilder;

/// The elements of a dynamic as a list of `to`: array elements, one-member bags (or `[key, value]` pairs) for a bag, a scalar as the
/// only element. Null gives a null list, which unnests into one row; an empty array gives none. At most `limit` elements.
#[must_use]
pub fn expand(value: Expr, to: KqlType, limit: Option<i64>, bags_as_arrays: bool) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(0));
    ScalarUDF::from(Expand {
        to,
        limit,
        bags_as_arrays,
        signature,
    })
    .call(vec![value])
}

/// The value whose elements an expression gives, and their type, if it is such an expression.
#[must_use]
pub fn expanded(expr: &Expr) -> Option<(&Expr, KqlType)> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let expand = function.func.inner().downcast_ref::<Expand>()?;
    function.args.first().map(|value| (value, expand.to))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Expand {
    to: KqlType,
    limit: usize,
    bags_as_arrays: bool,
    signature: Signature,
}

impl Expand {
    fn item(&self) -> Arc<Field> {
        Arc::new(Field::new_list_field(arrow_type(self.to), true))
    }

    /// Appends the elements of one cell; gives their number, or nothing for a null cell.
    fn cell(&self, raw: Option<&str>, builder: &mut ElementBuilder, scratch: &mut String) -> Option<usize> {
        let raw = raw.filter(|raw| *raw != "null")?;
        let mut count = 0;
        if let Some(items) = elements(raw) {
            for item in items.take(self.limit) {
                builder.append(Some(item));
                count += 1;
            }
        } else if let Some(pairs) = members(raw) {
            for pair in pairs.take(self.limit) {
                scratch.clear();
                if self.bags_as_arrays {
                    let mut array = ArrayWriter::new(scratch);
                    array.string(&pair.key());
                    array.raw(pair.value);
                    array.finish();
                } else {
                    let mut bag = BagWriter::new(scratch);
                    bag.key(&pair.key()).push_str(pair.value);
                    bag.finish();
                }
                builder.append(Some(scratch));
                count += 1;
            }
        } else if self.limit > 0 {
            builder.append(Some(raw));
            count = 1;
        }
        Some(count)
    }
}

impl ScalarUDFImpl for Expand {
    fn name(&self) -> &str {
        "expand"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(self.item()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(cells) = arrays.first() else {
            return exec_err!("expand needs a value");
        };
        let cells = as_string_view_array(cells)?;
        let lists = match Repeated::of(cells) {
            Some(repeated) => repeated.spread(&self.lists(as_string_view_array(&repeated.cells(cells)?)?)?)?,
            None => self.lists(cells)?,
        };
        Ok(ColumnarValue::Array(lists))
    }
}

impl Expand {
    fn lists(&self, cells: &StringViewArray) -> Result<ArrayRef> {
        let mut builder = ElementBuilder::new(self.to)?;
        let mut scratch = String::new();
        let mut lengths = Vec::with_capacity(cells.len());
        let mut valid = Vec::with_capacity(cells.len());
        for cell in cells {
            let count = self.cell(cell, &mut builder, &mut scratch);
            // A null cell is a row of its own unless the row limit leaves no room for it.
            valid.push(count.is_some() || self.limit == 0);
            lengths.push(count.unwrap_or(0));
        }
        let list = ListArray::try_new(
            self.item(),
            OffsetBuffer::from_lengths(lengths),
            builder.finish(),
            Some(NullBuffer::from(valid)),
        )?;
        Ok(Arc::new(list))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::{AsArray, StringViewArray};

    fn rows(cell: &str, limit: usize, bags_as_arrays: bool) -> Option<Vec<String>> {
        let expand = Expand {
            to: KqlType::Dynamic,
            limit,
            bags_as_arrays,
            signature: Signature::any(1, Volatility::Immutable),
        };
        let mut builder = ElementBuilder::new(KqlType::Dynamic).unwrap();
        expand.cell(Some(cell), &mut builder, &mut String::new())?;
        let array = builder.finish();
        let texts: &StringViewArray = array.as_string_view();
        Some(texts.iter().map(|text| text.unwrap_or("null").to_owned()).collect())
    }

    #[test]
    fn arrays_bags_scalars_and_nulls_expand_by_their_kind() {
        assert_eq!(rows("[1,\"a\",null]", 9, false).unwrap(), ["1", "\"a\"", "null"]);
        assert_eq!(rows("{\"a\":1,\"b\":2}", 9, false).unwrap(), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(rows("{\"a\":1}", 9, true).unwrap(), ["[\"a\",1]"]);
        assert_eq!(rows("7", 9, false).unwrap(), ["7"]);
        assert_eq!(rows("[1,2,3]", 2, false).unwrap(), ["1", "2"]);
        assert!(rows("[]", 9, false).unwrap().is_empty());
        assert!(rows("null", 9, false).is_none());
    }
}
