//! Lists of what a lake keeps: findings, incidents, inquiries.

use std::io::{self, Write};

use quarry_hunting::ResultTable;

use super::{Format, Grid, Terminal, counted, write_result};

/// Prints a list: for people the columns that they need and, beside it, how many there are; else every column in the form asked for.
///
/// # Errors
/// When the output cannot be written.
pub fn print_list(
    found: &ResultTable,
    format: Format,
    grid: impl FnOnce(&ResultTable, &Terminal) -> Grid,
    (one, many): (&str, &str),
    terminal: &Terminal,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if format != Format::Table {
        write_result(&mut out, found, format, terminal)?;
        return out.flush();
    }
    grid(found, terminal).write(&mut out, &terminal.paint, "")?;
    out.flush()?;
    eprintln!("{}", counted(found.rows(), one, many));
    Ok(())
}

/// A time in a result, to the minute.
pub fn minute(time: &str) -> String {
    time.chars().take(16).collect::<String>().replace('T', " ")
}
