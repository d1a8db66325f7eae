//! Type rules: what operators make of their operands' types.

use quarry_schema::KqlType;

use crate::ir::BinaryOp;

/// The types that an operator wants its operands converted to, and the type of its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operands {
    pub left: KqlType,
    pub right: KqlType,
    pub result: KqlType,
}

fn rank(ty: KqlType) -> u8 {
    match ty {
        KqlType::Int => 1,
        KqlType::Long => 2,
        KqlType::Real => 3,
        KqlType::Decimal => 4,
        _ => 0,
    }
}

/// The wider of two numeric types; the other one when only one is numeric.
pub(crate) fn widest(a: KqlType, b: KqlType) -> KqlType {
    if rank(a) >= rank(b) { a } else { b }
}

/// Whether a value of `from` turns into `to` without being asked: towards wider numbers only.
pub(crate) fn promotes(from: KqlType, to: KqlType) -> bool {
    from.is_number() && to.is_number() && rank(from) <= rank(to)
}

/// The type that branches of `iff`, `case`, `coalesce` agree on. Integers widen; a real beside an integer is refused.
pub(crate) fn common_branch(a: KqlType, b: KqlType) -> Option<KqlType> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (KqlType::Unknown, other) | (other, KqlType::Unknown) => Some(other),
        (a, b) if a.is_integer() && b.is_integer() => Some(KqlType::Long),
        (KqlType::Dynamic, _) | (_, KqlType::Dynamic) => Some(KqlType::Dynamic),
        _ => None,
    }
}

/// Operand and result types of `+ - * / %`.
pub(crate) fn arithmetic(op: BinaryOp, left: KqlType, right: KqlType) -> Option<Operands> {
    use KqlType::{DateTime, Decimal, Dynamic, Long, Real, TimeSpan, Unknown};
    let same = |left, right, result| Some(Operands { left, right, result });
    match (left, right) {
        (Unknown, Unknown) => same(Unknown, Unknown, Unknown),
        (Dynamic | Unknown, Dynamic | Unknown) => same(left, right, Dynamic),
        (l, r) if l.is_number() && r.is_number() => {
            let result = widest(widest(l, r), Long);
            same(result, result, result)
        }
        // A dynamic takes the other operand's type.
        (Dynamic | Unknown, r) if r.is_number() => {
            let result = widest(r, Long);
            same(result, result, result)
        }
        (l, Dynamic | Unknown) if l.is_number() => {
            let result = widest(l, Long);
            same(result, result, result)
        }
        (DateTime, DateTime) if op == BinaryOp::Subtract => same(DateTime, DateTime, TimeSpan),
        (DateTime, TimeSpan) => match op {
            BinaryOp::Add | BinaryOp::Subtract => same(DateTime, TimeSpan, DateTime),
            BinaryOp::Modulo => same(DateTime, TimeSpan, TimeSpan),
            BinaryOp::Divide => same(DateTime, TimeSpan, Real),
            _ => None,
        },
        (TimeSpan, DateTime) if op == BinaryOp::Add => same(TimeSpan, DateTime, DateTime),
        (TimeSpan, TimeSpan) => match op {
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Modulo => same(TimeSpan, TimeSpan, TimeSpan),
            BinaryOp::Divide => same(TimeSpan, TimeSpan, Real),
            _ => None,
        },
        (TimeSpan, r) if r.is_number() && matches!(op, BinaryOp::Multiply | BinaryOp::Divide) => {
            same(TimeSpan, if r == Decimal { Real } else { widest(r, Long) }, TimeSpan)
        }
        (l, TimeSpan) if l.is_number() && op == BinaryOp::Multiply => {
            same(if l == Decimal { Real } else { widest(l, Long) }, TimeSpan, TimeSpan)
        }
        (Dynamic | Unknown, DateTime) | (DateTime, Dynamic | Unknown) if op == BinaryOp::Subtract => same(DateTime, DateTime, TimeSpan),
        (Dynamic | Unknown, TimeSpan) | (TimeSpan, Dynamic | Unknown) if matches!(op, BinaryOp::Add | BinaryOp::Subtract) => {
            same(TimeSpan, TimeSpan, TimeSpan)
        }
        _ => None,
    }
}

/// What a comparison makes of its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Both are compared as this type.
    As(KqlType),
    /// A dynamic beside a scalar: compared by content, without conversion.
    ByContent,
    /// Two dynamics, or a dynamic compared for order with a string: a cast is needed.
    NeedsCast,
    Undefined,
}

/// How `==`, `!=` (`ordering` false) and `<`, `<=`, `>`, `>=` compare two types.
pub(crate) fn comparison(left: KqlType, right: KqlType, ordering: bool) -> Comparison {
    use KqlType::{Bool, Dynamic, Guid, String, Unknown};
    match (left, right) {
        (Unknown, other) | (other, Unknown) => Comparison::As(other),
        (Dynamic, Dynamic) => Comparison::NeedsCast,
        (Dynamic, other) | (other, Dynamic) if ordering && !other.is_number() => Comparison::Undefined,
        (Dynamic, _) | (_, Dynamic) => Comparison::ByContent,
        (String, String) | (Guid, Guid) if ordering => Comparison::Undefined,
        (a, b) if a == b => Comparison::As(a),
        (a, b) if a.is_number() && b.is_number() => Comparison::As(widest(a, b)),
        (Bool, other) | (other, Bool) if other.is_number() => Comparison::As(other),
        (String, other) | (other, String) if !ordering => Comparison::As(other),
        _ => Comparison::Undefined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KqlType::{Bool, DateTime, Decimal, Dynamic, Int, Long, Real, String, TimeSpan};

    fn result(op: BinaryOp, left: KqlType, right: KqlType) -> Option<KqlType> {
        arithmetic(op, left, right).map(|operands| operands.result)
    }

    #[test]
    fn numbers_widen_and_ints_become_longs() {
        assert_eq!(result(BinaryOp::Add, Int, Int), Some(Long));
        assert_eq!(result(BinaryOp::Add, Long, Real), Some(Real));
        assert_eq!(result(BinaryOp::Add, Real, Decimal), Some(Decimal));
        assert_eq!(result(BinaryOp::Add, Dynamic, Long), Some(Long));
        assert_eq!(result(BinaryOp::Add, String, String), None);
        assert_eq!(result(BinaryOp::Add, Bool, Bool), None);
    }

    #[test]
    fn times_follow_their_own_arithmetic() {
        assert_eq!(result(BinaryOp::Subtract, DateTime, DateTime), Some(TimeSpan));
        assert_eq!(result(BinaryOp::Add, DateTime, DateTime), None);
        assert_eq!(result(BinaryOp::Divide, TimeSpan, TimeSpan), Some(Real));
        assert_eq!(result(BinaryOp::Multiply, Long, TimeSpan), Some(TimeSpan));
        assert_eq!(result(BinaryOp::Subtract, Dynamic, DateTime), Some(TimeSpan));
    }

    #[test]
    fn branches_agree_or_are_refused() {
        assert_eq!(common_branch(Int, Long), Some(Long));
        assert_eq!(common_branch(Long, Real), None);
        assert_eq!(common_branch(Dynamic, String), Some(Dynamic));
        assert_eq!(common_branch(DateTime, TimeSpan), None);
    }

    #[test]
    fn comparisons_convert_the_string_side() {
        assert_eq!(comparison(DateTime, String, false), Comparison::As(DateTime));
        assert_eq!(comparison(DateTime, String, true), Comparison::Undefined);
        assert_eq!(comparison(Dynamic, Dynamic, false), Comparison::NeedsCast);
        assert_eq!(comparison(Dynamic, String, true), Comparison::Undefined);
    }
}
