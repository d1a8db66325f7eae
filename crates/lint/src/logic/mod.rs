//! Reasoning about conditions: which combinations of them can hold for any row.
//!
//! Conditions become formulas over terms (columns and other expressions that are not looked into), each with the set of values that makes an
//! atom hold. Sets may be too large and never too small, and whatever is not understood may hold: a claim that no row is possible is a proof.

mod facts;
mod formula;
mod set;
mod solve;

pub(crate) use facts::Facts;
pub(crate) use formula::{Formula, Want, reads_rows};
pub(crate) use solve::possible;
