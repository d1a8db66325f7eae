//! Window functions over rows in order. The calls inside the items become columns of their own; the items read those.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder};
use quarry_operators::window::{Window, WindowCall, is_supported};
use quarry_schema::FunctionKind;
use quarry_semantics::ir::{ColumnId, Expr, ExprKind, Rel};
use quarry_value::arrow_type;

use super::group::{constants_of, tags_of};
use super::{Group, plan_rel};
use crate::columns::{Columns, name};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    items: &[(ColumnId, Expr)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(input, context, group)?;
    let mut found = Vec::new();
    for (_, expr) in items {
        window_calls(expr, &mut found);
    }
    // The binder has put calls inside other calls' arguments into a node below.
    let columns = || Columns::of(input).with_constants(constants_of(group));
    let plain = Expressions::new(context, columns());
    let mut calls = Vec::with_capacity(found.len());
    let mut names = Vec::with_capacity(found.len());
    for expr in found {
        let ExprKind::Call { function, args } = &expr.kind else {
            continue;
        };
        if !is_supported(function.name) {
            return Err(PlanError::unsupported(format!("function {}()", function.name), expr.span));
        }
        let output = format!("$window{}", calls.len());
        calls.push(WindowCall {
            function: function.name,
            args: plain.plan_all(args)?,
            output: output.clone(),
            data_type: arrow_type(expr.ty),
        });
        names.push((expr, output));
    }
    let computed = LogicalPlan::Extension(Extension {
        node: Arc::new(Window::try_new(rows, calls, group.map(Group::key_refs).unwrap_or_default())?),
    });
    let expressions = Expressions::with_windows(context, columns(), names);
    let mut projected = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let Some((_, expr)) = items.iter().find(|(id, _)| *id == column.id) else {
            return Err(PlanError::invalid(format!("column {} has no value", column.name), rel.span));
        };
        projected.push(expressions.plan(expr)?.alias(name(column)));
    }
    projected.extend(tags_of(group));
    Ok(LogicalPlanBuilder::from(computed).project(projected)?.build()?)
}

/// Collects the window calls of an expression, each once.
fn window_calls(expr: &Expr, found: &mut Vec<Expr>) {
    expr.walk(&mut |inner| {
        if let ExprKind::Call { function, .. } = &inner.kind
            && function.kind == FunctionKind::Window
            && !found.contains(inner)
        {
            found.push(inner.clone());
        }
    });
}
