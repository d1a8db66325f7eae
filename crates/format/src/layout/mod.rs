//! From the tree to a document.

mod brackets;
mod lists;
mod spacing;

use quarry_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use crate::doc::Doc;
use crate::trivia::Trivia;

/// The document of a whole query.
pub(crate) fn root(tree: &SyntaxNode) -> Doc {
    let layout = Layout { trivia: Trivia::of(tree) };
    let mut parts = vec![layout.statements(tree)];
    for comment in &layout.trivia.end {
        parts.push(Doc::Hard { blank: comment.blank });
        parts.push(word(&comment.text));
    }
    Doc::all(parts)
}

/// A word without anything around it.
pub(super) fn word(text: &str) -> Doc {
    Doc::Word {
        text: text.to_owned(),
        above: Vec::new(),
        blank: false,
        behind: None,
    }
}

pub(super) struct Layout {
    trivia: Trivia,
}

impl Layout {
    /// Any node.
    fn node(&self, node: &SyntaxNode) -> Doc {
        match node.kind() {
            SyntaxKind::Pipeline => self.pipeline(node),
            SyntaxKind::LetStatement => self.let_statement(node),
            SyntaxKind::LogicalExpr => self.chain(node),
            SyntaxKind::Block => self.block(node),
            SyntaxKind::ByClause => self.by_clause(node),
            // A name is written without blanks, however it is put together.
            SyntaxKind::Name => self.plain(node),
            kind if lists::is_list_operator(kind) => self.list_operator(node),
            _ => self.plain(node),
        }
    }

    /// The parts of a node in a row, with brackets that can be broken.
    fn plain(&self, node: &SyntaxNode) -> Doc {
        self.row(node, &parts(node))
    }

    /// Some parts of a node in a row.
    fn row(&self, node: &SyntaxNode, elements: &[SyntaxElement]) -> Doc {
        let mut docs = Vec::new();
        let mut at = 0;
        while let Some(element) = elements.get(at) {
            if at > 0 {
                docs.push(self.between(node, elements.get(at - 1), element));
            }
            let closing = element
                .as_token()
                .and_then(|token| brackets::closing(token.kind()))
                .and_then(|wanted| elements.iter().skip(at).position(|other| other.kind() == wanted));
            match closing {
                Some(length) => {
                    let inside = elements.get(at..=at + length).unwrap_or_default();
                    docs.push(self.bracketed(node, inside));
                    at += length + 1;
                }
                None => {
                    docs.push(self.element(element));
                    at += 1;
                }
            }
        }
        Doc::all(docs)
    }

    fn element(&self, element: &SyntaxElement) -> Doc {
        match element {
            SyntaxElement::Node(node) => self.node(node),
            SyntaxElement::Token(token) => self.token(token),
        }
    }

    fn token(&self, token: &SyntaxToken) -> Doc {
        let around = self.trivia.around(token);
        Doc::Word {
            text: token.text().to_owned(),
            above: around.above,
            blank: around.blank,
            behind: around.behind,
        }
    }

    /// A line break before an element, with an empty line where there is one.
    fn hard_before(&self, element: &SyntaxElement) -> Doc {
        let blank = first_token(element).is_some_and(|token| {
            let around = self.trivia.around(&token);
            around.above.first().map_or(around.blank, |comment| comment.blank)
        });
        Doc::Hard { blank }
    }

    /// The blank between two neighbours in a node.
    fn between(&self, node: &SyntaxNode, before: Option<&SyntaxElement>, next: &SyntaxElement) -> Doc {
        let (Some(last), Some(first)) = (before.and_then(last_token), first_token(next)) else {
            return Doc::Empty;
        };
        let gap = self.trivia.around(&first).gap;
        if spacing::is_apart(node.kind(), &last, &first, gap) {
            Doc::Space
        } else {
            Doc::Empty
        }
    }

    /// Statements, each on lines of its own.
    fn statements(&self, node: &SyntaxNode) -> Doc {
        let mut docs = Vec::new();
        for element in parts(node) {
            if !docs.is_empty() && element.kind() != SyntaxKind::Semicolon {
                docs.push(self.hard_before(&element));
            }
            docs.push(self.element(&element));
        }
        Doc::all(docs)
    }

    /// `let name = value`: the operators of a pipeline stand below its source, indented.
    fn let_statement(&self, node: &SyntaxNode) -> Doc {
        let elements = parts(node);
        match elements.split_last() {
            Some((SyntaxElement::Node(value), head)) if value.kind() == SyntaxKind::Pipeline => {
                let start = self.row(node, head);
                Doc::all(vec![start, Doc::Space, Doc::indent(self.pipeline(value))])
            }
            _ => self.row(node, &elements),
        }
    }

    /// A pipeline: each operator on its own line, unless it is a short one inside an expression.
    fn pipeline(&self, node: &SyntaxNode) -> Doc {
        let elements = parts(node);
        let pipes = elements.iter().filter(|element| element.kind() == SyntaxKind::Pipe).count();
        let nested = !matches!(
            node.parent().map(|parent| parent.kind()),
            Some(SyntaxKind::ExpressionStatement | SyntaxKind::LetStatement | SyntaxKind::Root)
        );
        let mut docs = Vec::new();
        for (at, element) in elements.iter().enumerate() {
            let before = if element.kind() != SyntaxKind::Pipe {
                self.between(node, at.checked_sub(1).and_then(|at| elements.get(at)), element)
            } else if nested && pipes == 1 {
                Doc::Line
            } else {
                self.hard_before(element)
            };
            if at > 0 {
                docs.push(before);
            }
            docs.push(self.element(element));
        }
        Doc::all(docs)
    }

    /// `a and b and c`: broken before each `and`.
    fn chain(&self, node: &SyntaxNode) -> Doc {
        let mut docs = Vec::new();
        for (at, element) in parts(node).iter().enumerate() {
            if at > 0 {
                let before_word = element.kind() == SyntaxKind::WordOperator;
                docs.push(if before_word { Doc::Line } else { Doc::Space });
            }
            docs.push(self.element(element));
        }
        let chain = Doc::all(docs);
        let in_brackets = node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::ParenExpr);
        // Brackets indent what they hold already.
        Doc::group(if in_brackets { chain } else { Doc::indent(chain) })
    }
}

/// The parts of a node that hold anything, blanks and comments aside.
pub(super) fn parts(node: &SyntaxNode) -> Vec<SyntaxElement> {
    let meaningful = |element: &SyntaxElement| !element.kind().is_trivia() && first_token(element).is_some();
    node.children_with_tokens().filter(meaningful).collect()
}

/// The first token of an element that is no trivia.
pub(super) fn first_token(element: &SyntaxElement) -> Option<SyntaxToken> {
    match element {
        SyntaxElement::Token(token) => said(token).then(|| token.clone()),
        SyntaxElement::Node(node) => tokens(node).next(),
    }
}

fn last_token(element: &SyntaxElement) -> Option<SyntaxToken> {
    match element {
        SyntaxElement::Token(token) => said(token).then(|| token.clone()),
        SyntaxElement::Node(node) => {
            let mut token = node.last_token()?;
            while !said(&token) {
                token = token.prev_token()?;
                if token.text_range().start() < node.text_range().start() {
                    return None;
                }
            }
            Some(token)
        }
    }
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(said)
}

fn said(token: &SyntaxToken) -> bool {
    !token.kind().is_trivia() && !token.text().is_empty()
}
