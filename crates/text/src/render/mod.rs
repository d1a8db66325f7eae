//! Diagnostics for people, programs and build servers.

mod excerpt;
mod json;
mod sarif;
mod terminal;

pub use json::json;
pub use sarif::{SarifFile, sarif};
pub use terminal::terminal;
