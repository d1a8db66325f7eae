//! Values of expressions that are known before any row is read: arguments that must be literals, limits, names.

use quarry_schema::KqlType;

use crate::ir::{BinaryOp, Expr, ExprKind, Literal, UnaryOp};
use crate::literal;

/// The value of an expression made of literals; `None` when it needs rows, a subquery or a function that is not folded here.
pub(crate) fn fold(expr: &Expr, now: Option<i64>) -> Option<Literal> {
    match &expr.kind {
        ExprKind::Literal(value) => Some(value.clone()),
        ExprKind::Convert(inner) => convert(&fold(inner, now)?, expr.ty),
        ExprKind::Unary {
            op: UnaryOp::Negate,
            operand,
        } => negate(&fold(operand, now)?),
        ExprKind::Binary { op, left, right } => arithmetic(*op, &fold(left, now)?, &fold(right, now)?),
        ExprKind::Call { function, args } => {
            let args: Option<Vec<Literal>> = args.iter().map(|arg| fold(arg, now)).collect();
            call(function.name, &args?, expr.ty, now)
        }
        _ => None,
    }
}

/// Whether an expression has the same value for every row: it reads no column and calls no window function.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    expr.columns().is_empty() && !expr.has_window_call()
}

/// The value of an integer constant.
pub(crate) fn fold_integer(expr: &Expr, now: Option<i64>) -> Option<i64> {
    match fold(expr, now)? {
        Literal::Long(value) => Some(value),
        Literal::Int(value) => Some(i64::from(value)),
        _ => None,
    }
}

/// The value of a string constant.
pub(crate) fn fold_string(expr: &Expr, now: Option<i64>) -> Option<String> {
    match fold(expr, now)? {
        Literal::String(value) => Some(value),
        Literal::Dynamic(json) => json_text(&json),
        _ => None,
    }
}

/// The strings of a constant dynamic array of strings, or of one string.
pub(crate) fn fold_strings(expr: &Expr, now: Option<i64>) -> Option<Vec<String>> {
    match fold(expr, now)? {
        Literal::String(value) => Some(vec![value]),
        Literal::Dynamic(json) => json_strings(&json),
        _ => None,
    }
}

fn json_text(json: &str) -> Option<String> {
    let mut strings = json_strings(&format!("[{json}]"))?;
    if strings.len() == 1 { strings.pop() } else { None }
}

/// Reads a JSON array whose elements are all strings.
fn json_strings(json: &str) -> Option<Vec<String>> {
    let body = json.strip_prefix('[')?.strip_suffix(']')?;
    let mut strings = Vec::new();
    let mut chars = body.chars();
    loop {
        match chars.next() {
            None => return Some(strings),
            Some(',') => continue,
            Some('"') => {}
            Some(_) => return None,
        }
        let mut text = String::new();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => text.push(match chars.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let hex: String = chars.by_ref().take(4).collect();
                        char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?
                    }
                    c => c,
                }),
                c => text.push(c),
            }
        }
        strings.push(text);
    }
}

fn negate(value: &Literal) -> Option<Literal> {
    Some(match value {
        Literal::Int(v) => Literal::Long(i64::from(*v).wrapping_neg()),
        Literal::Long(v) => Literal::Long(v.wrapping_neg()),
        Literal::Real(v) => Literal::Real(-v),
        Literal::TimeSpan(v) => Literal::TimeSpan(v.checked_neg()?),
        Literal::Null(ty) => Literal::Null(*ty),
        _ => return None,
    })
}

fn arithmetic(op: BinaryOp, left: &Literal, right: &Literal) -> Option<Literal> {
    use Literal::{DateTime, Long, Real, TimeSpan};
    Some(match (op, left, right) {
        (BinaryOp::Add, Long(a), Long(b)) => Long(a.wrapping_add(*b)),
        (BinaryOp::Subtract, Long(a), Long(b)) => Long(a.wrapping_sub(*b)),
        (BinaryOp::Multiply, Long(a), Long(b)) => Long(a.wrapping_mul(*b)),
        (BinaryOp::Divide, Long(a), Long(b)) if *b != 0 => Long(a.wrapping_div(*b)),
        (BinaryOp::Add, Real(a), Real(b)) => Real(a + b),
        (BinaryOp::Subtract, Real(a), Real(b)) => Real(a - b),
        (BinaryOp::Multiply, Real(a), Real(b)) => Real(a * b),
        (BinaryOp::Divide, Real(a), Real(b)) => Real(a / b),
        (BinaryOp::Add, TimeSpan(a), TimeSpan(b)) => TimeSpan(a.checked_add(*b)?),
        (BinaryOp::Subtract, TimeSpan(a), TimeSpan(b)) => TimeSpan(a.checked_sub(*b)?),
        (BinaryOp::Multiply, TimeSpan(a), Long(b)) | (BinaryOp::Multiply, Long(b), TimeSpan(a)) => TimeSpan(a.checked_mul(*b)?),
        (BinaryOp::Divide, TimeSpan(a), Long(b)) => TimeSpan(a.checked_div(*b)?),
        (BinaryOp::Subtract, DateTime(a), DateTime(b)) => TimeSpan(a.checked_sub(*b)?),
        (BinaryOp::Add, DateTime(a), TimeSpan(b)) | (BinaryOp::Add, TimeSpan(b), DateTime(a)) => DateTime(in_range(a.checked_add(*b)?)?),
        (BinaryOp::Subtract, DateTime(a), TimeSpan(b)) => DateTime(in_range(a.checked_sub(*b)?)?),
        _ => return None,
    })
}

fn in_range(ticks: i64) -> Option<i64> {
    (0..=literal::TICKS_MAX).contains(&ticks).then_some(ticks)
}

fn call(name: &str, args: &[Literal], ty: KqlType, now: Option<i64>) -> Option<Literal> {
    Some(match (name, args) {
        ("strcat", args) => Literal::String(args.iter().map(text).collect::<Option<String>>()?),
        ("tostring", [value]) => Literal::String(text(value)?),
        ("tolower", [Literal::String(value)]) => Literal::String(value.to_lowercase()),
        ("toupper", [Literal::String(value)]) => Literal::String(value.to_uppercase()),
        ("tolong" | "toint" | "toreal" | "todatetime" | "totimespan", [value]) => convert(value, ty)?,
        ("now", []) => Literal::DateTime(now?),
        ("now", [Literal::TimeSpan(offset)]) => Literal::DateTime(in_range(now?.checked_add(*offset)?)?),
        ("ago", [Literal::TimeSpan(offset)]) => Literal::DateTime(in_range(now?.checked_sub(*offset)?)?),
        _ => return None,
    })
}

/// The string form of a constant, for those whose form is beyond doubt.
fn text(value: &Literal) -> Option<String> {
    Some(match value {
        Literal::String(value) => value.clone(),
        Literal::Long(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Literal::DateTime(ticks) => literal::format_datetime(*ticks),
        Literal::TimeSpan(ticks) => literal::format_timespan(*ticks),
        Literal::Null(_) => String::new(),
        _ => return None,
    })
}

/// Converts a constant; `None` when the conversion is not one that can be decided here.
pub(crate) fn convert(value: &Literal, to: KqlType) -> Option<Literal> {
    if value.ty() == to {
        return Some(value.clone());
    }
    Some(match (value, to) {
        (Literal::Null(_), KqlType::String) => Literal::String(String::new()),
        (Literal::Null(_), to) => Literal::Null(to),
        (Literal::Int(v), KqlType::Long) => Literal::Long(i64::from(*v)),
        (Literal::Long(v), KqlType::Int) => Literal::Int(i32::try_from(*v).ok()?),
        (Literal::Int(v), KqlType::Real) => Literal::Real(f64::from(*v)),
        (Literal::Long(v), KqlType::Real) => Literal::Real(exact_real(*v)?),
        (Literal::Int(v), KqlType::Decimal) => Literal::Decimal(v.to_string()),
        (Literal::Long(v), KqlType::Decimal) => Literal::Decimal(v.to_string()),
        (Literal::String(v), KqlType::DateTime) => quarry_syntax::literal::parse_datetime(v).map_or(Literal::Null(to), Literal::DateTime),
        _ => return None,
    })
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn exact_real(value: i64) -> Option<f64> {
    (value.unsigned_abs() <= 1 << 53).then_some(value as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_strings_are_read() {
        assert_eq!(json_strings(r#"["a","b\"c"]"#), Some(vec!["a".into(), "b\"c".into()]));
        assert_eq!(json_strings("[1]"), None);
        assert_eq!(json_strings("[]"), Some(vec![]));
    }

    #[test]
    fn times_that_leave_the_calendar_are_not_folded() {
        let late = Literal::DateTime(literal::TICKS_MAX);
        assert_eq!(arithmetic(BinaryOp::Add, &late, &Literal::TimeSpan(1)), None);
    }
}
