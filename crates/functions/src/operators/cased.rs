//! Texts of two columns compared without case: `=~`, and `==` and `!=` of `tolower()` or `toupper()` of both, which would each make a text to be thrown
//! away.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::BooleanBuffer;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;

use super::needle::fold_char;
use crate::kernel::{Call, Kernel, kernel_call, kernel_expr};
use crate::scalar::strings::{lower_char, upper_char};

/// What makes characters the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// `=~`
    Ignored,
    /// `tolower()`
    Lower,
    /// `toupper()`
    Upper,
}

/// `==` or `!=` of texts that are both changed to one case; nothing for others.
#[must_use]
pub fn equality_in_one_case(negated: bool, left: &Expr, right: &Expr) -> Option<Expr> {
    let ((case, left), (other, right)) = (changed(left)?, changed(right)?);
    (case == other).then(|| compared(case, negated, left.clone(), right.clone()))
}

/// A text that changes from row to row, in one case.
fn changed(expr: &Expr) -> Option<(Case, &Expr)> {
    let call = kernel_call(expr)?;
    let case = match call.name {
        "tolower" => Case::Lower,
        "toupper" => Case::Upper,
        _ => return None,
    };
    match (call.args, call.types) {
        ([text], [KqlType::String]) if !matches!(text, Expr::Literal(..)) => Some((case, text)),
        _ => None,
    }
}

pub(super) fn compared(case: Case, negated: bool, left: Expr, right: Expr) -> Expr {
    let op = if negated { "!" } else { "=" };
    let name = match case {
        Case::Ignored => format!("{op}~"),
        Case::Lower => format!("tolower {op}="),
        Case::Upper => format!("toupper {op}="),
    };
    let kernel = Arc::new(Compared { case, negated });
    kernel_expr(name, kernel, vec![left, right], vec![KqlType::String; 2], KqlType::Bool, 0)
}

struct Compared {
    case: Case,
    negated: bool,
}

impl Kernel for Compared {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        if let (Some(left), Some(right)) = (call.string_column(0), call.string_column(1))
            && left.len() == right.len()
        {
            let values = BooleanBuffer::collect_bool(left.len(), |row| self.case.equal(left.value(row), right.value(row)) != self.negated);
            return Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(values, None))));
        }
        let (left, right) = (call.texts(0)?, call.texts(1)?);
        call.write_bools(|row| Some(self.case.equal(&left.get(row), &right.get(row)) != self.negated))
    }
}

impl Case {
    fn equal(self, left: &str, right: &str) -> bool {
        if left.eq_ignore_ascii_case(right) {
            return true;
        }
        if left.is_ascii() && right.is_ascii() {
            return false;
        }
        let change = match self {
            Case::Ignored => fold_char,
            Case::Lower => lower_char,
            Case::Upper => upper_char,
        };
        left.chars().map(change).eq(right.chars().map(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::needle::{Needle, Place};

    #[test]
    fn letters_beyond_ascii_may_become_ascii() {
        // The Kelvin sign is k in lower case, and no letter that is compared without case.
        assert!(
            Case::Lower.equal("\u{212a}ey", "KEY") && !Case::Upper.equal("\u{212a}ey", "key") && !Case::Ignored.equal("\u{212a}ey", "key")
        );
        assert!(Case::Upper.equal("\u{131}", "i") && !Case::Lower.equal("\u{131}", "i"));
        assert!(Case::Lower.equal("ÉA", "éa") && Case::Upper.equal("ÉA", "éa") && Case::Ignored.equal("ÉA", "éa"));
        assert!(!Case::Lower.equal("ab", "a") && !Case::Lower.equal("é", ""));
    }

    proptest::proptest! {
        #[test]
        fn as_the_texts_made(left in "[aAkKéÉ\u{212a}\u{131}i]{0,4}", right in "[aAkKéÉ\u{212a}\u{131}i]{0,4}") {
            let lower = |text: &str| text.chars().map(lower_char).collect::<String>();
            let upper = |text: &str| text.chars().map(upper_char).collect::<String>();
            proptest::prop_assert_eq!(Case::Lower.equal(&left, &right), lower(&left) == lower(&right));
            proptest::prop_assert_eq!(Case::Upper.equal(&left, &right), upper(&left) == upper(&right));
            proptest::prop_assert_eq!(Case::Ignored.equal(&left, &right), Needle::new(Place::Whole, false, &right).matches(&left));
        }
    }
}
