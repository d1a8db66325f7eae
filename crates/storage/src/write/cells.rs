//! A column while rows come in: typed, and filled up lazily where rows have no cell for it.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder};
use quarry_schema::KqlType;

use super::coerce::{self, Cell};

/// The cells of one column. The arrays that come out hold the engine's representation, but for guids, which stay text.
pub(super) struct Cells {
    ty: KqlType,
    values: Values,
    /// Rows that have a cell, missing ones before the last included.
    rows: usize,
}

/// The value of a cell, to compare it with others of its column.
pub(crate) enum KeyCell<'a> {
    Number(i64),
    Text(&'a [u8]),
}

enum Values {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal128Builder),
    /// Never null.
    String(StringViewBuilder),
    /// Documents and guids.
    Text(StringViewBuilder),
}

impl Cells {
    pub fn new(ty: KqlType) -> Cells {
        let values = match ty {
            KqlType::Bool => Values::Bool(BooleanBuilder::new()),
            KqlType::Int => Values::Int(Int32Builder::new()),
            KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => Values::Long(Int64Builder::new()),
            KqlType::Real => Values::Real(Float64Builder::new()),
            KqlType::Decimal => Values::Decimal(Decimal128Builder::new().with_data_type(quarry_value::decimal::STORED)),
            KqlType::String => Values::String(views()),
            KqlType::Guid | KqlType::Dynamic | KqlType::Unknown => Values::Text(views()),
        };
        Cells { ty, values, rows: 0 }
    }

    /// Rows that have a cell so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Puts a cell into a row. `false` when it does not fit the type; the row then holds nothing for this column.
    #[inline]
    pub fn put(&mut self, row: usize, cell: Cell<'_>) -> bool {
        self.fill(row);
        let fits = match &mut self.values {
            Values::Bool(values) => coerce::bool(cell).map(|value| values.append_value(value)).is_some(),
            Values::Int(values) => {
                let value = coerce::long(cell).and_then(|value| i32::try_from(value).ok());
                value.map(|value| values.append_value(value)).is_some()
            }
            Values::Long(values) => {
                let value = match self.ty {
                    KqlType::DateTime => coerce::datetime(cell),
                    KqlType::TimeSpan => coerce::timespan(cell),
                    _ => coerce::long(cell),
                };
                value.map(|value| values.append_value(value)).is_some()
            }
            Values::Real(values) => coerce::real(cell).map(|value| values.append_value(value)).is_some(),
            Values::Decimal(values) => coerce::decimal(cell).map(|value| values.append_value(value)).is_some(),
            Values::String(values) => append(values, coerce::string(cell)),
            Values::Text(values) => {
                let text = match self.ty {
                    KqlType::Guid => coerce::guid(cell).map(Cow::Owned),
                    _ => coerce::document(cell),
                };
                append(values, text)
            }
        };
        self.rows += usize::from(fits);
        // `null` in a cell of plain text is a document without a value.
        fits || matches!((self.ty, cell), (KqlType::Dynamic, Cell::Plain(_)))
    }

    /// Whether the value of the last row, a datetime, is that of this cell too.
    pub fn repeats(&self, cell: Cell<'_>) -> bool {
        match &self.values {
            Values::Long(values) if self.ty == KqlType::DateTime => values.values_slice().last().copied() == coerce::datetime(cell),
            _ => false,
        }
    }

    /// The last row's time, in ticks.
    pub fn last_time(&self) -> Option<i64> {
        match &self.values {
            Values::Long(values) if self.ty == KqlType::DateTime => values.values_slice().last().copied(),
            _ => None,
        }
    }

    /// The value in a row, which is the last one; nothing when it is empty.
    pub fn key_cell(&self, row: usize) -> Option<KeyCell<'_>> {
        if self.rows != row + 1 {
            return None;
        }
        match &self.values {
            Values::Bool(values) => values
                .values_slice()
                .get(row / 8)
                .map(|byte| KeyCell::Number((byte >> (row % 8) & 1).into())),
            Values::Int(values) => values.values_slice().last().map(|value| KeyCell::Number((*value).into())),
            Values::Long(values) => values.values_slice().last().map(|value| KeyCell::Number(*value)),
            Values::Real(values) => values
                .values_slice()
                .last()
                .map(|value| KeyCell::Number(value.to_bits().cast_signed())),
            Values::Decimal(_) => None,
            Values::String(values) | Values::Text(values) => Some(values.get_value(row)).filter(|text| !text.is_empty()).map(KeyCell::Text),
        }
    }

    /// Makes sure that every row before this one has a cell.
    fn fill(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.rows);
        if missing == 0 {
            return;
        }
        match &mut self.values {
            Values::Bool(values) => values.append_nulls(missing),
            Values::Int(values) => values.append_nulls(missing),
            Values::Long(values) => values.append_nulls(missing),
            Values::Real(values) => values.append_nulls(missing),
            Values::Decimal(values) => values.append_nulls(missing),
            Values::String(values) => (0..missing).for_each(|_| values.append_value("")),
            Values::Text(values) => (0..missing).for_each(|_| values.append_null()),
        }
        self.rows = rows;
    }

    /// Bytes that the column takes up with so many rows.
    pub fn allocated(&self, rows: usize) -> usize {
        if self.rows == 0 {
            return 0;
        }
        let missing = rows.saturating_sub(self.rows) * size_of::<u128>();
        let own = match &self.values {
            Values::Bool(values) => values.capacity() / 8,
            Values::Int(values) => values.capacity() * size_of::<i32>(),
            Values::Long(values) => values.capacity() * size_of::<i64>(),
            Values::Real(values) => values.capacity() * size_of::<f64>(),
            Values::Decimal(values) => values.capacity() * size_of::<i128>(),
            Values::String(values) | Values::Text(values) => values.allocated_size(),
        };
        own + missing
    }

    /// The column of `rows` rows, or `None` when no row has a value. Leaves the column empty.
    pub fn finish(&mut self, rows: usize) -> Option<ArrayRef> {
        if self.rows == 0 {
            return None;
        }
        self.fill(rows);
        self.rows = 0;
        let array: ArrayRef = match &mut self.values {
            Values::Bool(values) => Arc::new(values.finish()),
            Values::Int(values) => Arc::new(values.finish()),
            Values::Long(values) => Arc::new(values.finish()),
            Values::Real(values) => Arc::new(values.finish()),
            Values::Decimal(values) => Arc::new(values.finish()),
            // A builder that goes on starts with blocks as large as its last, however little comes.
            Values::String(values) | Values::Text(values) => Arc::new(std::mem::replace(values, views()).finish()),
        };
        (array.null_count() < array.len() || matches!(self.values, Values::String(_))).then_some(array)
    }
}

/// Most columns of a table stay empty: they take no room before their first value.
fn views() -> StringViewBuilder {
    StringViewBuilder::with_capacity(0)
}

#[inline]
fn append(values: &mut StringViewBuilder, text: Option<Cow<'_, str>>) -> bool {
    text.is_some_and(|text| values.try_append_value(text.as_ref()).is_ok())
}
