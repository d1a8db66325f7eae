//! What KQL's functions and operators compute, on Arrow arrays and as DataFusion expressions.
//!
//! [`kernel`] holds the shape of a kernel and turns a declared function into an expression, [`scalar`] the kernels by family,
//! [`operators`] the language's operators, [`aggregate`] what `summarize` needs, [`lookup`] indexes for joins that are not on equality.

pub mod aggregate;
#[cfg(test)]
mod behaviour;
mod evidence;
pub mod kernel;
pub mod lookup;
pub mod operators;
pub mod scalar;

pub use kernel::{Call, ScalarKernel, scalar_expr, scalar_kernel};
pub use scalar::{FusePaths, Geography, geo_info};
