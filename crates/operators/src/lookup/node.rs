//! The logical node.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::Fields;
use datafusion::common::{DFSchema, DFSchemaRef, Result, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use super::Finder;

/// A column of the result, by its position in one of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Source(usize),
    /// Null in rows that match nothing.
    Table(usize),
}

/// A join of a source with what a [`Finder`] finds in a table.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub(super) source: LogicalPlan,
    pub(super) table: LogicalPlan,
    pub(super) finder: Arc<dyn Finder>,
    pub(super) columns: Vec<Side>,
    /// Rows of the source that match nothing come out too.
    pub(super) unmatched: bool,
    pub(super) schema: DFSchemaRef,
}

impl Lookup {
    /// # Errors
    /// When two fields have one name.
    pub fn try_new(
        source: LogicalPlan,
        table: LogicalPlan,
        finder: Arc<dyn Finder>,
        columns: Vec<Side>,
        unmatched: bool,
        fields: Fields,
    ) -> Result<Self> {
        let schema = DFSchema::from_unqualified_fields(fields, std::collections::HashMap::new())?;
        Ok(Self {
            source,
            table,
            finder,
            columns,
            unmatched,
            schema: Arc::new(schema),
        })
    }
}

impl PartialEq for Lookup {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.finder, &other.finder)
            && self.columns == other.columns
            && self.unmatched == other.unmatched
            && self.source == other.source
            && self.table == other.table
            && self.schema == other.schema
    }
}

impl Eq for Lookup {}

impl Hash for Lookup {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.finder.name().hash(state);
        self.columns.hash(state);
        self.source.hash(state);
        self.table.hash(state);
        self.schema.hash(state);
    }
}

impl PartialOrd for Lookup {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (&self.source, &self.table, &self.columns).partial_cmp(&(&other.source, &other.table, &other.columns))
    }
}

impl UserDefinedLogicalNodeCore for Lookup {
    fn name(&self) -> &str {
        "Lookup"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.source, &self.table]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Lookup: {}{}",
            self.finder.name(),
            if self.unmatched { " with unmatched rows" } else { "" }
        )
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [source, table] = <[LogicalPlan; 2]>::try_from(inputs).or_else(|_| plan_err!("a lookup has two inputs"))?;
        Ok(Self {
            source,
            table,
            ..self.clone()
        })
    }
}
