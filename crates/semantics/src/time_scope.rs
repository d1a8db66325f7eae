//! The part of time that a query looks at, whatever its text says: the window of a rule that runs on a schedule.

use quarry_schema::KqlType;
use quarry_syntax::parse_expression;

use crate::binder::{Binder, rel, rows_of};
use crate::ir::{Rel, RelKind};
use crate::literal::format_datetime;
use crate::scope::{Context, Env};

/// Names of the time of an event, the usual one first.
const TIMES: [&str; 2] = ["TimeGenerated", "Timestamp"];

/// Which time of an event counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeOf {
    /// When it happened.
    #[default]
    Event,
    /// When it came in.
    Ingestion,
}

/// Events before the end and, where there is a beginning, not before it. In ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeScope {
    pub of: TimeOf,
    pub from: Option<i64>,
    /// The first moment that is too late.
    pub to: i64,
}

impl Binder<'_> {
    /// The rows of a stored table whose time lies in the scope. A table without a time of events is whole.
    pub(crate) fn in_time_scope(&mut self, rows: Rel) -> Rel {
        let Some(scope) = self.options.scope else { return rows };
        let timed = |name: &str| {
            rows.columns
                .iter()
                .any(|column| column.name == name && column.ty == KqlType::DateTime)
        };
        let time = match scope.of {
            TimeOf::Event => TIMES.into_iter().find(|name| timed(name)),
            TimeOf::Ingestion => Some("ingestion_time()"),
        };
        let Some(time) = time else { return rows };
        let mut text = format!("{time} < datetime({})", format_datetime(scope.to));
        if let Some(from) = scope.from {
            text.push_str(&format!(" and {time} >= datetime({})", format_datetime(from)));
        }
        let span = rows.span;
        let context = Context::new(&Env::default(), rows_of(&rows));
        let outer = self.foreign.replace((span, "time scope".to_owned()));
        let sink = self.sink.take();
        let predicate = self.condition(parse_expression(&text).expression(), span, &context);
        self.sink = sink;
        self.foreign = outer;
        let (columns, serialized, open) = (rows.columns.clone(), rows.serialized, rows.open);
        rel(RelKind::Filter { input: rows, predicate }, columns, serialized, open, span)
    }
}
