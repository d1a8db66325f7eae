//! From a call of a declared aggregate to DataFusion expressions.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, not_impl_err, plan_err};
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::bit_and_or_xor::{bit_and_udaf, bit_or_udaf, bit_xor_udaf};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::first_last::first_value;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::{AggregateUDF, Expr, cast, lit};
use quarry_schema::KqlType;
use quarry_value::{arrow_type, dynamic};

use super::call::{AggregateCall, PlannedAggregate, of_struct, or_else, single};
use super::moments::Moment;
use super::percentile::{Output, Percentiles};
use super::pick::PickRule;
use super::set::SetResult;
use super::spec::Spec;
use super::udaf::{call, own};
use crate::event::EventForm;
use crate::operators::convert;

/// Most elements of `make_list`, `make_set` and `make_bag`, and of their older forms.
pub(super) const LIMIT: usize = 1_048_576;
const OLD_LIMIT: usize = 128;

/// Plans a call; `None` when there is no kernel for the function.
///
/// # Errors
/// When an argument that has to be a constant is none, or of a type that the aggregate does not take.
pub fn plan(call: &AggregateCall) -> Result<Option<PlannedAggregate>> {
    plan_over(call, None)
}

/// The same over those rows only for which `over` is true.
///
/// # Errors
/// As [`plan`].
pub fn plan_over(call: &AggregateCall, over: Option<Expr>) -> Result<Option<PlannedAggregate>> {
    let name = call.function.name;
    let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) else {
        return Ok(None);
    };
    let filter = match shape.predicate {
        Some(at) => Some(call.arg(at)?),
        None => None,
    };
    let filter = match (over, filter) {
        (Some(over), Some(filter)) => Some(over.and(filter)),
        (over, filter) => over.or(filter),
    };
    (shape.plan)(call, filter).map(Some)
}

/// The value that the first row of a group has, of columns that have one value in a group and of those where any will do. DataFusion's own has a state
/// of its own for each group, which takes several times as long where groups are many.
#[must_use]
pub fn first(column: Expr, ty: &DataType) -> Expr {
    let representation = [
        KqlType::Long,
        KqlType::String,
        KqlType::Real,
        KqlType::Bool,
        KqlType::Int,
        KqlType::Decimal,
        KqlType::Guid,
    ];
    match representation.into_iter().find(|kql| arrow_type(*kql) == *ty) {
        Some(kql) => own(Spec::First(kql), vec![column], None),
        None => first_value(column, Vec::new()),
    }
}

/// Whether [`plan`] knows an aggregate.
#[must_use]
pub fn is_supported(name: &str) -> bool {
    SHAPES.iter().any(|shape| shape.name == name)
}

/// The limit, then what makes an event of a row: table, time, names and values.
fn events(call: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    let limit = call.limit(0, LIMIT);
    let names = (3..call.args.len())
        .step_by(2)
        .map(|at| call.text(at))
        .collect::<Result<Vec<_>>>()?;
    let form = EventForm::new(call.text(1)?, names);
    let values = || (2..call.args.len()).step_by(2);
    let types = values().map(|at| call.ty(at)).collect();
    let args = values().map(|at| call.arg(at)).collect::<Result<_>>()?;
    call.one(own(Spec::Events { limit, form, types }, args, filter))
}

/// An aggregate's name, which argument is its condition, and how it is planned.
struct Shape {
    name: &'static str,
    predicate: Option<usize>,
    plan: fn(&AggregateCall, Option<Expr>) -> Result<PlannedAggregate>,
}

const fn plain(name: &'static str, plan: fn(&AggregateCall, Option<Expr>) -> Result<PlannedAggregate>) -> Shape {
    Shape {
        name,
        predicate: None,
        plan,
    }
}

const fn conditional(name: &'static str, at: usize, plan: fn(&AggregateCall, Option<Expr>) -> Result<PlannedAggregate>) -> Shape {
    Shape {
        name,
        predicate: Some(at),
        plan,
    }
}

const SHAPES: &[Shape] = &[
    plain("$evidence", |call, filter| {
        let limit = call.limit(1, LIMIT);
        call.one(own(Spec::Evidence { limit }, vec![call.arg(0)?], filter))
    }),
    plain("$events", events),
    plain("count", count),
    plain("cnt", count),
    conditional("countif", 0, count),
    plain("sum", sum),
    conditional("sumif", 1, sum),
    plain("avg", avg),
    conditional("avgif", 1, avg),
    plain("min", |call, filter| extreme(call, filter, false)),
    conditional("minif", 1, |call, filter| extreme(call, filter, false)),
    plain("max", |call, filter| extreme(call, filter, true)),
    conditional("maxif", 1, |call, filter| extreme(call, filter, true)),
    plain("dcount", dcount),
    conditional("dcountif", 1, dcount),
    plain("count_distinct", dcount),
    conditional("count_distinctif", 1, dcount),
    plain("make_list", |call, filter| list(call, filter, false, call.limit(1, LIMIT))),
    plain("makelist", |call, filter| list(call, filter, false, call.limit(1, OLD_LIMIT))),
    conditional("make_list_if", 1, |call, filter| list(call, filter, false, call.limit(2, LIMIT))),
    plain("make_list_with_nulls", |call, filter| list(call, filter, true, LIMIT)),
    plain("make_set", |call, filter| set(call, filter, call.limit(1, LIMIT))),
    plain("makeset", |call, filter| set(call, filter, call.limit(1, OLD_LIMIT))),
    conditional("make_set_if", 1, |call, filter| set(call, filter, call.limit(2, LIMIT))),
    plain("make_bag", |call, filter| bag(call, filter, call.limit(1, LIMIT))),
    plain("make_dictionary", |call, filter| bag(call, filter, call.limit(1, LIMIT))),
    conditional("make_bag_if", 1, |call, filter| bag(call, filter, call.limit(2, LIMIT))),
    plain("buildschema", |call, filter| {
        call.one(own(Spec::Schema, vec![call.arg(0)?], filter))
    }),
    plain("arg_max", |call, filter| pick(call, filter, PickRule::Greatest)),
    plain("argmax", |call, filter| pick(call, filter, PickRule::Greatest)),
    plain("arg_min", |call, filter| pick(call, filter, PickRule::Least)),
    plain("argmin", |call, filter| pick(call, filter, PickRule::Least)),
    plain("take_any", |call, filter| pick(call, filter, PickRule::First)),
    plain("any", |call, filter| pick(call, filter, PickRule::First)),
    conditional("take_anyif", 1, |call, filter| pick(call, filter, PickRule::First)),
    conditional("anyif", 1, |call, filter| pick(call, filter, PickRule::First)),
    plain("percentile", |call, filter| percentiles(call, filter, false, Output::Columns)),
    plain("percentiles", |call, filter| percentiles(call, filter, false, Output::Columns)),
    plain("percentiles_array", |call, filter| percentiles(call, filter, false, Output::Array)),
    plain("percentilew", |call, filter| percentiles(call, filter, true, Output::Columns)),
    plain("percentilesw", |call, filter| percentiles(call, filter, true, Output::Columns)),
    plain("percentilesw_array", |call, filter| percentiles(call, filter, true, Output::Array)),
    plain("tdigest", |call, filter| {
        percentiles(call, filter, call.args.len() > 1, Output::Digest)
    }),
    plain("tdigest_merge", |call, filter| {
        call.one(own(
            Spec::List {
                ty: KqlType::Dynamic,
                nulls: false,
                limit: usize::MAX,
            },
            vec![call.arg(0)?],
            filter,
        ))
    }),
    plain("stdev", |call, filter| moment(call, filter, Moment::Deviation, false)),
    conditional("stdevif", 1, |call, filter| moment(call, filter, Moment::Deviation, false)),
    plain("stdevp", |call, filter| moment(call, filter, Moment::Deviation, true)),
    plain("variance", |call, filter| moment(call, filter, Moment::Variance, false)),
    conditional("varianceif", 1, |call, filter| moment(call, filter, Moment::Variance, false)),
    plain("variancep", |call, filter| moment(call, filter, Moment::Variance, true)),
    conditional("variancepif", 1, |call, filter| moment(call, filter, Moment::Variance, true)),
    plain("covariance", |call, filter| moment(call, filter, Moment::Covariance, false)),
    conditional("covarianceif", 2, |call, filter| moment(call, filter, Moment::Covariance, false)),
    plain("covariancep", |call, filter| moment(call, filter, Moment::Covariance, true)),
    conditional("covariancepif", 2, |call, filter| moment(call, filter, Moment::Covariance, true)),
    plain("hll", hll),
    conditional("hll_if", 1, hll),
    plain("hll_merge", |call, filter| {
        call.one(own(
            Spec::Set {
                ty: KqlType::Dynamic,
                result: SetResult::Members { limit: usize::MAX },
            },
            vec![call.arg(0)?],
            filter,
        ))
    }),
    plain("binary_all_and", |call, filter| bits(call, bit_and_udaf(), filter)),
    plain("binary_all_or", |call, filter| bits(call, bit_or_udaf(), filter)),
    plain("binary_all_xor", |call, filter| bits(call, bit_xor_udaf(), filter)),
];

/// Only whole numbers have bits to join.
fn bits(agg: &AggregateCall, udaf: Arc<AggregateUDF>, filter: Option<Expr>) -> Result<PlannedAggregate> {
    match agg.ty(0) {
        ty @ (KqlType::Real | KqlType::Decimal) => not_impl_err!("{}() of a {ty}", agg.function.name),
        _ => agg.one(call(udaf, vec![agg.arg(0)?], filter)),
    }
}

fn count(_: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    Ok(single(call(count_udaf(), vec![lit(1i64)], filter), |column| column))
}

/// In a series the output is the dynamic array of all sums; what is summed decides its elements' type.
fn sum(agg: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    let ty = match agg.ty(0) {
        KqlType::Int | KqlType::Bool => KqlType::Long,
        KqlType::Dynamic | KqlType::Unknown => {
            return not_impl_err!("{}() of a dynamic without a conversion such as tolong()", agg.function.name);
        }
        other => other,
    };
    let zero = lit(ScalarValue::new_zero(&arrow_type(ty))?);
    let aggregate = call(sum_udaf(), vec![convert(agg.arg(0)?, agg.ty(0), ty)?], filter);
    let output = agg.output(0);
    Ok(single(aggregate, move |column| {
        let sum = or_else(column, zero.clone());
        if output == KqlType::Int {
            cast(sum, arrow_type(output))
        } else {
            sum
        }
    }))
}

fn avg(agg: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    match agg.ty(0) {
        ty @ (KqlType::DateTime | KqlType::TimeSpan | KqlType::Decimal) => agg.one(own(Spec::Average(ty), vec![agg.arg(0)?], filter)),
        _ => Ok(single(call(avg_udaf(), vec![agg.real(0)?], filter), |column| {
            or_else(column, lit(f64::NAN))
        })),
    }
}

fn extreme(agg: &AggregateCall, filter: Option<Expr>, max: bool) -> Result<PlannedAggregate> {
    let (arg, ty) = (agg.arg(0)?, agg.ty(0));
    agg.one(match ty {
        // DataFusion ignores NaN here or there, and compares neither guids nor documents as KQL does.
        KqlType::Real | KqlType::Guid | KqlType::Dynamic | KqlType::Unknown => own(Spec::Extreme { ty, max }, vec![arg], filter),
        _ => call(if max { max_udaf() } else { min_udaf() }, vec![arg], filter),
    })
}

fn dcount(agg: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    let spec = Spec::Set {
        ty: agg.ty(0),
        result: SetResult::Count,
    };
    Ok(single(own(spec, vec![agg.arg(0)?], filter), |column| or_else(column, lit(0i64))))
}

fn hll(agg: &AggregateCall, filter: Option<Expr>) -> Result<PlannedAggregate> {
    agg.one(own(
        Spec::Set {
            ty: agg.ty(0),
            result: SetResult::Hashes,
        },
        vec![agg.arg(0)?],
        filter,
    ))
}

fn list(agg: &AggregateCall, filter: Option<Expr>, nulls: bool, limit: usize) -> Result<PlannedAggregate> {
    array(
        own(
            Spec::List {
                ty: agg.ty(0),
                nulls,
                limit,
            },
            vec![agg.arg(0)?],
            filter,
        ),
        "[]",
    )
}

fn set(agg: &AggregateCall, filter: Option<Expr>, limit: usize) -> Result<PlannedAggregate> {
    let spec = Spec::Set {
        ty: agg.ty(0),
        result: SetResult::Members { limit },
    };
    array(own(spec, vec![agg.arg(0)?], filter), "[]")
}

fn bag(agg: &AggregateCall, filter: Option<Expr>, limit: usize) -> Result<PlannedAggregate> {
    array(own(Spec::Bag { limit }, vec![agg.arg(0)?], filter), "{}")
}

fn array(aggregate: Expr, empty: &'static str) -> Result<PlannedAggregate> {
    Ok(single(aggregate, move |column| {
        or_else(column, lit(ScalarValue::Utf8View(Some(empty.to_owned()))))
    }))
}

fn pick(agg: &AggregateCall, filter: Option<Expr>, rule: PickRule) -> Result<PlannedAggregate> {
    let kept = if agg.function.name.ends_with("if") { 1 } else { agg.args.len() };
    let args: Vec<Expr> = agg.args.iter().take(kept).cloned().collect();
    let types: Vec<KqlType> = agg.types.iter().take(kept).copied().collect();
    let rule = if rule == PickRule::First && kept == 1 {
        PickRule::FirstFilled
    } else {
        rule
    };
    let outputs = types.clone();
    Ok(of_struct(own(Spec::Pick { rule, types }, args, filter), outputs))
}

fn percentiles(agg: &AggregateCall, filter: Option<Expr>, weighted: bool, output: Output) -> Result<PlannedAggregate> {
    let first_rank = if weighted { 2 } else { 1 };
    let mut ranks = Vec::new();
    for at in first_rank..agg.args.len() {
        match agg.literals.get(at).and_then(Option::as_ref) {
            Some(ScalarValue::Utf8View(Some(text))) => {
                ranks.extend(dynamic::elements(text).into_iter().flatten().filter_map(dynamic::to_real))
            }
            Some(ScalarValue::Int32(Some(rank))) => ranks.push(f64::from(*rank)),
            Some(ScalarValue::Int64(Some(rank))) => ranks.push(*rank as f64),
            Some(ScalarValue::Float64(Some(rank))) => ranks.push(*rank),
            Some(ScalarValue::Decimal256(Some(rank), ..)) => ranks.push(quarry_value::decimal::to_f64(*rank)),
            _ => return plan_err!("{}() needs constant percentages", agg.function.name),
        }
    }
    let (arg, ty) = match agg.ty(0) {
        ty @ (KqlType::Long | KqlType::Real | KqlType::DateTime | KqlType::TimeSpan) => (agg.arg(0)?, ty),
        KqlType::Decimal => (agg.real(0)?, KqlType::Real),
        KqlType::Int => (convert(agg.arg(0)?, KqlType::Int, KqlType::Long)?, KqlType::Long),
        ty @ (KqlType::Dynamic | KqlType::Unknown) if output != Output::Columns => {
            (convert(agg.arg(0)?, ty, KqlType::Real)?, KqlType::Real)
        }
        KqlType::Dynamic => return not_impl_err!("{}() of a dynamic without a conversion such as toreal()", agg.function.name),
        other => return not_impl_err!("{}() of {other}", agg.function.name),
    };
    let mut args = vec![arg];
    if weighted {
        args.push(convert(agg.arg(1)?, agg.ty(1), KqlType::Long)?);
    }
    let outputs = vec![ty; ranks.len()];
    let spec = Percentiles {
        ty,
        weighted,
        ranks: ranks.into_iter().map(f64::to_bits).collect(),
        output,
    };
    let aggregate = own(Spec::Percentile(spec), args, filter);
    if output == Output::Columns {
        Ok(of_struct(aggregate, outputs))
    } else {
        agg.one(aggregate)
    }
}

fn moment(agg: &AggregateCall, filter: Option<Expr>, moment: Moment, population: bool) -> Result<PlannedAggregate> {
    let mut args = vec![agg.real(0)?];
    if moment == Moment::Covariance {
        args.push(agg.real(1)?);
    }
    Ok(single(own(Spec::Moment { moment, population }, args, filter), |column| {
        or_else(column, lit(0.0))
    }))
}
