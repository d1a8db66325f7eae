//! Rows of a query result.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray};
use quarry_engine::HeldMemory;
use quarry_schema::KqlType;
use quarry_value::{json, wire};

/// The rows that a query gave, in their order, in the engine's Arrow representation.
#[derive(Debug, Clone, Default)]
pub struct ResultTable {
    /// Names and types as the query sees them. Names may repeat.
    pub columns: Vec<(String, KqlType)>,
    /// The places of the columns that tell one row from another from run to run.
    pub identity: Vec<usize>,
    pub batches: Vec<RecordBatch>,
    /// What the batches are paid with.
    pub memory: HeldMemory,
    /// Where evidence was asked for: for each batch, an array of entries for each row.
    pub evidence: Option<Vec<ArrayRef>>,
}

impl ResultTable {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.batches.iter().all(|batch| batch.num_rows() == 0)
    }

    /// The names of the columns; a repeated one gets a number behind it.
    #[must_use]
    pub fn distinct_names(&self) -> Vec<String> {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let numbered = self.columns.iter().map(|(name, _)| {
            let count = seen.entry(name).or_default();
            *count += 1;
            if *count == 1 { name.clone() } else { format!("{name}_{count}") }
        });
        numbered.collect()
    }

    /// Position of the first column of this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column == name)
    }

    /// Every row as its batch and the row's number in it.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.batches.iter().enumerate().flat_map(move |(number, batch)| {
            let evidence = self.evidence.as_ref().and_then(|batches| batches.get(number));
            (0..batch.num_rows()).map(move |row| Row {
                table: self,
                batch,
                row,
                evidence,
            })
        })
    }
}

/// One row of a result.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    table: &'a ResultTable,
    batch: &'a RecordBatch,
    row: usize,
    evidence: Option<&'a ArrayRef>,
}

impl<'a> Row<'a> {
    /// The row's evidence as an array of JSON; see [`Evidence::read_all`](crate::Evidence::read_all). `None` where none was asked for.
    #[must_use]
    pub fn evidence(&self) -> Option<&'a str> {
        let texts: &'a StringViewArray = self.evidence?.as_string_view_opt()?;
        (self.row < texts.len()).then(|| texts.value(self.row))
    }

    /// Appends a cell in the JSON form of query results; `null` when there is no such column.
    pub fn json(&self, column: usize, out: &mut String) {
        match (self.batch.columns().get(column), self.table.columns.get(column)) {
            (Some(array), Some((_, ty))) => wire::cell(array, *ty, self.row, out),
            _ => out.push_str("null"),
        }
    }

    /// Whether the cell is null, an empty string, or absent.
    #[must_use]
    pub fn is_blank(&self, column: usize) -> bool {
        let mut cell = String::new();
        self.json(column, &mut cell);
        matches!(cell.as_str(), "null" | "\"\"")
    }

    /// The cell as people read it: text without quotes, nothing for null.
    #[must_use]
    pub fn text(&self, column: usize) -> String {
        let mut cell = String::new();
        self.json(column, &mut cell);
        if cell == "null" {
            return String::new();
        }
        json::unquote(&cell).map(std::borrow::Cow::into_owned).unwrap_or(cell)
    }

    /// All cells as people read them.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        (0..self.table.columns.len()).map(|column| self.text(column)).collect()
    }

    /// The row as a JSON object. A repeated name gets a number behind it.
    pub fn object(&self, names: &[String], out: &mut String) {
        out.push('{');
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            json::quote(name, out);
            out.push(':');
            self.json(at, out);
        }
        out.push('}');
    }

    /// The arrays of the row's batch and its number in them.
    #[must_use]
    pub fn arrays(&self) -> (&[ArrayRef], usize) {
        (self.batch.columns(), self.row)
    }
}
