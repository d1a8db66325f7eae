//! `make_set` and `dcount`: the distinct values of each group, exactly.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, Int64Array, ListArray, ListBuilder, StringViewBuilder};
use arrow::datatypes::Int64Type;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;
use quarry_value::dynamic::{self, ArrayWriter, Encoder};
use xxhash_rust::xxh64::xxh64;

use super::interner::GroupSets;
use super::states::{Rows, States, column, emitted, typed};

/// What becomes of the sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SetResult {
    /// Their members, at most so many, as an array. Arrays among the values stand for their elements.
    Members { limit: usize },
    /// How many members they have.
    Count,
    /// Hashes of their members as an array, null for none: the state of `hll`, which later calls merge and count.
    Hashes,
}

pub(crate) struct Sets {
    ty: KqlType,
    result: SetResult,
    sets: GroupSets,
}

impl Sets {
    pub fn new(ty: KqlType, result: SetResult) -> Sets {
        Sets {
            ty,
            result,
            sets: GroupSets::default(),
        }
    }

    fn limit(&self) -> usize {
        match self.result {
            SetResult::Members { limit } => limit,
            SetResult::Count | SetResult::Hashes => usize::MAX,
        }
    }
}

fn full() -> Result<()> {
    exec_err!("more distinct values than one query can hold")
}

impl States for Sets {
    fn grow(&mut self, groups: usize) {
        self.sets.grow(groups);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let array = column(values, 0)?;
        let limit = self.limit();
        if self.ty == KqlType::String {
            let texts = typed::<arrow::array::StringViewArray>(values, 0)?;
            for (row, group) in rows.iter() {
                let text = if texts.is_null(row) { "" } else { texts.value(row) };
                if !self.sets.insert(group, text.as_bytes(), limit) {
                    return full();
                }
            }
            return Ok(());
        }
        if let (SetResult::Count, Some(longs)) = (self.result, array.as_primitive_opt::<Int64Type>()) {
            for (row, group) in rows.iter().filter(|(row, _)| longs.is_valid(*row)) {
                if !self.sets.insert(group, &longs.value(row).to_le_bytes(), limit) {
                    return full();
                }
            }
            return Ok(());
        }
        let Some(encoder) = Encoder::new(array, self.ty) else {
            return exec_err!("a set got {} for {}", array.data_type(), self.ty);
        };
        let members = matches!(self.result, SetResult::Members { .. });
        let mut text = String::new();
        for (row, group) in rows.iter() {
            let inserted = if let Some(raw) = encoder.dynamic(row) {
                match dynamic::elements(raw).filter(|_| members) {
                    Some(mut elements) => elements.all(|element| self.sets.insert(group, element.as_bytes(), limit)),
                    None if members => self.sets.insert(group, raw.as_bytes(), limit),
                    None => self.sets.insert(group, dynamic::identity(raw).as_bytes(), limit),
                }
            } else if encoder.is_null(row) && !(members && encoder.is_dynamic()) {
                true
            } else {
                text.clear();
                encoder.write(row, &mut text);
                self.sets.insert(group, text.as_bytes(), limit)
            };
            if !inserted {
                return full();
            }
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let lists = typed::<ListArray>(states, 0)?;
        let limit = self.limit();
        let Some(values) = lists.values().as_binary_opt::<i32>() else {
            return exec_err!("a set got {} to merge", lists.value_type());
        };
        for (row, group) in rows.iter() {
            let (Some(start), Some(end)) = (lists.value_offsets().get(row), lists.value_offsets().get(row + 1)) else {
                continue;
            };
            for at in *start..*end {
                let Ok(at) = usize::try_from(at) else { continue };
                if !self.sets.insert(group, values.value(at), limit) {
                    return full();
                }
            }
        }
        Ok(())
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = emitted(emit, self.sets.groups());
        if self.result == SetResult::Count {
            let counts: Int64Array = self
                .sets
                .take_counts(groups)
                .into_iter()
                .map(|count| Some(i64::from(count)))
                .collect();
            return Ok(Arc::new(counts));
        }
        let mut builder = StringViewBuilder::with_capacity(groups);
        let mut text = String::new();
        if self.result == SetResult::Hashes {
            self.sets.take(groups, |values| {
                text.clear();
                let mut array = ArrayWriter::new(&mut text);
                for value in values {
                    array.raw(&(xxh64(value, 0) as i64).to_string());
                }
                array.finish();
                builder.append_option((text != "[]").then_some(&text));
            });
            return Ok(Arc::new(builder.finish()));
        }
        let quote = self.ty == KqlType::String;
        let mut fits = Ok(());
        self.sets.take(groups, |values| {
            text.clear();
            let mut array = ArrayWriter::new(&mut text);
            for value in values {
                let value = std::str::from_utf8(value).unwrap_or_default();
                if quote { array.string(value) } else { array.raw(value) }
            }
            array.finish();
            if let Err(error) = builder.try_append_value(&text) {
                fits = Err(error);
            }
        });
        fits?;
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = emitted(emit, self.sets.groups());
        let mut builder = ListBuilder::new(BinaryBuilder::new());
        self.sets.take(groups, |values| {
            for value in values {
                builder.values().append_value(value);
            }
            builder.append(true);
        });
        Ok(vec![Arc::new(builder.finish())])
    }

    fn size(&self) -> usize {
        self.sets.size()
    }
}
