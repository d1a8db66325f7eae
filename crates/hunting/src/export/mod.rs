//! A run for people and tools that were not there: one HTML file, a timeline, a STIX bundle.

mod html;
mod model;
mod stix;
mod timeline;

pub use html::html;
pub use model::{Dossier, TableVersion};
pub use stix::stix;
pub use timeline::{timeline_csv, timeline_jsonl};
