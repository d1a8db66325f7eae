//! Which signature of a function a call means, and what its arguments must be converted to.

use quarry_schema::{ArgKind, Function, KqlType, Param, ParamType, Returns, Signature};

use crate::types::{common_branch, promotes, widest};

/// What overload resolution needs to know of an argument.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub ty: KqlType,
    /// A null literal claims no type of its own.
    pub is_null: bool,
    /// A `typeof(…)` literal.
    pub type_literal: Option<KqlType>,
    /// A table stands here.
    pub tabular: bool,
}

/// A signature that fits: for each argument its parameter and the type to convert it to.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    pub params: Vec<&'static Param>,
    pub convert: Vec<KqlType>,
    pub returns: Returns,
    /// `Unknown` for results that have a rule of their own.
    pub result: KqlType,
}

/// Why no signature fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mismatch {
    /// How many arguments would do, in words, and whether the function takes a varying number.
    Arity {
        expected: String,
        variadic: bool,
    },
    Type {
        argument: usize,
        expected: ParamType,
    },
    /// `iff`, `case`, `coalesce`: results without a common type.
    Branches {
        argument: usize,
        first: KqlType,
        other: KqlType,
    },
}

/// Chooses the signature of `function` that fits the arguments best.
pub(crate) fn resolve(function: &'static Function, args: &[Argument]) -> Result<Resolved, Mismatch> {
    let mut best: Option<(u32, Resolved)> = None;
    let mut doubtful = false;
    let mut failure: Option<(usize, Mismatch)> = None;
    for signature in function.signatures {
        for layout in layouts(signature.params, args.len()) {
            match fit(signature, layout, args) {
                Ok((cost, resolved)) => match &best {
                    Some((least, known)) if cost == *least => doubtful |= known.result != resolved.result,
                    Some((least, _)) if cost > *least => {}
                    _ => {
                        doubtful = false;
                        best = Some((cost, resolved));
                    }
                },
                Err((reached, mismatch)) => {
                    if failure.as_ref().is_none_or(|(furthest, _)| reached > *furthest) {
                        failure = Some((reached, mismatch));
                    }
                }
            }
        }
    }
    // A column of an unknown table fits them all: which type comes of it nobody knows.
    let untyped = |arg: &Argument| arg.ty == KqlType::Unknown && arg.type_literal.is_none() && !arg.tabular;
    match (best, failure) {
        (Some((_, resolved)), _) if doubtful && args.iter().any(untyped) => Ok(Resolved {
            result: KqlType::Unknown,
            ..resolved
        }),
        (Some((_, resolved)), _) => Ok(resolved),
        (None, Some((_, mismatch))) => Err(mismatch),
        (None, None) => Err(arity(function)),
    }
}

fn arity(function: &Function) -> Mismatch {
    let ranges = function.signatures.iter().map(|signature| {
        let least: u32 = signature.params.iter().map(|p| u32::from(p.occurs.0)).sum();
        let most: u32 = signature.params.iter().map(|p| u32::from(p.occurs.1)).sum();
        (least, most)
    });
    let (least, most) = ranges.fold((u32::MAX, 0), |(least, most), (l, m)| (least.min(l), most.max(m)));
    let expected = match () {
        () if least >= most => least.to_string(),
        () if most > 1000 => format!("at least {least}"),
        () => format!("{least} to {most}"),
    };
    let variadic = function.signatures.iter().flat_map(|s| s.params).any(|p| p.occurs.1 > 1);
    Mismatch::Arity { expected, variadic }
}

/// Every way to lay `count` arguments over the parameters: for each argument the index of its parameter.
fn layouts(params: &'static [Param], count: usize) -> Vec<Vec<&'static Param>> {
    let Some(start) = params.iter().position(|p| p.occurs.1 > 1) else {
        let required = params.iter().filter(|p| p.occurs.0 > 0).count();
        let fits = count >= required && count <= params.len();
        return if fits {
            vec![params.iter().take(count).collect()]
        } else {
            Vec::new()
        };
    };
    let range = params.get(start).map_or((0, 0), |p| p.occurs);
    let block: Vec<&'static Param> = params.iter().skip(start).take_while(|p| p.occurs == range).collect();
    let prefix: Vec<&'static Param> = params.iter().take(start).collect();
    let suffix: Vec<&'static Param> = params.iter().skip(start + block.len()).collect();
    let required = suffix.iter().filter(|p| p.occurs.0 > 0).count();
    let mut found = Vec::new();
    for taken in (required..=suffix.len()).rev() {
        let Some(rest) = count.checked_sub(prefix.len() + taken) else {
            continue;
        };
        let (least, most) = (usize::from(range.0), usize::from(range.1));
        let times = rest / block.len().max(1);
        let whole = rest % block.len().max(1) == 0;
        if !whole || times < least || times > most {
            continue;
        }
        let repeated = block.iter().cycle().take(rest);
        found.push(prefix.iter().chain(repeated).chain(suffix.iter().take(taken)).copied().collect());
    }
    found
}

fn fit(signature: &'static Signature, params: Vec<&'static Param>, args: &[Argument]) -> Result<(u32, Resolved), (usize, Mismatch)> {
    let mut cost = 0;
    for (at, (param, arg)) in params.iter().zip(args).enumerate() {
        match accepts(param, arg, args) {
            Some(step) => cost += step,
            None => {
                return Err((
                    at,
                    Mismatch::Type {
                        argument: at,
                        expected: param.ty,
                    },
                ));
            }
        }
    }
    let common = common_type(&params, args).map_err(|mismatch| (args.len(), mismatch))?;
    let convert = params
        .iter()
        .zip(args)
        .map(|(param, arg)| target(param, arg, common, signature.returns))
        .collect();
    let result = result_type(signature.returns, args, common);
    Ok((
        cost,
        Resolved {
            params,
            convert,
            returns: signature.returns,
            result,
        },
    ))
}

fn is_common(ty: ParamType) -> bool {
    matches!(
        ty,
        ParamType::CommonScalar
            | ParamType::CommonNumber
            | ParamType::CommonSummable
            | ParamType::CommonOrderable
            | ParamType::CommonScalarOrDynamic
    )
}

/// The type that all `Common*` arguments share; `Unknown` when the signature has none.
fn common_type(params: &[&'static Param], args: &[Argument]) -> Result<KqlType, Mismatch> {
    let mut common: Option<KqlType> = None;
    let mut null_type = KqlType::Unknown;
    for (at, (param, arg)) in params.iter().zip(args).enumerate().filter(|(_, (param, _))| is_common(param.ty)) {
        if arg.is_null {
            null_type = if null_type == KqlType::Unknown || null_type == KqlType::Dynamic {
                arg.ty
            } else {
                null_type
            };
            continue;
        }
        let Some(so_far) = common else {
            common = Some(arg.ty);
            continue;
        };
        let branches = matches!(param.ty, ParamType::CommonScalar | ParamType::CommonScalarOrDynamic);
        let agreed = if so_far.is_number() && arg.ty.is_number() && !branches {
            Some(widest(so_far, arg.ty))
        } else if param.ty == ParamType::CommonScalarOrDynamic && (so_far == KqlType::Dynamic || arg.ty == KqlType::Dynamic) {
            // The typed branch decides; the dynamic one is converted.
            Some(if so_far == KqlType::Dynamic { arg.ty } else { so_far })
        } else {
            common_branch(so_far, arg.ty)
        };
        match agreed {
            Some(ty) => common = Some(ty),
            None => {
                return Err(Mismatch::Branches {
                    argument: at,
                    first: so_far,
                    other: arg.ty,
                });
            }
        }
    }
    Ok(common.unwrap_or(null_type))
}

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

/// The type that an argument is converted to; its own when it stays.
fn target(param: &Param, arg: &Argument, common: KqlType, returns: Returns) -> KqlType {
    match param.ty {
        ParamType::Exact(wanted) if arg.ty != wanted && arg.ty != KqlType::Dynamic => wanted,
        ParamType::RealOrDecimal if arg.ty.is_integer() => KqlType::Real,
        ty if is_common(ty) && matches!(returns, Returns::Common | Returns::CommonNonDynamic) => common,
        _ => arg.ty,
    }
}

fn result_type(returns: Returns, args: &[Argument], common: KqlType) -> KqlType {
    let arg = |at: u8| args.get(usize::from(at));
    match returns {
        Returns::Type(ty) => ty,
        Returns::SameAs(at) => arg(at).map_or(KqlType::Unknown, |a| a.ty),
        Returns::TypeOf(at) => arg(at).and_then(|a| a.type_literal).unwrap_or(KqlType::Dynamic),
        Returns::TypeOfLast => args.last().and_then(|a| a.type_literal).unwrap_or(KqlType::String),
        Returns::PromotedFirst => arg(0).map_or(KqlType::Unknown, |a| if a.ty == KqlType::Int { KqlType::Long } else { a.ty }),
        Returns::ArrayOfFirst => KqlType::Dynamic,
        Returns::Common | Returns::CommonNonDynamic => common,
        Returns::Widest => {
            let numbers = args.iter().map(|a| a.ty).filter(|ty| ty.is_number());
            let result = numbers.fold(KqlType::Int, widest);
            if result == KqlType::Int { KqlType::Long } else { result }
        }
        Returns::Custom | Returns::Table => KqlType::Unknown,
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_schema::functions;

    fn arg(ty: KqlType) -> Argument {
        Argument {
            ty,
            is_null: false,
            type_literal: None,
            tabular: false,
        }
    }

    fn result(name: &str, types: &[KqlType]) -> Result<KqlType, Mismatch> {
        let args: Vec<Argument> = types.iter().copied().map(arg).collect();
        resolve(functions::lookup(name).unwrap(), &args).map(|resolved| resolved.result)
    }

    use KqlType::{Bool, DateTime, Dynamic, Int, Long, Real, String, TimeSpan};

    #[test]
    fn the_best_signature_wins() {
        assert_eq!(result("bin", &[Int, Int]), Ok(Long));
        assert_eq!(result("bin", &[Long, Real]), Ok(Real));
        assert_eq!(result("bin", &[DateTime, TimeSpan]), Ok(DateTime));
    }

    #[test]
    fn several_that_fit_a_column_of_unknown_type_give_no_type() {
        assert_eq!(result("bin", &[KqlType::Unknown, TimeSpan]), Ok(KqlType::Unknown));
        assert_eq!(result("strlen", &[KqlType::Unknown]), Ok(Long));
    }

    #[test]
    fn branches_must_agree() {
        assert_eq!(result("iff", &[Bool, Int, Long]), Ok(Long));
        assert_eq!(result("iff", &[Bool, Dynamic, String]), Ok(String));
        assert!(matches!(result("iff", &[Bool, Long, Real]), Err(Mismatch::Branches { .. })));
        assert!(matches!(result("coalesce", &[String, Long]), Err(Mismatch::Branches { .. })));
        assert_eq!(result("case", &[Bool, String, Bool, String, String]), Ok(String));
        assert_eq!(result("max_of", &[Long, Real]), Ok(Real));
    }

    #[test]
    fn wrong_counts_say_what_is_expected() {
        assert_eq!(
            result("floor", &[Real]),
            Err(Mismatch::Arity {
                expected: "2".into(),
                variadic: false
            })
        );
        assert_eq!(
            result("coalesce", &[Real]),
            Err(Mismatch::Arity {
                expected: "2 to 64".into(),
                variadic: true
            })
        );
        assert!(matches!(result("case", &[Bool, String]), Err(Mismatch::Arity { .. })));
    }

    #[test]
    fn optional_arguments_after_repeated_ones_are_found_by_type() {
        assert!(result("array_sort_asc", &[Dynamic, Dynamic]).is_ok());
        assert!(result("array_sort_asc", &[Dynamic, Bool]).is_ok());
    }
}
