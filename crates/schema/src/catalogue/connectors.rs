//! Data connectors: what `requiredDataConnectors` of a hunt names, and the tables that each one fills.

use std::sync::OnceLock;

static DATA: &str = include_str!("../../data/connectors.txt");

/// A data connector of Microsoft Sentinel.
#[derive(Debug)]
pub struct Connector {
    /// What `connectorId` in a hunt holds.
    pub id: &'static str,
    pub title: &'static str,
    pub publisher: &'static str,
    /// How data arrives (`AMA`, `CCF`, `Azure Function`, …); empty when unknown.
    pub method: &'static str,
    /// The solution that ships it.
    pub solution: &'static str,
    pub deprecated: bool,
    /// The tables that it fills; empty when that is not known.
    pub tables: Vec<&'static str>,
    /// Further data types that published content asks of it, such as `SecurityAlert (MDATP)`.
    pub data_types: Vec<&'static str>,
}

impl Connector {
    /// Reads a line: id, title, publisher, method, solution, `deprecated` or nothing, tables, data types.
    fn parse(line: &'static str) -> Option<Connector> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        Some(Connector {
            id: next()?,
            title: next()?,
            publisher: next()?,
            method: next()?,
            solution: next()?,
            deprecated: next()? == "deprecated",
            tables: list(next()?),
            data_types: list(next()?),
        })
    }
}

fn list(field: &'static str) -> Vec<&'static str> {
    field.split(',').filter(|item| !item.is_empty()).collect()
}

/// Every connector, sorted by id.
#[must_use]
pub fn connectors() -> &'static [Connector] {
    static CONNECTORS: OnceLock<Vec<Connector>> = OnceLock::new();
    CONNECTORS.get_or_init(|| DATA.lines().filter_map(Connector::parse).collect())
}

/// The connector of this id.
#[must_use]
pub fn connector(id: &str) -> Option<&'static Connector> {
    let connectors = connectors();
    let place = connectors.binary_search_by(|connector| connector.id.cmp(id)).ok()?;
    connectors.get(place)
}

/// The connectors that fill a table.
pub fn connectors_of(table: &str) -> impl Iterator<Item = &'static Connector> {
    connectors().iter().filter(move |connector| connector.tables.contains(&table))
}
