//! `make_bag`: the members of all bags, the first of each name.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use hashbrown::HashSet;
use quarry_value::dynamic;

use super::states::{Rows, States, emitted, typed};

pub(crate) struct Bags {
    limit: usize,
    bags: Vec<Bag>,
    bytes: usize,
}

#[derive(Default)]
struct Bag {
    /// Members, joined by commas.
    text: String,
    keys: HashSet<Box<str>>,
}

impl Bags {
    pub fn new(limit: usize) -> Bags {
        Bags {
            limit,
            bags: Vec::new(),
            bytes: 0,
        }
    }
}

impl States for Bags {
    fn grow(&mut self, groups: usize) {
        self.bags.resize_with(groups, Bag::default);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let texts = typed::<StringViewArray>(values, 0)?;
        for (row, group) in rows.iter().filter(|(row, _)| texts.is_valid(*row)) {
            let Some(bag) = self.bags.get_mut(group) else { continue };
            for member in dynamic::members(texts.value(row)).into_iter().flatten() {
                if bag.keys.len() >= self.limit || bag.keys.contains(member.raw_key) {
                    continue;
                }
                bag.keys.insert(member.raw_key.into());
                if !bag.text.is_empty() {
                    bag.text.push(',');
                }
                bag.text.push_str(member.raw_key);
                bag.text.push(':');
                bag.text.push_str(member.value);
                self.bytes += 2 * member.raw_key.len() + member.value.len() + 40;
            }
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.update(states, rows)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let rest = self.bags.split_off(emitted(emit, self.bags.len()));
        let taken = std::mem::replace(&mut self.bags, rest);
        if self.bags.is_empty() {
            self.bytes = 0;
        }
        let mut builder = StringViewBuilder::with_capacity(taken.len());
        for bag in taken {
            builder.try_append_value(format!("{{{}}}", bag.text))?;
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.result(emit)?])
    }

    fn size(&self) -> usize {
        self.bags.capacity() * size_of::<Bag>() + self.bytes * 3 / 2
    }
}
