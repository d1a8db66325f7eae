//! How the columns of a table lie in its files.
//!
//! | KQL | in the file | note |
//! |---|---|---|
//! | bool, int, long, real, decimal, string | boolean, integer, long, double, decimal(38,18), string | strings are never null: empty and missing are one in KQL |
//! | datetime | timestamp (µs, UTC) | beside it `NAME__ticks`: the 0 to 9 ticks that microseconds drop; absent from files where all are 0 |
//! | timespan | long | ticks of 100 ns |
//! | guid | string | lower-case text, so that every reader can compare it |
//! | dynamic | string | compact JSON |
//!
//! Beside a dynamic column lie its hot columns ([`crate::hot`]): strings, null where there is no value.
//!
//! A column without any value in a file is left out of that file. `_extra` holds, as one JSON bag per record, the fields that the table has no column for.

mod column;
mod delta;
mod hot;
mod names;

use std::collections::HashSet;

use deltalake_core::kernel::StructField;
use quarry_schema::KqlType;
use quarry_schema::catalogue::kind_columns;

pub use self::column::StoredColumn;
use self::names::free_name;
use crate::catalogue::{ColumnOrigin, TableShape};
use crate::hot::{HotColumn, HotPath};

/// The column of fields that have no column of their own.
pub const EXTRA: &str = "_extra";
/// The time at which a row was committed. The log knows it for the files of an ingest; files that hold rows of several commits store it.
pub const INGESTION_TIME: &str = "_ingestion_time";

const RESIDUAL_SUFFIX: &str = "__ticks";

/// The columns of a table: what is stored, and the names under which queries see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub table: String,
    pub stored: Vec<StoredColumn>,
    /// Names that show another column, and the place of that column in `stored`.
    pub aliases: Vec<(String, usize)>,
    /// Whether `Type` shows the name of the table.
    pub names_itself: bool,
    /// The place of the event time in `stored`.
    pub time: Option<usize>,
    /// Paths into dynamic columns whose values new files hold beside the documents.
    pub hot: Vec<HotColumn>,
}

impl Layout {
    /// The layout of a table that has no files yet.
    #[must_use]
    pub fn new(shape: &TableShape) -> Layout {
        let mut layout = Layout {
            table: shape.name.clone(),
            stored: Vec::new(),
            aliases: Vec::new(),
            names_itself: false,
            time: None,
            hot: Vec::new(),
        };
        layout.extend(shape.columns.iter().filter_map(|column| match column.origin {
            ColumnOrigin::Stored => Some((column.name.clone(), column.ty)),
            _ => None,
        }));
        layout.extend([(EXTRA.to_owned(), KqlType::Dynamic)]);
        for column in &shape.columns {
            match &column.origin {
                ColumnOrigin::AliasOf(target) => {
                    if let Some(at) = layout.stored.iter().position(|stored| stored.name == *target) {
                        layout.aliases.push((column.name.clone(), at));
                    }
                }
                ColumnOrigin::TableName => layout.names_itself = true,
                ColumnOrigin::Stored => {}
            }
        }
        layout.time = shape
            .time
            .as_ref()
            .and_then(|time| layout.stored.iter().position(|stored| stored.name == *time));
        layout.extend_hot(shape.hot.iter().cloned());
        layout
    }

    /// The layout of a table that exists: its columns come first, then what the catalogue has learnt since.
    #[must_use]
    pub fn of_existing<'a>(shape: &TableShape, fields: impl Iterator<Item = &'a StructField>) -> Layout {
        let (known, hot) = delta::declared(fields);
        let mut layout = Layout {
            table: shape.name.clone(),
            stored: known,
            aliases: Vec::new(),
            names_itself: false,
            time: None,
            hot: Vec::new(),
        };
        layout.adopt_hot(hot);
        let fresh = Layout::new(shape);
        layout.extend(fresh.stored.iter().map(|column| (column.name.clone(), column.ty)));
        let place = |at: usize| {
            let name = &fresh.stored.get(at)?.name;
            layout.stored.iter().position(|stored| stored.name == *name)
        };
        let aliases = fresh.aliases.iter().filter_map(|(name, at)| Some((name.clone(), place(*at)?)));
        let aliases = aliases.filter(|(name, _)| layout.column(name).is_none()).collect();
        let time = fresh.time.and_then(place);
        let published = fresh.hot.into_iter().map(|hot| HotPath {
            column: hot.column,
            path: hot.path,
            members: hot.members,
        });
        layout.extend_hot(published);
        Layout {
            aliases,
            names_itself: fresh.names_itself,
            time,
            ..layout
        }
    }

    /// Adds columns that are not there yet.
    pub fn extend(&mut self, columns: impl IntoIterator<Item = (String, KqlType)>) {
        let mut names: HashSet<String> = self.stored.iter().map(|column| column.name.clone()).collect();
        let mut taken = self.taken_names();
        for (name, ty) in columns {
            if name == INGESTION_TIME || !names.insert(name.clone()) {
                continue;
            }
            let physical = free_name(&name, ty, &taken);
            taken.insert(physical.to_lowercase());
            let column = StoredColumn { name, physical, ty };
            if ty == KqlType::DateTime {
                taken.insert(column.residual().to_lowercase());
            }
            self.stored.push(column);
        }
    }

    /// The same for files that hold rows of several commits: with the time of ingestion as a column, the last.
    #[must_use]
    pub fn with_ingestion_time(&self) -> Layout {
        let mut layout = self.clone();
        layout.stored.push(StoredColumn::ingestion_time());
        layout
    }

    /// The stored column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&StoredColumn> {
        self.stored.iter().find(|column| column.name == name)
    }

    /// The stored column that a name shows, which may be another name for it.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&StoredColumn> {
        match self.aliases.iter().find(|(alias, _)| alias == name) {
            Some((_, at)) => self.stored.get(*at),
            None => self.column(name),
        }
    }

    /// The place of the column by which rows of a file lie together, each kind in order of its time; none in tables of the lake's own.
    #[must_use]
    pub fn kind(&self) -> Option<usize> {
        if self.table.starts_with('_') {
            return None;
        }
        let sorts = |column: &StoredColumn| matches!(column.ty, KqlType::String | KqlType::Int | KqlType::Long);
        kind_columns(&self.table).find_map(|name| self.stored.iter().position(|column| column.name == name && sorts(column)))
    }

    /// The columns whose smallest and largest value the log keeps for each file: times first, then whole numbers and text.
    #[must_use]
    pub fn statistics_columns(&self) -> Vec<&StoredColumn> {
        const MOST: usize = 48;
        let kind = self.kind();
        let rank = |column: &StoredColumn| match column.ty {
            KqlType::DateTime => Some(0),
            KqlType::Int | KqlType::Long | KqlType::TimeSpan => Some(1),
            KqlType::String | KqlType::Guid => Some(2),
            _ => None,
        };
        let mut columns: Vec<(i32, &StoredColumn)> = self
            .stored
            .iter()
            .enumerate()
            .filter_map(|(at, column)| {
                let first = Some(at) == self.time || Some(at) == kind || column.name == INGESTION_TIME;
                Some((if first { -1 } else { rank(column)? }, column))
            })
            .collect();
        columns.sort_by_key(|(rank, _)| *rank);
        columns.truncate(MOST);
        columns.into_iter().map(|(_, column)| column).collect()
    }
}
