//! `in`, `in~`, `has_any`, `has_all`.

mod has;
mod sets;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder};
use arrow::compute::{filter, is_not_null};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, MembershipOp};
use quarry_value::{dynamic, json};

use self::has::has;
use self::sets::{InElements, Members, in_set};
use super::{binary, converted, is_column, is_value};
use crate::kernel::kernel_expr;
use crate::scalar::convert::convert;

/// The right side of a membership operator.
pub enum MembershipCandidates {
    /// Scalars with their types. A dynamic one stands for the elements of its array.
    List(Vec<(Expr, KqlType)>),
    /// The values of a subquery, in the representation of their type.
    Set(ArrayRef, KqlType),
}

/// A membership operator.
///
/// # Errors
/// When candidates cannot be compared with the value.
pub fn membership(op: MembershipOp, negated: bool, value: Expr, value_ty: KqlType, candidates: MembershipCandidates) -> Result<Expr> {
    match op {
        MembershipOp::HasAny | MembershipOp::HasAll => has(op, negated, value, value_ty, candidates),
        MembershipOp::In | MembershipOp::InIgnoreCase => is_in(op == MembershipOp::InIgnoreCase, negated, value, value_ty, candidates),
    }
}

fn is_in(ignore_case: bool, negated: bool, value: Expr, ty: KqlType, candidates: MembershipCandidates) -> Result<Expr> {
    // A dynamic is compared by its text with strings, by its content with anything else.
    match candidates {
        MembershipCandidates::Set(array, set_ty) => {
            let array = if set_ty.is_dynamic() { each_element(&array) } else { array };
            let (value, ty) = if ty.is_dynamic() && !set_ty.is_dynamic() {
                (converted(value, ty, set_ty), set_ty)
            } else {
                (value, ty)
            };
            // A string has no null: a null of a dynamic column equals none.
            let array = if ty == KqlType::String {
                filter(&array, &is_not_null(&array)?)?
            } else {
                array
            };
            let members = Members::new(&convert(&array, set_ty, ty, true)?, ty, ignore_case);
            Ok(in_set(members, negated, value, ty, ignore_case))
        }
        MembershipCandidates::List(list) => {
            let mut literals = Vec::new();
            let mut computed = Vec::new();
            for (expr, candidate_ty) in list {
                match expr {
                    Expr::Literal(scalar, _) => expand(scalar, candidate_ty, &mut literals)?,
                    expr => computed.push((expr, candidate_ty)),
                }
            }
            let mut parts = Vec::new();
            if !literals.is_empty() || computed.is_empty() {
                parts.push(in_literals(ignore_case, negated, value.clone(), ty, literals)?);
            }
            for (expr, candidate_ty) in computed {
                parts.push(in_computed(ignore_case, negated, value.clone(), ty, expr, candidate_ty)?);
            }
            let join = |left: Expr, right: Expr| if negated { left.and(right) } else { left.or(right) };
            Ok(parts.into_iter().reduce(join).unwrap_or_else(|| lit(negated)))
        }
    }
}

/// One candidate that is not a constant.
fn in_computed(ignore_case: bool, negated: bool, value: Expr, ty: KqlType, candidate: Expr, candidate_ty: KqlType) -> Result<Expr> {
    if candidate_ty.is_dynamic() {
        let name = format!(
            "{}in{} elements",
            if negated { "!" } else { "" },
            if ignore_case { "~" } else { "" }
        );
        return Ok(kernel_expr(
            name,
            Arc::new(InElements { ignore_case, negated }),
            vec![value, candidate],
            vec![ty, candidate_ty],
            KqlType::Bool,
            0,
        ));
    }
    let op = if ignore_case {
        BinaryOp::Text {
            op: quarry_semantics::ir::TextOp::Equal,
            case_sensitive: false,
            negated,
        }
    } else if negated {
        BinaryOp::NotEqual
    } else {
        BinaryOp::Equal
    };
    binary(op, value, ty, candidate, candidate_ty, KqlType::Bool)
}

/// The candidates that a dynamic value stands for: an array for its elements, anything else for itself; nothing for null.
fn each_candidate<'a>(raw: Option<&'a str>, mut take: impl FnMut(Option<&'a str>)) {
    let mut value = |raw: &'a str| take((json::kind(raw) != json::Kind::Null).then_some(raw));
    match raw.map(|raw| (raw, dynamic::elements(raw))) {
        Some((_, Some(elements))) => elements.for_each(value),
        Some((raw, None)) => value(raw),
        None => take(None),
    }
}

/// The candidates of a dynamic column.
fn each_element(values: &ArrayRef) -> ArrayRef {
    let mut each = StringViewBuilder::with_capacity(values.len());
    for raw in values.as_string_view() {
        each_candidate(raw, |candidate| each.append_option(candidate));
    }
    Arc::new(each.finish())
}

/// Constants of which a dynamic one gives its candidates.
fn expand(scalar: ScalarValue, ty: KqlType, into: &mut Vec<(ScalarValue, KqlType)>) -> Result<()> {
    if !ty.is_dynamic() {
        into.push((scalar, ty));
        return Ok(());
    }
    let array = scalar.to_array()?;
    let raw = array.as_string_view_opt().and_then(|array| array.iter().next().flatten());
    each_candidate(raw, |candidate| {
        into.push((ScalarValue::Utf8View(candidate.map(str::to_owned)), KqlType::Dynamic));
    });
    Ok(())
}

fn in_literals(ignore_case: bool, negated: bool, value: Expr, ty: KqlType, literals: Vec<(ScalarValue, KqlType)>) -> Result<Expr> {
    if ty.is_dynamic() {
        return in_literals_of_dynamic(ignore_case, negated, value, ty, literals);
    }
    let mut values = Vec::with_capacity(literals.len());
    for (scalar, from) in literals {
        // A string has no null: a null element of a dynamic array equals none.
        if ty == KqlType::String && scalar.is_null() && from.is_dynamic() {
            continue;
        }
        values.push(ScalarValue::try_from_array(&convert(&scalar.to_array()?, from, ty, true)?, 0)?);
    }
    let list: Vec<Expr> = values.iter().map(|value| Expr::Literal(value.clone(), None)).collect();
    let native = !list.is_empty() && ty != KqlType::Real && !ignore_case && list.iter().all(is_value);
    if native && ty == KqlType::String {
        return Ok(value.in_list(list, negated));
    }
    if native && is_column(&value) {
        let within = value.clone().in_list(list, negated);
        return Ok(if negated {
            value.is_null().or(within)
        } else {
            value.is_not_null().and(within)
        });
    }
    let array = if values.is_empty() {
        arrow::array::new_empty_array(&quarry_value::arrow_type(ty))
    } else {
        ScalarValue::iter_to_array(values)?
    };
    Ok(in_set(Members::new(&array, ty, ignore_case), negated, value, ty, ignore_case))
}

/// A dynamic value: its text is looked for among strings, its content among anything else.
fn in_literals_of_dynamic(
    ignore_case: bool,
    negated: bool,
    value: Expr,
    ty: KqlType,
    literals: Vec<(ScalarValue, KqlType)>,
) -> Result<Expr> {
    let parts = literals
        .into_iter()
        .map(|(scalar, from)| in_computed_scalar(ignore_case, negated, value.clone(), ty, scalar, from))
        .collect::<Result<Vec<_>>>()?;
    let join = |left: Expr, right: Expr| if negated { left.and(right) } else { left.or(right) };
    Ok(parts.into_iter().reduce(join).unwrap_or_else(|| lit(negated)))
}

fn in_computed_scalar(ignore_case: bool, negated: bool, value: Expr, ty: KqlType, scalar: ScalarValue, from: KqlType) -> Result<Expr> {
    let text = match &scalar {
        ScalarValue::Utf8View(Some(raw)) if from.is_dynamic() => {
            json::unquote(raw).map(|text| ScalarValue::Utf8View(Some(text.into_owned())))
        }
        _ => None,
    };
    let (scalar, from) = match text {
        Some(text) => (text, KqlType::String),
        None => (scalar, from),
    };
    let op = match (ignore_case && from == KqlType::String, negated) {
        (true, _) => BinaryOp::Text {
            op: quarry_semantics::ir::TextOp::Equal,
            case_sensitive: false,
            negated,
        },
        (false, true) => BinaryOp::NotEqual,
        (false, false) => BinaryOp::Equal,
    };
    binary(op, value, ty, Expr::Literal(scalar, None), from, KqlType::Bool)
}

/// Tells apart the sets of one query: expressions are equal when their names and arguments are.
static SETS: AtomicU64 = AtomicU64::new(0);

/// A number that no other set of the process has.
fn next_set() -> u64 {
    SETS.fetch_add(1, Ordering::Relaxed)
}
