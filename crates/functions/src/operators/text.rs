//! `has`, `contains`, `startswith`, `endswith`, `=~`, `matches regex` and their kin.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use datafusion::common::{Result, ScalarValue, not_impl_err};
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_semantics::ir::TextOp;

use super::cased::Case;
use super::head::Head;
use super::needle::{Needle, Place};
use super::{cased, is_some_text, regexes};
use crate::demand::TextDemand;
use crate::kernel::{Call, Kernel, kernel_expr, text_form};

pub(super) fn text(
    op: TextOp,
    case_sensitive: bool,
    negated: bool,
    left: Expr,
    left_ty: KqlType,
    right: Expr,
    right_ty: KqlType,
) -> Result<Expr> {
    let (name, test) = match op {
        TextOp::Equal => ("=~", Test::Place(Place::Whole)),
        TextOp::Contains => ("contains", Test::Place(Place::Anywhere)),
        TextOp::StartsWith => ("startswith", Test::Place(Place::Start)),
        TextOp::EndsWith => ("endswith", Test::Place(Place::End)),
        TextOp::Has => ("has", Test::Place(Place::Term)),
        TextOp::HasPrefix => ("hasprefix", Test::Place(Place::TermStart)),
        TextOp::HasSuffix => ("hassuffix", Test::Place(Place::TermEnd)),
        TextOp::MatchesRegex => ("matches regex", Test::Regex),
        TextOp::Like => {
            return not_impl_err!("the operator like is not supported yet; use contains, startswith, endswith or matches regex");
        }
    };
    let constant = |expr: &Expr| matches!(expr, Expr::Literal(..));
    if op == TextOp::Equal
        && !case_sensitive
        && (left_ty, right_ty) == (KqlType::String, KqlType::String)
        && !constant(&left)
        && !constant(&right)
    {
        return Ok(cased::compared(Case::Ignored, negated, left, right));
    }
    // What a value that is not there answers is what empty text answers, unless the needle is empty or a pattern.
    let (left, left_ty) = match text_form(&left) {
        Some(text) if left_ty.is_dynamic() && op != TextOp::MatchesRegex && right_ty == KqlType::String && is_some_text(&right) => {
            (text, KqlType::String)
        }
        _ => (left, left_ty),
    };
    let case = if case_sensitive && op != TextOp::MatchesRegex { "_cs" } else { "" };
    let name = format!("{}{name}{case}", if negated { "!" } else { "" });
    let kernel = TextKernel {
        test,
        case_sensitive,
        negated,
    };
    Ok(kernel_expr(
        name,
        Arc::new(kernel),
        vec![left, right],
        vec![left_ty, right_ty],
        KqlType::Bool,
        0,
    ))
}

#[derive(Clone, Copy)]
enum Test {
    Place(Place),
    Regex,
}

struct TextKernel {
    test: Test,
    case_sensitive: bool,
    negated: bool,
}

enum Prepared {
    Needle(Needle),
    Regex(Arc<regex::Regex>),
}

impl Prepared {
    fn new(test: Test, case_sensitive: bool, text: &str) -> Result<Prepared> {
        Ok(match test {
            Test::Place(place) => Prepared::Needle(Needle::new(place, case_sensitive, text)),
            Test::Regex => Prepared::Regex(regexes::compile(text)?),
        })
    }

    /// What every text that matches begins with, where that is known.
    fn head(&self) -> Option<Head> {
        match self {
            Prepared::Needle(needle) => needle.head(),
            Prepared::Regex(_) => None,
        }
    }

    fn matches(&self, haystack: &str) -> bool {
        match self {
            Prepared::Needle(needle) => needle.matches(haystack),
            Prepared::Regex(regex) => regex.is_match(haystack),
        }
    }
}

impl Kernel for TextKernel {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let needle = call.texts(1)?;
        let Some(constant) = needle.constant() else {
            return self.row_by_row(call);
        };
        let null_needle = call.nulls(1)?.is_null(0);
        let prepared = Prepared::new(self.test, self.case_sensitive, &constant)?;
        if !null_needle && let Some(texts) = call.string_column(0) {
            let values = match prepared.head() {
                Some(head) => BooleanBuffer::collect_bool(texts.len(), |row| {
                    let may = texts.views().get(row).is_some_and(|view| head.may_match(*view));
                    (may && (head.is_all() || prepared.matches(texts.value(row)))) != self.negated
                }),
                None => BooleanBuffer::collect_bool(texts.len(), |row| prepared.matches(texts.value(row)) != self.negated),
            };
            return Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(values, None))));
        }
        let haystack = call.texts(0)?;
        let nulls = call.nulls(0)?;
        let strings = call.type_of(0) == KqlType::String;
        call.write_bools(|row| match (!strings && nulls.is_null(row), null_needle) {
            (true, true) => None,
            (false, false) => Some(prepared.matches(&haystack.get(row)) != self.negated),
            _ => Some(self.negated),
        })
    }

    fn text_demand(&self, args: &[Expr], types: &[KqlType]) -> Option<TextDemand> {
        self.demand(args, types)
    }
}

impl TextKernel {
    fn demand(&self, args: &[Expr], types: &[KqlType]) -> Option<TextDemand> {
        let Test::Place(place) = self.test else { return None };
        match (args, types) {
            ([_, Expr::Literal(ScalarValue::Utf8View(Some(needle)), _)], [_, KqlType::String]) if !self.negated => {
                Some(TextDemand::one(0, place, needle))
            }
            _ => None,
        }
    }

    /// A needle that changes from row to row is prepared again where it differs from the last one.
    fn row_by_row(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let (haystack, needle) = (call.texts(0)?, call.texts(1)?);
        let (left, right) = (call.nulls(0)?, call.nulls(1)?);
        let strings = (call.type_of(0) == KqlType::String, call.type_of(1) == KqlType::String);
        let mut last: Option<(Cow<'_, str>, Prepared)> = None;
        let mut answer = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            answer.push(match (!strings.0 && left.is_null(row), !strings.1 && right.is_null(row)) {
                (true, true) => None,
                (false, false) => {
                    let text = needle.get(row);
                    let prepared = match last.take() {
                        Some((known, prepared)) if known == text => prepared,
                        _ => Prepared::new(self.test, self.case_sensitive, &text)?,
                    };
                    let matches = prepared.matches(&haystack.get(row)) != self.negated;
                    last = Some((text, prepared));
                    Some(matches)
                }
                _ => Some(self.negated),
            });
        }
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(answer))))
    }
}
