//! Filters: where only `true` keeps a row, false and null are the same, and plain comparisons can stand in for KQL's null rules.
//!
//! Plain comparisons are what storage can prune by, so this form is worth having.

use datafusion::logical_expr::{Expr as PlanExpr, Operator, binary_expr, lit};
use quarry_functions::operators::equality_in_one_case;
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, Expr, ExprKind, LogicalOp};

use super::{Expressions, balanced};
use crate::PlanError;

/// The expression as a filter predicate: equal to the exact one wherever that is true.
pub(crate) fn predicate(expressions: &Expressions<'_>, expr: &Expr) -> Result<PlanExpr, PlanError> {
    match &expr.kind {
        // Both connectives are monotone: replacing null by false below them cannot turn a kept row into a dropped one or back.
        ExprKind::Logical { op, operands } => {
            let operands = operands
                .iter()
                .map(|operand| predicate(expressions, operand))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(balanced(operands, *op).unwrap_or_else(|| lit(*op == LogicalOp::And)))
        }
        ExprKind::Binary { op, left, right } if left.ty == right.ty && comparable(left.ty) => {
            let operator = match op {
                BinaryOp::Equal => Operator::Eq,
                // One null makes `!=` true, two make it null, which a filter drops.
                BinaryOp::NotEqual => Operator::IsDistinctFrom,
                BinaryOp::Less => Operator::Lt,
                BinaryOp::LessOrEqual => Operator::LtEq,
                BinaryOp::Greater => Operator::Gt,
                BinaryOp::GreaterOrEqual => Operator::GtEq,
                _ => return expressions.plan(expr),
            };
            let (left, right) = (expressions.plan(left)?, expressions.plan(right)?);
            let cased = match op {
                BinaryOp::Equal | BinaryOp::NotEqual => equality_in_one_case(*op == BinaryOp::NotEqual, &left, &right),
                _ => None,
            };
            Ok(cased.unwrap_or_else(|| binary_expr(left, operator, right)))
        }
        ExprKind::Between {
            negated: false,
            value,
            low,
            high,
        } if value.ty == low.ty && value.ty == high.ty && comparable(value.ty) => {
            let tested = expressions.plan(value)?;
            Ok(binary_expr(tested.clone(), Operator::GtEq, expressions.plan(low)?).and(binary_expr(
                tested,
                Operator::LtEq,
                expressions.plan(high)?,
            )))
        }
        _ => expressions.plan(expr),
    }
}

/// Types whose Arrow order and equality are KQL's. Reals are not: NaN equals itself in Arrow.
fn comparable(ty: KqlType) -> bool {
    matches!(
        ty,
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan | KqlType::String
    )
}
