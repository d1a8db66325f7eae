//! What KQL's functions and operators compute, on Arrow arrays and as DataFusion expressions.
//!
//! [`kernel`] holds the shape of a kernel and turns a declared function into an expression, [`scalar`] the kernels by family,
//! [`operators`] the language's operators, [`bounds`] and [`demand`] what storage may conclude from a condition, [`aggregate`] what `summarize` needs, [`lookup`] indexes for joins that are not on equality.

pub mod aggregate;
#[cfg(test)]
mod behaviour;
pub mod bounds;
pub mod demand;
mod event;
mod evidence;
pub mod kernel;
pub mod lookup;
pub mod operators;
pub mod scalar;
pub mod stepwise;

pub use kernel::{Call, ScalarKernel, scalar_expr, scalar_kernel};
pub use scalar::{AgentPart, FusePaths, Geography, UserAgents, WalkOnce, geo_info, user_agent};
