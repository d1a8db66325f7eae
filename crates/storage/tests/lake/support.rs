//! A small catalogue, lakes in temporary folders, and queries in a line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type};
use datafusion::logical_expr::Expr;
use datafusion::prelude::{SessionConfig, SessionContext, col};
use quarry_schema::KqlType;
use quarry_storage::{ColumnOrigin, ColumnShape, FileOutcome, IngestOptions, IngestReport, Lake, TableCatalogue, TableShape, ingest};
use tempfile::TempDir;

/// One table, `Events`, with a column of every type.
#[derive(Debug)]
pub struct TestCatalogue {
    pub more: Vec<(&'static str, KqlType)>,
}

pub const COLUMNS: [(&str, KqlType); 11] = [
    ("Timestamp", KqlType::DateTime),
    ("Key", KqlType::Long),
    ("Flag", KqlType::Bool),
    ("Count", KqlType::Int),
    ("Ratio", KqlType::Real),
    ("Exact", KqlType::Decimal),
    ("Name", KqlType::String),
    ("Id", KqlType::Guid),
    ("Bag", KqlType::Dynamic),
    ("Span", KqlType::TimeSpan),
    ("Seen", KqlType::DateTime),
];

impl TableCatalogue for TestCatalogue {
    fn table(&self, name: &str) -> Option<TableShape> {
        let column = |(name, ty): (&str, KqlType), origin| ColumnShape {
            name: name.to_owned(),
            ty,
            origin,
        };
        (name == "Events").then(|| {
            let stored = COLUMNS.into_iter().chain(self.more.iter().copied());
            let mut columns: Vec<ColumnShape> = stored.map(|pair| column(pair, ColumnOrigin::Stored)).collect();
            columns.push(column(
                ("TimeGenerated", KqlType::DateTime),
                ColumnOrigin::AliasOf("Timestamp".to_owned()),
            ));
            columns.push(column(("Type", KqlType::String), ColumnOrigin::TableName));
            TableShape {
                name: "Events".to_owned(),
                columns,
                time: Some("Timestamp".to_owned()),
                hot: Vec::new(),
            }
        })
    }

    fn spelling(&self, name: &str) -> Option<String> {
        name.eq_ignore_ascii_case("Events").then(|| "Events".to_owned())
    }

    fn names(&self) -> Vec<String> {
        vec!["Events".to_owned()]
    }

    fn closest(&self, _: &str) -> Option<String> {
        Some("Events".to_owned())
    }
}

/// A lake and a folder for its inputs, gone with the test.
pub struct Fixture {
    pub lake: Lake,
    folder: TempDir,
}

impl Fixture {
    pub async fn new() -> Fixture {
        Fixture::with(Vec::new()).await
    }

    pub async fn with(more: Vec<(&'static str, KqlType)>) -> Fixture {
        let folder = TempDir::new().unwrap();
        let lake = open(folder.path(), more).await;
        Fixture { lake, folder }
    }

    /// The same lake, read anew with other columns in the catalogue.
    pub async fn reopened(&self, more: Vec<(&'static str, KqlType)>) -> Lake {
        open(self.folder.path(), more).await
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes an input file and gives its name.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub async fn ingest(&self, names: &[&str]) -> IngestReport {
        ingest_into(&self.lake, names, IngestOptions::default()).await
    }

    /// Ingests a text as a file whose name tells the table.
    pub async fn ingest_text(&self, name: &str, text: impl AsRef<[u8]>) -> IngestReport {
        let name = self.file(name, text);
        self.ingest(&[&name]).await
    }

    /// The rows of `Events` in order of `Key`, the asked columns as text.
    pub async fn events(&self, columns: &[&str]) -> Vec<Vec<String>> {
        query(&self.lake, "Events", columns, None, SessionConfig::new()).await
    }
}

async fn open(folder: &Path, more: Vec<(&'static str, KqlType)>) -> Lake {
    let location = folder.join("lake").display().to_string();
    Lake::create_with(&location, Arc::new(TestCatalogue { more })).await.unwrap()
}

pub async fn ingest_into(lake: &Lake, names: &[&str], options: IngestOptions) -> IngestReport {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    ingest(lake, &options, &names, Arc::new(|_| {})).await.unwrap()
}

pub fn only(report: &IngestReport) -> &FileOutcome {
    assert_eq!(report.files.len(), 1);
    &report.files[0].outcome
}

/// Rows in order of `Key` when asked for it, else in order of their text.
pub async fn query(lake: &Lake, table: &str, columns: &[&str], filter: Option<Expr>, config: SessionConfig) -> Vec<Vec<String>> {
    let context = SessionContext::new_with_config(config);
    let provider = lake.table(table).await.unwrap().unwrap_or_else(|| panic!("no table {table}"));
    let mut frame = context.read_table(provider).unwrap();
    if let Some(filter) = filter {
        frame = frame.filter(filter).unwrap();
    }
    let frame = frame.select(columns.iter().map(|name| col(format!("\"{name}\"")))).unwrap();
    let batches = frame.collect().await.unwrap();
    let mut rows = match batches.first() {
        Some(first) => shown(&concat_batches(&first.schema(), &batches).unwrap()),
        None => Vec::new(),
    };
    match columns.iter().position(|name| *name == "Key") {
        Some(at) => rows.sort_by_key(|row| row[at].parse::<i64>().ok()),
        None => rows.sort(),
    }
    rows
}

fn shown(batch: &RecordBatch) -> Vec<Vec<String>> {
    (0..batch.num_rows())
        .map(|row| batch.columns().iter().map(|column| cell(column, row)).collect())
        .collect()
}

fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => format!("{:?}", column.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal256(..) => {
            let mut out = String::new();
            quarry_value::decimal::write(column.as_primitive::<Decimal256Type>().value(row), &mut out);
            out
        }
        DataType::Utf8View => column.as_string_view().value(row).to_owned(),
        DataType::FixedSizeBinary(16) => {
            let mut out = String::new();
            quarry_value::guid::write(column.as_fixed_size_binary().value(row).try_into().unwrap(), &mut out);
            out
        }
        other => panic!("unexpected type {other}"),
    }
}

/// Ticks of a datetime in text.
pub fn ticks(text: &str) -> i64 {
    quarry_value::parse::datetime(text).unwrap()
}
