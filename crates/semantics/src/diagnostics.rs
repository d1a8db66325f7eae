//! Every diagnostic of the binder, with the code that the engine gives for the same mistake.

mod outside;

use quarry_schema::KqlType;
use quarry_text::{Diagnostic, Span};

pub(crate) use outside::{no_geography, no_local_file, no_profiles, no_user_agents, no_watchlist};

fn error(code: &'static str, message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::error(code, message, span)
}

fn suggest(diagnostic: Diagnostic, closest: Option<&str>) -> Diagnostic {
    match closest {
        Some(name) => diagnostic.with_help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

pub(crate) fn unknown_column(name: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(
        error("SEM0100", format!("Failed to resolve scalar expression named '{name}'"), span),
        closest,
    )
}

pub(crate) fn unknown_table(name: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(
        error(
            "SEM0100",
            format!("Failed to resolve table or column expression named '{name}'"),
            span,
        ),
        closest,
    )
}

pub(crate) fn unknown_function(name: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(error("SEM0260", format!("Unknown function: '{name}'"), span), closest)
}

pub(crate) fn recursion(name: &str, span: Span) -> Diagnostic {
    error(
        "SEM0057",
        format!("Function '{name}' calls itself: recursion is not supported"),
        span,
    )
}

pub(crate) fn bad_function(name: &str, problem: &str, span: Span) -> Diagnostic {
    error("SEM0001", format!("Function '{name}' cannot be read: {problem}"), span)
}

pub(crate) fn no_query(span: Span) -> Diagnostic {
    error(
        "SEM0001",
        "Nothing is asked: the text declares names but ends without a query",
        span,
    )
}

pub(crate) fn duplicate_column(name: &str, span: Span) -> Diagnostic {
    error(
        "SEM0034",
        format!("The name '{name}' is used for more than one result column"),
        span,
    )
}

pub(crate) fn duplicate_declaration(name: &str, span: Span) -> Diagnostic {
    error("SEM0079", format!("The name '{name}' is already declared in this scope"), span)
}

pub(crate) fn tabular_in_scalar_place(span: Span) -> Diagnostic {
    error("SEM0085", "A table stands where a scalar value is expected", span)
        .with_help("toscalar(…) takes the first column of the first row")
}

pub(crate) fn scalar_in_tabular_place(span: Span) -> Diagnostic {
    error("SEM0053", "A scalar value stands where a table is expected", span)
}

pub(crate) fn arity(function: &str, expected: &str, found: usize, span: Span) -> Diagnostic {
    error(
        "SEM0219",
        format!("{function}(): expects {expected} argument(s), found {found}"),
        span,
    )
}

pub(crate) fn arity_between(function: &str, expected: &str, found: usize, span: Span) -> Diagnostic {
    error(
        "SEM0223",
        format!("{function}(): expects {expected} arguments, found {found}"),
        span,
    )
}

pub(crate) fn unknown_argument(function: &str, name: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(
        error("SEM0219", format!("{function}() has no parameter named '{name}'"), span),
        closest,
    )
}

pub(crate) fn argument_type(code: &'static str, function: &str, position: usize, expected: &str, found: KqlType, span: Span) -> Diagnostic {
    error(
        code,
        format!("{function}(): argument {} must be {expected}, found {found}", position + 1),
        span,
    )
}

pub(crate) fn branches_differ(function: &str, first: KqlType, other: KqlType, span: Span) -> Diagnostic {
    error(
        "SEM0525",
        format!("{function}(): all result values must have one type, found {first} and {other}"),
        span,
    )
    .with_help(format!("convert one side, for example with to{first}(…)"))
}

pub(crate) fn operator_types(operator: &str, left: KqlType, right: KqlType, span: Span) -> Diagnostic {
    error(
        "SEM0064",
        format!("The operator '{operator}' is not defined for {left} and {right}"),
        span,
    )
}

pub(crate) fn unary_type(operator: &str, operand: KqlType, span: Span) -> Diagnostic {
    error("SEM0064", format!("The operator '{operator}' is not defined for {operand}"), span)
}

pub(crate) fn cast_needed(operator: &str, left: KqlType, right: KqlType, span: Span) -> Diagnostic {
    error(
        "SEM0001",
        format!("The operator '{operator}' cannot compare {left} with {right} without an explicit cast"),
        span,
    )
    .with_help("wrap one side in tostring(…), tolong(…) or the like")
}

pub(crate) fn boolean_expected(found: KqlType, span: Span) -> Diagnostic {
    error("SEM0100", format!("A condition must be of type bool, found {found}"), span)
}

pub(crate) fn between_operand(found: KqlType, span: Span) -> Diagnostic {
    error("SEM0208", format!("between: an operand cannot be of type {found}"), span)
}

pub(crate) fn between_bounds(code: &'static str, low: KqlType, high: KqlType, span: Span) -> Diagnostic {
    error(code, format!("between: a range from {low} to {high} is not possible here"), span)
}

pub(crate) fn literal_expected(function: &str, position: usize, span: Span) -> Diagnostic {
    error(
        "SEM0207",
        format!("{function}(): argument {} must be a literal", position + 1),
        span,
    )
}

pub(crate) fn empty_literal(function: &str, position: usize, span: Span) -> Diagnostic {
    error(
        "SEM0217",
        format!("{function}(): argument {} must be a non-empty string literal", position + 1),
        span,
    )
}

pub(crate) fn constant_expected(what: &str, span: Span) -> Diagnostic {
    error("SEM0040", format!("{what} must be a constant"), span)
}

pub(crate) fn capture_groups(span: Span) -> Diagnostic {
    error(
        "SEM0213",
        "extract_all(): the regular expression must have 1 to 16 capturing groups",
        span,
    )
}

pub(crate) fn bad_regex(detail: &str, span: Span) -> Diagnostic {
    error("SEM0420", format!("The regular expression is ill-formed: {detail}"), span)
}

pub(crate) fn bad_period(function: &str, period: &str, span: Span) -> Diagnostic {
    error("SEM0235", format!("{function}(): '{period}' is not a period it knows"), span)
}

pub(crate) fn bad_format(function: &str, format: &str, span: Span) -> Diagnostic {
    error(
        "SEM0255",
        format!("{function}(): the format '{format}' holds a character that is not a specifier"),
        span,
    )
}

pub(crate) fn aggregate_not_allowed(name: &str, span: Span) -> Diagnostic {
    error("SEM0237", format!("The aggregate {name}() cannot be used here"), span)
}

pub(crate) fn column_outside_aggregate(span: Span) -> Diagnostic {
    error(
        "SEM0001",
        "summarize: a column can only be used inside an aggregate or in the 'by' clause",
        span,
    )
}

pub(crate) fn aggregate_expected(span: Span) -> Diagnostic {
    error("SEM0001", "An aggregate function is expected here", span)
}

pub(crate) fn dynamic_key(operator: &str, span: Span) -> Diagnostic {
    error("SEM0001", format!("{operator}: a key cannot be of type dynamic"), span).with_help("convert it, for example with tostring(…)")
}

pub(crate) fn dynamic_sort_key(span: Span) -> Diagnostic {
    error("SEM0480", "sort: a key cannot be of type dynamic", span).with_help("convert it, for example with tostring(…)")
}

pub(crate) fn not_expandable(found: KqlType, span: Span) -> Diagnostic {
    error(
        "SEM0447",
        format!("mv-expand: the expression must be of type dynamic, found {found}"),
        span,
    )
}

pub(crate) fn summarize_strategy(span: Span) -> Diagnostic {
    error("SEM0249", "summarize: hint.strategy can only be 'shuffle'", span)
}

pub(crate) fn join_strategy(strategies: &[&str], span: Span) -> Diagnostic {
    error("SEM0249", format!("join: hint.strategy is one of {}", strategies.join(", ")), span)
}

pub(crate) fn shuffle_key(span: Span) -> Diagnostic {
    error("SEM0259", "summarize: hint.shufflekey must name a column of the 'by' clause", span)
}

pub(crate) fn graph_operator_expected(span: Span) -> Diagnostic {
    error("SEM0104", "make-graph must be followed by a graph operator", span)
}

pub(crate) fn not_a_graph(span: Span) -> Diagnostic {
    error("SEM0104", "This operator works on a graph", span).with_help("put make-graph before it")
}

pub(crate) fn graph(code: &'static str, message: &str, span: Span) -> Diagnostic {
    error(code, message, span)
}

pub(crate) fn set_value(name: &str, expected: &str, span: Span) -> Diagnostic {
    error("SEM0020", format!("set {name}: the value must be {expected}"), span)
}

pub(crate) fn bin_auto_without_size(span: Span) -> Diagnostic {
    error("SEM0063", "bin_auto(): set query_bin_auto_size first".to_owned(), span)
}

pub(crate) fn too_many_columns(most: i64, span: Span) -> Diagnostic {
    error(
        "SEM0004",
        format!("The result has more columns than maxoutputcolumns allows ({most})"),
        span,
    )
}

pub(crate) fn membership_type(value: KqlType, candidate: KqlType, span: Span) -> Diagnostic {
    error(
        "SEM0025",
        format!("A value of type {value} cannot be looked up among values of type {candidate}"),
        span,
    )
}

pub(crate) fn join_key_types(left: KqlType, right: KqlType, span: Span) -> Diagnostic {
    error("SEM0042", format!("join: the keys have different types: {left} and {right}"), span)
}

pub(crate) fn join_condition(span: Span) -> Diagnostic {
    error(
        "SEM0001",
        "join: a key is a column of both sides or an equality of $left and $right columns",
        span,
    )
}

pub(crate) fn join_kind(operator: &str, kind: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(
        error("SEM0041", format!("{operator}: '{kind}' is not a kind of {operator}"), span),
        closest,
    )
}

pub(crate) fn parse_pattern(message: &str, span: Span) -> Diagnostic {
    error("SEM0476", format!("parse: {message}"), span)
}

pub(crate) fn parse_flags(code: &'static str, message: &str, span: Span) -> Diagnostic {
    error(code, format!("parse: {message}"), span)
}

pub(crate) fn row_value_in_subquery(name: &str, span: Span) -> Diagnostic {
    error(
        "CRT0018",
        format!("'{name}' depends on the current row and cannot be used inside a subquery"),
        span,
    )
}

pub(crate) fn not_serialized(function: &str, span: Span) -> Diagnostic {
    error("SEM0056", format!("{function}() needs rows in a defined order"), span).with_help("put `sort by` or `serialize` before it")
}

pub(crate) fn bad_literal(span: Span) -> Diagnostic {
    error("SYN0002", "This literal is malformed", span)
}

pub(crate) fn bad_dynamic(message: &str, span: Span) -> Diagnostic {
    error("SYN0002", format!("dynamic literal: {message}"), span)
}

pub(crate) fn datatable_shape(columns: usize, values: usize, span: Span) -> Diagnostic {
    error(
        "SEM0016",
        format!("datatable: {values} values do not fill rows of {columns} columns"),
        span,
    )
}

pub(crate) fn unknown_type(name: &str, span: Span) -> Diagnostic {
    error("SEM0058", format!("'{name}' is not a type"), span)
}

pub(crate) fn general(message: impl Into<String>, span: Span) -> Diagnostic {
    error("SEM0001", message, span)
}

pub(crate) fn column_expected(place: &str, span: Span) -> Diagnostic {
    error("SEM0001", format!("{place}: a column is expected"), span).with_help("compute it first, with `extend`")
}

pub(crate) fn unknown_chart(name: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    suggest(error("SYN0002", format!("'{name}' is no way to render a result"), span), closest)
}

pub(crate) fn unsupported(construct: &str, span: Span) -> Diagnostic {
    error("Q0100", format!("{construct} is not supported yet"), span)
}

pub(crate) fn too_deep(span: Span) -> Diagnostic {
    error("Q0101", "The query is nested too deeply", span)
}

pub(crate) fn too_large(span: Span) -> Diagnostic {
    error(
        "Q0102",
        "The query becomes too large once its lets and functions are filled in",
        span,
    )
}

pub(crate) fn left_out(name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning("Q0104", format!("This leg of the union is left out: '{name}' does not exist"), span)
}

pub(crate) fn bare_entity(name: &str, span: Span) -> Diagnostic {
    error("SEM0608", format!("'{name}' stands for databases: name a table of it"), span).with_help(format!("write {name}.Table"))
}

pub(crate) fn nested_macro(span: Span) -> Diagnostic {
    error("SEM0611", "macro-expand cannot be used inside macro-expand", span)
}

pub(crate) fn repeated_entity(text: &str, span: Span) -> Diagnostic {
    error("SEM0614", format!("The entity group lists {text} twice"), span)
}

/// A database of this cluster that there is not.
pub(crate) fn unknown_database(what: &str, span: Span) -> Diagnostic {
    error("SEM0056", format!("there is no {what} here"), span).with_help(ALSO_HOLDS)
}

const ALSO_HOLDS: &str = "--workspace NAME says that the lake holds the tables of NAME too";

pub(crate) fn cross_scope(what: &str, span: Span) -> Diagnostic {
    error("Q0103", format!("{what} lies outside this database"), span).with_help(ALSO_HOLDS)
}
