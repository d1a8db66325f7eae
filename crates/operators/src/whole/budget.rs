//! What a computation may still use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::{Result, exec_err};
use datafusion::execution::memory_pool::MemoryReservation;

/// The query's memory, and whether anybody still waits for the answer.
#[derive(Debug)]
pub struct Budget {
    reservation: MemoryReservation,
    given_up: Arc<AtomicBool>,
}

impl Budget {
    pub(crate) fn new(reservation: MemoryReservation) -> Self {
        Self {
            reservation,
            given_up: Arc::default(),
        }
    }

    /// A budget with nothing to pay from, for tests of what asks one.
    #[cfg(test)]
    pub(crate) fn of(bytes: usize) -> Self {
        use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryConsumer, MemoryPool};
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(bytes));
        Self::new(MemoryConsumer::new("test").register(&pool))
    }

    /// Takes more memory.
    ///
    /// # Errors
    /// When there is no more, or when the query is given up: nobody would see the result.
    pub fn grow(&self, bytes: usize) -> Result<()> {
        if self.given_up.load(Ordering::Relaxed) {
            return exec_err!("the query was given up");
        }
        self.reservation.try_grow(bytes)
    }

    /// Gives memory back.
    pub fn shrink(&self, bytes: usize) {
        self.reservation.shrink(bytes.min(self.reservation.size()));
    }

    /// Tells the computation to stop at its next request once this is dropped.
    pub(crate) fn stop_on_drop(&self) -> StopOnDrop {
        StopOnDrop(Arc::clone(&self.given_up))
    }
}

/// See [`Budget::stop_on_drop`].
pub(crate) struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn memory_ends_and_comes_back() {
        let budget = Budget::of(100);
        budget.grow(80).unwrap();
        assert!(budget.grow(40).is_err());
        budget.shrink(50);
        budget.grow(40).unwrap();
    }

    #[test]
    fn nothing_is_granted_once_the_query_is_given_up() {
        let budget = Budget::of(100);
        drop(budget.stop_on_drop());
        assert!(budget.grow(1).is_err());
    }
}
