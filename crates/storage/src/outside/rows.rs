//! Rows of text while they are read.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema};

/// Most bytes of all values.
const MOST_TEXT: usize = 1 << 30;

/// The columns read so far. A text is never null.
pub(super) struct Rows {
    columns: Vec<StringViewBuilder>,
    rows: usize,
    bytes: usize,
}

impl Rows {
    pub fn new(columns: usize) -> Rows {
        Rows {
            columns: (0..columns).map(|_| StringViewBuilder::new()).collect(),
            rows: 0,
            bytes: 0,
        }
    }

    /// The number of the next row, from 1.
    pub fn next(&self) -> usize {
        self.rows + 1
    }

    /// Adds a row; `value` tells the text of each column.
    pub fn row<'v>(&mut self, mut value: impl FnMut(usize) -> std::borrow::Cow<'v, str>) -> Result<(), String> {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let text = value(at);
            self.bytes += text.len();
            column.append_value(text);
        }
        self.rows += 1;
        if self.bytes > MOST_TEXT {
            return Err("the file holds more than 1 GB of text".to_owned());
        }
        Ok(())
    }

    /// All rows; columns are called by their place.
    pub fn finish(mut self) -> Result<RecordBatch, String> {
        let fields: Vec<Field> = (0..self.columns.len())
            .map(|at| Field::new(at.to_string(), DataType::Utf8View, true))
            .collect();
        let arrays = self
            .columns
            .iter_mut()
            .map(|column| Arc::new(column.finish()) as ArrayRef)
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|error| error.to_string())
    }
}
