//! KQL types, function declarations, the table catalogue and the vocabulary of hunts, as data.

pub mod attack;
pub mod catalogue;
mod function;
pub mod functions;
pub mod meaning;
pub mod operators;
pub mod reference;
mod types;
pub mod units;

pub use function::{ArgKind, Doc, Function, FunctionKind, Nulls, Param, ParamType, ResultName, Returns, Signature};
pub use types::KqlType;
