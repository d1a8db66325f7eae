//! One case: its answer is a line of JSON whatever happens.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use quarry_engine::{QueryError, QueryOptions, Session};
use quarry_hunting::{Beside, HuntDatabase, KnownTables, ResultTable};
use quarry_semantics::{BindOptions, Catalog, Mode, QueryKind, SchemaCatalog, StoredFunction, TableSchema};
use quarry_text::{Diagnostic, LineIndex, Severity};
use serde::Deserialize;
use serde_json::{Value, json};

use super::tables;

#[derive(Debug, Deserialize)]
struct Case {
    id: Value,
    query: String,
    #[serde(default)]
    tables: Option<Value>,
}

/// The rows of the case's query.
pub async fn run(line: String, session: Session, lake: Option<Arc<HuntDatabase>>, beside: Beside, timeout: Duration) -> String {
    let case: Case = match serde_json::from_str(&line) {
        Ok(case) => case,
        Err(error) => return failure(&Value::Null, "BAD_CASE", &error.to_string()),
    };
    let id = case.id.clone();
    let answer = isolated(timeout, async move {
        let database = match lake {
            Some(lake) if case.tables.is_none() => lake,
            _ => match tables::database(case.tables.as_ref(), &session).await {
                Ok(database) => Arc::new(HuntDatabase::over(Arc::new(database), beside)),
                Err(error) => return error_line(&case, &error),
            },
        };
        let options = QueryOptions {
            timeout: Some(timeout),
            ..QueryOptions::default()
        };
        match session.query(&case.query, database.as_ref(), &options).await {
            Ok(outcome) => result_line(
                &case.id,
                &outcome.tables.into_iter().next().map(ResultTable::from).unwrap_or_default(),
            ),
            Err(error) => error_line(&case, &error),
        }
    });
    answer.await.unwrap_or_else(|(code, message)| failure(&id, code, &message))
}

/// The columns and errors of the case's query.
pub async fn bind(line: String, beside: Beside, timeout: Duration) -> String {
    let case: Case = match serde_json::from_str(&line) {
        Ok(case) => case,
        Err(error) => return failure(&Value::Null, "BAD_CASE", &error.to_string()),
    };
    let id = case.id.clone();
    isolated(timeout, async move { bind_line(&case, beside) })
        .await
        .unwrap_or_else(|(code, message)| {
            let error = json!({ "code": code, "message": message, "start": 0, "end": 0 });
            json!({ "id": id, "kind": "none", "open": false, "columns": null, "errors": [error] }).to_string()
        })
}

/// Runs work on a task of its own, so that neither a panic nor an endless loop reaches the other cases.
async fn isolated(timeout: Duration, work: impl Future<Output = String> + Send + 'static) -> Result<String, (&'static str, String)> {
    let task = tokio::spawn(work);
    let stop = task.abort_handle();
    // The engine keeps the limit itself where it can; this one catches what never yields.
    match tokio::time::timeout(timeout.saturating_add(Duration::from_secs(1)), task).await {
        Ok(Ok(line)) => Ok(line),
        Ok(Err(_)) => Err(("INTERNAL", "the engine failed on this query".to_owned())),
        Err(_) => {
            stop.abort();
            Err(("TIMEOUT", format!("no answer within {} s", timeout.as_secs())))
        }
    }
}

/// The catalogue, with watchlists as they are without any item.
struct Known(KnownTables);

impl Catalog for Known {
    fn table(&self, name: &str) -> Option<TableSchema> {
        self.0.table(name)
    }

    fn table_names(&self) -> Vec<String> {
        self.0.table_names()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.0.function(name).or_else(|| SchemaCatalog.function(name))
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        self.0.closest_table(name)
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.0.closest_function(name)
    }

    fn database_name(&self) -> &str {
        self.0.database_name()
    }
}

fn bind_line(case: &Case, beside: Beside) -> String {
    let options = BindOptions {
        mode: Mode::Editor,
        ..BindOptions::default()
    };
    let outcome = quarry_semantics::bind(&case.query, &options, &Known(KnownTables::new(beside.functions)));
    let kind = match outcome.kind {
        QueryKind::Table => "table",
        QueryKind::Scalar => "scalar",
        QueryKind::None => "none",
    };
    let result = outcome
        .query
        .as_ref()
        .and_then(|query| query.results.first())
        .filter(|_| outcome.kind == QueryKind::Table);
    let columns = result.map(|result| {
        result
            .rel
            .columns
            .iter()
            .map(|column| json!([column.name, column.ty.name()]))
            .collect::<Vec<_>>()
    });
    let index = LineIndex::new(&case.query);
    let errors: Vec<Value> = outcome
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .map(|diagnostic| error(diagnostic, &index))
        .collect();
    json!({ "id": case.id, "kind": kind, "open": outcome.open, "columns": columns, "errors": errors }).to_string()
}

/// Cells are written as they are: decimals, large integers and documents must not pass through a number type of JSON.
fn result_line(id: &Value, table: &ResultTable) -> String {
    let names: Vec<&String> = table.columns.iter().map(|(name, _)| name).collect();
    let types: Vec<&str> = table.columns.iter().map(|(_, ty)| ty.name()).collect();
    let mut line = format!("{{\"id\":{id},\"columns\":{},\"types\":{},\"rows\":[", json!(names), json!(types));
    for (number, row) in table.iter().enumerate() {
        line.push_str(if number > 0 { ",[" } else { "[" });
        for column in 0..table.columns.len() {
            if column > 0 {
                line.push(',');
            }
            row.json(column, &mut line);
        }
        line.push(']');
    }
    line.push_str("]}");
    line
}

fn error_line(case: &Case, failed: &QueryError) -> String {
    // As the engine does: a mistake in the grammar comes before those in names and types.
    let errors = || {
        failed
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
    };
    let gravest = errors()
        .find(|diagnostic| diagnostic.code.starts_with("SYN"))
        .or_else(|| errors().next());
    match gravest {
        Some(diagnostic) => json!({ "id": case.id, "error": error(diagnostic, &LineIndex::new(&case.query)) }).to_string(),
        None => failure(&case.id, "INTERNAL", "the engine gave no reason"),
    }
}

fn error(diagnostic: &Diagnostic, index: &LineIndex<'_>) -> Value {
    json!({
        "code": diagnostic.code,
        "message": diagnostic.message,
        "start": index.utf16_offset(diagnostic.span.start),
        "end": index.utf16_offset(diagnostic.span.end),
    })
}

fn failure(id: &Value, code: &str, message: &str) -> String {
    json!({ "id": id, "error": { "code": code, "message": message, "start": 0, "end": 0 } }).to_string()
}
