//! Rows that an operator holds, paid for from the query's memory.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::utils::memory::{RecordBatchMemoryCounter, get_record_batch_memory_size};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use futures::TryStreamExt;

/// Batches as they came. What several of them share is paid for once.
pub struct Held {
    batches: Vec<RecordBatch>,
    counter: RecordBatchMemoryCounter,
    reservation: MemoryReservation,
}

impl Held {
    /// Nothing, in the name of an operator.
    pub fn new(name: impl Into<String>, pool: &Arc<dyn MemoryPool>) -> Self {
        Self::paid_by(MemoryConsumer::new(name).register(pool))
    }

    pub(crate) fn paid_by(reservation: MemoryReservation) -> Self {
        Self {
            batches: Vec::new(),
            counter: RecordBatchMemoryCounter::new(),
            reservation,
        }
    }

    /// Takes a batch in.
    ///
    /// # Errors
    /// When there is no memory left for it.
    pub fn push(&mut self, batch: RecordBatch) -> Result<()> {
        self.reservation.try_grow(self.counter.count_batch(&batch))?;
        self.batches.push(batch);
        Ok(())
    }

    /// All rows in one batch.
    pub(crate) async fn whole(mut self, mut stream: SendableRecordBatchStream) -> Result<(RecordBatch, MemoryReservation)> {
        let schema = stream.schema();
        while let Some(batch) = stream.try_next().await? {
            self.push(batch)?;
        }
        self.into_one(&schema)
    }

    fn into_one(self, schema: &SchemaRef) -> Result<(RecordBatch, MemoryReservation)> {
        // The rows are held twice for a moment: as they came, and in one piece.
        self.reservation.try_grow(self.counter.memory_usage())?;
        let rows = concat_batches(schema, &self.batches)?;
        drop(self.batches);
        // Never more than before: text is not copied.
        self.reservation.try_resize(get_record_batch_memory_size(&rows))?;
        Ok((rows, self.reservation))
    }

    /// The batches, and what they are paid with.
    #[must_use]
    pub fn into_parts(self) -> (Vec<RecordBatch>, MemoryReservation) {
        (self.batches, self.reservation)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use datafusion::arrow::array::{ArrayRef, Int64Array};
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::execution::memory_pool::GreedyMemoryPool;

    fn rows(number: i64) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![Field::new("v", DataType::Int64, true)]));
        let values: ArrayRef = Arc::new((0..number).collect::<Int64Array>());
        RecordBatch::try_new(schema, vec![values]).unwrap()
    }

    #[test]
    fn slices_of_one_batch_are_paid_for_once() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(10_000));
        let mut held = Held::new("test", &pool);
        let batch = rows(1_000);
        for start in 0..100 {
            held.push(batch.slice(start * 10, 10)).unwrap();
        }
        assert!(pool.reserved() >= 8_000 && pool.reserved() < 9_000, "{}", pool.reserved());
        assert!(held.push(rows(1_000)).is_err());
        drop(held);
        assert_eq!(pool.reserved(), 0);
    }

    #[test]
    fn one_piece_takes_twice_the_memory_for_a_moment() {
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(20_000));
        let mut held = Held::new("test", &pool);
        held.push(rows(500)).unwrap();
        held.push(rows(500)).unwrap();
        let (whole, paid) = held.into_one(&rows(0).schema()).unwrap();
        assert_eq!(whole.num_rows(), 1_000);
        assert_eq!(paid.size(), pool.reserved());
        assert!(paid.size() >= 8_000 && paid.size() < 9_000);
        let mut large = Held::new("test", &pool);
        large.push(rows(1_000)).unwrap();
        assert!(large.into_one(&rows(0).schema()).is_err());
    }
}
