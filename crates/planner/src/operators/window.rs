//! Window functions over rows in order. The calls inside the items become columns of their own; the items read those.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, FieldRef};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan};
use quarry_operators::window::{WindowCall, WindowCalls, is_supported};
use quarry_schema::FunctionKind;
use quarry_semantics::ir::{ColumnId, Expr, ExprKind, Rel};
use quarry_value::arrow_type;

use super::group::{constants_of, tags_of};
use super::projected::projected;
use super::whole::computed_of_group;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
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
    let mut fields: Vec<FieldRef> = crate::schema_of(input).fields().iter().cloned().collect();
    let kept = fields.len();
    let mut read: Vec<PlanExpr> = input.columns.iter().map(|column| reference(name(column))).collect();
    let mut calls = Vec::with_capacity(found.len());
    let mut names = Vec::with_capacity(found.len());
    for expr in found {
        let ExprKind::Call { function, args } = &expr.kind else {
            continue;
        };
        if !is_supported(function.name) {
            return Err(PlanError::unsupported(format!("function {}()", function.name), expr.span));
        }
        let mut places = Vec::with_capacity(args.len());
        for arg in plain.plan_all(args)? {
            places.push(read.len());
            read.push(arg.alias(format!("$arg{}", read.len())));
        }
        let output = format!("$window{}", calls.len());
        fields.push(Arc::new(Field::new(&output, arrow_type(expr.ty), true)));
        calls.push(WindowCall {
            function: function.name,
            args: places,
        });
        names.push((expr, output));
    }
    read.extend(tags_of(group));
    let rows = projected(rows, read)?;
    let computed = computed_of_group(&fields.into(), rows, Arc::new(WindowCalls { kept, calls }), group)?;
    let expressions = Expressions::with_windows(context, columns(), names);
    // Of an id that comes twice, the first.
    let by_id: HashMap<ColumnId, &Expr> = items.iter().rev().map(|(id, expr)| (*id, expr)).collect();
    let mut planned = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let Some(expr) = by_id.get(&column.id) else {
            return Err(PlanError::invalid(format!("column {} has no value", column.name), rel.span));
        };
        planned.push(expressions.plan(expr)?.alias(name(column)));
    }
    planned.extend(tags_of(group));
    projected(computed, planned)
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
