//! Local files that stand for data outside.

use datafusion::arrow::array::RecordBatch;
use datafusion::logical_expr::LogicalPlan;
use quarry_semantics::ir::{OutsideRead, Rel};

use super::Group;
use super::group::in_every_group;
use super::table::in_memory;
use crate::{PlanContext, PlanError};

pub(super) fn plan(rel: &Rel, read: &OutsideRead, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = context
        .tables
        .outside(read)
        .map_err(|problem| PlanError::invalid(problem, rel.span))?;
    let schema = crate::schema_of(rel);
    let rows = RecordBatch::try_new(schema, rows.columns().to_vec()).map_err(|error| PlanError::invalid(error.to_string(), rel.span))?;
    in_every_group(in_memory(vec![rows], rel)?, group)
}
