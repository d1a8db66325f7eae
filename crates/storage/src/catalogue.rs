//! The seam to the table catalogue: what the lake must know of a table before it has seen its data.

use std::fmt::Debug;

use quarry_schema::KqlType;
use quarry_schema::catalogue::{self, Origin};

/// A table as the catalogue describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableShape {
    pub name: String,
    pub columns: Vec<ColumnShape>,
    /// The stored column with the time of the event.
    pub time: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnShape {
    pub name: String,
    pub ty: KqlType,
    pub origin: ColumnOrigin,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnOrigin {
    Stored,
    /// Another name of that column.
    AliasOf(String),
    /// The name of the table, on every row.
    TableName,
}

/// Tells the columns of tables.
pub trait TableCatalogue: Debug + Send + Sync {
    /// The table of this name, with attention to case.
    fn table(&self, name: &str) -> Option<TableShape>;
    /// The proper spelling of a table name in any case.
    fn spelling(&self, name: &str) -> Option<String>;
    /// Every table name.
    fn names(&self) -> Vec<String>;
    /// The name that a misspelt one most likely stands for.
    fn closest(&self, name: &str) -> Option<String>;
}

/// The catalogue that comes with Quarry.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltInCatalogue;

impl TableCatalogue for BuiltInCatalogue {
    fn table(&self, name: &str) -> Option<TableShape> {
        let table = catalogue::table(name)?;
        let columns = table.columns.iter().map(|column| ColumnShape {
            name: column.name.to_owned(),
            ty: column.ty,
            origin: match column.origin {
                Origin::Stored => ColumnOrigin::Stored,
                Origin::AliasOf(name) => ColumnOrigin::AliasOf(name.to_owned()),
                Origin::TableName => ColumnOrigin::TableName,
            },
        });
        let mut shape = TableShape {
            name: table.name.to_owned(),
            columns: columns.collect(),
            time: table.time_column().map(ToOwned::to_owned),
        };
        shape.own_type_column();
        Some(shape)
    }

    fn spelling(&self, name: &str) -> Option<String> {
        catalogue::table_ignoring_case(name).map(|table| table.name.to_owned())
    }

    fn names(&self) -> Vec<String> {
        catalogue::table_names().map(ToOwned::to_owned).collect()
    }

    fn closest(&self, name: &str) -> Option<String> {
        catalogue::closest(name).map(ToOwned::to_owned)
    }
}

impl TableShape {
    /// A table that Quarry itself writes; its time is `TimeGenerated`.
    #[must_use]
    pub fn own(name: &str, columns: &[(&str, KqlType)]) -> TableShape {
        let columns = columns.iter().map(|(name, ty)| ColumnShape {
            name: (*name).to_owned(),
            ty: *ty,
            origin: ColumnOrigin::Stored,
        });
        TableShape {
            name: name.to_owned(),
            columns: columns.collect(),
            time: Some("TimeGenerated".to_owned()),
        }
    }

    /// The shape of a table that no catalogue knows: `TimeGenerated`, its alias and the name; the rest comes from the data.
    #[must_use]
    pub fn custom(name: &str) -> TableShape {
        let column = |name: &str, ty, origin| ColumnShape {
            name: name.to_owned(),
            ty,
            origin,
        };
        TableShape {
            name: name.to_owned(),
            columns: vec![
                column("TimeGenerated", KqlType::DateTime, ColumnOrigin::Stored),
                column("Type", KqlType::String, ColumnOrigin::TableName),
            ],
            time: Some("TimeGenerated".to_owned()),
        }
    }

    /// `Type` is always the table's name in Log Analytics, also where the documentation lists it among the stored columns.
    fn own_type_column(&mut self) {
        for column in &mut self.columns {
            if column.name == "Type" && column.ty == KqlType::String {
                column.origin = ColumnOrigin::TableName;
            }
        }
    }
}
