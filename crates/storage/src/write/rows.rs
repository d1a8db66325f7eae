//! Rows of one table while they come in.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter;
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use super::cells::{Cells, KeyCell};
use super::coerce::{Cell, Misfit, shown, string};
use super::order::{self, Order};
use crate::error::Result;
use crate::layout::{EXTRA, Layout};

/// Where the value of a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Column(usize),
    /// The name of the table, which needs no storing.
    TableName,
    /// No column: kept in `_extra`.
    Extra,
}

impl Slot {
    /// Whether the table has a place for the field.
    pub fn is_column(self) -> bool {
        self != Slot::Extra
    }
}

/// Endings by which exporters tell the type of a column that occurs with several.
const TYPE_SUFFIXES: [&str; 9] = [
    "_string",
    "_dynamic",
    "_long",
    "_int",
    "_real",
    "_double",
    "_bool",
    "_datetime",
    "_guid",
];

/// How many different unknown field names are remembered.
const MOST_SLOTS: usize = 20_000;

/// Columns of a table, taken out of [`TableRows`]: places in the layout's stored columns, and arrays in the engine's representation.
pub(crate) struct Taken {
    pub rows: usize,
    pub columns: Vec<(usize, ArrayRef)>,
}

pub(crate) struct TableRows {
    layout: Arc<Layout>,
    cells: Vec<Cells>,
    slots: HashMap<Box<str>, Slot>,
    /// Field names in the order of the last record: the next record most likely has the same.
    order: Vec<(Box<str>, Slot)>,
    /// The signature of the names in `order`, where it is known.
    names: Option<u64>,
    /// The current record has just these names.
    same_names: bool,
    position: usize,
    row: usize,
    /// Rows that were given up halfway.
    dead: Vec<usize>,
    extra: String,
    /// The columns were guessed from some records; see [`TableRows::guess`].
    guessed: Option<Guessed>,
}

struct Guessed {
    /// The column whose time is the event's.
    time: Option<usize>,
}

impl TableRows {
    pub fn new(layout: Arc<Layout>) -> TableRows {
        TableRows {
            cells: layout.stored.iter().map(|column| Cells::new(column.ty)).collect(),
            layout,
            slots: HashMap::new(),
            order: Vec::new(),
            names: None,
            same_names: false,
            position: 0,
            row: 0,
            dead: Vec::new(),
            extra: String::new(),
            guessed: None,
        }
    }

    /// Says that the columns were guessed: a cell that does not fit its column is kept beside the columns, and an event without `TimeGenerated`
    /// has the time of this column, or the present.
    pub fn guess(&mut self, time: Option<&str>) {
        let time = time.and_then(|time| self.layout.stored.iter().position(|column| column.name == time));
        self.guessed = Some(Guessed { time });
    }

    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    pub fn rows(&self) -> usize {
        self.row
    }

    /// How much memory the rows take.
    pub fn bytes(&self) -> usize {
        self.cells.iter().map(|cells| cells.allocated(self.row)).sum()
    }

    pub fn begin(&mut self) {
        self.position = 0;
        self.same_names = false;
        self.extra.clear();
    }

    /// Says that the current record has the names of this signature: after another with the same they need not be compared.
    pub fn expect(&mut self, names: u64) {
        self.same_names = self.names == Some(names);
    }

    /// Says that the slots of all the names of this signature were asked for.
    pub fn had(&mut self, names: u64) {
        self.names = Some(names);
    }

    /// Where a field goes, by its name.
    #[inline]
    pub fn slot(&mut self, name: &str) -> Slot {
        let at = self.position;
        self.position += 1;
        if let Some((expected, slot)) = self.order.get(at)
            && (self.same_names || **expected == *name)
        {
            return *slot;
        }
        let slot = match self.slots.get(name) {
            Some(slot) => *slot,
            None => {
                let slot = find_slot(&self.layout, name);
                if self.slots.len() < MOST_SLOTS {
                    self.slots.insert(name.into(), slot);
                }
                slot
            }
        };
        if at < MOST_SLOTS {
            self.names = None;
            self.order.truncate(at);
            if self.order.len() == at {
                self.order.push((name.into(), slot));
            }
        }
        slot
    }

    /// Puts a field into the current row.
    #[inline]
    pub fn put(&mut self, slot: Slot, name: &str, cell: Cell<'_>) -> std::result::Result<(), Misfit> {
        if cell.is_empty() {
            return Ok(());
        }
        match slot {
            Slot::Column(at) => {
                let row = self.row;
                let Some(cells) = self.cells.get_mut(at) else { return Ok(()) };
                if cells.rows() > row {
                    // A second field for one column, such as Timestamp and TimeGenerated.
                    if !cells.repeats(cell) {
                        self.keep_extra(name, cell);
                    }
                    return Ok(());
                }
                if cells.put(row, cell) {
                    return Ok(());
                }
                if self.guessed.is_some() {
                    self.keep_extra(name, cell);
                    return Ok(());
                }
                let column = self.layout.stored.get(at);
                Err(Misfit {
                    column: column.map_or(name, |column| column.name.as_str()).to_owned(),
                    ty: column.map_or(KqlType::Unknown, |column| column.ty),
                    shown: shown(cell),
                })
            }
            Slot::TableName => {
                if !matches!(cell, Cell::Text(text) | Cell::Plain(text) if text.eq_ignore_ascii_case(&self.layout.table)) {
                    self.keep_extra(name, cell);
                }
                Ok(())
            }
            Slot::Extra => {
                self.keep_extra(name, cell);
                Ok(())
            }
        }
    }

    /// The value of the current row in a column; nothing when it is empty.
    pub fn key_cell(&self, column: usize) -> Option<KeyCell<'_>> {
        self.cells.get(column)?.key_cell(self.row)
    }

    /// The time of the current row in a column, in ticks.
    pub fn time(&self, column: usize) -> Option<i64> {
        match self.key_cell(column) {
            Some(KeyCell::Number(ticks)) => Some(ticks),
            _ => None,
        }
    }

    /// Keeps a field beside the columns.
    pub fn keep(&mut self, name: &str, cell: Cell<'_>) {
        self.keep_extra(name, cell);
    }

    /// Whether this is the column with the time of the event.
    pub fn is_time(&self, slot: Slot) -> bool {
        matches!(slot, Slot::Column(at) if self.layout.time == Some(at))
    }

    /// Completes the current row.
    pub fn end(&mut self) {
        self.set_time();
        if !self.extra.is_empty() {
            self.extra.push('}');
            let at = self.layout.stored.iter().position(|column| column.name == EXTRA);
            if let Some(cells) = at.and_then(|at| self.cells.get_mut(at)) {
                cells.put(self.row, Cell::Document(&self.extra));
            }
        }
        self.row += 1;
    }

    fn set_time(&mut self) {
        let (Some(guessed), Some(time)) = (&self.guessed, self.layout.time) else {
            return;
        };
        let row = self.row;
        let has = |cells: &&Cells| cells.rows() > row;
        if self.cells.get(time).filter(has).is_some() {
            return;
        }
        let other = guessed
            .time
            .and_then(|at| self.cells.get(at))
            .filter(has)
            .and_then(Cells::last_time);
        let ticks = other.unwrap_or_else(quarry_value::time::system_now);
        if let Some(cells) = self.cells.get_mut(time) {
            cells.put(row, Cell::Ticks(ticks));
        }
    }

    /// Gives the current row up.
    pub fn abandon(&mut self) {
        self.dead.push(self.row);
        self.row += 1;
    }

    fn keep_extra(&mut self, name: &str, cell: Cell<'_>) {
        self.extra.push(if self.extra.is_empty() { '{' } else { ',' });
        json::quote(name, &mut self.extra);
        self.extra.push(':');
        match cell {
            Cell::Document(text) | Cell::Number(text) => match dynamic::compact(text) {
                Some(json) => self.extra.push_str(&json),
                None => json::quote(text, &mut self.extra),
            },
            Cell::Null => self.extra.push_str("null"),
            Cell::Canonical(text) => self.extra.push_str(text),
            Cell::Bool(_) | Cell::Long(_) => self.extra.push_str(&string(cell).unwrap_or_default()),
            Cell::Real(value) => quarry_value::format::real_json(value, &mut self.extra),
            Cell::Text(_) | Cell::Plain(_) | Cell::Ticks(_) => json::quote(&string(cell).unwrap_or_default(), &mut self.extra),
        }
    }

    /// Takes all rows out, in this order.
    pub fn take(&mut self, order: Order) -> Result<Option<Taken>> {
        let (rows, dead) = (self.row, std::mem::take(&mut self.dead));
        self.row = 0;
        let mut columns: Vec<(usize, ArrayRef)> = Vec::new();
        for (at, cells) in self.cells.iter_mut().enumerate() {
            if let Some(array) = cells.finish(rows) {
                columns.push((at, array));
            }
        }
        if rows == dead.len() {
            return Ok(None);
        }
        if !dead.is_empty() {
            let mut alive = vec![true; rows];
            for row in &dead {
                if let Some(flag) = alive.get_mut(*row) {
                    *flag = false;
                }
            }
            let alive = BooleanArray::from(alive);
            for (_, array) in &mut columns {
                *array = filter(array, &alive)?;
            }
        }
        order::sort(&self.layout, order, &mut columns)?;
        Ok(Some(Taken {
            rows: rows - dead.len(),
            columns,
        }))
    }
}

fn find_slot(layout: &Layout, name: &str) -> Slot {
    let find = |same: &dyn Fn(&str) -> bool| {
        let stored = layout.stored.iter().position(|column| column.name != EXTRA && same(&column.name));
        stored.or_else(|| layout.aliases.iter().find(|(alias, _)| same(alias)).map(|(_, at)| *at))
    };
    if let Some(at) = find(&|column| column == name) {
        return Slot::Column(at);
    }
    if name == "Type" && layout.names_itself {
        return Slot::TableName;
    }
    // Portals mark the zone of times in the header.
    let bare = name.strip_suffix(" [UTC]").unwrap_or(name).trim();
    if let Some(at) = find(&|column| column.eq_ignore_ascii_case(bare)) {
        return Slot::Column(at);
    }
    let stem = without_type_suffix(bare);
    let found = find(&|column| column.eq_ignore_ascii_case(stem));
    // Labels for people: `Account Upn`.
    let found = found.or_else(|| {
        let label = bare.strip_suffix(" (UTC)").unwrap_or(bare).replace(' ', "");
        (label.len() < bare.len())
            .then(|| find(&|column| column.eq_ignore_ascii_case(&label)))
            .flatten()
    });
    found.map_or(Slot::Extra, Slot::Column)
}

/// The name of a field without the ending that tells its type.
pub(crate) fn without_type_suffix(name: &str) -> &str {
    let stem = TYPE_SUFFIXES.iter().find_map(|suffix| name.strip_suffix(suffix));
    stem.filter(|stem| !stem.is_empty()).unwrap_or(name)
}
