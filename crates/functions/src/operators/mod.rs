//! The operators of the language as expressions, with KQL's null rules.
//!
//! An operator becomes a native DataFusion expression where that computes exactly the same, because those prune files and row groups; a kernel otherwise.

mod arithmetic;
mod between;
mod cased;
mod compare;
pub(crate) mod conditions;
pub(crate) mod enclosed;
mod head;
mod membership;
mod needle;
mod needles;
mod order;
mod path;
pub(crate) mod regexes;
mod same_text;
mod text;

use std::sync::Arc;

use datafusion::common::{Result, ScalarValue, not_impl_err};
use datafusion::logical_expr::{Expr, Operator, cast};
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, UnaryOp};
use quarry_value::arrow_type;

pub(crate) use arithmetic::{Form as TimeForm, long as long_arithmetic, real as real_arithmetic, time_form};
pub use between::between;
pub(crate) use between::within;
pub use cased::equality_in_one_case;
pub(crate) use compare::{compared_values, holds};
pub use membership::{MembershipCandidates, membership};
pub use needle::{Place, fold_char, is_term};
pub use order::sort_key;
pub use path::{Segment, path};
pub use same_text::CompareViews;

use crate::kernel::{ScalarKernel, kernel_expr, text_form};
use crate::scalar::convert as conversions;

/// An operator of two operands. The binder has converted the operands to types that the operator takes.
///
/// # Errors
/// `NotImplemented` for a combination of types that no kernel computes.
pub fn binary(op: BinaryOp, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType, result: KqlType) -> Result<Expr> {
    match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => {
            arithmetic::arithmetic(op, left, left_ty, right, right_ty, result)
        }
        BinaryOp::Equal | BinaryOp::NotEqual => compare::equality(op == BinaryOp::NotEqual, left, left_ty, right, right_ty),
        BinaryOp::Less => compare::ordering(Operator::Lt, left, left_ty, right, right_ty),
        BinaryOp::LessOrEqual => compare::ordering(Operator::LtEq, left, left_ty, right, right_ty),
        BinaryOp::Greater => compare::ordering(Operator::Gt, left, left_ty, right, right_ty),
        BinaryOp::GreaterOrEqual => compare::ordering(Operator::GtEq, left, left_ty, right, right_ty),
        BinaryOp::Text {
            op,
            case_sensitive,
            negated,
        } => text::text(op, case_sensitive, negated, left, left_ty, right, right_ty),
    }
}

/// An operator of one operand.
///
/// # Errors
/// `NotImplemented` for a type that cannot be negated.
pub fn unary(op: UnaryOp, operand: Expr, ty: KqlType) -> Result<Expr> {
    match op {
        UnaryOp::Negate => arithmetic::negate(operand, ty),
    }
}

/// A conversion by the rules of the `to<type>()` functions.
///
/// # Errors
/// None at present: what cannot be converted becomes null.
pub fn convert(operand: Expr, from: KqlType, to: KqlType) -> Result<Expr> {
    Ok(converted(operand, from, to))
}

/// Text that was found inside a text, as a value of the type asked for: JSON becomes a document, as `todynamic()` makes it.
///
/// # Errors
/// None at present: what cannot be read becomes null.
pub fn read(text: Expr, to: KqlType) -> Result<Expr> {
    if to != KqlType::Dynamic {
        return convert(text, KqlType::String, to);
    }
    let kernel: ScalarKernel = crate::scalar::parse_json;
    Ok(kernel_expr("todynamic", Arc::new(kernel), vec![text], vec![KqlType::String], to, 0))
}

pub(crate) fn converted(operand: Expr, from: KqlType, to: KqlType) -> Expr {
    if to == KqlType::String
        && let Some(text) = text_form(&operand)
    {
        return text;
    }
    match (from, to) {
        _ if from == to => operand,
        (KqlType::Dynamic, KqlType::Unknown) | (KqlType::Unknown, KqlType::Dynamic) => operand,
        // Widening keeps order and identity, so that comparisons with a column behind it still prune.
        (KqlType::Int, KqlType::Long | KqlType::Real) | (KqlType::Long, KqlType::Real) => cast(operand, arrow_type(to)),
        _ => {
            let kernel: ScalarKernel = conversions::to_result;
            kernel_expr(format!("to{to}"), Arc::new(kernel), vec![operand], vec![from], to, 0)
        }
    }
}

/// The type in which two operands are compared or combined; `None` when they have none in common.
fn common(left: KqlType, right: KqlType) -> Option<KqlType> {
    use KqlType::{Bool, Decimal, Dynamic, Int, Long, Real, Unknown};
    Some(match (left, right) {
        _ if left == right => left,
        (Dynamic | Unknown, other) | (other, Dynamic | Unknown) => other,
        (Int | Bool, Long) | (Long, Int | Bool) | (Int, Bool) | (Bool, Int) => Long,
        (Int | Long | Bool, Real) | (Real, Int | Long | Bool) => Real,
        (Decimal, Int | Long | Real | Bool) | (Int | Long | Real | Bool, Decimal) => Decimal,
        _ => return None,
    })
}

/// Both operands in their common type.
fn aligned(what: &str, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType) -> Result<(Expr, Expr, KqlType)> {
    match common(left_ty, right_ty) {
        Some(ty) => Ok((converted(left, left_ty, ty), converted(right, right_ty, ty), ty)),
        None => not_impl_err!("{what} of {left_ty} and {right_ty} is not supported"),
    }
}

/// Whether a text has another as a term, ignoring case.
pub(crate) fn has_term(haystack: &str, term: &str) -> bool {
    needle::Needle::new(needle::Place::Term, false, term).matches(haystack)
}

/// Whether an expression is a constant that is not null.
fn is_value(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if !value.is_null())
}

/// Whether an expression is a constant text that is not empty.
fn is_some_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Utf8View(Some(text)), _) if !text.is_empty())
}

/// Whether an expression is a column, perhaps widened: cheap enough to be computed twice.
fn is_column(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Cast(cast) => is_column(&cast.expr),
        _ => false,
    }
}
