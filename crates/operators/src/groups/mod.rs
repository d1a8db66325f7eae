//! Rows that belong together: what operators need that work within each group of a body.

mod best;
mod numbers;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{concat_batches, filter_record_batch, take_record_batch};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{Result, exec_err};

pub use best::BestOfGroups;
pub(crate) use best::physical;
pub(crate) use numbers::Numbers;

use crate::whole::Computation;

/// Rows with those of a group side by side; groups in order of their first row, rows of a group in the order they came.
pub(crate) struct Grouped {
    rows: RecordBatch,
    /// Where each group begins, and the end of the last.
    bounds: Vec<usize>,
}

impl Grouped {
    /// Groups rows by equal keys. Nulls are equal.
    pub(crate) fn new(rows: &RecordBatch, keys: &[ArrayRef]) -> Result<Self> {
        let ids = numbered(&comparable(keys)?);
        let groups = ids.iter().max().map_or(0, |last| last + 1);
        let mut bounds = vec![0_usize; groups + 1];
        for id in &ids {
            if let Some(count) = bounds.get_mut(id + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for bound in &mut bounds {
            sum += *bound;
            *bound = sum;
        }
        let mut next = bounds.clone();
        let mut order = vec![0_u64; ids.len()];
        for (row, id) in ids.iter().enumerate() {
            if let Some(next) = next.get_mut(*id) {
                if let Some(place) = order.get_mut(*next) {
                    *place = row as u64;
                }
                *next += 1;
            }
        }
        Ok(Self {
            rows: take_record_batch(rows, &UInt64Array::from(order))?,
            bounds,
        })
    }

    /// The rows of each group.
    pub(crate) fn groups(&self) -> impl Iterator<Item = RecordBatch> + '_ {
        let ends = self.bounds.iter().skip(1);
        self.bounds
            .iter()
            .zip(ends)
            .map(|(start, end)| self.rows.slice(*start, end - start))
    }
}

/// Keys as bytes that are equal where the keys are.
pub(crate) fn comparable(keys: &[ArrayRef]) -> Result<Rows> {
    let fields = keys.iter().map(|key| SortField::new(key.data_type().clone())).collect();
    Ok(RowConverter::new(fields)?.convert_columns(keys)?)
}

/// The number of each row's group.
fn numbered(keys: &Rows) -> Vec<usize> {
    let mut numbers = Numbers::default();
    keys.iter().map(|key| numbers.of(key.data())).collect()
}

/// Columns by position.
pub(crate) fn columns(rows: &RecordBatch, positions: &[usize]) -> Result<Vec<ArrayRef>> {
    let column = |position: &usize| match rows.columns().get(*position) {
        Some(column) => Ok(Arc::clone(column)),
        None => exec_err!("a group has no column {position}"),
    };
    positions.iter().map(column).collect()
}

/// `take` in a body: the first rows of each group, everything in the order it came.
#[derive(Debug)]
pub struct FirstOfGroups {
    /// Positions of the columns that tell groups apart.
    pub keys: Vec<usize>,
    pub count: usize,
    /// Position of a column that says which rows count; the others stay.
    pub live: Option<usize>,
}

impl Computation for FirstOfGroups {
    fn name(&self) -> &'static str {
        "take of each group"
    }

    fn compute(&self, inputs: &[RecordBatch], _schema: &SchemaRef) -> Result<RecordBatch> {
        let [rows] = inputs else {
            return exec_err!("take has one input");
        };
        let ids = numbered(&comparable(&columns(rows, &self.keys)?)?);
        let live = self
            .live
            .and_then(|live| rows.columns().get(live))
            .and_then(|live| live.as_boolean_opt());
        let mut seen: Vec<usize> = vec![0; ids.iter().max().map_or(0, |last| last + 1)];
        let keep = ids.iter().enumerate().map(|(row, id)| {
            if live.is_some_and(|live| live.is_null(row) || !live.value(row)) {
                return Some(true);
            }
            let seen = seen.get_mut(*id)?;
            *seen += 1;
            Some(*seen <= self.count)
        });
        Ok(filter_record_batch(rows, &keep.collect::<BooleanArray>())?)
    }
}

/// A computation for each group of its input. The last columns of the input tell what group a row is of, and are the last of the result.
#[derive(Debug)]
pub struct PerGroup {
    pub inner: Arc<dyn Computation>,
    /// How many of the last columns go along with a group, and how many of those, from the first, tell groups apart.
    pub tags: usize,
    pub keys: usize,
}

impl Computation for PerGroup {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let [rows] = inputs else {
            return exec_err!("{} of groups has one input", self.name());
        };
        let own = rows.num_columns().saturating_sub(self.tags);
        let keys: Vec<usize> = (own..own + self.keys).collect();
        let grouped = Grouped::new(rows, &columns(rows, &keys)?)?;
        let width = schema.fields().len().saturating_sub(self.tags);
        let inner_schema = Arc::new(Schema::new(schema.fields().iter().take(width).cloned().collect::<Vec<_>>()));
        let read: Vec<usize> = (0..own).collect();
        let mut results = Vec::new();
        for group in grouped.groups() {
            let result = self.inner.compute(&[group.project(&read)?], &inner_schema)?;
            let tag = UInt64Array::from(vec![0; result.num_rows()]);
            let mut all = result.columns().to_vec();
            for column in group.columns().iter().skip(own) {
                all.push(datafusion::arrow::compute::take(column, &tag, None)?);
            }
            results.push(RecordBatch::try_new(Arc::clone(schema), all)?);
        }
        Ok(concat_batches(schema, &results)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::{Int64Array, StringViewArray};
    use datafusion::arrow::datatypes::{DataType, Field, Int64Type};

    fn rows() -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("v", DataType::Int64, true),
            Field::new("k", DataType::Utf8View, true),
        ]);
        let values: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4, 5]));
        let keys: ArrayRef = Arc::new(StringViewArray::from(vec![Some("b"), Some("a"), None, Some("b"), None]));
        RecordBatch::try_new(Arc::new(schema), vec![values, keys]).unwrap()
    }

    fn values(rows: &RecordBatch) -> Vec<i64> {
        rows.column(0).as_primitive::<Int64Type>().values().to_vec()
    }

    #[test]
    fn groups_keep_the_order_of_first_rows_and_nulls_are_a_group() {
        let rows = rows();
        let grouped = Grouped::new(&rows, &[Arc::clone(rows.column(1))]).unwrap();
        let groups: Vec<Vec<i64>> = grouped.groups().map(|group| values(&group)).collect();
        assert_eq!(groups, [vec![1, 4], vec![2], vec![3, 5]]);
    }

    #[test]
    fn the_first_of_each_group_stay_in_place() {
        let rows = rows();
        let take = FirstOfGroups {
            keys: vec![1],
            count: 1,
            live: None,
        };
        let schema = rows.schema();
        assert_eq!(values(&take.compute(&[rows], &schema).unwrap()), [1, 2, 3]);
    }

    #[test]
    fn no_rows_make_no_groups() {
        let rows = rows().slice(0, 0);
        let grouped = Grouped::new(&rows, &[Arc::clone(rows.column(1))]).unwrap();
        assert_eq!(grouped.groups().count(), 0);
    }
}
