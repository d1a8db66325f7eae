//! The lake from outside: logs go in, queries come out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod again;
mod care;
mod catalogue;
mod coercion;
mod crash;
mod dirty;
mod duplicates;
mod evolution;
mod exactly_once;
mod formats;
mod hostile;
mod hot;
mod place;
mod pruning;
mod quarantine;
mod recognition;
mod round_trip;
mod shapes;
mod support;
mod terms;
