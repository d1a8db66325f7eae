//! What most plugins of user analytics read: who did something, when, and in which group of dimensions.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::cast::as_int64_array;
use datafusion::common::{Result, exec_err};

/// The id of rows whose id is null: they count as rows, not as ids.
pub(super) const NO_ID: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub group: u32,
    pub id: u32,
    pub time: i64,
}

/// The rows of an input, ordered by group, id and time.
pub(super) struct Events {
    pub rows: Vec<Event>,
    pub groups: Groups,
}

/// The combinations of dimensions.
pub(super) struct Groups {
    dimensions: Vec<ArrayRef>,
    /// A row of each group.
    first: Vec<u32>,
}

impl Events {
    /// Reads id, time and dimensions from columns 0, 1 and the rest. Rows without a time are left out.
    pub(super) fn read(input: &RecordBatch) -> Result<Events> {
        let [id, time, dimensions @ ..] = input.columns() else {
            return exec_err!("an analysis reads an id and a time");
        };
        let ids = numbered(std::slice::from_ref(id), input.num_rows())?.0;
        let (groups, first) = numbered(dimensions, input.num_rows())?;
        let times = as_int64_array(time)?;
        let mut rows: Vec<Event> = groups
            .into_iter()
            .zip(ids)
            .enumerate()
            .filter(|(row, _)| times.is_valid(*row))
            .map(|(row, (group, known))| Event {
                group,
                id: if id.is_null(row) { NO_ID } else { known },
                time: times.value(row),
            })
            .collect();
        rows.sort_unstable();
        Ok(Events {
            rows,
            groups: Groups::new(dimensions, first),
        })
    }

    /// The rows of each group in turn.
    pub(super) fn by_group(&self) -> impl Iterator<Item = (u32, &[Event])> {
        let groups = self.rows.chunk_by(|a, b| a.group == b.group);
        groups.filter_map(|rows| Some((rows.first()?.group, rows)))
    }
}

/// The rows of each id in turn; those without one are left out.
pub(super) fn by_id(rows: &[Event]) -> impl Iterator<Item = &[Event]> {
    rows.chunk_by(|a, b| a.id == b.id)
        .filter(|rows| rows.first().is_some_and(|row| row.id != NO_ID))
}

/// Numbers the distinct combinations of some columns in order of appearance: the number of each row, and a row of each number.
pub(super) fn numbered(columns: &[ArrayRef], rows: usize) -> Result<(Vec<u32>, Vec<u32>)> {
    if columns.is_empty() {
        return Ok((vec![0; rows], vec![0]));
    }
    if u32::try_from(rows).is_err() {
        return exec_err!("more rows than a plugin can hold");
    }
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let keys = converter.convert_columns(columns)?;
    let mut known = HashMap::new();
    let mut first = Vec::new();
    let mut numbers = Vec::with_capacity(rows);
    for (row, key) in (0_u32..).zip(&keys) {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        let number = *known.entry(key).or_insert_with(|| {
            first.push(row);
            next
        });
        numbers.push(number);
    }
    Ok((numbers, first))
}

impl Groups {
    pub(super) fn new(dimensions: &[ArrayRef], first: Vec<u32>) -> Groups {
        Groups {
            dimensions: dimensions.to_vec(),
            first,
        }
    }

    /// The result: times, dimensions, and metrics, a row for each pair of time and group, in that order.
    pub(super) fn result(&self, keys: &[(i64, u32)], metrics: Vec<ArrayRef>, schema: &SchemaRef) -> Result<RecordBatch> {
        let times: ArrayRef = Arc::new(keys.iter().map(|(time, _)| *time).collect::<Int64Array>());
        self.result_with(vec![times], keys.iter().map(|(_, group)| *group), metrics, schema)
    }

    /// The same with times of their own.
    pub(super) fn result_with(
        &self,
        mut columns: Vec<ArrayRef>,
        groups: impl Iterator<Item = u32>,
        metrics: Vec<ArrayRef>,
        schema: &SchemaRef,
    ) -> Result<RecordBatch> {
        let rows: UInt32Array = groups.map(|group| self.first.get(usize::try_from(group).ok()?).copied()).collect();
        for dimension in &self.dimensions {
            columns.push(take(dimension, &rows, None)?);
        }
        columns.extend(metrics);
        Ok(RecordBatch::try_new(Arc::clone(schema), fit(columns, schema)?)?)
    }

    /// A row of a group.
    pub(super) fn row_of(&self, group: u32) -> Option<usize> {
        usize::try_from(*self.first.get(usize::try_from(group).ok()?)?).ok()
    }
}

/// Times are longs here; those of a timeline of ints are ints in the result.
pub(super) fn fit(columns: Vec<ArrayRef>, schema: &SchemaRef) -> Result<Vec<ArrayRef>> {
    let columns = columns.iter().zip(schema.fields()).map(|(column, field)| match field.data_type() {
        DataType::Int32 => cast(column, &DataType::Int32),
        _ => Ok(Arc::clone(column)),
    });
    Ok(columns.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// Results by time and group, each with its numbers.
pub(super) struct Results<const N: usize> {
    rows: Vec<(i64, u32, [i64; N])>,
}

impl<const N: usize> Results<N> {
    pub(super) fn new() -> Self {
        Results { rows: Vec::new() }
    }

    pub(super) fn push(&mut self, time: i64, group: u32, numbers: [i64; N]) {
        self.rows.push((time, group, numbers));
    }

    /// Ordered by time, then in order of the groups' appearance.
    pub(super) fn finish(mut self) -> (Vec<(i64, u32)>, [Vec<i64>; N]) {
        self.rows.sort_unstable();
        let keys = self.rows.iter().map(|(time, group, _)| (*time, *group)).collect();
        let mut columns = [const { Vec::new() }; N];
        for (_, _, numbers) in self.rows {
            for (column, number) in columns.iter_mut().zip(numbers) {
                column.push(number);
            }
        }
        (keys, columns)
    }
}

pub(super) fn longs(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

/// A count as a long.
pub(super) fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// One number for each pair divided by another; NaN where both are zero.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) fn ratios(pairs: impl Iterator<Item = (i64, i64)>) -> ArrayRef {
    Arc::new(
        pairs
            .map(|(part, whole)| part as f64 / whole as f64)
            .collect::<datafusion::arrow::array::Float64Array>(),
    )
}
