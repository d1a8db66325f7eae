//! Expressions for one row after another, where each row's answer depends on the one before: `scan`.
//!
//! What such an expression reads is a cell of the row at hand, which was computed for all rows together, or a cell of a state that changes from row
//! to row. [`Stepwise::compile`] turns a bound expression into a small typed tree over such cells, with the rules of the kernels in
//! [`crate::operators`]; of what it does not know it says nothing, and the caller evaluates the expression as any other.

mod compile;
mod eval;
#[cfg(test)]
mod tests;

use arrow::array::ArrayRef;
use datafusion::logical_expr::Operator;
use quarry_semantics::ir::{BinaryOp, LogicalOp};

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A column of the row at hand.
    Row(usize),
    /// A slot of the state.
    State(usize),
}

/// The values that an expression reads. An int is read as a long, times as ticks; of a place that holds another type the answer is null.
pub trait Cells {
    fn bool(&self, place: Place) -> Option<bool>;
    fn long(&self, place: Place) -> Option<i64>;
    fn real(&self, place: Place) -> Option<f64>;
    /// Text as it is stored: `None` for a null of any type.
    fn text(&self, place: Place) -> Option<&str>;
    fn is_null(&self, place: Place) -> bool;
}

/// A compiled expression, by the type of its answer.
#[derive(Clone, Debug)]
pub enum Stepwise {
    Bool(Bools),
    Long(Longs),
    Real(Reals),
    /// A value of any other type, which is chosen and never computed.
    Choice(Choice),
}

#[derive(Clone, Debug)]
pub enum Bools {
    Cell(Place),
    Constant(Option<bool>),
    Logical(LogicalOp, Vec<Bools>),
    Not(Box<Bools>),
    CompareLongs(Operator, Box<[Longs; 2]>),
    CompareReals(Operator, Box<[Reals; 2]>),
    CompareTexts(Operator, Box<[Choice; 2]>),
    /// The value, the low and the high end; negated or not.
    LongBetween(bool, Box<[Longs; 3]>),
    RealBetween(bool, Box<[Reals; 3]>),
    IsNull(Box<Stepwise>),
    IsEmpty(Choice),
    Case(Box<Case<Bools>>),
}

#[derive(Clone, Debug)]
pub enum Longs {
    Cell(Place),
    Constant(Option<i64>),
    Arithmetic(BinaryOp, Box<[Longs; 2]>),
    /// Arithmetic whose outcome must lie in the calendar.
    Calendar(BinaryOp, Box<[Longs; 2]>),
    Negate(Box<Longs>),
    Case(Box<Case<Longs>>),
    Coalesce(Vec<Longs>),
}

#[derive(Clone, Debug)]
pub enum Reals {
    Cell(Place),
    Constant(Option<f64>),
    Arithmetic(BinaryOp, Box<[Reals; 2]>),
    /// The quotient of two counts of ticks.
    Ratio(Box<[Longs; 2]>),
    OfLong(Box<Longs>),
    Negate(Box<Reals>),
    Case(Box<Case<Reals>>),
    Coalesce(Vec<Reals>),
}

/// A value that lies somewhere, and is taken from there.
#[derive(Clone, Debug)]
pub enum Choice {
    Cell(Place),
    /// A text; the array has one row.
    Constant(String, ArrayRef),
    Case(Box<Case<Choice>>),
    /// The first of the texts that is not empty, else the last.
    Coalesce(Vec<Choice>, Box<Choice>),
}

/// The value behind the first condition that is true.
#[derive(Clone, Debug)]
pub struct Case<T> {
    branches: Vec<(Bools, T)>,
    otherwise: T,
}

/// What a choice comes to.
#[derive(Clone, Copy, Debug)]
pub enum Chosen<'a> {
    Cell(Place),
    /// One row.
    Constant(&'a ArrayRef),
}
