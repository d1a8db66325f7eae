//! `mv-expand`: kernels that turn a dynamic cell into the list of its elements. DataFusion's unnest makes rows of the lists.

mod element;
mod index;
mod list;

pub use index::{item_index, kept_index};
pub use list::{expand, expanded};
