//! Bound expressions as typed trees. Each case here is a case of `operators` or of `scalar`: the types that it takes are those for which the two
//! compute the same, and every other is left to them.

use std::sync::Arc;

use arrow::array::StringViewArray;
use datafusion::logical_expr::Operator;
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, ColumnId, Expr, ExprKind, Literal, UnaryOp};

use super::{Bools, Case, Choice, Longs, Place, Reals, Stepwise};
use crate::operators::{TimeForm, time_form};

use KqlType::{Bool, DateTime, Int, Long, Real, String, TimeSpan};

/// Says where the value of a column lies.
pub type Locate<'a> = dyn Fn(ColumnId) -> Option<Place> + 'a;

impl Stepwise {
    /// The expression as a tree over the places of its columns; `None` when some part of it has no such form.
    #[must_use]
    pub fn compile(expr: &Expr, locate: &Locate<'_>) -> Option<Self> {
        Some(match expr.ty {
            Bool => Self::Bool(bools(expr, locate)?),
            Int | Long | DateTime | TimeSpan => Self::Long(longs(expr, locate)?),
            Real => Self::Real(reals(expr, locate)?),
            _ => Self::Choice(choice(expr, locate)?),
        })
    }
}

fn bools(expr: &Expr, locate: &Locate<'_>) -> Option<Bools> {
    if expr.ty != Bool {
        return None;
    }
    match &expr.kind {
        ExprKind::Column(id) => Some(Bools::Cell(locate(*id)?)),
        ExprKind::Literal(Literal::Bool(value)) => Some(Bools::Constant(Some(*value))),
        ExprKind::Literal(Literal::Null(Bool)) => Some(Bools::Constant(None)),
        ExprKind::Logical { op, operands } => {
            let operands = operands.iter().map(|operand| bools(operand, locate)).collect::<Option<_>>()?;
            Some(Bools::Logical(*op, operands))
        }
        ExprKind::Binary { op, left, right } => compare(comparison(*op)?, left, right, locate),
        ExprKind::Between { negated, value, low, high } => {
            let operands = [value.as_ref(), low.as_ref(), high.as_ref()];
            if operands.iter().any(|operand| operand.ty != value.ty) {
                return None;
            }
            match value.ty {
                Int | Long | DateTime | TimeSpan => Some(Bools::LongBetween(*negated, three(operands, longs, locate)?)),
                Real => Some(Bools::RealBetween(*negated, three(operands, reals, locate)?)),
                _ => None,
            }
        }
        ExprKind::Convert(inner) => bools(inner, locate),
        ExprKind::Call { function, args } => match (function.name, args.as_slice()) {
            ("not", [operand]) => Some(Bools::Not(Box::new(bools(operand, locate)?))),
            ("isnull", [value]) => is_null(value, locate),
            ("isnotnull", [value]) => Some(Bools::Not(Box::new(is_null(value, locate)?))),
            ("isempty", [value]) if value.ty == String => Some(Bools::IsEmpty(choice(value, locate)?)),
            ("isnotempty", [value]) if value.ty == String => Some(Bools::Not(Box::new(Bools::IsEmpty(choice(value, locate)?)))),
            ("case" | "iff" | "iif", _) => Some(Bools::Case(case(expr.ty, args, bools, locate)?)),
            _ => None,
        },
        _ => None,
    }
}

fn is_null(value: &Expr, locate: &Locate<'_>) -> Option<Bools> {
    // Strings are never null.
    if value.ty == String {
        return None;
    }
    Some(Bools::IsNull(Box::new(Stepwise::compile(value, locate)?)))
}

fn comparison(op: BinaryOp) -> Option<Operator> {
    Some(match op {
        BinaryOp::Equal => Operator::Eq,
        BinaryOp::NotEqual => Operator::NotEq,
        BinaryOp::Less => Operator::Lt,
        BinaryOp::LessOrEqual => Operator::LtEq,
        BinaryOp::Greater => Operator::Gt,
        BinaryOp::GreaterOrEqual => Operator::GtEq,
        _ => return None,
    })
}

fn compare(op: Operator, left: &Expr, right: &Expr, locate: &Locate<'_>) -> Option<Bools> {
    let operands = [left, right];
    match (left.ty, right.ty) {
        (Int | Long, Int | Long) | (DateTime, DateTime) | (TimeSpan, TimeSpan) => {
            Some(Bools::CompareLongs(op, two(operands, longs, locate)?))
        }
        (Real, Int | Long | Real) | (Int | Long, Real) => Some(Bools::CompareReals(op, two(operands, reals, locate)?)),
        (String, String) => Some(Bools::CompareTexts(op, two(operands, choice, locate)?)),
        _ => None,
    }
}

/// Whole numbers and ticks. An int is a long that fits.
fn longs(expr: &Expr, locate: &Locate<'_>) -> Option<Longs> {
    if !is_long(expr.ty) {
        return None;
    }
    match &expr.kind {
        ExprKind::Column(id) => Some(Longs::Cell(locate(*id)?)),
        ExprKind::Literal(literal) => match literal {
            Literal::Int(value) => Some(Longs::Constant(Some(i64::from(*value)))),
            Literal::Long(value) | Literal::DateTime(value) | Literal::TimeSpan(value) => Some(Longs::Constant(Some(*value))),
            Literal::Null(ty) if is_long(*ty) => Some(Longs::Constant(None)),
            _ => None,
        },
        ExprKind::Binary { op, left, right } => {
            let operands = [left.as_ref(), right.as_ref()];
            if matches!((left.ty, right.ty), (Int | Long, Int | Long)) {
                return (is_arithmetic(*op) && expr.ty == Long)
                    .then(|| two(operands, longs, locate))
                    .flatten()
                    .map(|operands| Longs::Arithmetic(*op, operands));
            }
            match time_form(*op, left.ty, right.ty)? {
                TimeForm::Longs if expr.ty != Int => Some(Longs::Arithmetic(*op, two(operands, longs, locate)?)),
                TimeForm::Datetimes if expr.ty == DateTime => Some(Longs::Calendar(*op, two(operands, longs, locate)?)),
                _ => None,
            }
        }
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        } if operand.ty == expr.ty && matches!(expr.ty, Long | TimeSpan) => Some(Longs::Negate(Box::new(longs(operand, locate)?))),
        ExprKind::Convert(inner) if inner.ty == expr.ty || (inner.ty == Int && expr.ty == Long) => longs(inner, locate),
        ExprKind::Call { function, args } => match function.name {
            "case" | "iff" | "iif" => Some(Longs::Case(case(expr.ty, args, longs, locate)?)),
            "coalesce" => Some(Longs::Coalesce(same(expr.ty, args, longs, locate)?)),
            _ => None,
        },
        _ => None,
    }
}

/// Reals, and whole numbers as reals.
fn reals(expr: &Expr, locate: &Locate<'_>) -> Option<Reals> {
    if matches!(expr.ty, Int | Long) {
        return Some(Reals::OfLong(Box::new(longs(expr, locate)?)));
    }
    if expr.ty != Real {
        return None;
    }
    match &expr.kind {
        ExprKind::Column(id) => Some(Reals::Cell(locate(*id)?)),
        ExprKind::Literal(Literal::Real(value)) => Some(Reals::Constant(Some(*value))),
        ExprKind::Literal(Literal::Null(Real)) => Some(Reals::Constant(None)),
        ExprKind::Binary { op, left, right } => {
            let operands = [left.as_ref(), right.as_ref()];
            match (left.ty, right.ty) {
                (Real, Int | Long | Real) | (Int | Long, Real) if is_arithmetic(*op) => {
                    Some(Reals::Arithmetic(*op, two(operands, reals, locate)?))
                }
                (DateTime | TimeSpan, DateTime | TimeSpan) if matches!(time_form(*op, left.ty, right.ty), Some(TimeForm::Ratio)) => {
                    Some(Reals::Ratio(two(operands, longs, locate)?))
                }
                _ => None,
            }
        }
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        } if operand.ty == Real => Some(Reals::Negate(Box::new(reals(operand, locate)?))),
        ExprKind::Convert(inner) => reals(inner, locate),
        ExprKind::Call { function, args } => match function.name {
            "case" | "iff" | "iif" => Some(Reals::Case(case(expr.ty, args, reals, locate)?)),
            "coalesce" => Some(Reals::Coalesce(same(expr.ty, args, reals, locate)?)),
            _ => None,
        },
        _ => None,
    }
}

/// A value of another type than the above, which is somewhere already.
fn choice(expr: &Expr, locate: &Locate<'_>) -> Option<Choice> {
    if expr.ty == Bool || expr.ty == Real || is_long(expr.ty) {
        return None;
    }
    match &expr.kind {
        ExprKind::Column(id) => Some(Choice::Cell(locate(*id)?)),
        ExprKind::Literal(Literal::String(text)) => Some(constant(text)),
        ExprKind::Literal(Literal::Null(String)) => Some(constant("")),
        ExprKind::Convert(inner) if inner.ty == expr.ty => choice(inner, locate),
        ExprKind::Call { function, args } => match function.name {
            "case" | "iff" | "iif" => Some(Choice::Case(case(expr.ty, args, choice, locate)?)),
            "coalesce" if expr.ty == String => {
                let mut operands = same(expr.ty, args, choice, locate)?;
                let last = operands.pop()?;
                Some(Choice::Coalesce(operands, Box::new(last)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn constant(text: &str) -> Choice {
    Choice::Constant(text.to_owned(), Arc::new(StringViewArray::from(vec![text])))
}

fn is_long(ty: KqlType) -> bool {
    matches!(ty, Int | Long | DateTime | TimeSpan)
}

fn is_arithmetic(op: BinaryOp) -> bool {
    use BinaryOp::{Add, Divide, Modulo, Multiply, Subtract};
    matches!(op, Add | Subtract | Multiply | Divide | Modulo)
}

/// Compiles an expression of one type.
type Compile<T> = fn(&Expr, &Locate<'_>) -> Option<T>;

fn two<T>([left, right]: [&Expr; 2], compile: Compile<T>, locate: &Locate<'_>) -> Option<Box<[T; 2]>> {
    Some(Box::new([compile(left, locate)?, compile(right, locate)?]))
}

fn three<T>([value, low, high]: [&Expr; 3], compile: Compile<T>, locate: &Locate<'_>) -> Option<Box<[T; 3]>> {
    Some(Box::new([compile(value, locate)?, compile(low, locate)?, compile(high, locate)?]))
}

/// Arguments that all have the type of the answer.
fn same<T>(ty: KqlType, args: &[Expr], compile: Compile<T>, locate: &Locate<'_>) -> Option<Vec<T>> {
    let fits = |arg: &&Expr| arg.ty == ty;
    let compiled: Vec<T> = args.iter().filter(fits).map(|arg| compile(arg, locate)).collect::<Option<_>>()?;
    (!compiled.is_empty() && compiled.len() == args.len()).then_some(compiled)
}

fn case<T>(ty: KqlType, args: &[Expr], compile: Compile<T>, locate: &Locate<'_>) -> Option<Box<Case<T>>> {
    let (pairs, rest) = args.as_chunks::<2>();
    let [otherwise] = rest else { return None };
    let mut branches = Vec::with_capacity(pairs.len());
    for [condition, value] in pairs {
        if value.ty != ty {
            return None;
        }
        branches.push((bools(condition, locate)?, compile(value, locate)?));
    }
    if otherwise.ty != ty {
        return None;
    }
    Some(Box::new(Case {
        branches,
        otherwise: compile(otherwise, locate)?,
    }))
}
