//! From text to bound query, on a stack that deep queries cannot overflow.

use quarry_schema::KqlType;
use quarry_schema::catalogue;
use quarry_semantics::ir::Query;
use quarry_semantics::{BindOptions, BindOutcome, Discover, Mode};
use quarry_text::{Diagnostic, Severity};

use crate::watched::Watched;
use crate::{Database, QueryError, QueryOptions};

/// Stack of the binding thread. Binding recurses over the query's nesting, which the parser bounds; this holds the worst of it.
const STACK: usize = 256 << 20;

/// How far binding came.
pub(crate) enum Bound {
    Query {
        query: Query,
        now: i64,
        diagnostics: Vec<Diagnostic>,
    },
    /// The columns of an operator depend on data: look at it, then bind again.
    Discover { discover: Box<Discover>, now: i64 },
}

/// Binds a text. Tables that it asks for are read first.
pub(crate) async fn bind(
    text: &str,
    database: &dyn Database,
    options: &QueryOptions,
    now: i64,
    facts: &[Vec<(String, KqlType)>],
) -> Result<Bound, QueryError> {
    let options = BindOptions {
        now: Some(now),
        parameters: options.parameters.clone(),
        overrides: options.overrides.clone(),
        facts: facts.to_vec(),
        exclusions: options.exclusions.clone(),
        scope: options.scope,
        mode: Mode::Execute,
    };
    let outcome = loop {
        let watched = Watched::new(database, text);
        let outcome = on_deep_stack(|| quarry_semantics::bind(text, &options, &watched))?;
        let unread = watched.unread();
        if unread.is_empty() {
            break outcome;
        }
        database.fetch(&unread).await?;
    };
    let BindOutcome {
        query,
        discover,
        diagnostics,
        now: query_now,
        ..
    } = outcome;
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        let diagnostics = diagnostics
            .into_iter()
            .map(|diagnostic| about_missing_data(text, diagnostic))
            .collect();
        return Err(QueryError { diagnostics });
    }
    let now = query_now.unwrap_or(now);
    match (discover, query) {
        (Some(discover), _) => Ok(Bound::Discover {
            discover: Box::new(discover),
            now,
        }),
        (None, Some(query)) => Ok(Bound::Query { query, now, diagnostics }),
        (None, None) => Ok(Bound::Query {
            query: Query {
                subqueries: Vec::new(),
                results: Vec::new(),
            },
            now,
            diagnostics,
        }),
    }
}

/// Runs `work` on a thread of its own with a large stack.
fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, QueryError> {
    let failed = |what: &str| QueryError::one(Diagnostic::error("Q0003", what.to_owned(), quarry_text::Span::new(0, 0)));
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(|error| failed(&format!("no thread to bind the query on: {error}")))?;
        thread
            .join()
            .map_err(|_| failed("binding this query failed inside Quarry: please report it"))
    })
}

/// A table that the catalogue knows but this database does not hold is missing data, not a mistake in the query.
fn about_missing_data(text: &str, mut diagnostic: Diagnostic) -> Diagnostic {
    let range = diagnostic.span.start as usize..diagnostic.span.end as usize;
    let name = text.get(range).unwrap_or_default();
    if diagnostic.code == "SEM0100"
        && let Some(table) = catalogue::table(name)
    {
        diagnostic.code = "Q0004".into();
        diagnostic.message = format!("table {name} holds no data here");
        diagnostic.help = Some(format!("it is a table of {}: ingest its logs to run this query", table.service));
    }
    diagnostic
}
