//! Work on many things at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::exit::Failure;

/// Queries nest deep; a thread of this size holds them.
const STACK: usize = 64 * 1024 * 1024;

/// Does the same with each item, on every processor, and gives the results in order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let workers = std::thread::available_parallelism().map_or(2, usize::from).min(items.len().max(1));
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..workers {
            let run = || {
                let mut mine = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    mine.push((at, work(item)));
                }
                results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(mine);
            };
            threads.push(
                std::thread::Builder::new()
                    .stack_size(STACK)
                    .spawn_scoped(scope, run)
                    .map_err(Failure::new)?,
            );
        }
        for thread in threads {
            thread.join().map_err(|_| Failure::new("a worker stopped"))?;
        }
        Ok::<(), Failure>(())
    })?;
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::map;

    #[test]
    fn results_stand_where_their_items_stand() {
        let items: Vec<usize> = (0..500).collect();
        assert_eq!(
            map(&items, |item| item * 2).unwrap(),
            (0..500).map(|item| item * 2).collect::<Vec<_>>()
        );
        assert!(map(&Vec::<usize>::new(), |item| *item).unwrap().is_empty());
    }
}
