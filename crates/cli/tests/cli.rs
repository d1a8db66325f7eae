//! The command as people and scripts meet it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "cli/content.rs"]
mod content;
#[path = "cli/lookups.rs"]
mod lookups;
