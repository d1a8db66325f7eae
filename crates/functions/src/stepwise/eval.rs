//! The value of an expression for one row and one state.

use arrow::array::ArrayRef;
use quarry_semantics::ir::LogicalOp;
use quarry_value::time;

use super::{Bools, Case, Cells, Choice, Chosen, Longs, Place, Reals, Stepwise};
use crate::operators::{compared_values, holds, long_arithmetic, real_arithmetic, within};

impl Bools {
    pub fn eval<C: Cells>(&self, cells: &C) -> Option<bool> {
        match self {
            Self::Cell(place) => cells.bool(*place),
            Self::Constant(value) => *value,
            Self::Logical(op, operands) => {
                // Whatever decides alone does so beside a null.
                let decides = *op == LogicalOp::Or;
                let mut answer = Some(!decides);
                for operand in operands {
                    match operand.eval(cells) {
                        Some(value) if value == decides => return Some(decides),
                        Some(_) => {}
                        None => answer = None,
                    }
                }
                answer
            }
            Self::Not(operand) => operand.eval(cells).map(|value| !value),
            Self::CompareLongs(op, operands) => {
                let [left, right] = operands.as_ref();
                compared_values(*op, left.eval(cells), right.eval(cells))
            }
            Self::CompareReals(op, operands) => {
                let [left, right] = operands.as_ref();
                compared_values(*op, left.eval(cells), right.eval(cells))
            }
            Self::CompareTexts(op, operands) => {
                let [left, right] = operands.as_ref();
                Some(holds(*op, left.text(cells), right.text(cells)))
            }
            Self::LongBetween(negated, operands) => {
                let [value, low, high] = operands.as_ref();
                Some(within(value.eval(cells)?, low.eval(cells)?, high.eval(cells)?) != *negated)
            }
            Self::RealBetween(negated, operands) => {
                let [value, low, high] = operands.as_ref();
                Some(within(value.eval(cells)?, low.eval(cells)?, high.eval(cells)?) != *negated)
            }
            Self::IsNull(value) => Some(value.is_null(cells)),
            Self::IsEmpty(value) => Some(value.text(cells).is_empty()),
            Self::Case(case) => case.pick(cells).eval(cells),
        }
    }
}

impl Longs {
    pub fn eval<C: Cells>(&self, cells: &C) -> Option<i64> {
        match self {
            Self::Cell(place) => cells.long(*place),
            Self::Constant(value) => *value,
            Self::Arithmetic(op, operands) => {
                let [left, right] = operands.as_ref();
                long_arithmetic(*op, left.eval(cells)?, right.eval(cells)?, false)
            }
            Self::Calendar(op, operands) => {
                let [left, right] = operands.as_ref();
                long_arithmetic(*op, left.eval(cells)?, right.eval(cells)?, true).and_then(time::checked_datetime)
            }
            Self::Negate(operand) => operand.eval(cells).map(i64::wrapping_neg),
            Self::Case(case) => case.pick(cells).eval(cells),
            Self::Coalesce(operands) => operands.iter().find_map(|operand| operand.eval(cells)),
        }
    }
}

impl Reals {
    pub fn eval<C: Cells>(&self, cells: &C) -> Option<f64> {
        match self {
            Self::Cell(place) => cells.real(*place),
            Self::Constant(value) => *value,
            Self::Arithmetic(op, operands) => {
                let [left, right] = operands.as_ref();
                Some(real_arithmetic(*op, left.eval(cells)?, right.eval(cells)?))
            }
            Self::Ratio(operands) => {
                let [left, right] = operands.as_ref();
                Some(left.eval(cells)? as f64 / right.eval(cells)? as f64)
            }
            Self::OfLong(operand) => operand.eval(cells).map(|value| value as f64),
            Self::Negate(operand) => operand.eval(cells).map(|value| -value),
            Self::Case(case) => case.pick(cells).eval(cells),
            Self::Coalesce(operands) => operands.iter().find_map(|operand| operand.eval(cells)),
        }
    }
}

impl Choice {
    pub fn pick<C: Cells>(&self, cells: &C) -> Chosen<'_> {
        match self.leaf(cells) {
            Leaf::Cell(place) => Chosen::Cell(place),
            Leaf::Constant(_, array) => Chosen::Constant(array),
        }
    }

    /// The value as a string: a null is the empty one.
    fn text<'a, C: Cells>(&'a self, cells: &'a C) -> &'a str {
        match self.leaf(cells) {
            Leaf::Cell(place) => cells.text(place).unwrap_or_default(),
            Leaf::Constant(text, _) => text,
        }
    }

    fn leaf<C: Cells>(&self, cells: &C) -> Leaf<'_> {
        match self {
            Self::Cell(place) => Leaf::Cell(*place),
            Self::Constant(text, array) => Leaf::Constant(text, array),
            Self::Case(case) => case.pick(cells).leaf(cells),
            Self::Coalesce(first, last) => {
                let there = first.iter().find(|operand| !operand.text(cells).is_empty());
                there.unwrap_or(last).leaf(cells)
            }
        }
    }
}

enum Leaf<'a> {
    Cell(Place),
    Constant(&'a str, &'a ArrayRef),
}

impl<T> Case<T> {
    fn pick<C: Cells>(&self, cells: &C) -> &T {
        let taken = self.branches.iter().find(|(condition, _)| condition.eval(cells) == Some(true));
        taken.map_or(&self.otherwise, |(_, value)| value)
    }
}

impl Stepwise {
    fn is_null<C: Cells>(&self, cells: &C) -> bool {
        match self {
            Self::Bool(value) => value.eval(cells).is_none(),
            Self::Long(value) => value.eval(cells).is_none(),
            Self::Real(value) => value.eval(cells).is_none(),
            Self::Choice(value) => match value.pick(cells) {
                Chosen::Cell(place) => cells.is_null(place),
                Chosen::Constant(_) => false,
            },
        }
    }
}
