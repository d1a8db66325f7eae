//! Incidents: alerts that belong together, by what they are about and when.

mod group;
mod list;
mod state;

pub(crate) use group::{Groups, Place};
pub use list::{IncidentFilter, KeptIncidents};
pub(crate) use state::row as incident_row;
pub use state::{IncidentState, UnknownIncident, mark_incidents};
