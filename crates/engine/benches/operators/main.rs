//! What each family of operators costs, as a ratio to a peer that does the same work in the same process: a plan of DataFusion written by
//! hand over the same rows where DataFusion has the operation, else a plain loop in Rust over the same columns. Of evidence the peer is the same
//! query without it.
//!
//! `cargo bench -p quarry-engine` measures 1,000,000 rows; `-- --rows 20000 join` fewer rows and the families with `join` in their name.
//! The two sides take turns, and the ratio is that of their medians. Times are not reported: they say nothing about another machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod data;
mod families;
mod peers;

use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

fn main() {
    let mut rows = 1_000_000;
    let mut wanted = String::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo says so to every benchmark.
            "--bench" => {}
            "--rows" => rows = arguments.next().and_then(|rows| rows.parse().ok()).expect("--rows takes a number"),
            name => wanted = name.to_owned(),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(32 << 20)
        .build()
        .unwrap();
    let stage = runtime.block_on(families::Stage::new(rows));
    println!("{:<14} {:>8}  {:<20} query", "family", "ratio", "peer");
    for family in families::FAMILIES.iter().filter(|family| family.name.contains(&wanted)) {
        let (mut quarry, mut peer) = (Vec::new(), Vec::new());
        let mut counts = (0, 0);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            counts.0 = runtime.block_on(stage.quarry(family));
            quarry.push(start.elapsed());
            let start = Instant::now();
            counts.1 = runtime.block_on(stage.peer(family));
            peer.push(start.elapsed());
        }
        assert_eq!(counts.0, counts.1, "{}: the two sides give other numbers of rows", family.name);
        let ratio = median(quarry).as_secs_f64() / median(peer).as_secs_f64();
        println!("{:<14} {ratio:>7.2}x  {:<20} {}", family.name, family.peer.name(), family.query);
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
