//! What a query can refer to by name outside itself.

use quarry_schema::KqlType;
use quarry_schema::catalogue::{self, Origin};

/// The columns of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSchema {
    /// The name as stored, when the query used another name for it.
    pub name: String,
    /// What queries see, in order.
    pub columns: Vec<(String, KqlType)>,
    /// Columns that read another stored column: seen name, stored name.
    pub aliases: Vec<(String, String)>,
    /// Columns that hold one text on every row, such as `Type`, the name of the table.
    pub constants: Vec<(String, String)>,
    /// More columns may exist than are known.
    pub open: bool,
}

/// A function kept outside the query, such as a parser: bound at each call as if its text stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFunction {
    /// `(a: string, b: long = 5)`; empty or `()` when it takes nothing.
    pub parameters: String,
    /// The body, with or without braces.
    pub body: String,
}

/// Tables and functions by name.
pub trait Catalog {
    /// The schema of a table; names are case-sensitive.
    fn table(&self, name: &str) -> Option<TableSchema>;

    /// Every table that a wildcard can match, in a stable order.
    fn table_names(&self) -> Vec<String>;

    /// A stored function.
    fn function(&self, name: &str) -> Option<StoredFunction>;

    /// The table that a misspelt name most likely stands for.
    fn closest_table(&self, name: &str) -> Option<String>;

    /// The stored function that a misspelt name most likely stands for.
    fn closest_function(&self, _name: &str) -> Option<String> {
        None
    }

    /// The name of the database, which `database("…")` may repeat.
    fn database_name(&self) -> &str;

    /// Whether the data of the workspace, database or cluster of this name are here.
    fn answers_to(&self, name: &str) -> bool {
        name == self.database_name() || name == "*"
    }

    /// Local files that stand for what lies outside, where there are any.
    fn outside(&self) -> Option<&dyn Outside> {
        None
    }
}

/// Local files that stand for data outside the database.
pub trait Outside {
    /// The file for an address of `externaldata`.
    fn address(&self, address: &str) -> Option<OutsideFile>;

    /// The watchlist of this alias.
    fn watchlist(&self, alias: &str) -> Option<OutsideFile>;

    /// The aliases of all watchlists.
    fn watchlists(&self) -> Vec<String>;

    /// What is known of files by their hashes.
    fn profiles(&self) -> Option<OutsideFile>;

    /// Whether it is known where addresses are.
    fn has_geography(&self) -> bool;

    /// Whether it is known what user agent strings tell.
    fn has_user_agents(&self) -> bool;
}

/// A local file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutsideFile {
    /// How a plan asks for it.
    pub id: String,
    /// The name of its layout, where it is known.
    pub format: Option<String>,
    /// The columns that it names itself.
    pub columns: Vec<String>,
    /// The column that a watchlist is searched by.
    pub key: Option<String>,
    /// When it was registered, in ticks.
    pub added: i64,
}

/// No tables, no functions.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptyCatalog;

impl Catalog for EmptyCatalog {
    fn table(&self, _name: &str) -> Option<TableSchema> {
        None
    }

    fn table_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn function(&self, _name: &str) -> Option<StoredFunction> {
        None
    }

    fn closest_table(&self, _name: &str) -> Option<String> {
        None
    }

    fn database_name(&self) -> &str {
        "db"
    }
}

/// The tables of the built-in catalogue, and the function that reads a watchlist.
#[derive(Clone, Copy, Debug, Default)]
pub struct SchemaCatalog;

impl Catalog for SchemaCatalog {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let table = catalogue::table(name)?;
        let mut schema = TableSchema {
            name: table.name.to_owned(),
            ..TableSchema::default()
        };
        for column in &table.columns {
            schema.columns.push((column.name.to_owned(), column.ty));
            match column.origin {
                Origin::Stored => {}
                Origin::AliasOf(stored) => schema.aliases.push((column.name.to_owned(), stored.to_owned())),
                Origin::TableName => schema.constants.push((column.name.to_owned(), table.name.to_owned())),
            }
        }
        Some(schema)
    }

    fn table_names(&self) -> Vec<String> {
        catalogue::table_names().map(str::to_owned).collect()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        (name == "_GetWatchlist").then(|| StoredFunction {
            parameters: "(watchlistAlias: string)".to_owned(),
            body: "{ datatable(_DTItemId: string, LastUpdatedTimeUTC: datetime, SearchKey: string, WatchlistItem: dynamic) [] }".to_owned(),
        })
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        catalogue::closest(name).map(str::to_owned)
    }

    fn database_name(&self) -> &str {
        "hunting"
    }
}
