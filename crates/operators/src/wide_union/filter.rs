//! The optimizer rule that filters the legs of a wide union rather than the union.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::{Expr, Extension, Filter, LogicalPlan, lit};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::WideUnion;

/// Each leg gets the filter with the columns that it lacks as the constants that they are there, so that a leg of which no row can pass goes away.
#[derive(Debug)]
pub struct FilterLegs;

impl OptimizerRule for FilterLegs {
    fn name(&self) -> &str {
        "filter_legs"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Filter(filter) = &plan else {
            return Ok(Transformed::no(plan));
        };
        let LogicalPlan::Extension(Extension { node }) = filter.input.as_ref() else {
            return Ok(Transformed::no(plan));
        };
        let Some(union) = node.as_any().downcast_ref::<WideUnion>() else {
            return Ok(Transformed::no(plan));
        };
        let legs = union.legs().iter().map(|leg| filtered(union, leg, &filter.predicate));
        let node = Arc::new(union.with_legs(legs.collect::<Result<_>>()?));
        Ok(Transformed::yes(LogicalPlan::Extension(Extension { node })))
    }
}

fn filtered(union: &WideUnion, leg: &LogicalPlan, predicate: &Expr) -> Result<LogicalPlan> {
    let lacking = union.lacking(leg);
    let predicate = predicate.clone().transform(|expr| {
        let absent = match &expr {
            Expr::Column(column) => lacking.get(column.name.as_str()),
            _ => None,
        };
        Ok(match absent {
            Some(value) => Transformed::yes(lit((*value).clone())),
            None => Transformed::no(expr),
        })
    })?;
    Ok(LogicalPlan::Filter(Filter::try_new(predicate.data, Arc::new(leg.clone()))?))
}
