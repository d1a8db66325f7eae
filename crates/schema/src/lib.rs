//! KQL types, function declarations, the table catalogue and the vocabulary of hunts, as data.

pub mod attack;
pub mod catalogue;
mod function;
pub mod functions;
mod types;

pub use function::{ArgKind, Doc, Function, FunctionKind, Param, ParamType, ResultName, Returns, Signature};
pub use types::KqlType;
