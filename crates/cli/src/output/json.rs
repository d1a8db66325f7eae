//! Rows as JSON objects.

use std::io::{self, Write};

use quarry_hunting::ResultTable;

/// Writes each row as an object, with `before` in front of it. A separator that is no line break stands between rows only.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json_rows(out: &mut dyn Write, result: &ResultTable, before: &str, separator: &str) -> io::Result<()> {
    let names = result.distinct_names();
    let mut line = String::new();
    let closes_line = separator == "\n";
    for (number, row) in result.iter().enumerate() {
        line.clear();
        if number > 0 && !closes_line {
            line.push_str(separator);
        }
        line.push_str(before);
        row.object(&names, &mut line);
        if closes_line {
            line.push_str(separator);
        }
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}
