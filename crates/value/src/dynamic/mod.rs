//! Dynamic documents: compact JSON text, and what KQL does with it.
//!
//! A document is never turned into a tree. Values inside it are slices of its text ("raw" JSON); `compact` makes foreign text fit, `write` makes new documents.

mod cast;
mod compact;
mod encode;
mod iterate;
#[cfg(test)]
mod laws;
mod marks;
mod order;
mod path;
mod words;
mod write;

pub use cast::{to_bool, to_datetime, to_decimal, to_guid, to_int, to_kql_string, to_long, to_real, to_timespan, type_name};
pub use compact::{MAX_DEPTH, compact, parse_json};
pub use encode::Encoder;
pub use iterate::{Elements, Member, Members, array_length, element, elements, member, members};
pub use marks::Marks;
pub use order::{compare, identity, same};
pub use path::{PathSet, Segment, get_path, step};
pub use words::plain_end;
pub use write::{ArrayWriter, BagWriter};
