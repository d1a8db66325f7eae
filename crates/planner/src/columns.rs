//! How the columns of a bound query appear in a plan.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::Column as PlanColumn;
use datafusion::logical_expr::Expr;
use quarry_schema::KqlType;
use quarry_semantics::ir::{Column, ColumnId, Rel, RelKind};
use quarry_text::Span;
use quarry_value::arrow_type;

/// The plan's name of a column. The id makes it unique, the KQL name makes plans readable.
pub(crate) fn name(column: &Column) -> String {
    format!("{}#{}", column.name, column.id)
}

/// A reference to a plan column by its exact name, never parsed for dots or case.
pub(crate) fn reference(name: impl Into<String>) -> Expr {
    Expr::Column(PlanColumn::new_unqualified(name))
}

/// The Arrow field of a column. Strings are never null in KQL.
#[must_use]
pub fn field(name: &str, ty: KqlType) -> Field {
    Field::new(name, arrow_type(ty), true)
}

/// The Arrow schema of a bound expression under plan names.
#[must_use]
pub fn schema_of(rel: &Rel) -> SchemaRef {
    Arc::new(Schema::new(
        rel.columns.iter().map(|column| field(&name(column), column.ty)).collect::<Vec<_>>(),
    ))
}

/// Rows of which only the columns are known: what expressions over computed columns are planned against.
pub(crate) fn rows_of(columns: Vec<Column>, span: Span) -> Rel {
    Rel {
        kind: Box::new(RelKind::Rows { rows: Vec::new() }),
        columns,
        span,
        serialized: false,
        open: false,
    }
}

/// Finds columns by id in the input of an operator.
pub(crate) struct Columns<'a> {
    input: Option<&'a Rel>,
    by_id: HashMap<ColumnId, &'a Column>,
    /// Columns of the rows around a body, which the body reads as constants, and what the plan calls them.
    constants: &'a [(ColumnId, String)],
}

impl<'a> Columns<'a> {
    pub(crate) fn of(rel: &'a Rel) -> Self {
        // The first of an id, as names in the plan are resolved.
        let by_id = rel.columns.iter().rev().map(|column| (column.id, column)).collect();
        Self {
            input: Some(rel),
            by_id,
            constants: &[],
        }
    }

    /// The same inside a body that may read these as constants.
    pub(crate) fn with_constants(self, constants: &'a [(ColumnId, String)]) -> Self {
        Self { constants, ..self }
    }

    pub(crate) fn none() -> Self {
        Self {
            input: None,
            by_id: HashMap::new(),
            constants: &[],
        }
    }

    pub(crate) fn get(&self, id: ColumnId) -> Option<&'a Column> {
        self.by_id.get(&id).copied()
    }

    /// What the plan calls a column.
    pub(crate) fn plan_name(&self, id: ColumnId) -> Option<String> {
        let constant = || {
            self.constants
                .iter()
                .find(|(constant, _)| *constant == id)
                .map(|(_, name)| name.clone())
        };
        self.get(id).map(name).or_else(constant)
    }

    /// Whether the input's plan carries the time at which each row came in.
    pub(crate) fn has_ingestion_time(&self) -> bool {
        self.input.is_some_and(carries_ingestion_time)
    }
}

/// Plan name of the column behind `ingestion_time()`, carried beside a stored table's own columns as long as rows stay rows of that table.
pub(crate) const INGESTION_TIME: &str = "$ingestion_time";

/// Whether a row here is still a row of a stored table.
pub(crate) fn carries_ingestion_time(rel: &Rel) -> bool {
    let mut rel = rel;
    loop {
        rel = match rel.kind.as_ref() {
            RelKind::Table { .. } => return true,
            RelKind::Filter { input, .. } | RelKind::Project { input, .. } | RelKind::Sort { input, .. } | RelKind::Take { input, .. } => {
                input
            }
            _ => return false,
        };
    }
}
