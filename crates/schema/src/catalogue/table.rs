//! A table of the catalogue and its columns.

use crate::KqlType;

/// A table as queries see it.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub service: Service,
    /// In schema order; what every table has besides comes last.
    pub columns: Vec<Column>,
    /// The list of columns is not complete: records bring columns of their own.
    pub open: bool,
}

/// Where a table comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Microsoft Defender XDR, advanced hunting.
    Xdr,
    /// Azure Monitor and Microsoft Sentinel.
    LogAnalytics,
    /// A custom log of a published solution.
    Custom,
    /// Not a table: a schema that normalising parsers share.
    Asim,
}

impl std::fmt::Display for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Service::Xdr => "Microsoft Defender XDR",
            Service::LogAnalytics => "Azure Monitor and Microsoft Sentinel",
            Service::Custom => "a published solution",
            Service::Asim => "the ASIM schemas",
        })
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub ty: KqlType,
    pub origin: Origin,
}

/// Where the values of a column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The records have it.
    Stored,
    /// Another name for that column of the same table.
    AliasOf(&'static str),
    /// The name of the table, on every row.
    TableName,
}

/// Defender calls the time of an event so, Log Analytics the other way: queries of either kind run on both.
const TIMESTAMP: &str = "Timestamp";
const TIME_GENERATED: &str = "TimeGenerated";

impl Table {
    /// Reads the columns of a line of the data file: `Name,Name:type,…`, text where no type is given.
    pub(super) fn parse(name: &'static str, service: Service, columns: &'static str, open: bool) -> Table {
        let columns = columns.split(',').filter(|column| !column.is_empty());
        let columns = columns.map(|column| {
            let (name, code) = column.split_once(':').unwrap_or((column, ""));
            Column {
                name,
                ty: type_of(code),
                origin: Origin::Stored,
            }
        });
        let mut table = Table {
            name,
            service,
            columns: columns.collect(),
            open,
        };
        if service != Service::Asim {
            table.add_time_alias();
            table.add_type();
        }
        table
    }

    /// The column of this name, with attention to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of this name, or else the first that differs by case only.
    #[must_use]
    pub fn column_ignoring_case(&self, name: &str) -> Option<&Column> {
        self.column(name)
            .or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// The column name that a misspelt one most likely stands for.
    #[must_use]
    pub fn closest_column(&self, name: &str) -> Option<&'static str> {
        quarry_text::suggest::closest(name, self.columns.iter().map(|column| column.name))
    }

    /// The stored column with the time of the event: `Timestamp` in Defender's tables, `TimeGenerated` elsewhere.
    /// A few tables of states rather than events have none.
    #[must_use]
    pub fn time_column(&self) -> Option<&'static str> {
        let order = if self.service == Service::Xdr {
            [TIMESTAMP, TIME_GENERATED]
        } else {
            [TIME_GENERATED, TIMESTAMP]
        };
        let stored = |name: &&str| self.column(name).is_some_and(|column| column.origin == Origin::Stored);
        order.into_iter().find(stored)
    }

    /// The columns that records have, without aliases and what the engine fills in.
    pub fn stored_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.origin == Origin::Stored)
    }

    fn add_time_alias(&mut self) {
        let Some(time) = self.time_column() else { return };
        let other = if time == TIMESTAMP { TIME_GENERATED } else { TIMESTAMP };
        match self.columns.iter_mut().find(|column| column.name == other) {
            None => self.columns.push(Column {
                name: other,
                ty: KqlType::DateTime,
                origin: Origin::AliasOf(time),
            }),
            // Both are documented for these, and hold the same time.
            Some(column) if self.service == Service::Xdr => column.origin = Origin::AliasOf(time),
            Some(_) => {}
        }
    }

    fn add_type(&mut self) {
        if self.column("Type").is_none() {
            self.columns.push(Column {
                name: "Type",
                ty: KqlType::String,
                origin: Origin::TableName,
            });
        }
    }
}

fn type_of(code: &str) -> KqlType {
    match code {
        "b" => KqlType::Bool,
        "i" => KqlType::Int,
        "l" => KqlType::Long,
        "r" => KqlType::Real,
        "d" => KqlType::Decimal,
        "t" => KqlType::DateTime,
        "n" => KqlType::TimeSpan,
        "g" => KqlType::Guid,
        "y" => KqlType::Dynamic,
        _ => KqlType::String,
    }
}
