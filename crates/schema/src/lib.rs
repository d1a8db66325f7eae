//! KQL types, function declarations and the table catalogue, as data.

pub mod catalogue;
mod function;
pub mod functions;
mod types;

pub use function::{ArgKind, Doc, Function, FunctionKind, Param, ParamType, ResultName, Returns, Signature};
pub use types::KqlType;
