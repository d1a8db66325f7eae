//! Expressions of a type, conditions and aggregates.

use std::sync::OnceLock;

use quarry_schema::{ArgKind, FunctionKind, KqlType, Returns, functions};

use super::tables::{Columns, domain};
use crate::choices::Choices;
use crate::samples::{self, types_of};
use crate::values;

/// Families whose functions take too long, or too special arguments, to be of use here.
const LEFT_OUT: &[&str] = &[
    "geo_points",
    "geo_shapes",
    "series_analysis",
    "sketches",
    "graph",
    "metadata",
    "units",
];
const UNDECIDED: &[&str] = &["new_guid", "rand", "assert", "toscalar"];

/// A function whose result type is known from its declaration.
struct Callable {
    name: &'static str,
    params: Vec<Vec<KqlType>>,
    returns: KqlType,
}

/// The scalar functions that can be called with values of their declared types.
fn callables() -> &'static [Callable] {
    static ALL: OnceLock<Vec<Callable>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut found = Vec::new();
        for family in functions::FAMILIES.iter().filter(|family| !LEFT_OUT.contains(&family.name)) {
            for function in family.functions {
                if function.kind != FunctionKind::Scalar || function.is_internal() || UNDECIDED.contains(&function.name) {
                    continue;
                }
                for signature in function.signatures {
                    let Returns::Type(returns) = signature.returns else { continue };
                    let params = signature.params.iter().filter(|param| param.occurs.0 > 0);
                    let plain = |param: &&quarry_schema::Param| {
                        param.arg == ArgKind::Expression && !types_of(param).is_empty() && !samples::follows_another(param.ty)
                    };
                    if params.clone().all(|param| plain(&param)) {
                        let params = params.map(types_of).collect();
                        found.push(Callable {
                            name: function.name,
                            params,
                            returns,
                        });
                    }
                }
            }
        }
        found
    })
}

fn number(ty: KqlType) -> bool {
    matches!(ty, KqlType::Long | KqlType::Real | KqlType::Int)
}

fn leaf(ty: KqlType, columns: &Columns, choices: &mut Choices) -> String {
    let fitting = columns.of(|column| column == ty);
    if fitting.is_empty() || choices.chance(25) {
        return (*choices.pick(domain(ty))).to_owned();
    }
    choices.pick(&fitting).clone()
}

/// An expression of a type.
pub fn expression(ty: KqlType, depth: usize, columns: &Columns, choices: &mut Choices) -> String {
    if depth == 0 || choices.below(3) == 0 {
        return leaf(ty, columns, choices);
    }
    if ty == KqlType::Bool && choices.chance(75) {
        return condition(depth, columns, choices);
    }
    let sub = |ty: KqlType, choices: &mut Choices| expression(ty, depth - 1, columns, choices);
    let fitting: Vec<&Callable> = callables().iter().filter(|callable| callable.returns == ty).collect();
    match choices.below(4) {
        0 if matches!(ty, KqlType::Long | KqlType::Real) => {
            let operator = choices.pick(&["+", "-", "*", "/", "%"]);
            format!("({} {operator} {})", sub(ty, choices), sub(ty, choices))
        }
        0 if ty == KqlType::DateTime => format!("({} + {})", sub(ty, choices), sub(KqlType::TimeSpan, choices)),
        1 => format!("iff({}, {}, {})", sub(KqlType::Bool, choices), sub(ty, choices), sub(ty, choices)),
        _ if fitting.is_empty() => leaf(ty, columns, choices),
        _ => {
            let callable = choices.pick(&fitting);
            let arguments: Vec<String> = callable.params.iter().map(|types| sub(*choices.pick(types), choices)).collect();
            format!("{}({})", callable.name, arguments.join(", "))
        }
    }
}

/// A bool, mostly of comparisons, which is what filters are made of.
pub fn condition(depth: usize, columns: &Columns, choices: &mut Choices) -> String {
    let deeper = depth.saturating_sub(1);
    let sub = |ty: KqlType, choices: &mut Choices| expression(ty, deeper, columns, choices);
    match choices.below(9) {
        0 | 1 => {
            let ty = *choices.pick(&[KqlType::Long, KqlType::Real, KqlType::DateTime, KqlType::TimeSpan, KqlType::Int]);
            let operator = choices.pick(&["==", "!=", "<", "<=", ">", ">="]);
            format!("{} {operator} {}", sub(ty, choices), sub(ty, choices))
        }
        2 => {
            let operator = choices.pick(&[
                "==",
                "!=",
                "=~",
                "has",
                "!has",
                "contains",
                "!contains",
                "startswith",
                "endswith",
                "hasprefix",
                "has_cs",
            ]);
            format!(
                "{} {operator} {}",
                leaf(KqlType::String, columns, choices),
                (*choices.pick(domain(KqlType::String))).to_owned()
            )
        }
        3 => format!(
            "({}) and ({})",
            condition(deeper, columns, choices),
            condition(deeper, columns, choices)
        ),
        4 => format!(
            "({}) or ({})",
            condition(deeper, columns, choices),
            condition(deeper, columns, choices)
        ),
        5 => format!("not({})", condition(deeper, columns, choices)),
        6 => {
            let ty = *choices.pick(&[KqlType::Long, KqlType::String, KqlType::DateTime]);
            let operator = choices.pick(&["in", "!in"]);
            format!(
                "{} {operator} ({}, {})",
                sub(ty, choices),
                choices.pick(domain(ty)),
                choices.pick(domain(ty))
            )
        }
        7 => {
            let ty = *choices.pick(values::TYPES);
            format!(
                "{}({})",
                choices.pick(&["isnull", "isnotnull", "isempty", "isnotempty"]),
                sub(ty, choices)
            )
        }
        _ => {
            let ty = *choices.pick(&[KqlType::Long, KqlType::DateTime]);
            format!(
                "{} between ({} .. {})",
                sub(ty, choices),
                choices.pick(domain(ty)),
                choices.pick(domain(ty))
            )
        }
    }
}

/// An aggregate whose answer does not depend on the order of rows.
pub fn aggregate(columns: &Columns, choices: &mut Choices) -> (String, KqlType) {
    let orderable = columns.of(|ty| !matches!(ty, KqlType::Dynamic | KqlType::Bool | KqlType::Guid));
    let numbers = columns.of(number);
    let scalars = columns.of(|ty| ty != KqlType::Dynamic);
    match choices.below(9) {
        1 if !numbers.is_empty() => {
            let column = choices.pick(&numbers).clone();
            let ty = if columns.type_of(&column) == KqlType::Real {
                KqlType::Real
            } else {
                KqlType::Long
            };
            (format!("sum({column})"), ty)
        }
        2 | 3 if !orderable.is_empty() => {
            let column = choices.pick(&orderable).clone();
            let ty = columns.type_of(&column);
            (format!("{}({column})", choices.pick(&["min", "max"])), ty)
        }
        4 if !scalars.is_empty() => (format!("dcount({})", choices.pick(&scalars)), KqlType::Long),
        5 => (format!("countif({})", condition(1, columns, choices)), KqlType::Long),
        6 if !numbers.is_empty() => (format!("avg({})", choices.pick(&numbers)), KqlType::Real),
        7 if !scalars.is_empty() => (format!("array_sort_asc(make_set({}))", choices.pick(&scalars)), KqlType::Dynamic),
        8 if !scalars.is_empty() => (format!("array_length(make_list({}))", choices.pick(&scalars)), KqlType::Long),
        _ => ("count()".to_owned(), KqlType::Long),
    }
}
