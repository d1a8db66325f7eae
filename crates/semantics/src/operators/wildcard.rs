//! Names with `*` in them.

use quarry_syntax::ast;
use quarry_text::suggest;

use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Column, Rel};
use crate::scope::each_once;

/// Whether a name fits a pattern in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

impl Binder<'_> {
    /// The columns that the names and patterns of a list mean, in the list's order, each once.
    pub(super) fn listed_columns(&mut self, nodes: impl Iterator<Item = ast::Expr>, input: &Rel) -> Vec<Column> {
        each_once(nodes.flat_map(|node| self.columns_named(&node, input)))
    }

    /// The columns that one name or pattern means.
    pub(super) fn columns_named(&mut self, node: &ast::Expr, input: &Rel) -> Vec<Column> {
        let span = self.span(node);
        let (pattern, wild) = match node {
            ast::Expr::Star(_) => ("*".to_owned(), true),
            ast::Expr::Name(name) => (name.value(), name.name().is_some_and(|name| name.is_wildcard())),
            _ => {
                self.report(diagnostics::general("The name of a column is expected here", span));
                return Vec::new();
            }
        };
        let exact: Vec<Column> = input.columns.iter().filter(|column| column.name == pattern).cloned().collect();
        if !exact.is_empty() {
            return exact;
        }
        if wild {
            return input
                .columns
                .iter()
                .filter(|column| matches(&pattern, &column.name))
                .cloned()
                .collect();
        }
        if !input.open {
            let closest = suggest::closest(&pattern, input.columns.iter().map(|column| column.name.as_str()));
            self.report(diagnostics::unknown_column(&pattern, closest, span));
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("*", "anything"));
        assert!(matches("a*", "abc"));
        assert!(matches("*c", "abc"));
        assert!(matches("a*b*c", "aXbYc"));
        assert!(!matches("a*b*c", "aXcYb"));
        assert!(!matches("ab*bc", "abc"));
        assert!(matches("abc", "abc"));
        assert!(!matches("a", "ab"));
    }
}
