//! Telling people and programs of alerts.
//!
//! An alert names its sinks when it is written, and a sink is told until the lake says that it was: at least once, after a crash perhaps
//! twice, and then with the same key. Nobody is told over a network whom the schedule file does not name.

mod message;
mod outbox;
mod sign;
mod sink;
mod syslog;
mod webhook;

pub use message::Message;
pub use outbox::{Flushed, Outbox};
pub use sign::Secret;
pub use sink::{SendError, Sink};
