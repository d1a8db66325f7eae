//! The names of result columns that the query does not spell out.

use std::collections::HashSet;

use quarry_schema::{Function, ResultName, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::Binder;
use crate::constant::fold;
use crate::diagnostics;
use crate::ir::Literal;
use crate::scope::{Binding, Context};

/// Names within names: deeper expressions have no name worth having.
const MAX_DEPTH: usize = 30;

impl Binder<'_> {
    /// The name that an expression brings along: a column's own, `d_a` for `d.a`, `strlen_x` for `strlen(x)`; `None` when it takes the
    /// next `ColumnN`.
    pub(crate) fn natural_name(&mut self, node: &ast::Expr, ctx: &Context) -> Option<String> {
        self.name_at(node, ctx, 0)
    }

    fn name_at(&mut self, node: &ast::Expr, ctx: &Context, depth: usize) -> Option<String> {
        if depth > MAX_DEPTH {
            return None;
        }
        match node {
            ast::Expr::Name(name) => Some(name.value()),
            ast::Expr::Paren(paren) => self.name_at(&paren.inner()?, ctx, depth + 1),
            ast::Expr::Member(member) => {
                let ast::Expr::Name(key) = member.member()? else { return None };
                let base = member.base()?;
                if matches!(&base, ast::Expr::Name(name) if name.value().starts_with('$')) {
                    return Some(key.value());
                }
                Some(self.joined(&base, &key.value(), ctx, depth))
            }
            ast::Expr::Index(index) => {
                let key = index.index()?;
                let key = self.index_name(&key, ctx);
                Some(self.joined(&index.base()?, &key, ctx, depth))
            }
            ast::Expr::Call(call) => self.call_name(call, ctx, depth),
            _ => None,
        }
    }

    fn joined(&mut self, base: &ast::Expr, key: &str, ctx: &Context, depth: usize) -> String {
        match self.name_at(base, ctx, depth + 1) {
            Some(base) => format!("{base}_{key}"),
            None => key.to_owned(),
        }
    }

    fn index_name(&mut self, key: &ast::Expr, ctx: &Context) -> String {
        // Only what is written as a constant counts; binding anything else here would report its errors twice.
        let constant = match key {
            ast::Expr::Literal(_) => true,
            ast::Expr::Unary(unary) => matches!(unary.operand(), Some(ast::Expr::Literal(_))),
            _ => false,
        };
        if !constant {
            return String::new();
        }
        let expr = self.expr(key, ctx);
        match fold(&expr, self.now) {
            Some(Literal::String(key)) => key,
            Some(Literal::Long(index)) => index.to_string().replace('-', "_"),
            Some(Literal::Int(index)) => index.to_string().replace('-', "_"),
            _ => String::new(),
        }
    }

    fn call_name(&mut self, call: &ast::CallExpr, ctx: &Context, depth: usize) -> Option<String> {
        let name = call.function();
        if matches!(ctx.env.get(&name), Some(Binding::Function(_))) {
            return None;
        }
        if self.in_aggregates()
            && let Some(function) = functions::aggregate(&name)
        {
            return self.aggregate_name_at(function, &name, call, ctx, depth);
        }
        if ctx.rows.as_ref().is_some_and(|rows| rows.in_graph_pattern)
            && let Some(named) = self.graph_call_name(&name, call, ctx, depth)
        {
            return named;
        }
        let function = functions::scalar(&name)?;
        self.result_name(function, call, ctx, depth)
    }

    /// The name of a call that only graph patterns have: `p_w` for `map(p, w)`; `None` when it is another function.
    fn graph_call_name(&mut self, name: &str, call: &ast::CallExpr, ctx: &Context, depth: usize) -> Option<Option<String>> {
        let mut args = call.arguments().filter_map(|arg| arg.expr());
        let mut next = |binder: &mut Self| args.next().and_then(|arg| binder.name_at(&arg, ctx, depth + 1));
        match name {
            "map" => {
                let (path, value) = (next(self), next(self));
                Some(path.map(|path| format!("{path}_{}", value.unwrap_or_else(|| "Column".to_owned()))))
            }
            "inner_nodes" | "labels" | "node_id" => Some(next(self).map(|element| format!("{name}_{element}"))),
            "all" | "any" | "node_degree_in" | "node_degree_out" => Some(None),
            _ => None,
        }
    }

    /// The name of an aggregate's (first) result.
    pub(crate) fn aggregate_name(
        &mut self,
        function: &'static Function,
        name: &str,
        call: &ast::CallExpr,
        ctx: &Context,
    ) -> Option<String> {
        self.aggregate_name_at(function, name, call, ctx, 0)
    }

    fn aggregate_name_at(
        &mut self,
        function: &'static Function,
        name: &str,
        call: &ast::CallExpr,
        ctx: &Context,
        depth: usize,
    ) -> Option<String> {
        let first = call.arguments().next().and_then(|arg| arg.expr());
        let own = match &first {
            Some(first) => self.name_at(first, ctx, depth + 1),
            None => None,
        };
        match function.name {
            "arg_max" | "arg_min" => Some(own.unwrap_or_else(|| format!("{}_", function.name.trim_start_matches("arg_")))),
            "argmax" | "argmin" => Some(format!("{}_{}", function.name.trim_start_matches("arg"), own.unwrap_or_default())),
            "take_any" | "any" if name != "any" => own,
            "take_any" | "any" => Some(format!("any_{}", own.unwrap_or_default())),
            "percentiles_array" | "percentilesw_array" => Some(format!("percentiles_{}", own.unwrap_or_default())),
            // `binary_all_and(x)` is `x`; without a name of its own the argument has none to pass on.
            _ if function.result_name == ResultName::FirstArgument => own,
            _ => {
                let named = self.result_name(function, call, ctx, depth);
                Some(named.unwrap_or_else(|| format!("{name}_")))
            }
        }
    }

    fn result_name(&mut self, function: &'static Function, call: &ast::CallExpr, ctx: &Context, depth: usize) -> Option<String> {
        let mut args = call.arguments().filter_map(|arg| arg.expr());
        let (first, second, only) = (args.next(), args.next(), call.arguments().count() == 1);
        // An argument may be given a name: `round(Share = a / b)`.
        let given = call.arguments().next().and_then(|arg| arg.names().next()).map(|name| name.value());
        let own = |binder: &mut Self| given.clone().or_else(|| binder.name_at(first.as_ref()?, ctx, depth + 1));
        match function.result_name {
            ResultName::Default => match function.name {
                "array_sort_asc" | "array_sort_desc" => Some(format!("{}_sorted", own(self).unwrap_or_else(|| "array0".to_owned()))),
                _ => None,
            },
            ResultName::FirstArgument => own(self),
            ResultName::OnlyArgument => only.then(|| own(self)).flatten(),
            ResultName::NameAndFirstArgument => Some(format!("{}_{}", function.name, own(self).unwrap_or_default())),
            ResultName::NameAndOnlyArgument => {
                let own = if only { own(self) } else { None };
                Some(format!("{}_{}", function.name, own.unwrap_or_default()))
            }
            ResultName::PrefixAndFirstArgument(prefix) => Some(format!("{prefix}_{}", own(self).unwrap_or_default())),
            ResultName::PrefixAndOnlyArgument(prefix) => {
                let own = if only { own(self) } else { None };
                Some(format!("{prefix}_{}", own.unwrap_or_default()))
            }
            ResultName::PrefixAndFirstTwoArguments(prefix) => {
                let first = own(self).unwrap_or_default();
                let second = second
                    .as_ref()
                    .and_then(|second| self.name_at(second, ctx, depth + 1))
                    .unwrap_or_default();
                Some(format!("{prefix}_{first}_{second}"))
            }
            ResultName::PrefixOnly(prefix) => Some(prefix.to_owned()),
            ResultName::FirstArgumentValueIfColumn => {
                let ast::Expr::Literal(_) = first.as_ref()? else { return None };
                let expr = self.expr(first.as_ref()?, ctx);
                let name = self.known_string(&expr)?;
                if let Some(column) = ctx.rows.as_ref()?.column(&name) {
                    return Some(column.name.clone());
                }
                // The default stands for a column that is missing; the language service gives such a result no name.
                if self.like_editor() {
                    None
                } else {
                    self.name_at(second.as_ref()?, ctx, depth + 1)
                }
            }
        }
    }

    fn in_aggregates(&self) -> bool {
        self.sink.is_some()
    }
}

/// How an item of a list is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// Spelled out, or a bare column: two of a kind are an error.
    Declared(String),
    /// Derived from the expression; made unique by a number.
    Derived(String),
    /// The next `ColumnN`.
    Numbered,
}

/// Where the names of a list go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameRule {
    Project,
    /// `ColumnN` steps past columns of the input; any two equal names are an error.
    Extend,
    /// `ColumnN` steps past columns of the input.
    Summarize,
    /// The first `ColumnN` is `Column2`, as the engine has it.
    Distinct,
    /// `print_0`, `print_1`, … by position.
    Print,
}

/// Gives every item of a list its final name.
pub(crate) fn assign_names(rule: NameRule, labels: &[(Label, Span)], input: &[String]) -> (Vec<String>, Vec<quarry_text::Diagnostic>) {
    let declared: HashSet<&str> = labels
        .iter()
        .filter_map(|(label, _)| {
            if let Label::Declared(name) = label {
                Some(name.as_str())
            } else {
                None
            }
        })
        .collect();
    let taken_by_input: HashSet<&str> = match rule {
        NameRule::Extend | NameRule::Summarize => input.iter().map(String::as_str).collect(),
        _ => HashSet::new(),
    };
    let mut used: HashSet<String> = HashSet::new();
    let mut spelled: HashSet<&str> = HashSet::new();
    let mut names = Vec::with_capacity(labels.len());
    let mut problems = Vec::new();
    let mut next = if rule == NameRule::Distinct { 2 } else { 1 };
    for (at, (label, span)) in labels.iter().enumerate() {
        let name = match label {
            Label::Declared(name) => {
                if !spelled.insert(name) || (rule == NameRule::Extend && used.contains(name)) {
                    problems.push(diagnostics::duplicate_column(name, *span));
                }
                if used.contains(name) {
                    unique(name, &used, &declared)
                } else {
                    name.clone()
                }
            }
            Label::Derived(name) => {
                if used.contains(name) {
                    if rule == NameRule::Extend {
                        problems.push(diagnostics::duplicate_column(name, *span));
                    }
                    unique(name, &used, &declared)
                } else {
                    name.clone()
                }
            }
            Label::Numbered if rule == NameRule::Print => format!("print_{at}"),
            Label::Numbered => {
                while taken_by_input.contains(format!("Column{next}").as_str()) {
                    next += 1;
                }
                let name = format!("Column{next}");
                next += 1;
                if used.contains(&name) {
                    unique(&name, &used, &declared)
                } else {
                    name
                }
            }
        };
        used.insert(name.clone());
        names.push(name);
    }
    (names, problems)
}

/// The name with the first number that makes it new.
fn unique(name: &str, used: &HashSet<String>, declared: &HashSet<&str>) -> String {
    (1u32..)
        .map(|n| format!("{name}{n}"))
        .find(|name| !used.contains(name) && !declared.contains(name.as_str()))
        .unwrap_or_default()
}

/// The same against names that are simply taken, as for the right side of a join.
pub(crate) fn unique_among(name: &str, taken: &HashSet<String>) -> String {
    if !taken.contains(name) {
        return name.to_owned();
    }
    unique(name, taken, &HashSet::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rule: NameRule, labels: &[Label], input: &[&str]) -> (Vec<String>, usize) {
        let labels: Vec<(Label, Span)> = labels.iter().cloned().map(|label| (label, Span::empty(0))).collect();
        let input: Vec<String> = input.iter().map(|name| (*name).to_owned()).collect();
        let (names, problems) = assign_names(rule, &labels, &input);
        (names, problems.len())
    }

    fn declared(name: &str) -> Label {
        Label::Declared(name.to_owned())
    }

    fn derived(name: &str) -> Label {
        Label::Derived(name.to_owned())
    }

    fn given(expected: &[&str], problems: usize) -> (Vec<String>, usize) {
        (expected.iter().map(|name| (*name).to_owned()).collect(), problems)
    }

    #[test]
    fn derived_names_step_past_spelled_out_ones() {
        assert_eq!(
            names(NameRule::Project, &[derived("x"), derived("x"), declared("x1")], &[]),
            given(&["x", "x2", "x1"], 0)
        );
        assert_eq!(
            names(NameRule::Project, &[Label::Numbered, declared("Column1")], &[]),
            given(&["Column1", "Column11"], 0)
        );
    }

    #[test]
    fn the_same_name_twice_is_an_error() {
        assert_eq!(names(NameRule::Project, &[declared("x"), declared("x")], &[]).1, 1);
        assert_eq!(names(NameRule::Extend, &[derived("x"), derived("x")], &[]).1, 1);
        assert_eq!(
            names(NameRule::Summarize, &[derived("set_y"), derived("set_y")], &[]),
            given(&["set_y", "set_y1"], 0)
        );
    }

    #[test]
    fn numbers_step_past_columns_of_the_input() {
        assert_eq!(
            names(NameRule::Extend, &[Label::Numbered, Label::Numbered], &["Column1"]),
            given(&["Column2", "Column3"], 0)
        );
        assert_eq!(names(NameRule::Project, &[Label::Numbered], &["Column1"]), given(&["Column1"], 0));
        assert_eq!(
            names(NameRule::Print, &[Label::Numbered, declared("x"), Label::Numbered], &[]),
            given(&["print_0", "x", "print_2"], 0)
        );
    }
}
