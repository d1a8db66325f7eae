//! The evidence of the rows of a group.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;

use super::states::{Rows, States, emitted, typed};
use crate::evidence::Entries;

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
