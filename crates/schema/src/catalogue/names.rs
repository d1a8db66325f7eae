//! The index over the data file of tables. A line is `name<TAB>service<TAB>columns`, sorted by name.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::table::{Service, Table};

static DATA: &str = include_str!("../../data/tables.txt");

struct Entry {
    name: &'static str,
    service: Service,
    columns: &'static str,
    table: OnceLock<Table>,
}

impl Entry {
    fn parse(line: &'static str) -> Option<Entry> {
        let (name, rest) = line.split_once('\t')?;
        let (service, columns) = rest.split_once('\t')?;
        let service = match service {
            "x" => Service::Xdr,
            "l" => Service::LogAnalytics,
            "c" => Service::Custom,
            "a" => Service::Asim,
            _ => return None,
        };
        Some(Entry {
            name,
            service,
            columns,
            table: OnceLock::new(),
        })
    }

    fn table(&self) -> &Table {
        self.table
            .get_or_init(|| Table::parse(self.name, self.service, self.columns, is_open_name(self.name)))
    }
}

fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| DATA.lines().filter_map(Entry::parse).collect())
}

/// Whether a table of this name takes columns from its records, known to the catalogue or not: custom logs (`…_CL`) and
/// `AzureDiagnostics`.
#[must_use]
pub fn is_open_name(name: &str) -> bool {
    name == "AzureDiagnostics" || name.ends_with("_CL")
}

pub(super) fn find(name: &str) -> Option<&'static Table> {
    let entries = entries();
    let place = entries.binary_search_by(|entry| entry.name.cmp(name)).ok()?;
    entries.get(place).map(Entry::table)
}

pub(super) fn find_ignoring_case(name: &str) -> Option<&'static Table> {
    static FOLDED: OnceLock<HashMap<String, &'static Entry>> = OnceLock::new();
    let folded = FOLDED.get_or_init(|| entries().iter().map(|entry| (entry.name.to_ascii_lowercase(), entry)).collect());
    folded.get(&name.to_ascii_lowercase()).map(|entry| entry.table())
}

pub(super) fn all() -> impl Iterator<Item = &'static Table> {
    entries().iter().map(Entry::table)
}

pub(super) fn table_names() -> impl Iterator<Item = &'static str> {
    entries()
        .iter()
        .filter(|entry| entry.service != Service::Asim)
        .map(|entry| entry.name)
}
