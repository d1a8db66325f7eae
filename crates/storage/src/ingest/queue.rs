//! The batches of an ingest, on their way to those who work them off.
//!
//! Whoever reads a file for the first time, to hash it, waits for the disk; whoever reads its records waits for nothing. So a thread of its own hashes
//! what comes next, as long as it is not far ahead.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::run::Batch;
use super::source::Prior;

pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// Batches that may lie hashed.
    most: usize,
}

struct State {
    waiting: VecDeque<Batch>,
    hashed: VecDeque<Batch>,
    /// One is being hashed.
    busy: bool,
    workers: usize,
}

/// A batch is being hashed, until this is dropped: workers wait for that.
struct Busy<'q>(&'q Queue);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.lock().busy = false;
        self.0.changed.notify_all();
    }
}

/// The place of a worker, until it is dropped.
pub(super) struct Place<'q> {
    queue: &'q Queue,
}

impl Queue {
    /// For so many workers.
    pub fn new(batches: VecDeque<Batch>, workers: usize) -> Queue {
        Queue {
            state: Mutex::new(State {
                waiting: batches,
                hashed: VecDeque::new(),
                busy: false,
                workers,
            }),
            changed: Condvar::new(),
            most: workers,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Hashes batches before they are asked for, until there are no more, or no workers.
    pub fn hash_ahead(&self, priors: &HashMap<String, Vec<Prior>>) {
        loop {
            let mut state = self.lock();
            while state.hashed.len() >= self.most && state.workers > 0 {
                state = self.wait(state);
            }
            if state.workers == 0 {
                return;
            }
            let Some(mut batch) = state.waiting.pop_front() else { return };
            state.busy = true;
            drop(state);
            let _busy = Busy(self);
            for source in &mut batch {
                source.hash_ahead(priors);
            }
            self.lock().hashed.push_back(batch);
        }
    }

    /// Takes the place of one of the workers.
    pub fn place(&self) -> Place<'_> {
        Place { queue: self }
    }
}

impl Place<'_> {
    /// The next batch, hashed or not.
    pub fn next(&self) -> Option<Batch> {
        let mut state = self.queue.lock();
        loop {
            let hashed = state.hashed.pop_front();
            if let Some(batch) = hashed.or_else(|| state.waiting.pop_front()) {
                drop(state);
                self.queue.changed.notify_all();
                return Some(batch);
            }
            if !state.busy {
                return None;
            }
            state = self.queue.wait(state);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.workers = state.workers.saturating_sub(1);
        drop(state);
        self.queue.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::source::Source;
    use super::*;

    fn queue(batches: usize, workers: usize) -> Queue {
        let batch = |at: usize| vec![Source::file(PathBuf::from(format!("no such file {at}")))];
        Queue::new((0..batches).map(batch).collect(), workers)
    }

    #[test]
    fn every_batch_is_given_out_once() {
        let queue = queue(100, 3);
        let count = std::thread::scope(|scope| {
            scope.spawn(|| queue.hash_ahead(&HashMap::new()));
            let workers = [(); 3].map(|()| {
                scope.spawn(|| {
                    let place = queue.place();
                    std::iter::from_fn(|| place.next()).count()
                })
            });
            workers.into_iter().map(|worker| worker.join().unwrap_or_default()).sum::<usize>()
        });
        assert_eq!(count, 100);
    }

    #[test]
    fn hashing_ends_with_the_last_worker() {
        let queue = queue(100, 2);
        std::thread::scope(|scope| {
            scope.spawn(|| queue.hash_ahead(&HashMap::new()));
            for _ in 0..2 {
                scope.spawn(|| queue.place().next().map(|_| ()));
            }
        });
        assert!(queue.lock().waiting.len() >= 95);
    }
}
