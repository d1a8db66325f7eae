//! What leaves Quarry for people and tools that were not there: a run as one HTML file, a timeline or a STIX bundle, and content in the forms that
//! Sentinel and Defender take.

pub mod content;
mod html;
mod ids;
mod model;
mod stix;
mod timeline;

pub use html::html;
pub use model::{Circumstances, Dossier, TableVersion};
pub use stix::stix;
pub use timeline::{timeline_csv, timeline_jsonl};
