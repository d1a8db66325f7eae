//! Which signature of a function a call means, and what its arguments must be converted to.

mod accept;
mod common;
mod layout;
#[cfg(test)]
mod tests;

use quarry_schema::{Function, KqlType, Param, ParamType, Returns, Signature};

pub(crate) use accept::{accepts, expected_words};
use common::{common_type, result_type, target};
use layout::{arity, layouts};

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
