//! Aligned columns.

use std::io::{self, Write};

use quarry_hunting::ResultTable;
use quarry_schema::KqlType;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::safe::one_line;
use super::style::Paint;

/// Narrower than this, a column says nothing.
const LEAST_WIDTH: usize = 8;
/// Wider than this, a cell hides the others.
const MOST_WIDTH: usize = 120;
const GAP: &str = "  ";

/// Rows of text under headings, ready to be aligned.
#[derive(Debug, Default)]
pub struct Grid {
    headings: Vec<String>,
    right: Vec<bool>,
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

    /// Writes headings and rows, each line after `indent`. A grid that is too wide loses parts of cells, then columns, and says so.
    pub fn write(&self, out: &mut dyn Write, paint: &Paint, indent: &str) -> io::Result<()> {
        let widths = self.widths(indent.len());
        let headings: Vec<String> = self.headings.iter().map(|heading| one_line(heading)).collect();
        if !headings.is_empty() {
            writeln!(out, "{indent}{}", paint.dim(self.line(&headings, &widths)))?;
        }
        for row in &self.rows {
            writeln!(out, "{indent}{}", self.line(row, &widths))?;
        }
        let hidden_columns = self.headings.len().saturating_sub(widths.len());
        if hidden_columns > 0 {
            let names = self
                .headings
                .iter()
                .skip(widths.len())
                .take(6)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let note = format!("…{hidden_columns} more columns: {}", one_line(&names));
            writeln!(
                out,
                "{indent}{}",
                paint.dim(cut(&note, self.width.unwrap_or(MOST_WIDTH).saturating_sub(indent.len())))
            )?;
        }
        if self.hidden_rows > 0 {
            writeln!(out, "{indent}{}", paint.dim(format!("…{} more", super::count(self.hidden_rows))))?;
        }
        Ok(())
    }

    /// Widths of the columns that are shown.
    fn widths(&self, indent: usize) -> Vec<usize> {
        let natural = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            cells
                .chain(self.headings.get(column).map(|heading| heading.width()))
                .max()
                .unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.headings.len()).map(natural).collect();
        let Some(width) = self.width.map(|width| width.saturating_sub(indent).max(20)) else {
            return widths;
        };
        widths.iter_mut().for_each(|column| *column = (*column).min(MOST_WIDTH));
        loop {
            let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
            if total <= width {
                return widths;
            }
            let over = total - width;
            let widest = widths.iter().copied().max().unwrap_or(0);
            if widest > LEAST_WIDTH {
                // Cut the widest down to the next one, or as far as needed.
                let next = widths
                    .iter()
                    .copied()
                    .filter(|column| *column < widest)
                    .max()
                    .unwrap_or(0)
                    .max(LEAST_WIDTH);
                if let Some(column) = widths.iter_mut().find(|column| **column == widest) {
                    *column = widest.saturating_sub(over).max(next).min(widest - 1);
                }
            } else if widths.len() > 1 {
                widths.pop();
            } else {
                return widths;
            }
        }
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (at, width) in widths.iter().enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            let cell = cut(cells.get(at).map_or("", String::as_str), *width);
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if self.right.get(at).copied().unwrap_or(false) {
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

/// The rows of a result, or the first `most` of them.
pub fn result_grid(result: &ResultTable, most: Option<usize>, width: Option<usize>) -> Grid {
    let shown = most.unwrap_or(usize::MAX);
    let mut grid = Grid::new(result.columns.iter().map(|(name, _)| name.clone()), width);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in result.iter().take(shown) {
        rows.push((0..result.columns.len()).map(|column| row.text(column)).collect());
    }
    for (column, (_, ty)) in result.columns.iter().enumerate() {
        if ty.is_number() {
            grid = grid.right(column);
        }
        if *ty == KqlType::DateTime {
            readable_times(&mut rows, column);
        }
    }
    for row in rows {
        grid.push(row);
    }
    grid.hidden_rows = result.rows().saturating_sub(shown);
    grid
}

/// `2026-11-03 07:12:44`, with as many digits behind the second as the longest of the column needs.
fn readable_times(rows: &mut [Vec<String>], column: usize) {
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
    fn a_wide_grid_loses_parts_of_cells_then_columns() {
        let mut grid = Grid::new(["A", "B"], Some(26));
        grid.push(["x".repeat(40), "short".to_owned()]);
        let text = shown(&grid);
        assert!(text.lines().all(|line| line.width() <= 26), "{text}");
        assert!(text.contains("…  short"), "{text}");
        let mut grid = Grid::new((0..9).map(|n| format!("Column{n}")), Some(40));
        grid.push((0..9).map(|_| "y".repeat(20)));
        assert!(shown(&grid).contains("more columns: Column"), "{}", shown(&grid));
    }

    #[test]
    fn times_get_the_digits_they_need() {
        let mut rows = vec![
            vec!["2026-11-03T07:12:44Z".to_owned()],
            vec!["2026-11-03T07:12:44.5Z".to_owned()],
            vec![String::new()],
        ];
        readable_times(&mut rows, 0);
        assert_eq!(rows, [["2026-11-03 07:12:44.0"], ["2026-11-03 07:12:44.5"], [""]]);
    }
}
