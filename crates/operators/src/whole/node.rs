//! The logical node.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::Fields;
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

use super::Computation;

/// A computation over whole inputs.
#[derive(Clone, Debug)]
pub struct Whole {
    pub(super) inputs: Vec<LogicalPlan>,
    pub(super) computation: Arc<dyn Computation>,
    pub(super) schema: DFSchemaRef,
}

impl Whole {
    /// # Errors
    /// When two fields have one name.
    pub fn try_new(inputs: Vec<LogicalPlan>, fields: Fields, computation: Arc<dyn Computation>) -> Result<Self> {
        let schema = DFSchema::from_unqualified_fields(fields, std::collections::HashMap::new())?;
        Ok(Self {
            inputs,
            computation,
            schema: Arc::new(schema),
        })
    }
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.computation, &other.computation) && self.inputs == other.inputs && self.schema == other.schema
    }
}

impl Eq for Whole {}

impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.computation.name().hash(state);
        self.inputs.hash(state);
        self.schema.hash(state);
    }
}

impl PartialOrd for Whole {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.inputs.partial_cmp(&other.inputs)
    }
}

impl UserDefinedLogicalNodeCore for Whole {
    fn name(&self) -> &str {
        "Whole"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Whole: {}", self.computation.name())
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Self { inputs, ..self.clone() })
    }
}
