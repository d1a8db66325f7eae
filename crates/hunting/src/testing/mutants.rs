//! Small changes of a query that its tests should notice: one change each, in the order of the text.

use quarry_syntax::ast::{node_span, token_span};
use quarry_syntax::literal::{LiteralValue, decode};
use quarry_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};
use quarry_text::Span;

/// A changed query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The place of the change in the query.
    pub span: Span,
    /// What stands there instead.
    pub replacement: String,
    /// The change in words, such as `> to >=`.
    pub change: String,
}

impl Mutant {
    /// The changed query.
    #[must_use]
    pub fn apply(&self, query: &str) -> String {
        let before = query.get(..self.span.start as usize).unwrap_or_default();
        let after = query.get(self.span.end as usize..).unwrap_or_default();
        format!("{before}{}{after}", self.replacement)
    }
}

/// All changes of a query.
#[must_use]
pub fn mutants(query: &str) -> Vec<Mutant> {
    changes(&quarry_syntax::parse(query).syntax(), query)
}

pub(super) fn changes(root: &SyntaxNode, query: &str) -> Vec<Mutant> {
    let mut found = Vec::new();
    for node in root.descendants() {
        match node.kind() {
            SyntaxKind::BinaryExpr | SyntaxKind::HasAnyExpr | SyntaxKind::BetweenExpr => operator(&node, &mut found),
            SyntaxKind::InExpr => {
                operator(&node, &mut found);
                if let Some(list) = node.children().find(|child| child.kind() == SyntaxKind::ExprList) {
                    members(&list, query, &mut found);
                }
            }
            SyntaxKind::LogicalExpr => {
                for token in tokens(&node).filter(|token| token.kind() == SyntaxKind::WordOperator) {
                    replace_token(&token, query, &mut found);
                }
            }
            SyntaxKind::JsonArray => members(&node, query, &mut found),
            SyntaxKind::LiteralExpr if is_threshold(&node) => constant(&node, query, &mut found),
            SyntaxKind::CallExpr => call(&node, query, &mut found),
            SyntaxKind::WhereOperator => dropped(&node, query, &mut found),
            SyntaxKind::JoinOperator => join(&node, query, &mut found),
            _ => {}
        }
    }
    in_order(found)
}

pub(super) fn in_order(mut found: Vec<Mutant>) -> Vec<Mutant> {
    found.sort_by(|a, b| (a.span.start, a.span.end, &a.replacement).cmp(&(b.span.start, b.span.end, &b.replacement)));
    found
}

pub(super) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.children_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
}

fn operator(node: &SyntaxNode, found: &mut Vec<Mutant>) {
    let token = tokens(node).next();
    if let Some(token) = token {
        let text = token.text().to_owned();
        for replacement in instead(&text) {
            found.push(changed(token_span(&token), &text, replacement));
        }
    }
}

fn replace_token(token: &SyntaxToken, query: &str, found: &mut Vec<Mutant>) {
    let span = token_span(token);
    for replacement in instead(span.text(query)) {
        found.push(changed(span, span.text(query), replacement));
    }
}

fn changed(span: Span, from: &str, to: &str) -> Mutant {
    Mutant {
        span,
        replacement: to.to_owned(),
        change: format!("{from} to {to}"),
    }
}

/// What takes the place of an operator.
fn instead(operator: &str) -> &'static [&'static str] {
    match operator {
        "==" => &["!="],
        "!=" | "<>" => &["=="],
        "=~" => &["!~"],
        "!~" => &["=~"],
        "<" => &["<="],
        "<=" => &["<"],
        ">" => &[">="],
        ">=" => &[">"],
        "+" => &["-"],
        "-" => &["+"],
        "and" => &["or"],
        "or" => &["and"],
        "in" => &["!in"],
        "!in" => &["in"],
        "in~" => &["!in~"],
        "!in~" => &["in~"],
        "has" => &["contains"],
        "!has" => &["!contains"],
        "contains" => &["has"],
        "!contains" => &["!has"],
        "has_cs" => &["contains_cs"],
        "contains_cs" => &["has_cs"],
        "startswith" | "endswith" => &["contains"],
        "!startswith" | "!endswith" => &["!contains"],
        "has_any" => &["has_all"],
        "has_all" => &["has_any"],
        "between" => &["!between"],
        "!between" => &["between"],
        _ => &[],
    }
}

/// Lists without one of their members.
fn members(list: &SyntaxNode, query: &str, found: &mut Vec<Mutant>) {
    let items: Vec<SyntaxNode> = list.children().collect();
    // A single item of `in (…)` may be a table, and `in ()` is no list.
    let only_list = list.kind() == SyntaxKind::ExprList && items.len() < 2;
    if only_list || items.iter().any(|item| !is_value(item)) {
        return;
    }
    for (at, item) in items.iter().enumerate() {
        let own = node_span(item);
        let span = match (items.get(at + 1), at.checked_sub(1).and_then(|before| items.get(before))) {
            (Some(next), _) => Span::new(own.start, node_span(next).start),
            (None, Some(before)) => Span::new(node_span(before).end, own.end),
            (None, None) => own,
        };
        found.push(Mutant {
            span,
            replacement: String::new(),
            change: format!("without {}", own.text(query)),
        });
    }
}

fn is_value(node: &SyntaxNode) -> bool {
    matches!(
        node.kind(),
        SyntaxKind::LiteralExpr | SyntaxKind::DynamicExpr | SyntaxKind::JsonArray | SyntaxKind::JsonObject
    )
}

/// Whether a literal can be a bound of something: not a place in a path, a piece of data, or a hint.
fn is_threshold(node: &SyntaxNode) -> bool {
    !node.ancestors().skip(1).any(|above| {
        matches!(
            above.kind(),
            SyntaxKind::IndexExpr
                | SyntaxKind::DatatableExpr
                | SyntaxKind::DynamicExpr
                | SyntaxKind::NamedParameter
                | SyntaxKind::RenderOperator
                | SyntaxKind::SetStatement
        )
    })
}

fn constant(node: &SyntaxNode, query: &str, found: &mut Vec<Mutant>) {
    let Some(token) = tokens(node).next() else { return };
    let span = token_span(&token);
    let text = span.text(query);
    let Ok(value) = decode(token.kind(), text) else { return };
    let others: Vec<String> = match value {
        LiteralValue::Long(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => [number.checked_add(1), number.checked_sub(1)]
            .into_iter()
            .flatten()
            .filter(|other| *other >= 0)
            .map(|other| other.to_string())
            .collect(),
        LiteralValue::Real(number) if number != 0.0 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            vec![format!("{:?}", number * 2.0), format!("{:?}", number / 2.0)]
        }
        LiteralValue::TimeSpan(ticks) if ticks != 0 => [ticks.checked_mul(2), Some(ticks / 2)].into_iter().flatten().map(length).collect(),
        _ => Vec::new(),
    };
    for other in others {
        found.push(changed(span, text, &other));
    }
}

/// A length of time as a literal, in the largest unit that it is a whole number of.
fn length(ticks: i64) -> String {
    const UNITS: [(i64, &str); 5] = [
        (864_000_000_000, "d"),
        (36_000_000_000, "h"),
        (600_000_000, "m"),
        (10_000_000, "s"),
        (10_000, "ms"),
    ];
    for (unit, name) in UNITS {
        if ticks % unit == 0 {
            return format!("{}{name}", ticks / unit);
        }
    }
    format!("{ticks}tick")
}

fn call(node: &SyntaxNode, query: &str, found: &mut Vec<Mutant>) {
    let Some(name) = node.children().find(|child| child.kind() == SyntaxKind::Name) else {
        return;
    };
    let span = node_span(&name);
    let other = match span.text(query) {
        "isempty" => "isnotempty",
        "isnotempty" => "isempty",
        "isnull" => "isnotnull",
        "isnotnull" => "isnull",
        "not" => {
            found.push(Mutant {
                span,
                replacement: String::new(),
                change: "without not".to_owned(),
            });
            return;
        }
        _ => return,
    };
    found.push(changed(span, span.text(query), other));
}

fn dropped(node: &SyntaxNode, query: &str, found: &mut Vec<Mutant>) {
    if let Some(predicate) = node.children().last() {
        found.push(left_out(node_span(&predicate), "where", query));
    }
}

/// A condition that is always true.
pub(super) fn left_out(span: Span, what: &str, query: &str) -> Mutant {
    let shown = span.text(query).split_whitespace().collect::<Vec<_>>().join(" ");
    let brief: String = shown.chars().take(60).collect();
    let more = if brief.len() < shown.len() { "…" } else { "" };
    Mutant {
        span,
        replacement: "true".to_owned(),
        change: format!("without {what} {brief}{more}"),
    }
}

fn join(node: &SyntaxNode, query: &str, found: &mut Vec<Mutant>) {
    let kind = node
        .children()
        .filter(|child| child.kind() == SyntaxKind::NamedParameter)
        .find_map(|parameter| {
            let span = node_span(&parameter);
            let name = tokens(&parameter).next()?;
            let value = parameter.children().last()?;
            (name.text() == "kind" || span.text(query).starts_with("kind")).then(|| node_span(&value))
        });
    let Some(span) = kind else {
        if let Some(word) = tokens(node).next() {
            let end = Span::empty(token_span(&word).end);
            found.push(Mutant {
                span: end,
                replacement: " kind=inner".to_owned(),
                change: "kind innerunique to inner".to_owned(),
            });
        }
        return;
    };
    let other = match span.text(query) {
        "inner" | "innerunique" => "leftouter",
        "leftouter" | "rightouter" | "fullouter" => "inner",
        "leftanti" | "anti" | "leftantisemi" => "leftsemi",
        "leftsemi" => "leftanti",
        "rightanti" | "rightantisemi" => "rightsemi",
        "rightsemi" => "rightanti",
        _ => return,
    };
    found.push(changed(span, span.text(query), other));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn changes(query: &str) -> Vec<String> {
        mutants(query)
            .into_iter()
            .map(|mutant| format!("{}: {}", mutant.change, mutant.apply(query)))
            .collect()
    }

    #[test]
    fn one_change_each() {
        assert_eq!(
            changes("let n = 5; T | where a > n and b has 'x'"),
            [
                "5 to 4: let n = 4; T | where a > n and b has 'x'",
                "5 to 6: let n = 6; T | where a > n and b has 'x'",
                "without where a > n and b has 'x': let n = 5; T | where true",
                "> to >=: let n = 5; T | where a >= n and b has 'x'",
                "and to or: let n = 5; T | where a > n or b has 'x'",
                "has to contains: let n = 5; T | where a > n and b contains 'x'",
            ]
        );
    }

    #[test]
    fn lists_lose_each_of_their_members() {
        let found = changes("let l = dynamic(['a', 'b']); T | where x in ('c', 'd') and y in (l)");
        let lost: Vec<&String> = found.iter().filter(|change| change.starts_with("without '")).collect();
        assert_eq!(
            lost,
            [
                "without 'a': let l = dynamic(['b']); T | where x in ('c', 'd') and y in (l)",
                "without 'b': let l = dynamic(['a']); T | where x in ('c', 'd') and y in (l)",
                "without 'c': let l = dynamic(['a', 'b']); T | where x in ('d') and y in (l)",
                "without 'd': let l = dynamic(['a', 'b']); T | where x in ('c') and y in (l)",
            ]
        );
    }

    #[test]
    fn times_joins_and_tests_for_nothing() {
        let found = changes("T | where Timestamp > ago(1d) | where isnotempty(a) | join kind=leftanti (U) on a");
        for wanted in ["1d to 2d", "1d to 12h", "isnotempty to isempty", "leftanti to leftsemi"] {
            assert!(found.iter().any(|change| change.starts_with(wanted)), "{wanted}: {found:?}");
        }
    }

    #[test]
    fn every_mutant_parses() {
        let query = "let w = 14d; let s = 0.7; T | where not(a has_any (l)) and b !in ('x','y') | join (U | where c between (1 .. 2)) on k\n| where d <= 3 // last";
        for mutant in mutants(query) {
            let text = mutant.apply(query);
            assert!(quarry_syntax::parse(&text).is_ok(), "{}: {text}", mutant.change);
            assert_ne!(text, query);
        }
    }
}
