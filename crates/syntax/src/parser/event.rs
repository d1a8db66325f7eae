//! What the parser says, and the tree made of it.
//!
//! The parser does not build nodes: it records when a node starts, when a token is taken and
//! when a node ends. That lets it wrap what it has already read (`a` becomes the left side of
//! `a + b`), and lets one place attach whitespace and comments and bound the depth of the tree.

use rowan::{GreenNode, GreenNodeBuilder, Language as _};

use crate::kind::Kql;
use crate::lexer::Lexed;
use crate::{SyntaxElement, SyntaxKind, SyntaxNode};

/// Nodes that may be open at once. Walking or dropping a deeper tree could overflow a stack.
const MAX_TREE_DEPTH: usize = 512;

/// One step of building the tree.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A node starts. With `parent`, the event that many places later starts a node around it.
    Start { kind: SyntaxKind, parent: Option<usize> },
    /// A node started here was given up.
    Abandoned,
    /// The next token that is not trivia, with the kind that the parser gives it.
    Token(SyntaxKind),
    /// The innermost open node ends.
    Finish,
}

/// The tree, and whether it had to be flattened because it was too deep.
pub(super) struct Built {
    pub green: GreenNode,
    /// Offset of the first node that was left out.
    pub too_deep: Option<usize>,
}

/// Replays `events` over the tokens.
pub(super) fn build(source: &str, tokens: &[Lexed], mut events: Vec<Event>) -> Built {
    let mut builder = Builder {
        source,
        tokens,
        token: 0,
        offset: 0,
        inner: GreenNodeBuilder::new(),
        open: Vec::new(),
        depth: 0,
        too_deep: None,
    };
    let mut kinds = Vec::new();
    for index in 0..events.len() {
        match take(&mut events, index) {
            Event::Start { kind, parent } => {
                kinds.push(kind);
                let mut at = index;
                let mut next = parent;
                while let Some(distance) = next {
                    at += distance;
                    match take(&mut events, at) {
                        Event::Start { kind, parent } => {
                            kinds.push(kind);
                            next = parent;
                        }
                        _ => next = None,
                    }
                }
                while let Some(kind) = kinds.pop() {
                    builder.start(kind);
                }
            }
            Event::Abandoned => {}
            Event::Token(kind) => builder.token(kind),
            Event::Finish => builder.finish(),
        }
    }
    Built {
        green: builder.inner.finish(),
        too_deep: builder.too_deep,
    }
}

fn take(events: &mut [Event], index: usize) -> Event {
    events
        .get_mut(index)
        .map_or(Event::Abandoned, |event| std::mem::replace(event, Event::Abandoned))
}

struct Builder<'a> {
    source: &'a str,
    tokens: &'a [Lexed],
    token: usize,
    offset: usize,
    inner: GreenNodeBuilder<'static>,
    /// For each open event, whether it opened a node.
    open: Vec<bool>,
    depth: usize,
    too_deep: Option<usize>,
}

impl Builder<'_> {
    fn start(&mut self, kind: SyntaxKind) {
        // What stands between two nodes belongs to neither.
        if !self.open.is_empty() {
            self.trivia();
        }
        let fits = self.depth < MAX_TREE_DEPTH;
        if fits {
            self.inner.start_node(Kql::kind_to_raw(kind));
            self.depth += 1;
        } else {
            self.too_deep.get_or_insert(self.offset);
        }
        self.open.push(fits);
    }

    fn finish(&mut self) {
        if self.open.len() == 1 {
            self.trivia();
        }
        if self.open.pop() == Some(true) {
            self.inner.finish_node();
            self.depth -= 1;
        }
    }

    fn trivia(&mut self) {
        while let Some(lexed) = self.tokens.get(self.token).filter(|lexed| lexed.kind.is_trivia()) {
            self.leaf(lexed.kind, lexed.len);
        }
    }

    fn token(&mut self, kind: SyntaxKind) {
        self.trivia();
        if let Some(lexed) = self.tokens.get(self.token) {
            self.leaf(kind, lexed.len);
        }
    }

    fn leaf(&mut self, kind: SyntaxKind, len: usize) {
        let text = self.source.get(self.offset..self.offset + len).unwrap_or_default();
        self.inner.token(Kql::kind_to_raw(kind), text);
        self.offset += len;
        self.token += 1;
    }
}

/// The tree as indented lines, one for each node and token, with byte offsets; without trivia.
pub(super) fn dump(root: &SyntaxNode) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    for event in root.preorder_with_tokens() {
        match event {
            rowan::WalkEvent::Enter(element) => {
                if !element.kind().is_trivia() {
                    dump_line(&mut out, depth, &element);
                }
                depth += 1;
            }
            rowan::WalkEvent::Leave(_) => depth = depth.saturating_sub(1),
        }
    }
    out
}

fn dump_line(out: &mut String, depth: usize, element: &SyntaxElement) {
    use std::fmt::Write as _;
    let indent = "  ".repeat(depth);
    let range = element.text_range();
    // Writing to a string cannot fail.
    let _ = match element {
        SyntaxElement::Node(node) => writeln!(out, "{indent}{:?}@{range:?}", node.kind()),
        SyntaxElement::Token(token) => writeln!(out, "{indent}{:?} {:?}", token.kind(), token.text()),
    };
}
