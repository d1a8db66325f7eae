//! `project-reorder`: the listed columns first, the rest after them in their order. A column stands where it is mentioned first.

use std::cmp::Ordering;
use std::collections::HashSet;

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Column, Rel};
use crate::scope::each_once;

impl Binder<'_> {
    pub(super) fn project_reorder(&mut self, node: &ast::ProjectReorderOperator, input: Rel, span: Span) -> Rel {
        let mut order: Vec<Column> = Vec::new();
        let mut mentioned: HashSet<String> = HashSet::new();
        for item in node.items() {
            let Some(expr) = item.expr() else { continue };
            if let ast::Expr::Name(name) = &expr
                && !mentioned.insert(name.value())
                && self.like_editor()
            {
                let place = self.span(name);
                self.report(diagnostics::duplicate_column(&name.value(), place));
            }
            let mut found = self.columns_named(&expr, &input);
            match item.ordering() {
                Some(ast::Ordering::Asc) => found.sort_by(|a, b| a.name.cmp(&b.name)),
                Some(ast::Ordering::Desc) => found.sort_by(|a, b| b.name.cmp(&a.name)),
                Some(ast::Ordering::GrannyAsc) => found.sort_by(|a, b| granny(&a.name, &b.name)),
                Some(ast::Ordering::GrannyDesc) => found.sort_by(|a, b| granny(&b.name, &a.name)),
                None => {}
            }
            order.extend(found);
        }
        order.extend(input.columns.iter().cloned());
        self.only(input, &each_once(order), span)
    }
}

/// Compares names with runs of digits as numbers: `a2` before `a10`.
fn granny(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let order = number(&mut a).cmp(&number(&mut b));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                if x != y {
                    return x.cmp(&y);
                }
                a.next();
                b.next();
            }
        }
    }
}

fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u128 {
    let mut value = 0u128;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        value = value.saturating_mul(10).saturating_add(u128::from(digit));
        chars.next();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers() {
        assert_eq!(granny("a2", "a10"), Ordering::Less);
        assert_eq!(granny("a2b", "a2a"), Ordering::Greater);
        assert_eq!(granny("a", "a1"), Ordering::Less);
    }
}
