//! What hunts must find, calculated without KQL.
//!
//! Ordinary Rust over the parsed records, written against the meaning of the queries and not
//! against any engine: it is what an engine's findings are compared with. [`seeds`] holds the
//! two published queries, [`bundled`] the entities that the bundled hunts report.

pub mod bundled;
mod records;
pub mod seeds;

pub use records::{Audit, CloudRow, EmailRow, Folder, NameValue, Records, SignInRow};
pub use seeds::{MailboxFinding, SignInFinding, seed_email_signin, seed_mailbox};
