//! Arguments that make sense, taken from the examples of the declarations.

use quarry_schema::{ArgKind, Function, KqlType, Param, ParamType};
use quarry_syntax::ast::{self, AstNode};
use quarry_syntax::parse;

use crate::choices::Choices;
use crate::values;

/// The arguments of the function's call in its own example, as they are written; empty when one of them is more than a literal.
pub fn example_arguments(function: &Function) -> Vec<String> {
    let tree = parse(function.doc.example);
    let calls = tree.syntax().descendants().filter_map(ast::CallExpr::cast);
    for call in calls {
        let name = call.function();
        if name != function.name && !function.aliases.contains(&name.as_str()) {
            continue;
        }
        let arguments: Vec<ast::Expr> = call.arguments().filter_map(|argument| argument.expr()).collect();
        if arguments.iter().all(is_constant) {
            return arguments.iter().map(|argument| argument.text().trim().to_owned()).collect();
        }
    }
    Vec::new()
}

/// Whether an expression names no column.
fn is_constant(expr: &ast::Expr) -> bool {
    let mut nodes = expr.syntax().descendants();
    nodes.all(|node| {
        // Names of functions are names too.
        let called = node.parent().is_some_and(|parent| ast::CallExpr::can_cast(parent.kind()));
        ast::NameExpr::cast(node).is_none() || called
    })
}

/// The types that a parameter takes.
pub fn types_of(param: &Param) -> Vec<KqlType> {
    use KqlType::{Bool, DateTime, Decimal, Dynamic, Int, Long, Real, String, TimeSpan};
    match param.ty {
        ParamType::Exact(ty) => vec![ty],
        ParamType::OneOf(types) => types.to_vec(),
        ParamType::Scalar | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic | ParamType::SameAs(_) => values::TYPES.to_vec(),
        ParamType::Integer | ParamType::IntegerOrArray => vec![Long, Int],
        ParamType::RealOrDecimal => vec![Real, Decimal],
        ParamType::StringOrDynamic | ParamType::StringOrArray => vec![String, Dynamic],
        ParamType::DynamicArray | ParamType::DynamicBag => vec![Dynamic],
        ParamType::Number | ParamType::CommonNumber => vec![Long, Real, Int, Decimal],
        ParamType::NumberOrBool => vec![Long, Real, Bool],
        ParamType::Summable | ParamType::CommonSummable => vec![Long, Real, DateTime, TimeSpan, Int],
        ParamType::Orderable | ParamType::CommonOrderable => vec![Long, String, Real, DateTime, TimeSpan],
        ParamType::NotRealOrBool => vec![Long, String, DateTime, TimeSpan],
        ParamType::NotDynamic => values::TYPES.iter().copied().filter(|ty| *ty != Dynamic).collect(),
        ParamType::NotBool => values::TYPES.iter().copied().filter(|ty| *ty != Bool).collect(),
        ParamType::Tabular | ParamType::TypeLiteral => Vec::new(),
    }
}

/// Whether a parameter takes the type that an argument before it has.
pub fn follows_another(ty: ParamType) -> bool {
    ty.is_common() || matches!(ty, ParamType::SameAs(_))
}

/// A parameter of a call: a constant, or values of a type.
#[derive(Debug, Clone)]
pub enum Argument {
    Constant(String),
    Values(KqlType),
}

/// Arguments for one call by a signature; none where they cannot be made up.
pub fn arguments(params: &[Param], example: &[String], choices: &mut Choices) -> Option<Vec<Argument>> {
    let mut arguments: Vec<Argument> = Vec::new();
    let mut common = None;
    let mut place = 0;
    // Parameters that repeat together are written in turn: `bag_pack(key, value, key, value)`.
    let repeats = choices.below(2) + 1;
    let mut at = 0;
    while let Some(param) = params.get(at) {
        let together = params[at..]
            .iter()
            .take_while(|next| param.occurs.1 > 1 && next.occurs == param.occurs)
            .count()
            .max(1);
        let (least, most) = (usize::from(param.occurs.0), usize::from(param.occurs.1));
        let times = if most == 1 {
            least.max(choices.below(2))
        } else {
            (least.div_ceil(together)).max(repeats).min(most)
        };
        if times == 0 {
            // What follows an argument that is left out is left out too.
            break;
        }
        for _ in 0..times {
            for param in &params[at..at + together] {
                arguments.push(argument(param, example.get(place), &mut common, choices)?);
                place += 1;
            }
        }
        at += together;
    }
    Some(arguments)
}

fn argument(param: &Param, example: Option<&String>, common: &mut Option<KqlType>, choices: &mut Choices) -> Option<Argument> {
    match param.arg {
        ArgKind::Expression | ArgKind::StarAllowed => {}
        ArgKind::Constant | ArgKind::Literal | ArgKind::LiteralNotEmpty => {
            return constant(param, example, choices).map(Argument::Constant);
        }
        _ => return None,
    }
    if param.ty == ParamType::TypeLiteral {
        return constant(param, example, choices).map(Argument::Constant);
    }
    let types = types_of(param);
    if types.is_empty() {
        return None;
    }
    let ty = match (follows_another(param.ty), *common) {
        (true, Some(ty)) => ty,
        (true, None) => *common.insert(*choices.pick(&types)),
        (false, _) => *choices.pick(&types),
    };
    Some(Argument::Values(ty))
}

fn constant(param: &Param, example: Option<&String>, choices: &mut Choices) -> Option<String> {
    if param.ty == ParamType::TypeLiteral {
        return Some(format!("typeof({})", choices.pick(values::TYPES).name()));
    }
    if let Some(value) = (!param.values.is_empty()).then(|| choices.pick(param.values)) {
        return Some(format!("'{value}'"));
    }
    if let Some(example) = example {
        return Some(example.clone());
    }
    let types = types_of(param);
    (!types.is_empty()).then(|| values::value(*choices.pick(&types), choices))
}
