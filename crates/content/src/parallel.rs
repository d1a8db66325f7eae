//! Work on many things at once.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Queries nest deep; a thread of this size holds them.
const STACK: usize = 64 * 1024 * 1024;

/// Does the same with each item, on every processor, and gives the results in order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        let mut mine = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            mine.push((at, work(item)));
        }
        results.lock().unwrap_or_else(PoisonError::into_inner).extend(mine);
    };
    let workers = thread::available_parallelism().map_or(2, usize::from).min(items.len());
    thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map_while(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run).ok())
            .collect();
        // A machine that gives no thread has this one.
        if started.is_empty() {
            run();
        }
        for thread in started {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_stand_where_their_items_stand() {
        let items: Vec<usize> = (0..500).collect();
        assert_eq!(map(&items, |item| item * 2), (0..500).map(|item| item * 2).collect::<Vec<_>>());
        assert!(map(&Vec::<usize>::new(), |item| *item).is_empty());
    }
}
