//! What stands in brackets.

use quarry_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::{Layout, parts};
use crate::doc::Doc;

/// The bracket that closes what this one opens.
pub(super) const fn closing(kind: SyntaxKind) -> Option<SyntaxKind> {
    match kind {
        SyntaxKind::LeftParen => Some(SyntaxKind::RightParen),
        SyntaxKind::LeftBracket => Some(SyntaxKind::RightBracket),
        SyntaxKind::LeftBrace => Some(SyntaxKind::RightBrace),
        _ => None,
    }
}

/// From so many literals on, a list is set as text is.
const MANY: usize = 4;

/// How the items of a list are set when they do not fit into one line.
enum Style {
    /// One a line.
    Lines,
    /// So many a line.
    Rows(usize),
    /// As many as fit.
    Fill,
}

impl Layout {
    /// Brackets and what they hold.
    pub(super) fn bracketed(&self, node: &SyntaxNode, elements: &[SyntaxElement]) -> Doc {
        let ([open, inside @ .., close], true) = (elements, elements.len() > 2) else {
            return Doc::all(elements.iter().map(|element| self.element(element)).collect());
        };
        // The inside of a lone bracket in another one hugs it: `dynamic([…])`, `in ((…))`.
        if let [SyntaxElement::Node(only)] = inside
            && hugs(node.kind(), only)
        {
            return Doc::all(vec![self.element(open), self.element(&inside_of(only)), self.element(close)]);
        }
        if node.kind() == SyntaxKind::Name {
            return Doc::all(elements.iter().map(|element| self.element(element)).collect());
        }
        let body = self.items(node, inside);
        Doc::group(Doc::all(vec![
            self.element(open),
            Doc::indent(Doc::all(vec![Doc::Soft, body])),
            Doc::Soft,
            self.element(close),
        ]))
    }

    /// Items with commas between them, or a single thing.
    fn items(&self, node: &SyntaxNode, elements: &[SyntaxElement]) -> Doc {
        let items = split(elements);
        if items.len() < 2 {
            return self.row(node, elements);
        }
        let style = style(node, &items);
        let mut docs = Vec::new();
        for (at, item) in items.iter().enumerate() {
            docs.push(self.row(node, item));
            if at + 1 < items.len() {
                docs.push(match style {
                    Style::Lines | Style::Fill => Doc::Line,
                    // A table of several rows is read row by row, however short they are.
                    Style::Rows(length) if (at + 1) % length == 0 && is_table(node) => Doc::Hard { blank: false },
                    Style::Rows(length) if (at + 1) % length == 0 => Doc::Line,
                    Style::Rows(_) => Doc::Space,
                });
            }
        }
        match style {
            Style::Fill => Doc::fill(docs),
            Style::Lines | Style::Rows(_) => Doc::all(docs),
        }
    }

    /// `{ statements }`, or the statements of `macro-expand` in parentheses.
    pub(super) fn block(&self, node: &SyntaxNode) -> Doc {
        let elements = parts(node);
        let ([open, inside @ .., close], true) = (elements.as_slice(), elements.len() > 2) else {
            return self.plain(node);
        };
        let mut docs = Vec::new();
        for (at, element) in inside.iter().enumerate() {
            if at > 0 && element.kind() != SyntaxKind::Semicolon {
                docs.push(self.hard_before(element));
            }
            docs.push(self.element(element));
        }
        Doc::group(Doc::all(vec![
            self.element(open),
            Doc::indent(Doc::all(vec![Doc::Line, Doc::all(docs)])),
            Doc::Line,
            self.element(close),
        ]))
    }
}

/// Items of a list, each with the comma behind it.
fn split(elements: &[SyntaxElement]) -> Vec<&[SyntaxElement]> {
    elements.split_inclusive(|element| element.kind() == SyntaxKind::Comma).collect()
}

fn inside_of(node: &SyntaxNode) -> SyntaxElement {
    SyntaxElement::Node(node.clone())
}

fn hugs(outer: SyntaxKind, only: &SyntaxNode) -> bool {
    match outer {
        SyntaxKind::DynamicExpr => true,
        SyntaxKind::ExprList | SyntaxKind::ArgumentList => matches!(
            only.kind(),
            SyntaxKind::ParenExpr | SyntaxKind::DynamicExpr | SyntaxKind::ToScalarExpr | SyntaxKind::JsonArray
        ),
        _ => false,
    }
}

/// Whether the list holds the values of a `datatable`.
fn is_table(node: &SyntaxNode) -> bool {
    let table = |node: &SyntaxNode| node.kind() == SyntaxKind::DatatableExpr;
    node.kind() != SyntaxKind::RowSchema && (table(node) || node.parent().as_ref().is_some_and(table))
}

fn style(node: &SyntaxNode, items: &[&[SyntaxElement]]) -> Style {
    let parent = node.parent();
    // The branches of `case` are pairs.
    if node.kind() == SyntaxKind::ArgumentList
        && let Some(call) = &parent
        && super::first_token(&SyntaxElement::Node(call.clone())).is_some_and(|name| name.text() == "case")
    {
        return Style::Rows(2);
    }
    // The values of a table are rows.
    if let Some(table) = [Some(node), parent.as_ref()]
        .into_iter()
        .flatten()
        .find(|node| node.kind() == SyntaxKind::DatatableExpr)
        && node.kind() != SyntaxKind::RowSchema
    {
        let schema = table.children().find(|child| child.kind() == SyntaxKind::RowSchema);
        let columns = schema.map_or(1, |schema| {
            schema
                .children()
                .filter(|child| child.kind() == SyntaxKind::ColumnDeclaration)
                .count()
        });
        return if columns > 1 { Style::Rows(columns) } else { Style::Fill };
    }
    if items.len() >= MANY && items.iter().all(|item| item.first().is_some_and(is_literal)) {
        return Style::Fill;
    }
    Style::Lines
}

fn is_literal(element: &SyntaxElement) -> bool {
    match element {
        SyntaxElement::Token(token) => token.kind().is_literal(),
        SyntaxElement::Node(node) => matches!(node.kind(), SyntaxKind::LiteralExpr),
    }
}
