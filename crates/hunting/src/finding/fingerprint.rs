//! What makes a finding the same in the next run.

use std::fmt::Write as _;

use quarry_content::Hunt;
use sha2::{Digest, Sha256};

use crate::table::{ResultTable, Row};

/// Bytes of the hash that are kept.
const LENGTH: usize = 16;

/// A hash of the hunt, its version, and the columns that identify the row with their values.
pub(super) fn of(hunt: &Hunt, table: &ResultTable, row: Row<'_>) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    };
    part(if hunt.id.is_empty() { hunt.title() } else { &hunt.id });
    part(&hunt.version);
    let mut value = String::new();
    for (at, (name, _)) in table.columns.iter().enumerate() {
        if !table.identity.contains(&at) {
            continue;
        }
        value.clear();
        row.json(at, &mut value);
        part(name);
        part(&value);
    }
    hex(hash.finalize().iter().take(LENGTH))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
