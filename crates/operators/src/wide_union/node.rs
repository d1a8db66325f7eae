//! The logical node.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// Rows of several inputs, each with some of the columns.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct WideUnion {
    legs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
    /// What stands in each column of a row whose leg lacks it.
    absent: Arc<[ScalarValue]>,
}

impl WideUnion {
    /// Columns of a leg go by their names; `absent` has a value for every column of `schema`.
    ///
    /// # Errors
    /// When two columns have one name, or there is not a value for every column.
    pub fn try_new(legs: Vec<LogicalPlan>, schema: &SchemaRef, absent: Vec<ScalarValue>) -> Result<Self> {
        if absent.len() != schema.fields().len() {
            return plan_err!(
                "a union of {} columns has {} values for absent ones",
                schema.fields().len(),
                absent.len()
            );
        }
        Ok(Self {
            legs,
            schema: Arc::new(DFSchema::try_from(Arc::clone(schema))?),
            absent: absent.into(),
        })
    }

    pub(super) fn absent(&self) -> &Arc<[ScalarValue]> {
        &self.absent
    }

    /// The same union of other legs.
    pub(super) fn with_legs(&self, legs: Vec<LogicalPlan>) -> Self {
        Self {
            legs,
            schema: Arc::clone(&self.schema),
            absent: Arc::clone(&self.absent),
        }
    }

    pub(super) fn legs(&self) -> &[LogicalPlan] {
        &self.legs
    }

    /// The columns that a leg lacks, with what stands in them.
    pub(super) fn lacking<'a>(&'a self, leg: &LogicalPlan) -> HashMap<&'a str, &'a ScalarValue> {
        let own: HashSet<&str> = names(leg).collect();
        let columns = self.schema.fields().iter().map(|field| field.name().as_str());
        columns.zip(self.absent.iter()).filter(|(name, _)| !own.contains(name)).collect()
    }
}

fn names(leg: &LogicalPlan) -> impl Iterator<Item = &str> {
    leg.schema().fields().iter().map(|field| field.name().as_str())
}

impl PartialOrd for WideUnion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.legs.partial_cmp(&other.legs)
    }
}

impl UserDefinedLogicalNodeCore for WideUnion {
    fn name(&self) -> &str {
        "WideUnion"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.legs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    /// What all legs have may be filtered below as it is; for the rest there is a rule of its own.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for name in self.legs.iter().flat_map(names) {
            *counts.entry(name).or_default() += 1;
        }
        let columns = self.schema.fields().iter().map(|field| field.name());
        let lacking = columns.filter(|name| counts.get(name.as_str()).is_none_or(|count| *count < self.legs.len()));
        lacking.cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WideUnion: {} columns", self.schema.fields().len())
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(self.with_legs(inputs))
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let fields = self.schema.fields();
        let wanted: HashSet<&str> = output_columns
            .iter()
            .filter_map(|at| fields.get(*at))
            .map(|field| field.name().as_str())
            .collect();
        let of_leg = |leg: &LogicalPlan| -> Vec<usize> {
            let own = names(leg).enumerate().filter(|(_, name)| wanted.contains(name));
            own.map(|(at, _)| at).collect()
        };
        Some(self.legs.iter().map(of_leg).collect())
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }
}
