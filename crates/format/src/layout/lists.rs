//! Operators that are a word and a list.

use quarry_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::{Layout, parts};
use crate::doc::Doc;

/// Operators whose items stand on lines of their own when they do not fit into one.
pub(super) const fn is_list_operator(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::DistinctOperator
            | SyntaxKind::ExtendOperator
            | SyntaxKind::PrintOperator
            | SyntaxKind::ProjectAwayOperator
            | SyntaxKind::ProjectKeepOperator
            | SyntaxKind::ProjectOperator
            | SyntaxKind::ProjectRenameOperator
            | SyntaxKind::ProjectReorderOperator
            | SyntaxKind::SerializeOperator
            | SyntaxKind::SummarizeOperator
            | SyntaxKind::UnionOperator
    )
}

/// Whether an item is a name and nothing else, its comma aside.
fn is_name(item: &[SyntaxElement]) -> bool {
    let said = |element: &&SyntaxElement| element.kind() != SyntaxKind::Comma;
    let parts: Vec<&SyntaxElement> = item.iter().filter(said).collect();
    match parts.as_slice() {
        [SyntaxElement::Node(node)] => node.descendants_with_tokens().all(|part| {
            matches!(
                part.kind(),
                SyntaxKind::NamedExpr | SyntaxKind::NameExpr | SyntaxKind::Name | SyntaxKind::Ident
            ) || part.kind().is_trivia()
        }),
        _ => false,
    }
}

impl Layout {
    pub(super) fn list_operator(&self, node: &SyntaxNode) -> Doc {
        let elements = parts(node);
        // The operator's name and its parameters stay on the first line.
        let head = elements
            .iter()
            .take_while(|element| matches!(element.kind(), SyntaxKind::Keyword | SyntaxKind::Ident | SyntaxKind::NamedParameter))
            .count();
        let clause = elements
            .iter()
            .position(|element| element.kind() == SyntaxKind::ByClause)
            .unwrap_or(elements.len());
        let (head, rest) = elements.split_at(head.min(clause));
        let (list, clauses) = rest.split_at(clause - head.len());
        let items: Vec<&[SyntaxElement]> = list.split_inclusive(|element| element.kind() == SyntaxKind::Comma).collect();
        let mut docs = vec![self.row(node, head)];
        let mut below = Vec::new();
        match items.as_slice() {
            // A lone item stays behind the operator's name, and its brackets begin at the pipe.
            [lone] => docs.extend([Doc::Space, self.row(node, lone)]),
            // Plain names are set as text is.
            items if items.iter().all(|item| is_name(item)) => {
                let names = items.iter().flat_map(|item| [self.row(node, item), Doc::Line]);
                let mut names: Vec<Doc> = names.collect();
                names.pop();
                below.extend([Doc::Line, Doc::fill(names)]);
            }
            items => below.extend(items.iter().flat_map(|item| [Doc::Line, self.row(node, item)])),
        }
        for clause in clauses {
            below.extend([Doc::Line, self.element(clause)]);
        }
        docs.push(Doc::indent(Doc::all(below)));
        Doc::group(Doc::all(docs))
    }

    /// `by a, b`: as many keys a line as fit.
    pub(super) fn by_clause(&self, node: &SyntaxNode) -> Doc {
        let elements = parts(node);
        let Some((word, list)) = elements.split_first() else {
            return Doc::Empty;
        };
        let mut docs = Vec::new();
        for item in list.split_inclusive(|element| element.kind() == SyntaxKind::Comma) {
            if !docs.is_empty() {
                docs.push(Doc::Line);
            }
            docs.push(self.row(node, item));
        }
        Doc::all(vec![self.element(word), Doc::Space, Doc::indent(Doc::fill(docs))])
    }
}
