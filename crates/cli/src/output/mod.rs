//! How results look: on a terminal, in a pipe, in a file.

mod csv;
pub mod evidence;
mod json;
mod list;
mod numbers;
mod progress;
mod safe;
mod style;
mod table;

use std::io::{self, Write};

use clap::ValueEnum;
use quarry_hunting::ResultTable;

pub use json::write_json_rows;
pub use list::{minute, print_list};
pub use numbers::{bytes, count, counted, elapsed};
pub use progress::Bar;
pub use safe::one_line;
pub use style::{ColourChoice, Paint, Terminal};
pub use table::{Grid, Times, result_grid};

/// The form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Table,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    /// Comma-separated values with a header line.
    Csv,
}

/// Writes all rows of a result.
///
/// # Errors
/// When the output cannot be written.
pub fn write_result(out: &mut dyn Write, result: &ResultTable, format: Format, terminal: &Terminal) -> io::Result<()> {
    match format {
        Format::Table => result_grid(result, None, terminal.width, Times::Exact).write(out, &terminal.paint, ""),
        Format::Jsonl => write_json_rows(out, result, "", "\n"),
        Format::Json => {
            out.write_all(b"[")?;
            write_json_rows(out, result, "\n  ", ",")?;
            out.write_all(if result.is_empty() { b"]\n" } else { b"\n]\n" })
        }
        Format::Csv => csv::write(out, result),
    }
}
