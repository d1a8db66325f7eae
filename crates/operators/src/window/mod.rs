//! Functions over rows in order: `prev`, `next`, `row_number`, `row_cumsum`, `row_rank_*`, `row_window_session`.

mod exec;
mod kernels;
mod node;

pub(crate) use exec::physical;
pub use kernels::is_supported;
pub use node::{Window, WindowCall};
