//! `evaluate schema_merge(…)`: one schema from the results of several `getschema`.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringViewArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::cast::{as_int64_array, as_string_view_array};
use datafusion::common::{Result, exec_err};

use crate::whole::Computation;

/// What the engine writes in place of a type when a column has moved.
const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";

/// Input: ColumnName, ColumnOrdinal, DataType, ColumnType.
#[derive(Debug)]
pub struct SchemaMerge {
    /// A column must have the place of the first schema that it is in.
    pub preserve_order: bool,
}

struct Merged {
    name: String,
    ordinal: i64,
    data_type: String,
    column_type: String,
    moved: bool,
}

impl Computation for SchemaMerge {
    fn name(&self) -> &'static str {
        "schema_merge"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some([names, ordinals, data_types, column_types]) = inputs.first().map(RecordBatch::columns) else {
            return exec_err!("schema_merge() works on the results of getschema");
        };
        let (names, ordinals) = (as_string_view_array(names)?, as_int64_array(ordinals)?);
        let (data_types, column_types) = (as_string_view_array(data_types)?, as_string_view_array(column_types)?);
        let mut merged: Vec<Merged> = Vec::new();
        for row in 0..names.len() {
            let (name, ordinal, column_type) = (names.value(row), ordinals.value(row), column_types.value(row));
            let Some(known) = merged.iter_mut().find(|known| known.name == name) else {
                merged.push(Merged {
                    name: name.to_owned(),
                    ordinal,
                    data_type: data_types.value(row).to_owned(),
                    column_type: column_type.to_owned(),
                    moved: false,
                });
                continue;
            };
            if known.column_type != column_type {
                return exec_err!(
                    "schema_merge(): column {name} is {} in one schema and {column_type} in another, which Quarry does not merge",
                    known.column_type
                );
            }
            known.moved |= known.ordinal != ordinal;
            known.ordinal = known.ordinal.max(ordinal);
        }
        for column in merged.iter_mut().filter(|column| column.moved && self.preserve_order) {
            column.ordinal = -1;
            column.data_type = format!("ERROR(unknown CSL type:{OUT_OF_ORDER})");
            column.column_type = OUT_OF_ORDER.to_owned();
        }
        // Columns that could not be placed come last.
        merged.sort_by_key(|column| if column.ordinal < 0 { i64::MAX } else { column.ordinal });
        let texts = |read: fn(&Merged) -> &str| -> ArrayRef {
            Arc::new(merged.iter().map(|column| Some(read(column))).collect::<StringViewArray>())
        };
        let columns: Vec<ArrayRef> = vec![
            texts(|column| &column.name),
            Arc::new(merged.iter().map(|column| column.ordinal).collect::<Int64Array>()),
            texts(|column| &column.data_type),
            texts(|column| &column.column_type),
        ];
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}
