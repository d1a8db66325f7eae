//! Records that are not rows of a table yet: what they look like and which tables they fill.
//!
//! A shape is told by the names of its fields. Reading it gives fields in one flat list and the mappings that apply, the source's own table
//! first. To add one: write a file with a `Shape` and its mappings, and put it into [`ALL`].

mod azure_activity;
mod cef;
mod cef_keys;
mod entra;
mod entra_download;
mod entra_events;
mod office365;
mod office365_names;
mod syslog;
pub(super) mod windows;

pub(super) use cef::looks_like_cef;
pub(super) use syslog::looks_like_syslog;

use super::fields::{Fields, Names};
use super::mapping::Mapping;
use super::report::Format;

/// A kind of record that mappings turn into rows.
pub(super) struct Shape {
    pub format: Format,
    /// Whether a record with these fields is of this kind.
    pub is: fn(Names<'_>) -> bool,
    /// The JSON object that the record is only a wrapper of.
    pub inside: fn(&Fields<'_>) -> Option<String>,
    pub read: for<'t> fn(Fields<'t>) -> Result<Mapped<'t>, String>,
}

/// A record and where it goes.
pub(super) struct Mapped<'t> {
    pub fields: Fields<'t>,
    /// The table of the source's own connector first, then those that the same record supports.
    pub views: Vec<&'static Mapping>,
    /// Tables that take such records when the user names them.
    pub on_request: &'static [&'static Mapping],
    /// What the record turned out to be, if not what its shape says.
    pub format: Option<Format>,
}

/// Every shape. The first that fits is taken.
const ALL: [&Shape; 14] = [
    &office365::WRAPPED,
    &office365::AUDIT,
    &entra::ENVELOPE,
    &azure_activity::ACTIVITY,
    &entra::AUDIT,
    &entra::PROVISIONING,
    &entra::RISK_DETECTION,
    &entra::RISKY_USER,
    &entra::SIGN_IN,
    &entra_download::SIGN_IN_CSV,
    &windows::DUMP,
    &windows::BEATS,
    &windows::FLAT,
    &windows::POWERSHELL,
];

/// The shape of a record with these fields. A format that the user names decides among the shapes alone.
pub(super) fn find(names: Names<'_>, wanted: Option<Format>) -> Option<&'static Shape> {
    match wanted {
        None => ALL.into_iter().find(|shape| (shape.is)(names)),
        Some(format) => {
            let mut of_format = ALL.into_iter().filter(|shape| shape.format == format);
            of_format.find(|shape| (shape.is)(names))
        }
    }
}

/// A record of a text file of lines.
pub(super) fn line<'t>(format: Format, text: &'t str, around: i64) -> Result<Mapped<'t>, String> {
    match format {
        Format::Cef => cef::read(text, around),
        _ => syslog::read(text, around),
    }
}

/// For shapes that wrap nothing.
fn nothing(_: &Fields<'_>) -> Option<String> {
    None
}
