//! The rows that come out.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanBuilder, Float64Builder, Int32Builder, Int64Array, Int64Builder, RecordBatch, StringViewBuilder,
    UInt64Array,
};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{Result, exec_err};
use quarry_value::number;

use super::Scan;
use super::cells::{Cell, Input};

/// One-row pieces that are joined at a time.
const CHUNK: usize = 4096;

/// A row that matched a step.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    pub(super) row: usize,
    pub(super) match_id: i64,
    pub(super) declared: Vec<Cell>,
}

/// Collects matches.
pub(super) struct Rows {
    /// So many rows of the input came out first, each behind the one before: often all.
    leading: u64,
    /// Those behind them.
    rows: Vec<u64>,
    match_ids: Option<Vec<i64>>,
    declared: Vec<Growing>,
}

/// A column that grows by one row at a time.
enum Growing {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Text(StringViewBuilder),
    Other(Pieces),
}

/// Chunks, and the single rows that will be the next one.
#[derive(Default)]
struct Pieces {
    chunks: Vec<ArrayRef>,
    single: Vec<ArrayRef>,
}

impl Pieces {
    fn push(&mut self, one: ArrayRef) -> Result<()> {
        self.single.push(one);
        if self.single.len() == CHUNK {
            self.join()?;
        }
        Ok(())
    }

    fn join(&mut self) -> Result<()> {
        if !self.single.is_empty() {
            self.chunks.push(joined(&self.single)?);
            self.single.clear();
        }
        Ok(())
    }
}

fn joined(parts: &[ArrayRef]) -> Result<ArrayRef> {
    Ok(concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?)
}

impl Growing {
    fn new(ty: &DataType) -> Self {
        match ty {
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Int32 => Self::Int(Int32Builder::new()),
            DataType::Int64 => Self::Long(Int64Builder::new()),
            DataType::Float64 => Self::Real(Float64Builder::new()),
            DataType::Utf8View => Self::Text(StringViewBuilder::new()),
            _ => Self::Other(Pieces::default()),
        }
    }

    fn push(&mut self, cell: &Cell, input: &Input<'_>) -> Result<()> {
        match (self, cell) {
            (Self::Bool(column), Cell::Bool(value)) => column.append_option(*value),
            (Self::Int(column), Cell::Long(value)) => column.append_option(value.map(number::wrap_to_int)),
            (Self::Long(column), Cell::Long(value)) => column.append_option(*value),
            (Self::Real(column), Cell::Real(value)) => column.append_option(*value),
            (Self::Text(column), Cell::Input { column: from, row }) => match input.rows.column(*from).as_string_view_opt() {
                Some(texts) => column.append_option(texts.is_valid(*row).then(|| texts.value(*row))),
                None => return mismatch(),
            },
            (Self::Text(column), Cell::One(array)) => match array.as_string_view_opt() {
                Some(texts) => column.append_option(texts.is_valid(0).then(|| texts.value(0))),
                None => return mismatch(),
            },
            (Self::Other(pieces), Cell::Input { column, row }) => pieces.push(input.rows.column(*column).slice(*row, 1))?,
            (Self::Other(pieces), Cell::One(array)) => pieces.push(Arc::clone(array))?,
            _ => return mismatch(),
        }
        Ok(())
    }

    fn finish(self, default: &ArrayRef) -> Result<ArrayRef> {
        Ok(match self {
            Self::Bool(mut column) => Arc::new(column.finish()),
            Self::Int(mut column) => Arc::new(column.finish()),
            Self::Long(mut column) => Arc::new(column.finish()),
            Self::Real(mut column) => Arc::new(column.finish()),
            Self::Text(mut column) => Arc::new(column.finish()),
            Self::Other(mut pieces) => {
                pieces.join()?;
                match pieces.chunks.is_empty() {
                    true => default.slice(0, 0),
                    false => joined(&pieces.chunks)?,
                }
            }
        })
    }
}

fn mismatch() -> Result<()> {
    exec_err!("a declared column of scan was given a value of another type")
}

impl Rows {
    pub(super) fn new(scan: &Scan) -> Self {
        Self {
            leading: 0,
            rows: Vec::new(),
            match_ids: scan.match_id.then(Vec::new),
            declared: scan.defaults.iter().map(|default| Growing::new(default.data_type())).collect(),
        }
    }

    pub(super) fn push(&mut self, row: usize, match_id: i64, declared: &[Cell], input: &Input<'_>) -> Result<()> {
        let row = row as u64;
        if self.rows.is_empty() && row == self.leading {
            self.leading += 1;
        } else {
            self.rows.push(row);
        }
        if let Some(match_ids) = &mut self.match_ids {
            match_ids.push(match_id);
        }
        for (column, value) in self.declared.iter_mut().zip(declared) {
            column.push(value, input)?;
        }
        Ok(())
    }

    /// The result: columns of the input, declared columns, the match's number.
    pub(super) fn finish(self, scan: &Scan, input: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let all = self.rows.is_empty() && usize::try_from(self.leading) == Ok(input.num_rows());
        let rows = match all {
            true => UInt64Array::from(Vec::<u64>::new()),
            false => UInt64Array::from_iter_values((0..self.leading).chain(self.rows)),
        };
        let mut columns = Vec::with_capacity(schema.fields().len());
        for column in input.columns().iter().take(scan.shown) {
            columns.push(match all {
                true => Arc::clone(column),
                false => take(column, &rows, None)?,
            });
        }
        for (column, default) in self.declared.into_iter().zip(&scan.defaults) {
            columns.push(column.finish(default)?);
        }
        if let Some(match_ids) = self.match_ids {
            columns.push(Arc::new(Int64Array::from(match_ids)));
        }
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}
