//! The evidence of the rows of a group.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;

use super::states::{Rows, States, emitted, typed};
use crate::event::EventForm;
use crate::evidence::Entries;
use crate::scalar::Value;

pub(crate) struct Evidence {
    limit: usize,
    groups: Vec<Entries>,
    bytes: usize,
}

impl Evidence {
    pub fn new(limit: usize) -> Evidence {
        Evidence {
            limit,
            groups: Vec::new(),
            bytes: 0,
        }
    }
}

impl States for Evidence {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups, || Entries::new(self.limit));
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let arrays = typed::<StringViewArray>(values, 0)?;
        for (row, group) in rows.iter().filter(|(row, _)| arrays.is_valid(*row)) {
            let Some(entries) = self.groups.get_mut(group) else { continue };
            let before = entries.held();
            entries.add(arrays.value(row));
            self.bytes += entries.held() - before;
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.update(states, rows)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let rest = self.groups.split_off(emitted(emit, self.groups.len()));
        let taken = std::mem::replace(&mut self.groups, rest);
        let mut builder = StringViewBuilder::with_capacity(taken.len());
        let mut text = String::new();
        for entries in taken {
            self.bytes -= entries.held();
            text.clear();
            entries.write(&mut text);
            builder.append_value(&text);
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.result(emit)?])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Entries>() + self.bytes
    }
}

/// The rows of a group that are events themselves, of one table. What is beyond the limit is counted and never written.
pub(crate) struct Events {
    form: EventForm,
    /// The types of the time and of the fields.
    types: Vec<KqlType>,
    kept: Evidence,
    hashes: Vec<u64>,
}

impl Events {
    pub fn new(limit: usize, form: &EventForm, types: &[KqlType]) -> Events {
        Events {
            form: form.clone(),
            types: types.to_vec(),
            kept: Evidence::new(limit),
            hashes: Vec::new(),
        }
    }
}

impl States for Events {
    fn grow(&mut self, groups: usize) {
        self.kept.grow(groups);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let columns = values.iter().zip(&self.types).map(|(array, ty)| Value::new(array, 1, *ty));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let [time, fields @ ..] = columns.as_slice() else {
            return exec_err!("an event has a time");
        };
        self.hashes.clear();
        self.hashes.resize(rows.groups.len(), 0);
        create_hashes(values, &RandomState::default(), &mut self.hashes)?;
        for (row, group) in rows.iter() {
            let (Some(entries), Some(hash)) = (self.kept.groups.get_mut(group), self.hashes.get(row)) else {
                continue;
            };
            let before = entries.held();
            entries.add_entry(*hash, Some(self.form.table()), |out| self.form.write(time, fields, row, out));
            self.kept.bytes += entries.held() - before;
        }
        Ok(())
    }

    /// States are entries as text, hashed as such: a state that is merged into has no rows of its own.
    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.kept.merge(states, rows)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        self.kept.result(emit)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        self.kept.state(emit)
    }

    fn size(&self) -> usize {
        self.kept.size()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use arrow::array::{AsArray, Float64Array, Int64Array};
    use proptest::prelude::*;

    type Row = (Option<i64>, Option<i64>, u8, &'static str);

    /// The evidence of each group, from the rows themselves and from their events as text.
    fn both(rows: &[(usize, Row)], limit: usize) -> [Vec<String>; 2] {
        let row = |(_, row): &(usize, Row)| *row;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(rows.iter().map(|all| row(all).0).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|all| row(all).1).collect::<Int64Array>()),
            Arc::new(Float64Array::from_iter_values(rows.iter().map(|all| f64::from(row(all).2) / 3.0))),
            Arc::new(StringViewArray::from_iter_values(rows.iter().map(|all| row(all).3))),
        ];
        let types = [KqlType::DateTime, KqlType::Long, KqlType::Real, KqlType::String];
        let form = EventForm::new("T \"1\"", ["n", "x", "s"]);
        let values: Vec<Value<'_>> = columns
            .iter()
            .zip(types)
            .map(|(array, ty)| Value::new(array, 1, ty).unwrap())
            .collect();
        let text = |row: usize| {
            let mut out = String::from("[");
            form.write(&values[0], &values[1..], row, &mut out);
            out + "]"
        };
        let texts: ArrayRef = Arc::new(StringViewArray::from_iter_values((0..rows.len()).map(text)));
        let groups: Vec<usize> = rows.iter().map(|(group, _)| *group).collect();
        let gathered = |mut states: Box<dyn States>, values: &[ArrayRef]| {
            states.grow(4);
            for part in [0..rows.len() / 3, rows.len() / 3..rows.len()] {
                let values: Vec<ArrayRef> = values.iter().map(|array| array.slice(part.start, part.len())).collect();
                let groups = &groups[part];
                states.update(&values, Rows { groups, filter: None }).unwrap();
            }
            let held = states.size();
            let result = states.result(EmitTo::All).unwrap();
            assert!(states.size() <= held);
            result.as_string_view().iter().map(|text| text.unwrap().to_owned()).collect()
        };
        [
            gathered(Box::new(Events::new(limit, &form, &types)), &columns),
            gathered(Box::new(Evidence::new(limit)), &[texts]),
        ]
    }

    proptest! {
        #[test]
        fn rows_gather_as_their_events_do(
            rows in prop::collection::vec(
                (0..4usize, (prop::option::of(0..3i64), prop::option::of(0..2i64), 0..3u8, prop::sample::select(vec!["", "a", "\"", "longer than twelve"]))),
                0..60,
            ),
            limit in 0..6usize,
        ) {
            let [from_rows, from_texts] = both(&rows, limit);
            prop_assert_eq!(from_rows, from_texts);
        }
    }
}
