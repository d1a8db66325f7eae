//! What a parameter accepts, at what cost, and how a diagnostic calls it.

use quarry_schema::{ArgKind, KqlType, Param, ParamType};

use super::Argument;
use crate::types::promotes;

/// What accepting an argument costs: 0 for its own type, more for a promotion; `None` when it is not accepted.
pub(crate) fn accepts(param: &Param, arg: &Argument, args: &[Argument]) -> Option<u32> {
    use KqlType::{Bool, Dynamic, Real, String, Unknown};
    if param.arg == ArgKind::StarAllowed || param.arg == ArgKind::StarOnly {
        return Some(0);
    }
    if arg.tabular {
        return (param.ty == ParamType::Tabular).then_some(0);
    }
    if arg.type_literal.is_some() {
        return (param.ty == ParamType::TypeLiteral).then_some(0);
    }
    let ty = arg.ty;
    if ty == Unknown {
        return (!matches!(param.ty, ParamType::TypeLiteral | ParamType::Tabular)).then_some(0);
    }
    let yes = |accepted: bool| accepted.then_some(0);
    match param.ty {
        ParamType::Exact(wanted) if ty == wanted => Some(0),
        ParamType::Exact(wanted) if promotes(ty, wanted) => Some(1 + distance(ty, wanted)),
        ParamType::Exact(wanted) => (arg.is_null && wanted != String).then_some(2),
        ParamType::OneOf(list) if list.contains(&ty) => Some(0),
        ParamType::OneOf(list) => list.iter().any(|wanted| promotes(ty, *wanted)).then_some(1),
        ParamType::Scalar | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic => Some(0),
        ParamType::Tabular | ParamType::TypeLiteral => None,
        ParamType::Integer => yes(ty.is_integer()),
        ParamType::RealOrDecimal => match ty {
            Real | KqlType::Decimal => Some(0),
            _ => ty.is_number().then_some(1),
        },
        ParamType::StringOrDynamic | ParamType::StringOrArray => yes(ty == String || ty == Dynamic),
        ParamType::IntegerOrArray => yes(ty.is_integer() || ty == Dynamic),
        ParamType::DynamicArray | ParamType::DynamicBag => yes(ty == Dynamic),
        ParamType::Number | ParamType::CommonNumber => yes(ty.is_number()),
        ParamType::NumberOrBool => yes(ty.is_number() || ty == Bool),
        ParamType::Summable | ParamType::CommonSummable => yes(ty.is_summable()),
        ParamType::Orderable | ParamType::CommonOrderable => yes(ty != Dynamic),
        ParamType::NotRealOrBool => yes(ty != Real && ty != Bool),
        ParamType::NotDynamic => yes(ty != Dynamic),
        ParamType::NotBool => yes(ty != Bool),
        ParamType::SameAs(at) => {
            let wanted = args.get(usize::from(at)).map_or(Unknown, |arg| arg.ty);
            if wanted == ty || wanted == Unknown || arg.is_null {
                Some(0)
            } else {
                promotes(ty, wanted).then_some(1)
            }
        }
    }
}

fn distance(from: KqlType, to: KqlType) -> u32 {
    let rank = |ty| match ty {
        KqlType::Int => 0,
        KqlType::Long => 1,
        KqlType::Real => 2,
        _ => 3,
    };
    u32::abs_diff(rank(from), rank(to))
}

/// The words for a parameter type in a diagnostic.
pub(crate) fn expected_words(ty: ParamType) -> String {
    match ty {
        ParamType::Exact(ty) => ty.name().to_owned(),
        ParamType::OneOf(list) => list.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(" or "),
        ParamType::Scalar | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic => "a scalar value".to_owned(),
        ParamType::Tabular => "a table".to_owned(),
        ParamType::TypeLiteral => "a typeof(…) literal".to_owned(),
        ParamType::Integer => "an integer".to_owned(),
        ParamType::RealOrDecimal | ParamType::Number | ParamType::CommonNumber => "a number".to_owned(),
        ParamType::StringOrDynamic => "a string or dynamic".to_owned(),
        ParamType::StringOrArray => "a string or an array".to_owned(),
        ParamType::IntegerOrArray => "an integer or an array".to_owned(),
        ParamType::DynamicArray => "a dynamic array".to_owned(),
        ParamType::DynamicBag => "a dynamic property bag".to_owned(),
        ParamType::NumberOrBool => "a number or bool".to_owned(),
        ParamType::Summable | ParamType::CommonSummable => "a number, timespan or datetime".to_owned(),
        ParamType::Orderable | ParamType::CommonOrderable => "a number, timespan, datetime, string or bool".to_owned(),
        ParamType::NotRealOrBool => "neither real nor bool".to_owned(),
        ParamType::NotDynamic => "something other than dynamic".to_owned(),
        ParamType::NotBool => "something other than bool".to_owned(),
        ParamType::SameAs(at) => format!("of the type of argument {}", at + 1),
    }
}
