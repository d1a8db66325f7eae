//! Small changes of the predicate of an exclusion that tests should notice.

use quarry_syntax::ast::{AstNode as _, node_span};
use quarry_syntax::{SyntaxKind, SyntaxNode};
use quarry_text::Span;

use super::mutants::{Mutant, changes, in_order, left_out, tokens};

/// All changes of a predicate: those of an expression, and each of its conditions left out.
#[must_use]
pub fn mutants_of_predicate(predicate: &str) -> Vec<Mutant> {
    let parse = quarry_syntax::parse_expression(predicate);
    let mut found = changes(&parse.syntax(), predicate);
    if let Some(whole) = parse.expression() {
        let mut conditions = Vec::new();
        conjuncts(whole.syntax(), &mut conditions);
        // Without its only condition an exclusion would hide everything: that is `too broad`, and told by every run.
        if conditions.len() > 1 {
            found.extend(conditions.into_iter().map(|span| left_out(span, "condition", predicate)));
        }
    }
    in_order(found)
}

/// The conditions that `and` joins, at the top.
fn conjuncts(node: &SyntaxNode, found: &mut Vec<Span>) {
    let joins = node.kind() == SyntaxKind::LogicalExpr && tokens(node).any(|token| token.text() == "and");
    if joins {
        node.children().for_each(|child| conjuncts(&child, found));
    } else {
        found.push(node_span(node));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_lose_each_of_their_conditions() {
        let predicate = "a =~ 'x' and (b or c) and d > 2";
        let lost: Vec<String> = mutants_of_predicate(predicate)
            .into_iter()
            .filter(|mutant| mutant.change.starts_with("without"))
            .map(|mutant| mutant.apply(predicate))
            .collect();
        assert_eq!(
            lost,
            [
                "true and (b or c) and d > 2",
                "a =~ 'x' and true and d > 2",
                "a =~ 'x' and (b or c) and true"
            ]
        );
        assert!(
            mutants_of_predicate("a == 1")
                .iter()
                .all(|mutant| !mutant.change.starts_with("without"))
        );
        for mutant in mutants_of_predicate(predicate) {
            assert!(
                quarry_syntax::parse_expression(&mutant.apply(predicate)).is_ok(),
                "{}",
                mutant.change
            );
        }
    }
}
