//! The KQL binder: names, types, overloads and result names. Syntax tree in, typed intermediate representation out.

mod bind;
mod binder;
mod catalog;
mod constant;
mod diagnostics;
pub mod evidence;
mod exclusions;
mod expressions;
mod functions;
pub mod ir;
mod kinds;
pub mod literal;
pub mod members;
mod naming;
mod operators;
mod options;
mod outside;
mod overload;
mod paths;
mod pattern;
mod regex;
mod restriction;
mod rows;
mod scope;
mod settings;
mod sources;
mod statements;
mod time_scope;
mod types;

pub use bind::{bind, bind_parsed};
pub use catalog::{Catalog, EmptyCatalog, Outside, OutsideFile, SchemaCatalog, StoredFunction, TableSchema};
pub use exclusions::{Exclusion, predicate_mistakes};
pub use options::{BindOptions, BindOutcome, Discover, Mode, QueryKind};
pub use paths::{Followed, FollowedPath, followed_paths, together, worth_keeping};
pub use time_scope::{TimeOf, TimeScope};
