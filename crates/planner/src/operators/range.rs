//! `range x from a to b step s`, both ends included.

use std::sync::Arc;

use datafusion::common::{ScalarValue, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_operators::range::range_table;
use quarry_schema::KqlType;
use quarry_semantics::ir::{Expr, Rel};
use quarry_value::arrow_type;

use super::Group;
use super::group::in_every_group;
use crate::columns::name;
use crate::expr::constant;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    from: &Expr,
    to: &Expr,
    step: &Expr,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let [column] = rel.columns.as_slice() else {
        return Err(PlanError::invalid("range gives one column", rel.span));
    };
    let bounds = [from, to, step].map(|bound| constant(bound, context));
    let [from_value, to_value, step_value] = bounds;
    let (from_value, to_value, step_value) = (from_value?, to_value?, step_value?);
    let plan_name = name(column);
    let is_zero = matches!(&step_value, ScalarValue::Int64(Some(0)) | ScalarValue::Int32(Some(0)))
        || matches!(&step_value, ScalarValue::Float64(Some(value)) if *value == 0.0);
    if is_zero {
        return Err(PlanError::invalid("the step of range must not be zero", step.span));
    }
    let provider = range_table(&plan_name, from_value, to_value, step_value)
        .ok_or_else(|| PlanError::unsupported(format!("range over {}", column.ty), rel.span))??;
    let scan = LogicalPlanBuilder::scan(TableReference::bare("range"), provider_as_source(Arc::new(provider)), None)?;
    let item = PlanExpr::Column(datafusion::common::Column::new(Some(TableReference::bare("range")), &plan_name));
    // Counting is done in longs.
    let item = match column.ty {
        KqlType::Int => datafusion::logical_expr::cast(item, arrow_type(column.ty)),
        _ => item,
    };
    let item = item.alias(plan_name);
    in_every_group(scan.project(vec![item])?.build()?, group)
}
