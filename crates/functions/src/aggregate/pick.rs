//! `arg_max`, `arg_min` and `take_any`: one row of each group, of which some columns are kept.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int8Array, StringViewArray, StructArray, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;
use quarry_value::arrow_type;

use super::key::{Keys, candidates};
use super::states::{Rows, States, column, emitted, typed};

/// Which row of a group is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PickRule {
    /// The first one that has the greatest or least first column; null loses to every value.
    Greatest,
    Least,
    /// The first one.
    First,
    /// The first one whose only column is neither null nor an empty string; failing that, the first one.
    FirstFilled,
}

/// How good the picked row is: what a group had before, a better row replaces.
const NOTHING: i8 = 0;
const NULL: i8 = 1;
const VALUE: i8 = 2;

/// The picked rows lie in chunks, taken from the batches in which they came; every group points to one of them.
pub(crate) struct Picks {
    rule: PickRule,
    /// Types of the columns that are kept; the compared one comes first.
    types: Vec<KqlType>,
    keys: Keys,
    status: Vec<i8>,
    /// Chunk and row of each group's pick.
    places: Vec<(usize, usize)>,
    /// Columns of picked rows. The first chunk is a row of nulls for groups without any row.
    chunks: Vec<Vec<ArrayRef>>,
    /// Rows in all chunks, also those that nobody points to any more.
    stored: usize,
}

impl Picks {
    pub fn new(rule: PickRule, types: &[KqlType]) -> Picks {
        let key = types.first().copied().unwrap_or(KqlType::Bool);
        let nothing = types.iter().map(|ty| new_null_array(&arrow_type(*ty), 1)).collect();
        Picks {
            rule,
            types: types.to_vec(),
            keys: Keys::new(key),
            status: Vec::new(),
            places: Vec::new(),
            chunks: vec![nothing],
            stored: 1,
        }
    }

    /// What [`Picks`] gives as a result: a column for every kept one.
    pub fn fields(types: &[KqlType]) -> Fields {
        types
            .iter()
            .enumerate()
            .map(|(at, ty)| Field::new(format!("c{at}"), arrow_type(*ty), true))
            .collect()
    }

    fn compares(&self) -> bool {
        matches!(self.rule, PickRule::Greatest | PickRule::Least)
    }

    /// Takes over the rows that are better than what their groups have. `status` says how good a row is, given its group.
    fn add(&mut self, values: &[ArrayRef], rows: Rows<'_>, status: impl Fn(usize) -> i8) -> Result<()> {
        let candidates = match (self.compares(), self.types.first()) {
            (true, Some(ty)) => Some(candidates(values, 0, *ty)?),
            _ => None,
        };
        let chunk = self.chunks.len();
        let mut changed = Vec::new();
        for (row, group) in rows.iter() {
            let (new, Some(old), Some(place)) = (status(row), self.status.get_mut(group), self.places.get_mut(group)) else {
                continue;
            };
            let better = match &candidates {
                Some(candidates) if new == VALUE => self.keys.offer(group, candidates, row, self.rule == PickRule::Greatest),
                _ => new > *old,
            };
            if better {
                *old = new;
                if place.0 != chunk {
                    changed.push(group);
                }
                *place = (chunk, row);
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let mut picked = Vec::with_capacity(changed.len());
        for (at, group) in changed.iter().enumerate() {
            if let Some(place) = self.places.get_mut(*group) {
                picked.push(u32::try_from(place.1).ok());
                place.1 = at;
            }
        }
        let picked = UInt32Array::from(picked);
        let columns = (0..self.types.len())
            .map(|at| Ok(owned(take(column(values, at)?, &picked, None)?)))
            .collect::<Result<Vec<_>>>()?;
        self.stored += changed.len();
        self.chunks.push(columns);
        if self.stored > 2 * self.places.len() + 8192 || self.chunks.len() > 256 {
            self.compact()?;
        }
        Ok(())
    }

    /// Brings all picked rows together in one chunk.
    fn compact(&mut self) -> Result<()> {
        let columns = self.gather(self.places.len())?;
        self.chunks.truncate(1);
        for (at, place) in self.places.iter_mut().enumerate() {
            *place = (1, at);
        }
        self.stored = self.places.len() + 1;
        self.chunks.push(columns);
        Ok(())
    }

    /// The picked rows of the first groups as columns.
    fn gather(&self, groups: usize) -> Result<Vec<ArrayRef>> {
        let places = self.places.get(..groups).unwrap_or_default();
        if places.is_empty() {
            return Ok(self.types.iter().map(|ty| new_null_array(&arrow_type(*ty), 0)).collect());
        }
        (0..self.types.len())
            .map(|at| {
                let parts: Vec<&dyn Array> = self.chunks.iter().filter_map(|chunk| chunk.get(at)).map(AsRef::as_ref).collect();
                Ok(owned(interleave(&parts, places)?))
            })
            .collect()
    }

    fn take(&mut self, emit: EmitTo) -> Result<(Vec<ArrayRef>, Vec<i8>)> {
        let leaving = emitted(emit, self.places.len());
        let columns = self.gather(leaving)?;
        self.places.drain(..leaving);
        let status = self.status.drain(..leaving).collect();
        self.keys.grow(self.status.len() + leaving);
        self.keys.take(leaving)?;
        if self.places.is_empty() {
            self.chunks.truncate(1);
            self.stored = 1;
        }
        Ok((columns, status))
    }
}

/// Copies the texts of a view array out of the larger buffers that they lie in.
fn owned(array: ArrayRef) -> ArrayRef {
    match array.as_string_view_opt() {
        Some(texts) => Arc::new(texts.gc()),
        None => array,
    }
}

impl States for Picks {
    fn grow(&mut self, groups: usize) {
        self.status.resize(groups, NOTHING);
        self.places.resize(groups, (0, 0));
        self.keys.grow(groups);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let first = Arc::clone(column(values, 0)?);
        let texts = first.as_string_view_opt();
        match self.rule {
            PickRule::First => self.add(values, rows, |_| VALUE),
            PickRule::FirstFilled => self.add(values, rows, |row| {
                let filled = first.is_valid(row) && texts.is_none_or(|texts| !texts.value(row).is_empty());
                if filled { VALUE } else { NULL }
            }),
            PickRule::Greatest | PickRule::Least => self.add(values, rows, |row| if first.is_valid(row) { VALUE } else { NULL }),
        }
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let status = typed::<Int8Array>(states, self.types.len())?;
        self.add(states, rows, |row| status.value(row))
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (columns, _) = self.take(emit)?;
        Ok(Arc::new(StructArray::try_new(Picks::fields(&self.types), columns, None)?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (mut columns, status) = self.take(emit)?;
        columns.push(Arc::new(Int8Array::from(status)));
        Ok(columns)
    }

    fn size(&self) -> usize {
        let chunks: usize = self.chunks.iter().flatten().map(|array| array.get_array_memory_size()).sum();
        chunks + self.keys.size() + self.places.capacity() * 16 + self.status.capacity()
    }
}

/// The value of each group's first row, as it is.
pub(crate) struct Firsts(Picks);

impl Firsts {
    pub fn new(ty: KqlType) -> Firsts {
        Firsts(Picks::new(PickRule::First, &[ty]))
    }
}

impl States for Firsts {
    fn grow(&mut self, groups: usize) {
        self.0.grow(groups);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.0.update(values, rows)
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.0.merge(states, rows)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (columns, _) = self.0.take(emit)?;
        Ok(Arc::clone(column(&columns, 0)?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        self.0.state(emit)
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// Picks whole rows, for operators that are no aggregates.
pub struct RowPicker(Picks);

impl RowPicker {
    /// `None` when the aggregate picks no rows. The first of the columns is the one that it compares.
    #[must_use]
    pub fn new(function: &str, types: &[KqlType]) -> Option<RowPicker> {
        let rule = match function {
            "arg_max" | "argmax" => PickRule::Greatest,
            "arg_min" | "argmin" => PickRule::Least,
            "take_any" | "any" => PickRule::First,
            _ => return None,
        };
        Some(RowPicker(Picks::new(rule, types)))
    }

    /// Makes room for this many groups.
    pub fn grow(&mut self, groups: usize) {
        self.0.grow(groups);
    }

    /// Looks at rows, whose groups are given.
    ///
    /// # Errors
    /// When columns are not of the types given before.
    pub fn update(&mut self, columns: &[ArrayRef], groups: &[usize], all: usize) -> Result<()> {
        self.0.grow(all);
        self.0.update(columns, Rows { groups, filter: None })
    }

    /// The picked rows in the order of the groups. A group without rows has nulls, and empty strings.
    ///
    /// # Errors
    /// None of its own.
    pub fn finish(&mut self) -> Result<Vec<ArrayRef>> {
        let (columns, _) = self.0.take(EmitTo::All)?;
        let filled = |(column, ty): (ArrayRef, &KqlType)| match column.as_string_view_opt() {
            Some(texts) if *ty == KqlType::String && texts.null_count() > 0 => {
                Arc::new(texts.iter().map(|text| Some(text.unwrap_or_default())).collect::<StringViewArray>())
            }
            _ => column,
        };
        Ok(columns.into_iter().zip(&self.0.types).map(filled).collect())
    }

    /// Bytes held.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size()
    }
}

/// Arrow types of the state.
pub(crate) fn state_types(types: &[KqlType]) -> Vec<DataType> {
    types.iter().map(|ty| arrow_type(*ty)).chain([DataType::Int8]).collect()
}
