//! A call of an aggregate, and how it is computed.

use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Expr, lit};
use quarry_schema::{Function, KqlType};

use super::field::field;
use super::plan::LIMIT;
use crate::operators::convert;

/// A call of an aggregate as the binder left it: arguments converted, `*` spelled out.
pub struct AggregateCall {
    pub function: &'static Function,
    pub args: Vec<Expr>,
    /// The KQL type of each argument.
    pub types: Vec<KqlType>,
    /// The value of each argument that is a constant.
    pub literals: Vec<Option<ScalarValue>>,
    /// The KQL type of each column that the call gives.
    pub outputs: Vec<KqlType>,
}

/// How a call is computed.
pub struct PlannedAggregate {
    /// DataFusion aggregate expressions.
    pub aggregates: Vec<Expr>,
    /// From the columns of those to the columns of the call.
    pub finish: Finish,
}

/// The last step of an aggregate: an expression for every output.
pub type Finish = Box<dyn Fn(&[Expr]) -> Vec<Expr> + Send + Sync>;

impl AggregateCall {
    pub(super) fn arg(&self, at: usize) -> Result<Expr> {
        match self.args.get(at) {
            Some(arg) => Ok(arg.clone()),
            None => plan_err!("{}() lacks argument {}", self.function.name, at + 1),
        }
    }

    pub(super) fn ty(&self, at: usize) -> KqlType {
        self.types.get(at).copied().unwrap_or(KqlType::Dynamic)
    }

    pub(super) fn output(&self, at: usize) -> KqlType {
        self.outputs.get(at).copied().unwrap_or_else(|| self.ty(at))
    }

    /// An argument as a double, whatever number it is.
    pub(super) fn real(&self, at: usize) -> Result<Expr> {
        convert(self.arg(at)?, self.ty(at), KqlType::Real)
    }

    /// An argument that is a constant text.
    pub(super) fn text(&self, at: usize) -> Result<&str> {
        let text = self.literals.get(at).and_then(|literal| literal.as_ref()?.try_as_str()?);
        text.map_or_else(|| plan_err!("{}() needs a text as argument {}", self.function.name, at + 1), Ok)
    }

    /// The size limit that argument `at` sets, never above `most`.
    pub(super) fn limit(&self, at: usize, most: usize) -> usize {
        let literal = match self.literals.get(at) {
            Some(Some(ScalarValue::Int64(Some(limit)))) => *limit,
            Some(Some(ScalarValue::Int32(Some(limit)))) => i64::from(*limit),
            _ => return most,
        };
        usize::try_from(literal).unwrap_or(0).min(LIMIT)
    }

    /// A plan of one aggregate expression that is the output already.
    pub(super) fn one(&self, aggregate: Expr) -> Result<PlannedAggregate> {
        let output = self.output(0);
        Ok(single(aggregate, move |column| filled(column, output)))
    }
}

pub(super) fn single(aggregate: Expr, finish: impl Fn(Expr) -> Expr + Send + Sync + 'static) -> PlannedAggregate {
    PlannedAggregate {
        aggregates: vec![aggregate],
        finish: Box::new(move |columns| columns.iter().take(1).cloned().map(&finish).collect()),
    }
}

/// A plan of one aggregate expression that gives a struct of all outputs.
pub(super) fn of_struct(aggregate: Expr, outputs: Vec<KqlType>) -> PlannedAggregate {
    let finish = move |columns: &[Expr]| {
        let Some(column) = columns.first() else { return Vec::new() };
        outputs.iter().enumerate().map(|(at, ty)| field(column.clone(), at, *ty)).collect()
    };
    PlannedAggregate {
        aggregates: vec![aggregate],
        finish: Box::new(finish),
    }
}

/// Strings are never null.
pub(super) fn filled(column: Expr, ty: KqlType) -> Expr {
    if ty == KqlType::String {
        or_else(column, lit(ScalarValue::Utf8View(Some(String::new()))))
    } else {
        column
    }
}

pub(super) fn or_else(column: Expr, default: Expr) -> Expr {
    datafusion::functions::core::expr_fn::coalesce(vec![column, default])
}
