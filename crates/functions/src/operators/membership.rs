//! `in`, `in~`, `has_any`, `has_all`.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr, lit};
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, MembershipOp};
use quarry_value::{dynamic, json};

use super::needle::fold;
use super::needles::Needles;
use super::{binary, converted, is_column, is_value};
use crate::kernel::{Call, Kernel, kernel_expr};
use crate::scalar::convert::{convert, to_text};

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
            let (value, ty) = if ty.is_dynamic() && !set_ty.is_dynamic() {
                (converted(value, ty, set_ty), set_ty)
            } else {
                (value, ty)
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

/// Constants of which a dynamic array gives its elements.
fn expand(scalar: ScalarValue, ty: KqlType, into: &mut Vec<(ScalarValue, KqlType)>) -> Result<()> {
    if !ty.is_dynamic() {
        into.push((scalar, ty));
        return Ok(());
    }
    let array = scalar.to_array()?;
    match array
        .as_string_view_opt()
        .filter(|array| array.is_valid(0))
        .map(|array| array.value(0))
    {
        Some(raw) => match dynamic::elements(raw) {
            Some(elements) => into.extend(elements.map(|element| (dynamic_value(element), KqlType::Dynamic))),
            None => into.push((dynamic_value(raw), KqlType::Dynamic)),
        },
        None => into.push((ScalarValue::Utf8View(None), KqlType::Dynamic)),
    }
    Ok(())
}

fn dynamic_value(raw: &str) -> ScalarValue {
    ScalarValue::Utf8View((json::kind(raw) != json::Kind::Null).then(|| raw.to_owned()))
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

fn in_set(members: Members, negated: bool, value: Expr, ty: KqlType, ignore_case: bool) -> Expr {
    let number = SETS.fetch_add(1, Ordering::Relaxed);
    let name = format!(
        "{}in{} #{number}",
        if negated { "!" } else { "" },
        if ignore_case { "~" } else { "" }
    );
    kernel_expr(name, Arc::new(InSet { members, negated }), vec![value], vec![ty], KqlType::Bool, 0)
}

/// Values to look up.
struct Members {
    values: Values,
    null: bool,
}

enum Values {
    Longs(HashSet<i64>),
    /// Bits of reals; all zeros are one, NaN is not among them.
    Reals(HashSet<u64>),
    Decimals(HashSet<i128>),
    Bytes(HashSet<Vec<u8>>),
    Texts(HashSet<String>),
    Folded(HashSet<String>),
}

impl Members {
    fn new(array: &ArrayRef, ty: KqlType, ignore_case: bool) -> Members {
        let null = array.null_count() > 0 && ty != KqlType::String;
        let values = match ty {
            KqlType::Int => Values::Longs(array.as_primitive::<Int32Type>().iter().flatten().map(i64::from).collect()),
            KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => {
                Values::Longs(array.as_primitive::<Int64Type>().iter().flatten().collect())
            }
            KqlType::Bool => Values::Longs(array.as_boolean().iter().flatten().map(i64::from).collect()),
            KqlType::Real => Values::Reals(array.as_primitive::<Float64Type>().iter().flatten().filter_map(bits).collect()),
            KqlType::Decimal => Values::Decimals(array.as_primitive::<Decimal128Type>().iter().flatten().collect()),
            KqlType::Guid => Values::Bytes(array.as_fixed_size_binary().iter().flatten().map(<[u8]>::to_vec).collect()),
            KqlType::String if ignore_case => Values::Folded(array.as_string_view().iter().flatten().map(fold).collect()),
            KqlType::String | KqlType::Dynamic | KqlType::Unknown => {
                Values::Texts(array.as_string_view().iter().flatten().map(str::to_owned).collect())
            }
        };
        Members { values, null }
    }
}

fn bits(value: f64) -> Option<u64> {
    // Adding zero makes -0.0 the same as 0.0.
    (!value.is_nan()).then(|| (value + 0.0).to_bits())
}

struct InSet {
    members: Members,
    negated: bool,
}

impl Kernel for InSet {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let decide = |found: Option<bool>| match found {
            Some(found) => Some(found != self.negated),
            // A null value equals a null member neither way, and no other member.
            None => (!self.members.null).then_some(self.negated),
        };
        match &self.members.values {
            Values::Longs(set) => {
                let value = call.longs(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(&value))))
            }
            Values::Reals(set) => {
                let value = call.reals(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| bits(value).is_some_and(|bits| set.contains(&bits)))))
            }
            Values::Decimals(set) => {
                let value = call.decimals(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(&value))))
            }
            Values::Bytes(set) => {
                let value = call.guids(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(value.as_slice()))))
            }
            Values::Texts(set) => {
                let value = call.texts(0)?;
                call.write_bools(|row| decide(value.raw(row).map(|value| set.contains(value))))
            }
            Values::Folded(set) => {
                let value = call.texts(0)?;
                let mut folded = String::new();
                call.write_bools(|row| {
                    decide(value.raw(row).map(|value| {
                        folded.clear();
                        if value.is_ascii() {
                            folded.push_str(value);
                            folded.make_ascii_uppercase();
                        } else {
                            folded.extend(value.chars().map(super::needle::fold_char));
                        }
                        set.contains(&folded)
                    }))
                })
            }
        }
    }
}

/// A value among the elements of an array that changes from row to row.
struct InElements {
    ignore_case: bool,
    negated: bool,
}

impl Kernel for InElements {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let (value, list) = (call.texts(0)?, call.texts(1)?);
        let nulls = call.nulls(0)?;
        let string = call.type_of(0) == KqlType::String;
        call.write_bools(|row| {
            if !string && nulls.is_null(row) {
                return Some(self.negated);
            }
            let text = value.get(row);
            let equal = |raw: &str| {
                let element = json::text(raw);
                json::kind(raw) != json::Kind::Null
                    && if self.ignore_case {
                        fold(&element) == fold(&text)
                    } else {
                        element == text
                    }
            };
            let found = match list.raw(row) {
                Some(raw) => match dynamic::elements(raw) {
                    Some(mut elements) => elements.any(equal),
                    None => equal(raw),
                },
                None => false,
            };
            Some(found != self.negated)
        })
    }
}

fn has(op: MembershipOp, negated: bool, value: Expr, ty: KqlType, candidates: MembershipCandidates) -> Result<Expr> {
    let all = op == MembershipOp::HasAll;
    let base = format!("{}{}", if negated { "!" } else { "" }, if all { "has_all" } else { "has_any" });
    match candidates {
        MembershipCandidates::Set(array, set_ty) => {
            let number = SETS.fetch_add(1, Ordering::Relaxed);
            let needles = needles_of(&[(array, set_ty)])?;
            let kernel = HasNeedles {
                all,
                negated,
                fixed: Some(Arc::new(needles)),
                prepared: Mutex::new(None),
            };
            Ok(kernel_expr(
                format!("{base} #{number}"),
                Arc::new(kernel),
                vec![value],
                vec![ty],
                KqlType::Bool,
                0,
            ))
        }
        MembershipCandidates::List(list) => {
            let kernel = HasNeedles {
                all,
                negated,
                fixed: None,
                prepared: Mutex::new(None),
            };
            let (mut args, mut types) = (vec![value], vec![ty]);
            for (expr, ty) in list {
                args.push(expr);
                types.push(ty);
            }
            Ok(kernel_expr(base, Arc::new(kernel), args, types, KqlType::Bool, 0))
        }
    }
}

/// Needles from columns of candidates: a dynamic array gives its elements, anything else its text.
fn needles_of(columns: &[(ArrayRef, KqlType)]) -> Result<Needles> {
    let mut texts: Vec<Option<String>> = Vec::new();
    for (array, ty) in columns {
        if ty.is_dynamic() {
            for raw in array.as_string_view().iter() {
                match raw.map(|raw| (raw, dynamic::elements(raw))) {
                    None => texts.push(None),
                    Some((_, Some(elements))) => texts.extend(elements.map(needle_text)),
                    Some((raw, None)) => texts.push(needle_text(raw)),
                }
            }
        } else {
            let strings: StringViewArray = to_text(array, *ty)?;
            texts.extend(strings.iter().enumerate().map(|(row, text)| {
                if array.is_null(row) && *ty != KqlType::String {
                    None
                } else {
                    text.map(str::to_owned)
                }
            }));
        }
    }
    Ok(Needles::new(texts.iter().map(Option::as_deref)))
}

fn needle_text(raw: &str) -> Option<String> {
    (json::kind(raw) != json::Kind::Null).then(|| json::text(raw).into_owned())
}

struct HasNeedles {
    all: bool,
    negated: bool,
    /// Needles of a subquery.
    fixed: Option<Arc<Needles>>,
    /// Needles of the constant arguments that came last: they stay the same from batch to batch.
    prepared: Mutex<Option<(Vec<ScalarValue>, Arc<Needles>)>>,
}

impl HasNeedles {
    fn constant_needles(&self, call: &Call<'_>) -> Result<Option<Arc<Needles>>> {
        if let Some(fixed) = &self.fixed {
            return Ok(Some(Arc::clone(fixed)));
        }
        let scalars = call
            .args
            .iter()
            .skip(1)
            .map(|arg| {
                if let ColumnarValue::Scalar(scalar) = arg {
                    Some(scalar.clone())
                } else {
                    None
                }
            })
            .collect::<Option<Vec<_>>>();
        let Some(scalars) = scalars else {
            return Ok(None);
        };
        let mut kept = match self.prepared.lock() {
            Ok(kept) => kept,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some((known, needles)) = kept.as_ref() {
            if *known == scalars {
                return Ok(Some(Arc::clone(needles)));
            }
        }
        let columns = scalars
            .iter()
            .zip(call.types.iter().skip(1))
            .map(|(scalar, ty)| Ok((scalar.to_array()?, *ty)))
            .collect::<Result<Vec<_>>>()?;
        let needles = Arc::new(needles_of(&columns)?);
        *kept = Some((scalars, Arc::clone(&needles)));
        Ok(Some(needles))
    }
}

impl Kernel for HasNeedles {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let haystack = call.texts(0)?;
        let nulls = call.nulls(0)?;
        let string = call.type_of(0) == KqlType::String;
        let test = |needles: &Needles, row: usize| {
            let found = if !string && nulls.is_null(row) {
                false
            } else if self.all {
                needles.all(&haystack.get(row))
            } else {
                needles.any(&haystack.get(row))
            };
            Some(found != self.negated)
        };
        if let Some(needles) = self.constant_needles(call)? {
            return call.write_bools(|row| test(&needles, row));
        }
        let mut answer = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            let columns = call
                .args
                .iter()
                .zip(call.types)
                .skip(1)
                .map(|(arg, ty)| match arg {
                    ColumnarValue::Scalar(scalar) => Ok((scalar.to_array()?, *ty)),
                    ColumnarValue::Array(array) if row < array.len() => Ok((array.slice(row, 1), *ty)),
                    ColumnarValue::Array(_) => exec_err!("a column of needles is too short"),
                })
                .collect::<Result<Vec<_>>>()?;
            answer.push(test(&needles_of(&columns)?, row));
        }
        Ok(ColumnarValue::Array(Arc::new(arrow::array::BooleanArray::from(answer))))
    }
}
