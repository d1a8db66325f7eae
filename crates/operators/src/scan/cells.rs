//! Single values: those of the row at hand, and those that the state holds.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use quarry_functions::kernel::Typed;
use quarry_functions::stepwise::{Cells, Chosen, Place};

/// A value of the state. Bools and numbers are held as such, any other value as the place where it lies.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Bool(Option<bool>),
    /// An int, a long or ticks.
    Long(Option<i64>),
    Real(Option<f64>),
    /// A value of the input.
    Input {
        column: usize,
        row: usize,
    },
    /// A value of its own: one row.
    One(ArrayRef),
}

impl Cell {
    /// The value of an array of one row.
    pub(super) fn of_one(array: &ArrayRef) -> Self {
        numeric(&Typed::of(array), 0).unwrap_or_else(|| Self::One(Arc::clone(array)))
    }

    /// The value as a column of `rows` rows of a type.
    pub(super) fn repeated(&self, rows: usize, ty: &DataType, input: &RecordBatch) -> datafusion::common::Result<ArrayRef> {
        let from = |array: &ArrayRef, row: usize| {
            Ok(take(
                array,
                &datafusion::arrow::array::UInt64Array::from(vec![row as u64; rows]),
                None,
            )?)
        };
        Ok(match (self, ty) {
            (Self::Bool(value), _) => Arc::new(BooleanArray::from(vec![*value; rows])),
            (Self::Long(value), DataType::Int32) => Arc::new(Int32Array::from(vec![value.map(quarry_value::number::wrap_to_int); rows])),
            (Self::Long(value), _) => Arc::new(Int64Array::from(vec![*value; rows])),
            (Self::Real(value), _) => Arc::new(Float64Array::from(vec![*value; rows])),
            (Self::Input { column, row }, _) => return from(input.column(*column), *row),
            (Self::One(array), _) if rows == 1 => Arc::clone(array),
            (Self::One(array), _) => return from(array, 0),
        })
    }
}

/// The value in a row, when it is a bool or a number.
fn numeric(column: &Typed<'_>, row: usize) -> Option<Cell> {
    Some(match column {
        Typed::Bool(_) => Cell::Bool(column.bool(row)),
        Typed::Int(_) | Typed::Long(_) => Cell::Long(column.long(row)),
        Typed::Real(_) => Cell::Real(column.real(row)),
        Typed::Decimal(_) | Typed::Guid(_) | Typed::Text(_) | Typed::Other(_) => return None,
    })
}

/// The columns of the input.
pub(super) struct Input<'a> {
    pub(super) rows: &'a RecordBatch,
    pub(super) columns: Vec<Typed<'a>>,
}

impl<'a> Input<'a> {
    pub(super) fn new(rows: &'a RecordBatch) -> Self {
        Self {
            rows,
            columns: rows.columns().iter().map(Typed::of).collect(),
        }
    }

    /// A value to hold.
    pub(super) fn cell(&self, column: usize, row: usize) -> Cell {
        let numeric = self.columns.get(column).and_then(|column| numeric(column, row));
        numeric.unwrap_or(Cell::Input { column, row })
    }
}

/// What an expression reads: a row and a state.
pub(super) struct Reading<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) row: usize,
    pub(super) state: &'a [Cell],
}

impl Reading<'_> {
    /// What was chosen, to hold.
    pub(super) fn chosen(&self, chosen: Chosen<'_>) -> Option<Cell> {
        Some(match chosen {
            Chosen::Cell(Place::Row(column)) => self.input.cell(column, self.row),
            Chosen::Cell(Place::State(slot)) => self.state.get(slot)?.clone(),
            Chosen::Constant(array) => Cell::One(Arc::clone(array)),
        })
    }

    fn column(&self, column: usize) -> Option<&Typed<'_>> {
        self.input.columns.get(column)
    }
}

impl Cells for Reading<'_> {
    fn bool(&self, place: Place) -> Option<bool> {
        match place {
            Place::Row(column) => self.column(column)?.bool(self.row),
            Place::State(slot) => match self.state.get(slot)? {
                Cell::Bool(value) => *value,
                _ => None,
            },
        }
    }

    fn long(&self, place: Place) -> Option<i64> {
        match place {
            Place::Row(column) => self.column(column)?.long(self.row),
            Place::State(slot) => match self.state.get(slot)? {
                Cell::Long(value) => *value,
                _ => None,
            },
        }
    }

    fn real(&self, place: Place) -> Option<f64> {
        match place {
            Place::Row(column) => self.column(column)?.real(self.row),
            Place::State(slot) => match self.state.get(slot)? {
                Cell::Real(value) => *value,
                _ => None,
            },
        }
    }

    fn text(&self, place: Place) -> Option<&str> {
        match place {
            Place::Row(column) => self.column(column)?.text(self.row),
            Place::State(slot) => match self.state.get(slot)? {
                Cell::Input { column, row } => self.column(*column)?.text(*row),
                Cell::One(array) => array
                    .as_string_view_opt()
                    .filter(|array| array.is_valid(0))
                    .map(|array| array.value(0)),
                _ => None,
            },
        }
    }

    fn is_null(&self, place: Place) -> bool {
        match place {
            Place::Row(column) => self.column(column).is_none_or(|column| column.is_null(self.row)),
            Place::State(slot) => match self.state.get(slot) {
                Some(Cell::Bool(value)) => value.is_none(),
                Some(Cell::Long(value)) => value.is_none(),
                Some(Cell::Real(value)) => value.is_none(),
                Some(Cell::Input { column, row }) => self.column(*column).is_none_or(|column| column.is_null(*row)),
                Some(Cell::One(array)) => array.is_null(0),
                None => true,
            },
        }
    }
}
