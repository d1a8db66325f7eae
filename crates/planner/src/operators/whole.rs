//! Operators computed over whole inputs.

use std::sync::Arc;

use datafusion::arrow::datatypes::Fields;
use datafusion::logical_expr::{Extension, LogicalPlan};
use quarry_operators::groups::PerGroup;
use quarry_operators::whole::{Computation, Whole};
use quarry_semantics::ir::Rel;

use super::Group;
use crate::PlanError;

/// A plan whose columns are those of `rel`, computed from inputs that hold just what the computation reads.
pub(super) fn whole(rel: &Rel, inputs: Vec<LogicalPlan>, computation: Arc<dyn Computation>) -> Result<LogicalPlan, PlanError> {
    node(inputs, crate::schema_of(rel).fields().clone(), computation)
}

/// The same for one input, within each group of a body where there is one. The input's last columns are then the group's.
pub(super) fn whole_of_group(
    rel: &Rel,
    input: LogicalPlan,
    computation: Arc<dyn Computation>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    computed_of_group(crate::schema_of(rel).fields(), input, computation, group)
}

/// The same with the columns told.
pub(super) fn computed_of_group(
    fields: &Fields,
    input: LogicalPlan,
    computation: Arc<dyn Computation>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else {
        return node(vec![input], fields.clone(), computation);
    };
    let tags = group.tags().len();
    let own = input.schema().fields().len().saturating_sub(tags);
    let fields = fields.iter().chain(input.schema().fields().iter().skip(own)).cloned().collect();
    let computation = Arc::new(PerGroup {
        inner: computation,
        tags,
        keys: group.keys.len(),
    });
    node(vec![input], fields, computation)
}

fn node(inputs: Vec<LogicalPlan>, fields: Fields, computation: Arc<dyn Computation>) -> Result<LogicalPlan, PlanError> {
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Whole::try_new(inputs, fields, computation)?),
    }))
}
