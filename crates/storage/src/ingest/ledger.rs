//! The lake's own tables: which files went in, and which records were set aside.

use quarry_schema::KqlType;

use crate::catalogue::TableShape;

/// The table of files that were ingested. A file's mark is committed here last: then everything of it is in the lake.
pub(super) const LEDGER: &str = "_ingest";
/// The table of records that were set aside.
pub(super) const QUARANTINE: &str = "_quarantine";

pub(super) fn ledger_shape() -> TableShape {
    TableShape::own(
        LEDGER,
        &[
            ("TimeGenerated", KqlType::DateTime),
            ("Path", KqlType::String),
            ("ContentHash", KqlType::String),
            ("Bytes", KqlType::Long),
            ("Format", KqlType::String),
            ("Rows", KqlType::Dynamic),
            ("SetAside", KqlType::Long),
        ],
    )
}

pub(super) fn quarantine_shape() -> TableShape {
    TableShape::own(
        QUARANTINE,
        &[
            ("TimeGenerated", KqlType::DateTime),
            ("Path", KqlType::String),
            ("ContentHash", KqlType::String),
            ("Table", KqlType::String),
            ("Record", KqlType::Long),
            ("Line", KqlType::Long),
            ("Offset", KqlType::Long),
            ("Reason", KqlType::String),
            ("Encoding", KqlType::String),
            ("Raw", KqlType::String),
        ],
    )
}
