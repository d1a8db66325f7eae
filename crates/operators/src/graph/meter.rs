//! Pays for memory in larger pieces.

use datafusion::common::Result;

use crate::whole::Budget;

/// Bytes that are asked for at a time.
const PIECE: usize = 1 << 20;

/// What a search has taken from its query's memory.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    budget: &'a Budget,
    unpaid: usize,
}

impl<'a> Meter<'a> {
    pub(super) fn new(budget: &'a Budget) -> Self {
        Self { budget, unpaid: 0 }
    }

    /// Takes memory; fails when the query has no more.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<()> {
        self.unpaid = self.unpaid.saturating_add(bytes);
        if self.unpaid < PIECE {
            return Ok(());
        }
        self.budget.grow(std::mem::take(&mut self.unpaid))
    }

    pub(super) fn give_back(&mut self, bytes: usize) {
        let unpaid = self.unpaid.min(bytes);
        self.unpaid -= unpaid;
        self.budget.shrink(bytes - unpaid);
    }
}
