//! Comparisons of the value at a path with constants, as comparisons of the hot columns that a file has: then statistics and Bloom filters prune by them,
//! and no value is put together only to be compared.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, Literal, NotExpr, in_list, lit};
use quarry_functions::kernel::{number_comparison, text_of_dynamic};

use super::decode::{Decode, Decoding};
use super::hot::{FilePaths, Held, ScanPath};
use crate::hot::exact_long;

type Physical = Arc<dyn PhysicalExpr>;

impl FilePaths {
    /// The comparison over columns of the file; nothing when it is none, or there is no better way than to read the value.
    pub fn comparison(&self, expr: &Physical, file: &SchemaRef) -> Option<Physical> {
        let found = self.texts_compared(expr, file).or_else(|| self.emptiness(expr, file));
        found.or_else(|| self.numbers_compared(expr, file))
    }

    /// Whether there is a value whose text is not empty, as `isnotempty()` asks. No text is made for it.
    fn emptiness(&self, expr: &Physical, file: &SchemaRef) -> Option<Physical> {
        let binary = expr.downcast_ref::<BinaryExpr>()?;
        let negated = match binary.op() {
            Operator::Eq => true,
            Operator::NotEq => false,
            _ => return None,
        };
        let is_empty = |expr: &Physical| {
            let value = expr.downcast_ref::<Literal>().map(Literal::value);
            matches!(value, Some(ScalarValue::Utf8View(Some(text))) if text.is_empty())
        };
        let column = match (is_empty(binary.left()), is_empty(binary.right())) {
            (false, true) => binary.left(),
            (true, false) => binary.right(),
            _ => return None,
        };
        let Held::Kept([text, long, json]) = self.held(self.text_at(column)?, file) else {
            return None;
        };
        let text = text.map(|text| -> Physical {
            let filled = BinaryExpr::new(Arc::clone(&text), Operator::NotEq, lit(text_scalar("")));
            Arc::new(BinaryExpr::new(Arc::new(filled), Operator::And, Arc::new(IsNotNullExpr::new(text))))
        });
        let long = long.map(|long| -> Physical { Arc::new(IsNotNullExpr::new(long)) });
        let json = json.map(|json| -> Physical {
            Arc::new(Decode {
                decoding: Decoding::HasText,
                arguments: vec![json],
            })
        });
        let parts = [text, long, json].into_iter().flatten();
        let any = parts.reduce(|left, right| Arc::new(BinaryExpr::new(left, Operator::Or, right)));
        let any = any.unwrap_or_else(|| lit(false));
        Some(if negated { Arc::new(NotExpr::new(any)) } else { any })
    }

    /// The path whose text an expression gives: a column with the text, or `tostring()` of one with the value.
    fn text_at(&self, expr: &Physical) -> Option<&ScanPath> {
        match text_of_dynamic(expr.as_ref()) {
            Some(value) => self.find(value.downcast_ref::<Column>()?.name()).filter(|path| !path.text),
            None => self.find(expr.downcast_ref::<Column>()?.name()).filter(|path| path.text),
        }
    }

    /// The text of a value against some. A missing value is empty text, which none of them is.
    fn texts_compared(&self, expr: &Physical, file: &SchemaRef) -> Option<Physical> {
        let test = TextTest::of(expr)?;
        let Held::Kept([text, long, json]) = self.held(self.text_at(test.value)?, file) else {
            return None;
        };
        let mut parts: Vec<Physical> = Vec::new();
        if let Some(text) = text {
            let constants = test.texts.iter().map(|text| lit(text_scalar(text)));
            parts.push(one_of(&text, &text, constants.collect(), test.negated, file)?);
        }
        if let Some(long) = long {
            let constants: Vec<Physical> = test.texts.iter().filter_map(|text| exact_long(text)).map(lit).collect();
            if !constants.is_empty() {
                parts.push(one_of(&long, &long, constants, test.negated, file)?);
            }
        }
        if let Some(json) = json {
            let has = [false, false, true];
            let value: Physical = Arc::new(Decode {
                decoding: Decoding::Value { has, text: true },
                arguments: vec![Arc::clone(&json)],
            });
            let constants = test.texts.iter().map(|text| lit(text_scalar(text)));
            parts.push(one_of(&json, &value, constants.collect(), test.negated, file)?);
        }
        let op = if test.negated { Operator::And } else { Operator::Or };
        let all = parts.into_iter().reduce(|left, right| Arc::new(BinaryExpr::new(left, op, right)));
        Some(all.unwrap_or_else(|| lit(test.negated)))
    }

    /// A dynamic against a whole number. Text is no number: such a value, and a missing one, differ from every number and are neither less nor greater.
    fn numbers_compared(&self, expr: &Physical, file: &SchemaRef) -> Option<Physical> {
        let (op, left, right) = number_comparison(expr.as_ref())?;
        let (op, dynamic, constant, flipped) = match whole(right) {
            Some(constant) => (op, left, constant, false),
            None => (op.swap()?, right, whole(left)?, true),
        };
        let path = self.find(dynamic.downcast_ref::<Column>()?.name()).filter(|path| !path.text)?;
        let Held::Kept([_, Some(long), json]) = self.held(path, file) else {
            return None;
        };
        let of_long = match op {
            Operator::Eq | Operator::NotEq => one_of(&long, &long, vec![lit(constant)], op == Operator::NotEq, file)?,
            _ => Arc::new(BinaryExpr::new(long, op, lit(constant))),
        };
        match json {
            None => Some(of_long),
            // A number that is no long may be equal all the same, as 5.0 is.
            Some(json) if op == Operator::Eq => {
                let operands = match flipped {
                    true => vec![Arc::clone(left), Arc::clone(&json)],
                    false => vec![Arc::clone(&json), Arc::clone(right)],
                };
                let of_json = Arc::clone(expr).with_new_children(operands).ok()?;
                let there: Physical = Arc::new(IsNotNullExpr::new(json));
                let of_json = Arc::new(BinaryExpr::new(there, Operator::And, of_json));
                Some(Arc::new(BinaryExpr::new(of_long, Operator::Or, of_json)))
            }
            Some(_) => None,
        }
    }
}

/// A text that is, or is not, one of some constants, of which none is empty.
struct TextTest<'e> {
    value: &'e Physical,
    texts: Vec<&'e str>,
    negated: bool,
}

impl<'e> TextTest<'e> {
    fn of(expr: &'e Physical) -> Option<TextTest<'e>> {
        if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
            let negated = match binary.op() {
                Operator::Eq => false,
                Operator::NotEq => true,
                _ => return None,
            };
            let (value, text) = match text_of(binary.right()) {
                Some(text) => (binary.left(), text),
                None => (binary.right(), text_of(binary.left())?),
            };
            let texts = vec![text];
            return Some(TextTest { value, texts, negated });
        }
        let list = expr.downcast_ref::<InListExpr>()?;
        Some(TextTest {
            value: list.expr(),
            texts: list.list().iter().map(text_of).collect::<Option<_>>()?,
            negated: list.negated(),
        })
    }
}

/// Whether a value is one of the constants, never null: `there` is null where there is no value.
fn one_of(there: &Physical, value: &Physical, constants: Vec<Physical>, negated: bool, file: &SchemaRef) -> Option<Physical> {
    let tested: Physical = match constants.as_slice() {
        [constant] => {
            let op = if negated { Operator::NotEq } else { Operator::Eq };
            Arc::new(BinaryExpr::new(Arc::clone(value), op, Arc::clone(constant)))
        }
        _ => in_list(Arc::clone(value), constants, &negated, file).ok()?,
    };
    let there = Arc::clone(there);
    Some(match negated {
        true => Arc::new(BinaryExpr::new(Arc::new(IsNullExpr::new(there)), Operator::Or, tested)),
        false => Arc::new(BinaryExpr::new(tested, Operator::And, Arc::new(IsNotNullExpr::new(there)))),
    })
}

fn text_scalar(text: &str) -> ScalarValue {
    ScalarValue::Utf8View(Some(text.to_owned()))
}

/// A constant text that is not empty.
fn text_of(expr: &Physical) -> Option<&str> {
    match expr.downcast_ref::<Literal>()?.value() {
        ScalarValue::Utf8View(Some(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// A constant whole number.
fn whole(expr: &Physical) -> Option<i64> {
    match expr.downcast_ref::<Literal>()?.value() {
        ScalarValue::Int64(Some(value)) => Some(*value),
        ScalarValue::Int32(Some(value)) => Some((*value).into()),
        _ => None,
    }
}
