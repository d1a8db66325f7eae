//! Conditions of plans that are otherwise ready.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::{FilterExec, FilterExecBuilder};

/// A plan whose filters test what `rewrite` makes of their conditions over the columns of their input; nothing leaves a filter as it is.
pub(crate) fn rewritten(
    plan: Arc<dyn ExecutionPlan>,
    rewrite: impl Fn(&Arc<dyn PhysicalExpr>, &Schema) -> Result<Option<Arc<dyn PhysicalExpr>>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|plan| {
        let Some(filter) = plan.downcast_ref::<FilterExec>() else {
            return Ok(Transformed::no(plan));
        };
        let Some(condition) = rewrite(filter.predicate(), &filter.input().schema())? else {
            return Ok(Transformed::no(plan));
        };
        let filter = FilterExecBuilder::from(filter).with_predicate(condition).build()?;
        Ok(Transformed::yes(Arc::new(filter) as _))
    })
    .data()
}
