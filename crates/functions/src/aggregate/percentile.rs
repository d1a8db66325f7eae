//! `percentile` and its relatives: the nearest rank, exactly, so that the answer is always a value of the data.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, Int64Builder, ListArray, ListBuilder, StringViewBuilder, StructArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;
use quarry_value::dynamic::{ArrayWriter, Encoder};

use super::percentile_key::{Sortable, restore};
use super::pick::Picks;
use super::states::{Rows, States, column, emitted, typed};

/// What is asked of the values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Percentiles {
    pub ty: KqlType,
    /// The second argument says how often a value counts.
    pub weighted: bool,
    /// Ranks from 0 to 100, as bits of doubles.
    pub ranks: Vec<u64>,
    pub output: Output,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Output {
    /// A column for every rank.
    Columns,
    /// One dynamic array of all ranks.
    Array,
    /// All values, each followed by its weight, as an array: what `tdigest` gives and later calls read.
    Digest,
}

impl Percentiles {
    pub fn result(&self) -> DataType {
        match self.output {
            Output::Columns => DataType::Struct(Picks::fields(&vec![self.ty; self.ranks.len()])),
            Output::Array | Output::Digest => DataType::Utf8View,
        }
    }
}

/// Values of each group.
pub(crate) struct Values {
    spec: Percentiles,
    groups: Vec<Group>,
    held: usize,
}

#[derive(Default)]
struct Group {
    /// Value, in the form that sorts, and weight.
    values: Vec<(i64, i64)>,
}

impl Values {
    pub fn new(spec: Percentiles) -> Values {
        Values {
            spec,
            groups: Vec::new(),
            held: 0,
        }
    }

    fn add(&mut self, group: usize, value: i64, weight: i64) {
        if let Some(group) = self.groups.get_mut(group).filter(|_| weight > 0) {
            group.values.push((value, weight));
            self.held += 1;
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Group> {
        let rest = self.groups.split_off(emitted(emit, self.groups.len()));
        let taken = std::mem::replace(&mut self.groups, rest);
        self.held -= taken.iter().map(|group| group.values.len()).sum::<usize>();
        taken
    }
}

impl Group {
    /// The values at the ranks, `None` for all of them when there are no values.
    fn at(&mut self, ranks: &[u64]) -> Vec<Option<i64>> {
        self.values.sort_unstable();
        let total: f64 = self.values.iter().map(|(_, weight)| *weight as f64).sum();
        ranks
            .iter()
            .map(|rank| {
                let wanted = f64::from_bits(*rank).clamp(0.0, 100.0) / 100.0 * total;
                let mut below = 0.0;
                let found = self.values.iter().find(|(_, weight)| {
                    below += *weight as f64;
                    // A rank that floating point puts a hair above a whole number means that number.
                    below >= wanted - 1e-9 * total
                });
                found.or(self.values.last()).map(|(value, _)| *value)
            })
            .collect()
    }
}

impl States for Values {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups, Group::default);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let array = column(values, 0)?;
        let weights = if self.spec.weighted {
            Some(typed::<Int64Array>(values, 1)?)
        } else {
            None
        };
        let weight = |row: usize| weights.map_or(1, |weights| if weights.is_valid(row) { weights.value(row) } else { 0 });
        let Some(values) = Sortable::of(array) else {
            return exec_err!("percentile got {}", array.data_type());
        };
        for (row, group) in rows.iter().filter(|(row, _)| array.is_valid(*row)) {
            self.add(group, values.get(row), weight(row));
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let lists = typed::<ListArray>(states, 0)?;
        let Some(values) = lists.values().as_primitive_opt::<Int64Type>() else {
            return exec_err!("percentile got {} to merge", lists.value_type());
        };
        for (row, group) in rows.iter() {
            let (Some(start), Some(end)) = (lists.value_offsets().get(row), lists.value_offsets().get(row + 1)) else {
                continue;
            };
            let pairs = values
                .values()
                .get(usize::try_from(*start).unwrap_or(0)..usize::try_from(*end).unwrap_or(0))
                .unwrap_or_default();
            for [value, weight] in pairs.as_chunks::<2>().0 {
                self.add(group, *value, *weight);
            }
        }
        Ok(())
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let mut taken = self.take(emit);
        if self.spec.output == Output::Digest {
            let mut builder = StringViewBuilder::with_capacity(taken.len());
            for group in &mut taken {
                group.values.sort_unstable();
                let values: Vec<Option<i64>> = group.values.iter().map(|(value, _)| Some(*value)).collect();
                let array = restore(self.spec.ty, &values);
                let Some(encoder) = Encoder::new(&array, self.spec.ty) else {
                    return exec_err!("tdigest of {}", self.spec.ty);
                };
                let mut text = String::new();
                let mut writer = ArrayWriter::new(&mut text);
                for (at, (_, weight)) in group.values.iter().enumerate() {
                    encoder.write(at, writer.next());
                    writer.raw(&weight.to_string());
                }
                writer.finish();
                builder.append_option((!group.values.is_empty()).then_some(&text));
            }
            return Ok(Arc::new(builder.finish()));
        }
        let answers: Vec<Vec<Option<i64>>> = taken.iter_mut().map(|group| group.at(&self.spec.ranks)).collect();
        if self.spec.output == Output::Array {
            let mut builder = StringViewBuilder::with_capacity(answers.len());
            for answer in answers {
                if answer.iter().all(Option::is_none) {
                    builder.append_null();
                    continue;
                }
                let array = restore(self.spec.ty, &answer);
                let Some(encoder) = Encoder::new(&array, self.spec.ty) else {
                    return exec_err!("percentiles_array of {}", self.spec.ty);
                };
                let mut text = String::new();
                let mut writer = ArrayWriter::new(&mut text);
                (0..answer.len()).for_each(|at| encoder.write(at, writer.next()));
                writer.finish();
                builder.append_value(text);
            }
            return Ok(Arc::new(builder.finish()));
        }
        let columns = (0..self.spec.ranks.len())
            .map(|at| {
                restore(
                    self.spec.ty,
                    &answers.iter().map(|answer| answer.get(at).copied().flatten()).collect::<Vec<_>>(),
                )
            })
            .collect();
        Ok(Arc::new(StructArray::try_new_with_length(
            Picks::fields(&vec![self.spec.ty; self.spec.ranks.len()]),
            columns,
            None,
            answers.len(),
        )?))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut builder = ListBuilder::new(Int64Builder::new());
        for group in self.take(emit) {
            for (value, weight) in group.values {
                builder.values().append_slice(&[value, weight]);
            }
            builder.append(true);
        }
        Ok(vec![Arc::new(builder.finish())])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Group>() + self.held * (size_of::<(i64, i64)>() + 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_nearest() {
        let ranks = |ranks: &[f64]| ranks.iter().map(|rank| rank.to_bits()).collect::<Vec<_>>();
        let mut plain = Group {
            values: (1..=100).map(|value| (value, 1)).collect(),
        };
        assert_eq!(plain.at(&ranks(&[0.0, 5.0, 50.0, 99.0, 100.0])), [1, 5, 50, 99, 100].map(Some));
        let mut weighted = Group {
            values: vec![(40, 1), (10, 8), (30, 3), (20, 6)],
        };
        assert_eq!(weighted.at(&ranks(&[50.0, 75.0, 99.9])), [20, 20, 40].map(Some));
        assert_eq!(Group::default().at(&ranks(&[50.0])), [None]);
    }
}
