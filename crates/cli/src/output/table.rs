//! Aligned columns.

use std::io::{self, Write};

use quarry_hunting::ResultTable;
use quarry_schema::KqlType;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::safe::one_line;
use super::style::Paint;

/// Cut to less than this, a column says too little: rather leave one out.
const LEAST_WIDTH: usize = 20;
/// Enough for an address or a name; columns of documents are left out before these are cut to less.
const GOOD_WIDTH: usize = 40;
/// Wider than this, a cell hides the others.
const MOST_WIDTH: usize = 120;
const GAP: &str = "  ";

/// Rows of text under headings, ready to be aligned.
#[derive(Debug, Default)]
pub struct Grid {
    headings: Vec<String>,
    right: Vec<bool>,
    /// The higher, the sooner a column gives way to the others.
    ranks: Vec<u8>,
    rows: Vec<Vec<String>>,
    width: Option<usize>,
    hidden_rows: usize,
}

impl Grid {
    /// A grid with these headings, to be at most `width` columns wide.
    pub fn new<S: Into<String>>(headings: impl IntoIterator<Item = S>, width: Option<usize>) -> Self {
        let headings: Vec<String> = headings.into_iter().map(Into::into).collect();
        Self {
            right: vec![false; headings.len()],
            ranks: vec![0; headings.len()],
            headings,
            rows: Vec::new(),
            width,
            hidden_rows: 0,
        }
    }

    /// Aligns a column to the right, as numbers are.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        if let Some(right) = self.right.get_mut(column) {
            *right = true;
        }
        self
    }

    /// Adds a row.
    pub fn push<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(|cell| one_line(&cell.into())).collect());
    }

    /// Writes headings and rows, each line after `indent`. A grid that is too wide loses parts of cells, then its widest columns, and says so.
    pub fn write(&self, out: &mut dyn Write, paint: &Paint, indent: &str) -> io::Result<()> {
        let columns = self.columns(indent.len());
        let headings: Vec<String> = self.headings.iter().map(|heading| one_line(heading)).collect();
        if !headings.is_empty() {
            writeln!(out, "{indent}{}", paint.dim(self.line(&headings, &columns)))?;
        }
        for row in &self.rows {
            writeln!(out, "{indent}{}", self.line(row, &columns))?;
        }
        let hidden = headings
            .iter()
            .enumerate()
            .filter(|(at, _)| !columns.iter().any(|(shown, _)| shown == at));
        let hidden: Vec<&str> = hidden.map(|(_, heading)| heading.as_str()).collect();
        let mut notes = Vec::new();
        if self.hidden_rows > 0 {
            notes.push(format!("…{} more", super::count(self.hidden_rows)));
        }
        if !hidden.is_empty() {
            notes.push(format!("not shown: {}", hidden.join(", ")));
        }
        if !notes.is_empty() {
            let width = self.width.unwrap_or(MOST_WIDTH).saturating_sub(indent.len());
            writeln!(out, "{indent}{}", paint.dim(cut(&notes.join(" · "), width)))?;
        }
        Ok(())
    }

    /// The columns that are shown, with their widths.
    fn columns(&self, indent: usize) -> Vec<(usize, usize)> {
        let natural = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            cells
                .chain(self.headings.get(column).map(|heading| heading.width()))
                .max()
                .unwrap_or(0)
        };
        let mut columns: Vec<(usize, usize)> = (0..self.headings.len()).map(|column| (column, natural(column))).collect();
        let Some(width) = self.width.map(|width| width.saturating_sub(indent).max(LEAST_WIDTH)) else {
            return columns;
        };
        let rank = |column: usize| self.ranks.get(column).copied().unwrap_or(0);
        // The width of all columns when those of rank 0 may have `most` characters and the others `less`.
        let total = |columns: &[(usize, usize)], most: usize, less: usize| {
            let widths = columns
                .iter()
                .map(|(column, width)| (*width).min(if rank(*column) == 0 { most } else { less }));
            widths.sum::<usize>() + GAP.len() * columns.len().saturating_sub(1)
        };
        let crowded = |columns: &[(usize, usize)]| {
            let spare = columns.iter().any(|(column, _)| rank(*column) > 0);
            total(columns, LEAST_WIDTH, LEAST_WIDTH) > width || (spare && total(columns, GOOD_WIDTH, LEAST_WIDTH) > width)
        };
        while columns.len() > 1 && crowded(&columns) {
            let first = columns
                .iter()
                .enumerate()
                .max_by_key(|(_, (column, width))| (rank(*column), *width))
                .map(|(at, _)| at);
            columns.remove(first.unwrap_or(0));
        }
        // The largest widths at which the rest fits: the others are cut before those of rank 0.
        let widths = || (LEAST_WIDTH..=MOST_WIDTH).rev();
        let less = widths()
            .find(|less| total(&columns, MOST_WIDTH, *less) <= width)
            .unwrap_or(LEAST_WIDTH);
        let most = widths().find(|most| total(&columns, *most, less) <= width).unwrap_or(LEAST_WIDTH);
        for (column, width) in &mut columns {
            *width = (*width).min(if rank(*column) == 0 { most } else { less });
        }
        columns
    }

    fn line(&self, cells: &[String], columns: &[(usize, usize)]) -> String {
        let mut line = String::new();
        for (place, (column, width)) in columns.iter().enumerate() {
            if place > 0 {
                line.push_str(GAP);
            }
            let cell = cut(cells.get(*column).map_or("", String::as_str), *width);
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if self.right.get(*column).copied().unwrap_or(false) {
                line.push_str(&blanks);
                line.push_str(&cell);
            } else {
                line.push_str(&cell);
                line.push_str(&blanks);
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// How exactly times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// To the last digit that the column has.
    Exact,
    /// To the second.
    Seconds,
}

/// The rows of a result, or the first `most` of them.
pub fn result_grid(result: &ResultTable, most: Option<usize>, width: Option<usize>, times: Times) -> Grid {
    let shown = most.unwrap_or(usize::MAX);
    let mut grid = Grid::new(result.columns.iter().map(|(name, _)| name.clone()), width);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in result.iter().take(shown) {
        rows.push((0..result.columns.len()).map(|column| row.text(column)).collect());
    }
    for (column, (name, ty)) in result.columns.iter().enumerate() {
        if ty.is_number() {
            grid = grid.right(column);
        }
        if let Some(rank) = grid.ranks.get_mut(column) {
            let repeated = name == "TimeGenerated" && result.position("Timestamp").is_some();
            *rank = if repeated { 2 } else { rank_of(name, *ty, result.columns.len()) };
        }
        if *ty == KqlType::DateTime {
            readable_times(&mut rows, column, times);
        }
    }
    for row in rows {
        grid.push(row);
    }
    grid.hidden_rows = result.rows().saturating_sub(shown);
    grid
}

/// How soon a column gives way. Documents do first; of a whole record, everything but when, who, where and what.
fn rank_of(name: &str, ty: KqlType, columns: usize) -> u8 {
    /// More columns than an author would choose to show.
    const RECORD: usize = 14;
    const TELLING: [&str; 15] = [
        "upn",
        "userid",
        "userprincipalname",
        "accountname",
        "ipaddress",
        "clientip",
        "devicename",
        "computer",
        "hostname",
        "country",
        "risklevel",
        "action",
        "operation",
        "subject",
        "filename",
    ];
    let name = name.to_lowercase();
    match ty {
        KqlType::Dynamic => 3,
        _ if columns <= RECORD => 0,
        _ if matches!(name.as_str(), "timestamp" | "timegenerated") || TELLING.iter().any(|part| name.contains(part)) => 0,
        _ => 2,
    }
}

/// `2026-11-03 07:12:44`, with as many digits behind the second as the longest of the column needs.
fn readable_times(rows: &mut [Vec<String>], column: usize, times: Times) {
    if times == Times::Seconds {
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            *cell = cell.split(['.', 'Z']).next().unwrap_or_default().replacen('T', " ", 1);
        }
        return;
    }
    let fraction = |cell: &str| cell.trim_end_matches('Z').split_once('.').map_or(0, |(_, digits)| digits.len());
    let digits = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| fraction(cell))
        .max()
        .unwrap_or(0);
    for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
        if cell.is_empty() {
            continue;
        }
        let missing = digits - fraction(cell);
        let mut text = cell.trim_end_matches('Z').replacen('T', " ", 1);
        if missing > 0 && missing == digits {
            text.push('.');
        }
        text.push_str(&"0".repeat(missing));
        *cell = text;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(grid: &Grid) -> String {
        let mut out = Vec::new();
        grid.write(&mut out, &Paint::new(false), "  ").unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned() {
        let mut grid = Grid::new(["Name", "Rows"], None).right(1);
        grid.push(["EmailEvents", "5"]);
        grid.push(["漢字", "1,204"]);
        assert_eq!(shown(&grid), "  Name          Rows\n  EmailEvents      5\n  漢字         1,204\n");
    }

    #[test]
    fn a_wide_grid_loses_parts_of_cells_then_its_widest_columns() {
        let mut grid = Grid::new(["A", "B"], Some(36));
        grid.push(["x".repeat(40), "short".to_owned()]);
        let text = shown(&grid);
        assert!(text.lines().all(|line| line.width() <= 36), "{text}");
        assert!(text.contains("xx…  short"), "{text}");
        let mut grid = Grid::new(["Key", "Set", "Other", "Reason"], Some(50));
        grid.push(["k".repeat(18), "s".repeat(90), "o".repeat(70), "because".to_owned()]);
        let text = shown(&grid);
        assert!(text.contains(&format!("{}  because", "k".repeat(18))), "{text}");
        assert!(text.contains("not shown: Set, Other"), "{text}");
    }

    #[test]
    fn times_get_the_digits_they_need() {
        let mut rows = vec![
            vec!["2026-11-03T07:12:44Z".to_owned()],
            vec!["2026-11-03T07:12:44.5Z".to_owned()],
            vec![String::new()],
        ];
        let mut short = rows.clone();
        readable_times(&mut short, 0, Times::Seconds);
        assert_eq!(short, [["2026-11-03 07:12:44"], ["2026-11-03 07:12:44"], [""]]);
        readable_times(&mut rows, 0, Times::Exact);
        assert_eq!(rows, [["2026-11-03 07:12:44.0"], ["2026-11-03 07:12:44.5"], [""]]);
    }
}
