//! The rows of `range`: an arithmetic sequence, produced batch by batch so that a long one costs no memory.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::{Result, ScalarValue};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

/// Rows per batch.
const BATCH: usize = 8192;

/// A table of one column that counts from `from` to `to`, both included. `None` when the bounds are not of one countable type.
/// A null bound gives no rows. The step must not be zero.
#[must_use]
pub fn range_table(name: &str, from: ScalarValue, to: ScalarValue, step: ScalarValue) -> Option<Result<StreamingTable>> {
    let (data_type, sequence) = sequence(&from, &to, &step)?;
    let schema = Arc::new(Schema::new(vec![Field::new(name, data_type, true)]));
    let partition = Arc::new(RangeStream {
        schema: Arc::clone(&schema),
        sequence,
    });
    Some(StreamingTable::try_new(schema, vec![partition]))
}

#[derive(Clone, Copy, Debug)]
enum Sequence {
    /// `i128` bounds: the last step may pass the end of `long`.
    Whole {
        next: i128,
        to: i128,
        step: i128,
    },
    Real {
        from: f64,
        to: f64,
        step: f64,
        index: u64,
    },
    Empty,
}

fn sequence(from: &ScalarValue, to: &ScalarValue, step: &ScalarValue) -> Option<(DataType, Sequence)> {
    let reals = [from, to, step].iter().any(|value| matches!(value, ScalarValue::Float64(_)));
    if reals {
        let values = (real(from)?, real(to)?, real(step)?);
        let sequence = match values {
            (Some(from), Some(to), Some(step)) => Sequence::Real { from, to, step, index: 0 },
            _ => Sequence::Empty,
        };
        return Some((DataType::Float64, sequence));
    }
    let values = (whole(from)?, whole(to)?, whole(step)?);
    let sequence = match values {
        (Some(next), Some(to), Some(step)) => Sequence::Whole { next, to, step },
        _ => Sequence::Empty,
    };
    Some((DataType::Int64, sequence))
}

fn whole(value: &ScalarValue) -> Option<Option<i128>> {
    match value {
        ScalarValue::Int64(value) => Some(value.map(i128::from)),
        ScalarValue::Int32(value) => Some(value.map(i128::from)),
        _ => None,
    }
}

fn real(value: &ScalarValue) -> Option<Option<f64>> {
    match value {
        ScalarValue::Float64(value) => Some(*value),
        other => whole(other).map(|value| value.map(|value| value as f64)),
    }
}

impl Sequence {
    fn batch(&mut self) -> Option<ArrayRef> {
        match self {
            Sequence::Empty => None,
            Sequence::Whole { next, to, step } => {
                let mut values = Vec::new();
                while values.len() < BATCH && if *step > 0 { *next <= *to } else { *next >= *to } {
                    values.push(i64::try_from(*next).ok()?);
                    *next += *step;
                }
                (!values.is_empty()).then(|| Arc::new(Int64Array::from(values)) as ArrayRef)
            }
            Sequence::Real { from, to, step, index } => {
                let mut values = Vec::new();
                while values.len() < BATCH {
                    // Multiplying keeps the error of every element at one rounding, however long the sequence.
                    let value = *from + *step * (*index as f64);
                    let inside = if *step > 0.0 { value <= *to } else { value >= *to };
                    if !inside || (*index > 0 && value == *from) {
                        break;
                    }
                    values.push(value);
                    *index += 1;
                }
                (!values.is_empty()).then(|| Arc::new(Float64Array::from(values)) as ArrayRef)
            }
        }
    }
}

#[derive(Debug)]
struct RangeStream {
    schema: SchemaRef,
    sequence: Sequence,
}

impl PartitionStream for RangeStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let mut sequence = self.sequence;
        let batches = std::iter::from_fn(move || sequence.batch())
            .map(move |values| RecordBatch::try_new(Arc::clone(&schema), vec![values]).map_err(Into::into));
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            futures::stream::iter(batches),
        ))
    }
}
