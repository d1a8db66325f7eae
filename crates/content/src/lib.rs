//! Hunting content: published YAML, pages and query files in; hunts, functions and diagnostics out.
//!
//! Published content is dirty. Nothing here fails: what can be understood is taken, everything odd is reported with its place, and a
//! file that gives nothing says why.

mod alerting;
mod bare;
pub mod code;
pub mod defender;
mod deployed;
pub mod duration;
mod fields;
mod flat;
mod function;
mod hunt;
mod json;
mod load;
mod map;
mod model;
mod node;
mod official;
mod page;
pub mod parallel;
pub mod schedule_file;
pub mod sidecar;
mod strict;
mod tunable;
mod validate;
pub mod watchlist;
mod yaml;

pub use alerting::{Alerting, IncidentGrouping, IncidentRule, LOOKBACK, Matching};
pub use load::{load_bytes, load_paths, load_text};
pub use map::TextMap;
pub use model::{
    ColumnUse, Connector, ContentFunction, Document, EntityMapping, FunctionParam, Hunt, HuntKind, HuntSeverity, QueryText, Scenario,
    Schedule, TableNote, Trigger,
};
pub use schedule_file::ScheduleFile;
pub use sidecar::Sidecar;
pub use tunable::Tunable;
pub use watchlist::Watchlist;
