//! Operators computed over whole inputs.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan};
use quarry_operators::whole::{Computation, Whole};
use quarry_semantics::ir::Rel;

use crate::PlanError;

/// A plan whose columns are those of `rel`, computed from inputs that hold just what the computation reads.
pub(super) fn whole(rel: &Rel, inputs: Vec<LogicalPlan>, computation: Arc<dyn Computation>) -> Result<LogicalPlan, PlanError> {
    let fields = crate::schema_of(rel).fields().clone();
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Whole::try_new(inputs, fields, computation)?),
    }))
}
