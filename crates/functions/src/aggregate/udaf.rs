//! One DataFusion aggregate type for all of ours.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, GroupsAccumulator, Signature, Volatility};

use super::spec::Spec;
use super::states::{Grouped, Single};

/// The expression of one of our aggregates over the rows where `filter` is true.
pub(crate) fn own(spec: Spec, args: Vec<Expr>, filter: Option<Expr>) -> Expr {
    let udaf = KqlAggregate {
        spec,
        signature: Signature::user_defined(Volatility::Immutable),
    };
    call(Arc::new(AggregateUDF::new_from_impl(udaf)), args, filter)
}

/// The expression of any aggregate over the rows where `filter` is true.
pub(crate) fn call(udaf: Arc<AggregateUDF>, args: Vec<Expr>, filter: Option<Expr>) -> Expr {
    Expr::AggregateFunction(AggregateFunction::new_udf(
        udaf,
        args,
        false,
        filter.map(Box::new),
        Vec::new(),
        None,
    ))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct KqlAggregate {
    spec: Spec,
    signature: Signature,
}

impl AggregateUDFImpl for KqlAggregate {
    fn name(&self) -> &str {
        self.spec.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.spec.result())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |(at, ty)| Arc::new(Field::new(format!("{}[{at}]", args.name), ty, true));
        Ok(self.spec.state().into_iter().enumerate().map(field).collect())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(&self.spec)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::new(&self.spec)))
    }
}
