//! What is compiled, and what is left to others. That both give the same answers is a law of the language that the engine's tests hold.

#![allow(clippy::unwrap_used, clippy::panic)]

use quarry_schema::{KqlType, functions};
use quarry_semantics::ir::{BinaryOp, Expr, ExprKind, FunctionRef, Literal};

use super::*;

fn expr(kind: ExprKind, ty: KqlType) -> Expr {
    let span = Default::default();
    Expr { kind, ty, span }
}

fn column(id: u32, ty: KqlType) -> Expr {
    expr(ExprKind::Column(id), ty)
}

fn literal(value: Literal) -> Expr {
    let ty = value.ty();
    expr(ExprKind::Literal(value), ty)
}

fn binary(op: BinaryOp, left: Expr, right: Expr, ty: KqlType) -> Expr {
    let (left, right) = (Box::new(left), Box::new(right));
    expr(ExprKind::Binary { op, left, right }, ty)
}

fn call(name: &str, args: Vec<Expr>, ty: KqlType) -> Expr {
    let function = FunctionRef(functions::scalar(name).unwrap());
    expr(ExprKind::Call { function, args }, ty)
}

/// Ids below ten are columns of the row.
fn compiled(expr: &Expr) -> Option<Stepwise> {
    let locate = |id: u32| match id {
        0..10 => Some(Place::Row(id as usize)),
        10..20 => Some(Place::State(id as usize - 10)),
        _ => None,
    };
    Stepwise::compile(expr, &locate)
}

/// A row that holds 5 and a state that holds what it is told.
struct One(Option<i64>);

impl Cells for One {
    fn bool(&self, _: Place) -> Option<bool> {
        None
    }
    fn long(&self, place: Place) -> Option<i64> {
        match place {
            Place::Row(_) => Some(5),
            Place::State(_) => self.0,
        }
    }
    fn real(&self, place: Place) -> Option<f64> {
        self.long(place).map(|value| value as f64)
    }
    fn text(&self, _: Place) -> Option<&str> {
        None
    }
    fn is_null(&self, place: Place) -> bool {
        self.long(place).is_none()
    }
}

#[test]
fn conditions_keep_the_rules_of_nulls() {
    let long = KqlType::Long;
    let span = binary(BinaryOp::Subtract, column(1, long), column(11, long), long);
    let Some(Stepwise::Bool(near)) = compiled(&binary(BinaryOp::Less, span, literal(Literal::Long(3)), KqlType::Bool)) else {
        panic!("a difference of longs is compiled");
    };
    assert_eq!(
        [Some(4), Some(1), None].map(|state| near.eval(&One(state))),
        [Some(true), Some(false), None]
    );
    let different = binary(BinaryOp::NotEqual, column(1, long), column(11, long), KqlType::Bool);
    let Some(Stepwise::Bool(different)) = compiled(&different) else {
        panic!("a comparison of longs is compiled");
    };
    assert_eq!(
        [Some(5), Some(1), None].map(|state| different.eval(&One(state))),
        [Some(false), Some(true), Some(true)]
    );
}

#[test]
fn numbers_of_several_types_meet_as_reals() {
    let mixed = binary(
        BinaryOp::Multiply,
        column(1, KqlType::Long),
        column(11, KqlType::Real),
        KqlType::Real,
    );
    let Some(Stepwise::Real(mixed)) = compiled(&mixed) else {
        panic!("a product of a long and a real is compiled");
    };
    assert_eq!(mixed.eval(&One(Some(3))), Some(15.0));
    assert_eq!(mixed.eval(&One(None)), None);
}

#[test]
fn what_is_not_known_is_left_alone() {
    let text = column(1, KqlType::String);
    for other in [
        column(30, KqlType::Long),
        call("strlen", vec![text.clone()], KqlType::Long),
        call("toupper", vec![text.clone()], KqlType::String),
        binary(
            BinaryOp::Equal,
            column(1, KqlType::Dynamic),
            literal(Literal::Long(1)),
            KqlType::Bool,
        ),
        binary(
            BinaryOp::Add,
            column(1, KqlType::Decimal),
            column(11, KqlType::Decimal),
            KqlType::Decimal,
        ),
        expr(ExprKind::Convert(Box::new(text)), KqlType::Long),
    ] {
        assert!(compiled(&other).is_none(), "{other:?}");
    }
}
