//! `has_any` and `has_all`.

use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_semantics::ir::MembershipOp;
use quarry_value::json;

use super::{MembershipCandidates, each_candidate, next_set};
use crate::demand::{TextDemand, Wanted};
use crate::kernel::{Call, Kernel, kernel_expr};
use crate::operators::needle::Place;
use crate::operators::needles::Needles;
use crate::scalar::convert::to_text;

pub(super) fn has(op: MembershipOp, negated: bool, value: Expr, ty: KqlType, candidates: MembershipCandidates) -> Result<Expr> {
    let all = op == MembershipOp::HasAll;
    let base = format!("{}{}", if negated { "!" } else { "" }, if all { "has_all" } else { "has_any" });
    match candidates {
        MembershipCandidates::Set(array, set_ty) => {
            let number = next_set();
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
            for raw in array.as_string_view() {
                each_candidate(raw, |candidate| texts.push(candidate.map(|raw| json::text(raw).into_owned())));
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
        if let Some((known, needles)) = kept.as_ref()
            && *known == scalars
        {
            return Ok(Some(Arc::clone(needles)));
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
    fn text_demand(&self, args: &[Expr], types: &[KqlType]) -> Option<TextDemand> {
        if self.negated {
            return None;
        }
        let texts = match &self.fixed {
            Some(fixed) => fixed.texts(),
            None => {
                let columns = args.iter().zip(types).skip(1).map(|(arg, ty)| match arg {
                    Expr::Literal(scalar, _) => Some((scalar.to_array().ok()?, *ty)),
                    _ => None,
                });
                needles_of(&columns.collect::<Option<Vec<_>>>()?).ok()?.texts()
            }
        }?;
        let needles = texts.into_iter().map(|text| Wanted { place: Place::Term, text });
        Some(TextDemand {
            value: 0,
            any: if self.all {
                vec![needles.collect()]
            } else {
                needles.map(|needle| vec![needle]).collect()
            },
        })
    }

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
