//! Bound conditions as formulas.

use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, Candidates, Expr, ExprKind, Literal, LogicalOp, MembershipOp, TextOp, UnaryOp};

use super::facts::Facts;
use super::set::{Set, real_key};
use crate::lints::time::before_run;

/// What must hold of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    Known(bool),
    /// The term has a value of the set.
    Is(String, Set),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// What is asked of a condition. Beside true and false it can be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    True,
    NotTrue,
    False,
    NotFalse,
}

impl Want {
    /// The same of the negated condition.
    const fn negated(self) -> Want {
        match self {
            Want::True => Want::False,
            Want::False => Want::True,
            Want::NotTrue => Want::NotFalse,
            Want::NotFalse => Want::NotTrue,
        }
    }

    /// Whether the value asked for is the positive one, and whether null has it.
    const fn parts(self) -> (bool, bool) {
        match self {
            Want::True => (true, false),
            Want::False => (false, false),
            Want::NotTrue => (false, true),
            Want::NotFalse => (true, true),
        }
    }
}

/// A value that a condition compares: a constant, or a term with its type.
enum Operand {
    Constant(Literal),
    Term(String, KqlType),
}

/// Functions whose value is another one each time.
const UNSTEADY: [&str; 3] = ["rand", "new_guid", "prev"];

/// Whether an expression depends on the row: a condition on constants alone is a switch that its author left in.
pub(crate) fn reads_rows(expr: &Expr) -> bool {
    !expr.columns().is_empty()
}

impl Formula {
    /// The condition as a formula. What is not understood may be anything.
    pub(crate) fn of(expr: &Expr, want: Want, facts: &Facts) -> Formula {
        match &expr.kind {
            ExprKind::Logical { op, operands } => {
                let parts = operands.iter().map(|operand| Formula::of(operand, want, facts)).collect();
                // `and` is true when all are, and not true when one is not.
                if (*op == LogicalOp::And) == want.parts().0 {
                    Formula::All(parts)
                } else {
                    Formula::Any(parts)
                }
            }
            ExprKind::Call { function, args } => match (function.name, args.as_slice()) {
                ("not", [inner]) => Formula::of(inner, want.negated(), facts),
                ("isempty", [value]) => empty(value, want, facts),
                ("isnotempty", [value]) => empty(value, want.negated(), facts),
                ("isnull", [value]) => null(value, want, facts),
                ("isnotnull", [value]) => null(value, want.negated(), facts),
                _ => opaque(expr, want, facts),
            },
            ExprKind::Binary { op, left, right } => binary(expr, *op, left, right, want, facts),
            ExprKind::Between { negated, value, low, high } => {
                let want = if *negated { want.negated() } else { want };
                let parts = vec![
                    binary(expr, BinaryOp::GreaterOrEqual, value, low, want, facts),
                    binary(expr, BinaryOp::LessOrEqual, value, high, want, facts),
                ];
                if want.parts().0 { Formula::All(parts) } else { Formula::Any(parts) }
            }
            ExprKind::Membership {
                op,
                negated,
                value,
                candidates: Candidates::List(list),
            } => {
                let want = if *negated { want.negated() } else { want };
                member(*op, value, list, want, facts).unwrap_or_else(|| opaque_positive(expr, want, facts))
            }
            ExprKind::Literal(Literal::Bool(value)) => Formula::Known(*value == want.parts().0),
            _ => opaque(expr, want, facts),
        }
    }
}

/// The expression as an operand, with names followed to what they stand for.
fn operand(expr: &Expr, facts: &Facts) -> Option<Operand> {
    match &expr.kind {
        ExprKind::Literal(Literal::Null(_)) => None,
        ExprKind::Literal(value) => Some(Operand::Constant(value.clone())),
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand: inner,
        } => match operand(inner, facts)? {
            Operand::Constant(Literal::Long(value)) => Some(Operand::Constant(Literal::Long(value.checked_neg()?))),
            Operand::Constant(_) => None,
            Operand::Term(..) => term(expr, facts),
        },
        // An int is the long of the same value.
        ExprKind::Convert(inner) if inner.ty == KqlType::Int && expr.ty == KqlType::Long => match operand(inner, facts)? {
            Operand::Constant(Literal::Int(value)) => Some(Operand::Constant(Literal::Long(i64::from(value)))),
            Operand::Constant(_) => None,
            Operand::Term(name, _) => Some(Operand::Term(name, KqlType::Long)),
        },
        ExprKind::Column(id) => match facts.constant(*id) {
            Some(value) => Some(Operand::Constant(value.clone())),
            None => Some(Operand::Term(facts.term(*id), expr.ty)),
        },
        _ => term(expr, facts),
    }
}

fn term(expr: &Expr, facts: &Facts) -> Option<Operand> {
    let mut steady = true;
    expr.walk(&mut |part| {
        if let ExprKind::Call { function, .. } = &part.kind {
            steady &= !UNSTEADY.contains(&function.name);
        }
    });
    steady.then(|| Operand::Term(facts.spelled(expr), expr.ty))
}

/// A condition that is not looked into: true, false or null, the same wherever it stands.
fn opaque(expr: &Expr, want: Want, facts: &Facts) -> Formula {
    match operand(expr, facts) {
        Some(Operand::Term(name, _)) => truth(name, want),
        _ => Formula::All(Vec::new()),
    }
}

fn truth(name: String, want: Want) -> Formula {
    let (yes, other) = want.parts();
    Formula::Is(name, Set::Truth { yes, no: !yes, other })
}

/// The same for an operator whose negation has been taken off already.
fn opaque_positive(expr: &Expr, want: Want, facts: &Facts) -> Formula {
    let mut positive = expr.clone();
    match &mut positive.kind {
        ExprKind::Membership { negated, .. } => *negated = false,
        ExprKind::Binary {
            op: BinaryOp::Text { negated, .. },
            ..
        } => *negated = false,
        _ => {}
    }
    opaque(&positive, want, facts)
}

fn binary(whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr, want: Want, facts: &Facts) -> Formula {
    if let BinaryOp::Text {
        op: text,
        case_sensitive,
        negated,
    } = op
    {
        let want = if negated { want.negated() } else { want };
        if text == TextOp::Equal && !case_sensitive {
            let folded = match (operand(left, facts), operand(right, facts)) {
                (Some(Operand::Term(name, KqlType::String)), Some(Operand::Constant(Literal::String(text))))
                | (Some(Operand::Constant(Literal::String(text))), Some(Operand::Term(name, KqlType::String))) => Some((name, text)),
                _ => None,
            };
            if let Some((name, text)) = folded {
                return texts(folding(&name), [text.to_lowercase()], want);
            }
        }
        return opaque_positive(whole, want, facts);
    }
    if let Some(formula) = at_run(op, left, right, want, facts) {
        return formula;
    }
    let (name, ty, constant, op) = match (operand(left, facts), operand(right, facts)) {
        (Some(Operand::Term(name, ty)), Some(Operand::Constant(value))) => (name, ty, value, op),
        (Some(Operand::Constant(value)), Some(Operand::Term(name, ty))) => (name, ty, value, flipped(op)),
        // Two constants, two terms: nothing to learn.
        (None, _) | (_, None) | (Some(Operand::Constant(_)), Some(Operand::Constant(_))) => return Formula::All(Vec::new()),
        (Some(Operand::Term(..)), Some(Operand::Term(..))) => return plain(whole, want, facts),
    };
    if let (Literal::String(text), KqlType::String) = (&constant, ty) {
        return match op {
            BinaryOp::Equal => texts(name, [text.clone()], want),
            BinaryOp::NotEqual => texts(name, [text.clone()], want.negated()),
            _ => plain(whole, want, facts),
        };
    }
    match key(&constant, ty).and_then(|key| compared(op, key)) {
        Some(set) => ordered(name, &set, want),
        None => plain(whole, want, facts),
    }
}

/// A comparison of a time with the moment of the run, or with one that lies so far before or after it. What is known of the same time by dates
/// is another term: where now is among the dates nobody knows.
fn at_run(op: BinaryOp, left: &Expr, right: &Expr, want: Want, facts: &Facts) -> Option<Formula> {
    let (time, before, op) = match (before_run(left), before_run(right)) {
        (None, Some(before)) => (left, before, op),
        (Some(before), None) => (right, before, flipped(op)),
        _ => return None,
    };
    match operand(time, facts)? {
        Operand::Term(name, KqlType::DateTime) => Some(ordered(format!("{name} from now"), &compared(op, -before)?, want)),
        _ => None,
    }
}

/// The numbers that compare so with this one.
fn compared(op: BinaryOp, key: i64) -> Option<Set> {
    Some(match op {
        BinaryOp::Equal => Set::points(vec![key]),
        BinaryOp::NotEqual => Set::points(vec![key]).complement(),
        BinaryOp::Less => key
            .checked_sub(1)
            .map_or_else(|| Set::points(Vec::new()), |high| Set::range(None, Some(high))),
        BinaryOp::LessOrEqual => Set::range(None, Some(key)),
        BinaryOp::Greater => key
            .checked_add(1)
            .map_or_else(|| Set::points(Vec::new()), |low| Set::range(Some(low), None)),
        BinaryOp::GreaterOrEqual => Set::range(Some(key), None),
        _ => return None,
    })
}

/// A comparison of two terms: `between` passes an expression that is not its own, so its truth says nothing.
fn plain(whole: &Expr, want: Want, facts: &Facts) -> Formula {
    match whole.kind {
        ExprKind::Between { .. } => Formula::All(Vec::new()),
        _ => opaque(whole, want, facts),
    }
}

/// `set` holds the values for which the condition is true: exactly, null included where `null != 5` is true.
fn ordered(name: String, set: &Set, want: Want) -> Formula {
    let set = match want {
        Want::True => set.clone(),
        Want::NotTrue => set.complement(),
        // Whether a comparison with null is false or null makes no difference to what is claimed.
        Want::False => set.complement().with_other(true),
        Want::NotFalse => set.clone().with_other(true),
    };
    Formula::Is(name, set)
}

/// Strings are never null.
fn texts<const N: usize>(name: String, texts: [String; N], want: Want) -> Formula {
    let set = Set::texts(texts);
    Formula::Is(name, if want.parts().0 { set } else { set.complement() })
}

fn folding(name: &str) -> String {
    format!("~{name}")
}

fn empty(value: &Expr, want: Want, facts: &Facts) -> Formula {
    match operand(value, facts) {
        Some(Operand::Term(name, KqlType::String)) => texts(name, [String::new()], want),
        _ => named("isempty", value, want, facts),
    }
}

fn null(value: &Expr, want: Want, facts: &Facts) -> Formula {
    match operand(value, facts) {
        Some(Operand::Term(name, ty)) if ordered_type(ty) => {
            let is_null = Set::points(Vec::new()).with_other(true);
            // NaN is no null: only where there is none is the complement exact.
            let not_null = is_null.complement().with_other(ty == KqlType::Real);
            Formula::Is(name, if want.parts().0 { is_null } else { not_null })
        }
        _ => named("isnull", value, want, facts),
    }
}

/// The truth of a test and of its opposite are one term.
fn named(test: &str, value: &Expr, want: Want, facts: &Facts) -> Formula {
    match operand(value, facts) {
        Some(Operand::Term(name, _)) => truth(format!("{test} {name}"), want),
        _ => Formula::All(Vec::new()),
    }
}

fn member(op: MembershipOp, value: &Expr, list: &[Expr], want: Want, facts: &Facts) -> Option<Formula> {
    let Some(Operand::Term(name, ty)) = operand(value, facts) else {
        return None;
    };
    let mut constants = Vec::new();
    for candidate in list {
        match operand(candidate, facts)? {
            Operand::Constant(Literal::Dynamic(json)) if ty == KqlType::String => {
                let elements: Vec<String> = serde_json::from_str(&json).ok()?;
                constants.extend(elements.into_iter().map(Literal::String));
            }
            Operand::Constant(constant) => constants.push(constant),
            Operand::Term(..) => return None,
        }
    }
    match (op, ty) {
        (MembershipOp::In | MembershipOp::InIgnoreCase, KqlType::String) => {
            let fold = op == MembershipOp::InIgnoreCase;
            let texts: Option<Vec<String>> = constants
                .into_iter()
                .map(|constant| match constant {
                    Literal::String(text) if fold => Some(text.to_lowercase()),
                    Literal::String(text) => Some(text),
                    _ => None,
                })
                .collect();
            let set = Set::texts(texts?);
            let name = if fold { folding(&name) } else { name };
            Some(Formula::Is(name, if want.parts().0 { set } else { set.complement() }))
        }
        (MembershipOp::In, ty) => {
            let keys: Option<Vec<i64>> = constants.iter().map(|constant| key(constant, ty)).collect();
            Some(ordered(name, &Set::points(keys?), want))
        }
        _ => None,
    }
}

/// The place of a constant in the order of a type.
fn key(constant: &Literal, ty: KqlType) -> Option<i64> {
    match (constant, ty) {
        (Literal::Long(value), KqlType::Long) => Some(*value),
        (Literal::Int(value), KqlType::Int | KqlType::Long) => Some(i64::from(*value)),
        (Literal::Real(value), KqlType::Real) if !value.is_nan() => Some(real_key(*value)),
        (Literal::DateTime(ticks), KqlType::DateTime) | (Literal::TimeSpan(ticks), KqlType::TimeSpan) => Some(*ticks),
        _ => None,
    }
}

pub(super) const fn ordered_type(ty: KqlType) -> bool {
    matches!(
        ty,
        KqlType::Int | KqlType::Long | KqlType::Real | KqlType::DateTime | KqlType::TimeSpan
    )
}

const fn flipped(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessOrEqual => BinaryOp::GreaterOrEqual,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterOrEqual => BinaryOp::LessOrEqual,
        other => other,
    }
}
