//! From the fields of a foreign record to the columns of a table, by a table of rules.
//!
//! A mapping is data: which fields fill which column, and how. Which rules a record can use depends on the names of its fields alone, so the
//! places are looked up once for all records with the same fields.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use quarry_value::dynamic;

use super::fields::{Fields, Scope, Value};
use crate::write::{Cell, TableRows};

/// How records of one kind become rows of one table.
#[derive(Debug)]
pub(super) struct Mapping {
    pub table: &'static str,
    /// Several lists: what kinds of records share is written once. The first rule for a column counts.
    pub rules: &'static [&'static [Rule]],
    pub rest: Rest,
}

/// What becomes of the record's own fields that no rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// They go to the column of the same name in any case, or are kept beside the columns.
    Keep,
    /// They go to the column of the same name; the others stand in another column as a whole.
    Columns,
    /// They stand in another column as a whole.
    Drop,
}

/// What fills a column: the first of these fields that has a value. `status.errorCode` is a member of the field `status`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub to: &'static str,
    pub from: &'static [&'static str],
    pub how: How,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Same,
    /// By a function on its text; nothing when that gives nothing.
    By(fn(&str) -> Option<String>),
    /// By a list of names for values; others stay as they are.
    Names(&'static [(&'static str, &'static str)]),
    /// The same, but other values give nothing.
    Codes(&'static [(&'static str, &'static str)]),
    /// From the record as a whole.
    Made(fn(&Fields<'_>) -> Option<String>),
    Always(&'static str),
    /// The record itself, as one document.
    Whole,
}

/// `from` as it is.
pub(super) const fn same(to: &'static str, from: &'static [&'static str]) -> Rule {
    Rule { to, from, how: How::Same }
}

pub(super) const fn by(to: &'static str, from: &'static [&'static str], with: fn(&str) -> Option<String>) -> Rule {
    Rule {
        to,
        from,
        how: How::By(with),
    }
}

pub(super) const fn names(to: &'static str, from: &'static [&'static str], list: &'static [(&'static str, &'static str)]) -> Rule {
    Rule {
        to,
        from,
        how: How::Names(list),
    }
}

pub(super) const fn codes(to: &'static str, from: &'static [&'static str], list: &'static [(&'static str, &'static str)]) -> Rule {
    Rule {
        to,
        from,
        how: How::Codes(list),
    }
}

pub(super) const fn made(to: &'static str, with: fn(&Fields<'_>) -> Option<String>) -> Rule {
    Rule {
        to,
        from: &[],
        how: How::Made(with),
    }
}

pub(super) const fn always(to: &'static str, text: &'static str) -> Rule {
    Rule {
        to,
        from: &[],
        how: How::Always(text),
    }
}

/// Different sets of fields of one file that are remembered.
const MOST_PLANS: usize = 4096;

/// The mappings as they apply to the records of one file.
#[derive(Default)]
pub(super) struct Plans {
    hasher: hashbrown::DefaultHashBuilder,
    known: HashMap<(*const Mapping, u64), Rc<Plan>>,
}

/// A mapping for records with certain fields.
pub(super) struct Plan {
    mapping: &'static Mapping,
    pub table: Arc<str>,
    /// Rules that can apply, with the places of their fields.
    steps: Vec<(&'static Rule, Vec<Source>)>,
    rest: Vec<usize>,
}

struct Source {
    field: usize,
    /// Below the field, with dots.
    path: &'static str,
}

impl Plans {
    pub fn plan(&mut self, mapping: &'static Mapping, fields: &Fields<'_>) -> Rc<Plan> {
        let key = (std::ptr::from_ref(mapping), fields.signature(&self.hasher));
        if let Some(plan) = self.known.get(&key) {
            return Rc::clone(plan);
        }
        let plan = Rc::new(Plan::new(mapping, fields));
        if self.known.len() < MOST_PLANS {
            self.known.insert(key, Rc::clone(&plan));
        }
        plan
    }
}

impl Plan {
    fn new(mapping: &'static Mapping, fields: &Fields<'_>) -> Plan {
        let mut used = vec![false; fields.list.len()];
        let mut steps: Vec<(&'static Rule, Vec<Source>)> = Vec::new();
        for rule in mapping.rules.iter().copied().flatten() {
            let sources: Vec<Source> = rule.from.iter().filter_map(|path| source(path, fields)).collect();
            // A value that is only converted, or looked into, still has its own column.
            let stored = matches!(rule.how, How::Same | How::Names(_));
            for source in sources.iter().filter(|source| stored && source.path.is_empty()) {
                if let Some(used) = used.get_mut(source.field) {
                    *used = true;
                }
            }
            let taken = steps.iter().any(|(earlier, _)| earlier.to == rule.to);
            if !taken && (!sources.is_empty() || rule.from.is_empty()) {
                steps.push((rule, sources));
            }
        }
        let own = fields.list.iter().zip(used).enumerate();
        let rest = own.filter(|(_, (field, used))| !used && field.scope == Scope::Own && mapping.rest != Rest::Drop);
        Plan {
            mapping,
            table: Arc::from(mapping.table),
            steps,
            rest: rest.map(|(at, _)| at).collect(),
        }
    }

    /// Puts a record into the current row. What does not fit its column is kept beside the columns; only a record without its time is refused.
    pub fn fill(&self, rows: &mut TableRows, fields: &Fields<'_>) -> Result<(), String> {
        for (rule, sources) in &self.steps {
            let value = sources
                .iter()
                .find_map(|source| value_at(fields, source).filter(|value| !is_nothing(value.cell(), sources.len() > 1)));
            match (rule.how, &value) {
                (How::Always(text), _) => put(rows, rule.to, Cell::Text(text))?,
                (How::Whole, _) => {
                    if let Some(whole) = fields.whole {
                        put(rows, rule.to, Cell::Document(whole))?;
                    }
                }
                (How::Made(make), _) => {
                    if let Some(text) = make(fields) {
                        put(rows, rule.to, Cell::Text(&text))?;
                    }
                }
                (_, None) => {}
                (How::Same, Some(value)) => put(rows, rule.to, value.cell())?,
                (How::By(with), Some(value)) => {
                    if let Some(text) = with(&value.text()) {
                        put(rows, rule.to, Cell::Text(&text))?;
                    }
                }
                (How::Names(list), Some(value)) => match named(list, &value.text()) {
                    Some(name) => put(rows, rule.to, Cell::Text(name))?,
                    None => put(rows, rule.to, value.cell())?,
                },
                (How::Codes(list), Some(value)) => {
                    if let Some(code) = named(list, &value.text()) {
                        put(rows, rule.to, Cell::Text(code))?;
                    }
                }
            }
        }
        for field in self.rest.iter().filter_map(|at| fields.list.get(*at)) {
            let slot = rows.slot(&field.name);
            if self.mapping.rest == Rest::Columns && !slot.is_column() {
                continue;
            }
            put(rows, &field.name, field.value.cell())?;
        }
        Ok(())
    }
}

fn put(rows: &mut TableRows, name: &str, cell: Cell<'_>) -> Result<(), String> {
    let slot = rows.slot(name);
    match rows.put(slot, name, cell) {
        Err(misfit) if rows.is_time(slot) => Err(misfit.to_string()),
        Err(_) => {
            rows.keep(name, cell);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn named(list: &'static [(&'static str, &'static str)], text: &str) -> Option<&'static str> {
    list.iter()
        .find(|(value, _)| value.eq_ignore_ascii_case(text))
        .map(|(_, name)| *name)
}

/// Windows writes a dash where there is nothing; where another field can stand in, it does.
fn is_nothing(cell: Cell<'_>, others: bool) -> bool {
    cell.is_empty() || (others && matches!(cell, Cell::Text("-") | Cell::Plain("-")))
}

fn source(path: &'static str, fields: &Fields<'_>) -> Option<Source> {
    let (scope, path) = if let Some(path) = path.strip_prefix("System.") {
        (Scope::System, path)
    } else if let Some(path) = path.strip_prefix("Envelope.") {
        (Scope::Envelope, path)
    } else {
        (Scope::Own, path)
    };
    let place = |name: &str, exact: bool| {
        fields.list.iter().position(|field| {
            let same = if exact {
                field.name == name
            } else {
                field.name.eq_ignore_ascii_case(name)
            };
            field.scope == scope && same
        })
    };
    let found = |name: &str| place(name, true).or_else(|| place(name, false));
    if let Some(field) = found(path) {
        return Some(Source { field, path: "" });
    }
    let (name, below) = path.split_once('.')?;
    found(name).map(|field| Source { field, path: below })
}

fn value_at<'a>(fields: &'a Fields<'_>, source: &Source) -> Option<Value<'a>> {
    let value = &fields.list.get(source.field)?.value;
    if source.path.is_empty() {
        return Some(match value.cell() {
            Cell::Text(text) => Value::Text(text.into()),
            Cell::Plain(text) => Value::Plain(text.into()),
            cell => Value::Cell(cell),
        });
    }
    let mut raw = value.document()?;
    for key in source.path.split('.') {
        raw = dynamic::member(raw, key)?;
    }
    Some(Value::of_raw(raw))
}
