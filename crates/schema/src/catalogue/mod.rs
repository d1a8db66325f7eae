//! The tables that Sentinel and Defender know, with their columns: facts, as data.
//!
//! Names are looked up as KQL does, with attention to case. Columns of a table are only read when it is asked for.

mod asim;
mod connectors;
mod hot_paths;
mod keys;
mod kinds;
mod names;
mod renames;
mod table;
#[cfg(test)]
mod tests;

pub use asim::{AsimParameter, asim_parameters, asim_schemas};
pub use connectors::{Connector, connector, connectors, connectors_of};
pub use hot_paths::{HotPath, hot_paths};
pub use keys::record_key;
pub use kinds::kind_columns;
pub use names::is_open_name;
pub use renames::{
    ColumnRename, TableRename, ValueRename, column_case_aliases, column_renamed, column_renames, predecessors, renamed, table_renames,
    value_renames,
};
pub use table::{Column, Origin, Service, Table};

/// The table of this name.
#[must_use]
pub fn table(name: &str) -> Option<&'static Table> {
    names::find(name).filter(|table| table.service != Service::Asim)
}

/// The table whose name differs from this one at most by case: for file names and exports, never for queries.
#[must_use]
pub fn table_ignoring_case(name: &str) -> Option<&'static Table> {
    table(name).or_else(|| names::find_ignoring_case(name).filter(|table| table.service != Service::Asim))
}

/// Every table, in alphabetical order. Reads all columns: prefer [`table_names`] where names will do.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    names::all().filter(|table| table.service != Service::Asim)
}

/// The name of every table, in alphabetical order.
pub fn table_names() -> impl Iterator<Item = &'static str> {
    names::table_names()
}

/// The normalised schema of this name (`Dns`, `NetworkSession`): the columns that its parsers give.
#[must_use]
pub fn asim_schema(name: &str) -> Option<&'static Table> {
    names::find(&format!("ASIM/{name}")).filter(|table| table.service == Service::Asim)
}

/// The table name that a misspelt one most likely stands for.
#[must_use]
pub fn closest(name: &str) -> Option<&'static str> {
    quarry_text::suggest::closest(name, table_names())
}
