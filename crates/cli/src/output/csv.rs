//! Rows as comma-separated values.

use std::io::{self, Write};

use quarry_hunting::ResultTable;

/// Writes a header line and the rows. Null is an empty field; documents are JSON text.
pub(super) fn write(out: &mut dyn Write, result: &ResultTable) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer
        .write_record(result.columns.iter().map(|(name, _)| name))
        .map_err(io::Error::from)?;
    for row in result.iter() {
        let cells = (0..result.columns.len()).map(|column| row.text(column));
        writer.write_record(cells).map_err(io::Error::from)?;
    }
    writer.flush()
}
