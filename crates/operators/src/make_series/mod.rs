//! `make-series`: which bin a row falls in, and the arrays that the bins of a series make.

mod axis;
mod bin;
mod collect;

pub use axis::axis;
pub use bin::bin_index;
pub use collect::{Bounds, series, span};
