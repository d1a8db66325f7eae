//! Facts about tables or commits: aligned for people, or as records with exact values.

use std::io::{self, Write};

use quarry_value::format;
use serde_json::{Map, Value};

use crate::output::{Format, Grid, Terminal};

/// One kind of fact: what it is called in records and in headings, and whether it is a number.
pub struct Field {
    pub key: &'static str,
    pub heading: &'static str,
    pub number: bool,
}

/// A fact: the exact value, and how people read it.
pub struct Cell {
    value: Value,
    shown: String,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        let shown = text.into();
        Cell {
            value: Value::from(shown.clone()),
            shown,
        }
    }

    pub fn number(number: u64, shown: String) -> Cell {
        Cell {
            value: Value::from(number),
            shown,
        }
    }

    /// A point in time, in ticks.
    pub fn time(ticks: Option<i64>) -> Cell {
        let mut text = String::new();
        if let Some(ticks) = ticks {
            format::datetime(ticks, &mut text);
        }
        Cell {
            shown: text.get(..16).unwrap_or(&text).replacen('T', " ", 1),
            value: if text.is_empty() { Value::Null } else { Value::from(text) },
        }
    }
}

/// Writes the facts in the form asked for.
pub fn write(out: &mut dyn Write, fields: &[Field], rows: Vec<Vec<Cell>>, format: Format, terminal: &Terminal) -> io::Result<()> {
    match format {
        Format::Table => {
            let mut grid = Grid::new(fields.iter().map(|field| field.heading), terminal.width);
            for (at, _) in fields.iter().enumerate().filter(|(_, field)| field.number) {
                grid = grid.right(at);
            }
            for row in rows {
                grid.push(row.into_iter().map(|cell| cell.shown));
            }
            grid.write(out, &terminal.paint, "")
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(fields.iter().map(|field| field.key))?;
            for row in rows {
                let plain = |cell: Cell| match cell.value {
                    Value::String(text) => text,
                    Value::Null => String::new(),
                    other => other.to_string(),
                };
                csv.write_record(row.into_iter().map(plain))?;
            }
            csv.flush()
        }
        Format::Jsonl | Format::Json => {
            let record = |row: Vec<Cell>| {
                let members = fields.iter().zip(row).map(|(field, cell)| (field.key.to_owned(), cell.value));
                Value::Object(members.collect::<Map<_, _>>())
            };
            let records: Vec<Value> = rows.into_iter().map(record).collect();
            if format == Format::Json {
                return writeln!(out, "{:#}", Value::Array(records));
            }
            records.iter().try_for_each(|record| writeln!(out, "{record}"))
        }
    }
}
