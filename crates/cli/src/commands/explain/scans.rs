//! What scans read and left out, in print.

use std::io::{self, Write};
use std::time::Duration;

use quarry_engine::{Analysis, ScanReport};
use serde_json::{Value, json};

use crate::output::{Grid, Terminal, bytes, count, counted, elapsed};

/// One line of numbers for each unit of storage, under the name of each table.
///
/// # Errors
/// When the output cannot be written.
pub fn write_text(out: &mut dyn Write, analysis: &Analysis, terminal: &Terminal) -> io::Result<()> {
    if analysis.scans.is_empty() {
        writeln!(out, "no stored table was read")?;
    }
    for scan in &analysis.scans {
        let rows = counted(scan.rows_out, "row", "rows");
        writeln!(
            out,
            "{}  {}",
            terminal.paint.bold(&scan.table),
            terminal.paint.dim(format!(
                "{rows} out of {}, {} read in {}",
                count(scan.rows),
                size(scan.bytes + scan.term_bytes),
                elapsed(scan.planning + scan.scanning)
            ))
        )?;
        let mut grid = Grid::new(
            ["", "there", "statistics", "terms", "bloom", "pages", "early", "left"],
            terminal.width,
        );
        for column in 1..8 {
            grid = grid.right(column);
        }
        for line in lines(scan) {
            grid.push(line);
        }
        grid.write(out, &terminal.paint, "  ")?;
        writeln!(out)?;
    }
    let rows = counted(analysis.rows, "row", "rows");
    writeln!(out, "{rows} in {}", elapsed(analysis.elapsed))
}

/// Files, row groups, pages and rows: how many there are, how many each means left out, and how many are left. Blank where a means does not work on them.
fn lines(scan: &ScanReport) -> Vec<Vec<String>> {
    let line = |name: &str, there: usize, pruned: [Option<usize>; 5]| {
        let left = there.saturating_sub(pruned.iter().flatten().sum());
        let pruned = pruned.into_iter().map(|number| number.map_or_else(String::new, count));
        let mut cells = vec![name.to_owned(), count(there)];
        cells.extend(pruned);
        cells.push(count(left));
        cells
    };
    let by_row_groups = [
        Some(scan.row_groups_pruned_by_statistics),
        Some(scan.row_groups_pruned_by_terms),
        Some(scan.row_groups_pruned_by_bloom),
        None,
        None,
    ];
    let mut lines = vec![
        line(
            "files",
            scan.files,
            [
                Some(scan.files_pruned_by_statistics),
                Some(scan.files_pruned_by_terms),
                None,
                None,
                None,
            ],
        ),
        line("row groups", scan.row_groups, by_row_groups),
    ];
    if scan.pages > 0 {
        lines.push(line("pages", scan.pages, [None, None, None, Some(scan.pages_pruned), None]));
    }
    // How many rows were in the row groups that statistics and Bloom filters left out is not known: they are what is missing.
    lines.push(vec![
        "rows".to_owned(),
        count(scan.rows),
        count(scan.rows_pruned_by_file_statistics),
        count(scan.rows_pruned_by_terms),
        String::new(),
        count(scan.rows_pruned_by_pages),
        count(scan.rows_filtered_early),
        count(scan.rows_out),
    ]);
    lines
}

fn size(number: usize) -> String {
    bytes(u64::try_from(number).unwrap_or(u64::MAX))
}

/// The analysis as one JSON object.
///
/// # Errors
/// When the output cannot be written.
pub fn write_json(out: &mut dyn Write, analysis: &Analysis) -> io::Result<()> {
    let scans: Vec<Value> = analysis.scans.iter().map(object).collect();
    let whole = json!({ "rows": analysis.rows, "elapsed_ms": milliseconds(analysis.elapsed), "scans": scans });
    writeln!(out, "{whole:#}")
}

fn object(scan: &ScanReport) -> Value {
    json!({
        "table": scan.table,
        "files": {
            "total": scan.files,
            "pruned_by_statistics": scan.files_pruned_by_statistics,
            "pruned_by_terms": scan.files_pruned_by_terms,
        },
        "row_groups": {
            "total": scan.row_groups,
            "pruned_by_terms": scan.row_groups_pruned_by_terms,
            "pruned_by_statistics": scan.row_groups_pruned_by_statistics,
            "pruned_by_bloom": scan.row_groups_pruned_by_bloom,
        },
        "pages": { "total": scan.pages, "pruned": scan.pages_pruned },
        "rows": {
            "total": scan.rows,
            "pruned_by_file_statistics": scan.rows_pruned_by_file_statistics,
            "pruned_by_terms": scan.rows_pruned_by_terms,
            "pruned_by_pages": scan.rows_pruned_by_pages,
            "filtered_early": scan.rows_filtered_early,
            "out": scan.rows_out,
        },
        "bytes": scan.bytes,
        "term_bytes": scan.term_bytes,
        "planning_ms": milliseconds(scan.planning),
        "scanning_ms": milliseconds(scan.scanning),
    })
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
