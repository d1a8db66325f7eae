//! Operators computed over whole inputs.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan};
use quarry_operators::groups::PerGroup;
use quarry_operators::whole::{Computation, Whole};
use quarry_semantics::ir::Rel;

use super::Group;
use crate::PlanError;

/// A plan whose columns are those of `rel`, computed from inputs that hold just what the computation reads.
pub(super) fn whole(rel: &Rel, inputs: Vec<LogicalPlan>, computation: Arc<dyn Computation>) -> Result<LogicalPlan, PlanError> {
    let fields = crate::schema_of(rel).fields().clone();
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Whole::try_new(inputs, fields, computation)?),
    }))
}

/// The same for one input, within each group of a body where there is one. The input's last columns are then the group's.
pub(super) fn whole_of_group(
    rel: &Rel,
    input: LogicalPlan,
    computation: Arc<dyn Computation>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else {
        return whole(rel, vec![input], computation);
    };
    let tags = group.tags().len();
    let mut fields: Vec<_> = crate::schema_of(rel).fields().iter().cloned().collect();
    let own = input.schema().fields().len().saturating_sub(tags);
    fields.extend(input.schema().fields().iter().skip(own).cloned());
    let computation = Arc::new(PerGroup {
        inner: computation,
        tags,
        keys: group.keys.len(),
    });
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Whole::try_new(vec![input], fields.into(), computation)?),
    }))
}
