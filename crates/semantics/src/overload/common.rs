//! The type that arguments share, what they are converted to, and what comes of them.

use quarry_schema::{KqlType, Param, ParamType, Returns};

use super::{Argument, Mismatch};
use crate::types::{common_branch, widest};

/// The type that all `Common*` arguments share; `Unknown` when the signature has none.
pub(super) fn common_type(params: &[&'static Param], args: &[Argument]) -> Result<KqlType, Mismatch> {
    let mut common: Option<KqlType> = None;
    let mut null_type = KqlType::Unknown;
    for (at, (param, arg)) in params.iter().zip(args).enumerate().filter(|(_, (param, _))| param.ty.is_common()) {
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

/// The type that an argument is converted to; its own when it stays.
pub(super) fn target(param: &Param, arg: &Argument, common: KqlType, returns: Returns) -> KqlType {
    match param.ty {
        ParamType::Exact(wanted) if arg.ty != wanted && arg.ty != KqlType::Dynamic => wanted,
        ParamType::RealOrDecimal if arg.ty.is_integer() => KqlType::Real,
        ty if ty.is_common() && matches!(returns, Returns::Common | Returns::CommonNonDynamic) => common,
        _ => arg.ty,
    }
}

/// The type of the result.
pub(super) fn result_type(returns: Returns, args: &[Argument], common: KqlType) -> KqlType {
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
