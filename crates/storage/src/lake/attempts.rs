//! Attempts at a commit, as long as others come in between.

use std::time::Duration;

use crate::error::StorageError;

/// Attempts before a commit is given up.
const MOST: usize = 60;
/// The pause before the second attempt, in milliseconds; it grows with the square of their number, up to this number.
const PAUSE: u64 = 3;
const LONGEST: usize = 12;

/// Counts attempts, and waits between them.
#[derive(Debug, Default)]
pub(super) struct Attempts(usize);

impl Attempts {
    /// Waits for the next attempt; false when there have been enough.
    pub async fn next(&mut self) -> bool {
        if self.0 > 0 {
            let step = u64::try_from(self.0.min(LONGEST)).unwrap_or(PAUSE);
            tokio::time::sleep(Duration::from_millis(PAUSE * step * step)).await;
        }
        self.0 += 1;
        self.0 <= MOST
    }

    pub fn is_first(&self) -> bool {
        self.0 <= 1
    }

    /// What is said when there have been enough.
    pub fn exhausted(table: &str) -> StorageError {
        StorageError::Contention {
            table: table.to_owned(),
            attempts: MOST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn attempts_come_to_an_end() {
        let mut attempts = Attempts::default();
        assert!(attempts.next().await && attempts.is_first());
        assert!(attempts.next().await && !attempts.is_first());
        let mut attempts = Attempts(MOST - 1);
        assert!(attempts.next().await);
        assert!(!attempts.next().await);
    }
}
