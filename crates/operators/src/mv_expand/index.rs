//! `with_itemindex`: the position of each element, along the longest of the lists.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Int64Builder, ListArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// The list `0, 1, …` as long as the longest of `lists`; a null list counts as one element.
#[must_use]
pub fn item_index(lists: Vec<Expr>) -> Expr {
    index(lists, false)
}

/// The same, but null where all lists are empty: unnested, such a row is kept with a null.
#[must_use]
pub fn kept_index(lists: Vec<Expr>) -> Expr {
    index(lists, true)
}

fn index(lists: Vec<Expr>, keep_empty: bool) -> Expr {
    let signature = Signature::any(lists.len(), Volatility::Immutable);
    ScalarUDF::from(ItemIndex { keep_empty, signature }).call(lists)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ItemIndex {
    keep_empty: bool,
    signature: Signature,
}

fn item() -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Int64, true))
}

impl ScalarUDFImpl for ItemIndex {
    fn name(&self) -> &str {
        "item_index"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let rows = arrays.first().map_or(0, |array| array.len());
        let lists: Vec<&ListArray> = arrays.iter().filter_map(|array| array.as_list_opt::<i32>()).collect();
        let mut lengths = Vec::with_capacity(rows);
        let mut positions = Int64Builder::new();
        for row in 0..rows {
            let longest = lists
                .iter()
                .map(|list| {
                    if list.is_null(row) {
                        1
                    } else {
                        usize::try_from(list.value_length(row)).unwrap_or(0)
                    }
                })
                .max()
                .unwrap_or(0);
            for position in 0..longest {
                positions.append_value(i64::try_from(position).unwrap_or(i64::MAX));
            }
            lengths.push(longest);
        }
        let nulls = self
            .keep_empty
            .then(|| NullBuffer::from_iter(lengths.iter().map(|length| *length > 0)));
        let list = ListArray::try_new(item(), OffsetBuffer::from_lengths(lengths), Arc::new(positions.finish()), nulls)?;
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}
