//! Leaving out files and blocks of rows by the terms that a filter demands.

mod demand;
mod lookup;

pub(super) use demand::{Demand, Known};
pub(super) use lookup::{Found, Selected, look_up};
