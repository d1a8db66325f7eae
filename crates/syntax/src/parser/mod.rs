//! Text to tree.
//!
//! A recursive-descent parser that never fails: what it cannot understand it reports and keeps.
//! Pipelines, lists and chains of `and` and `or` are read in loops; everything that nests
//! counts against a limit, so that no text can overflow the stack.

mod event;
mod expressions;
mod lists;
mod literals;
mod marker;
mod names;
mod operands;
mod operators;
mod sources;
mod statements;

use std::cell::Cell;

use quarry_text::{Diagnostic, Span};
use rowan::GreenNode;

use crate::ast::{self, AstNode as _};
use crate::lexer::{Lexed, lex};
use crate::{SyntaxKind, SyntaxNode};
use event::Event;
use marker::{Completed, Marker};

/// Levels of nesting that are read: parentheses, subqueries, function bodies, documents.
const MAX_NESTING: usize = 128;

/// Diagnostics that are kept: nobody reads more, and hostile text could cause millions.
const MAX_DIAGNOSTICS: usize = 100;

/// Code of everything that the grammar does not allow.
pub(crate) const SYNTAX_ERROR: &str = "SYN0002";

/// The result of parsing: a tree for any text, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parse {
    green: GreenNode,
    diagnostics: Vec<Diagnostic>,
}

impl Parse {
    /// The whole text.
    #[must_use]
    pub fn root(&self) -> Option<ast::Root> {
        ast::Root::cast(self.syntax())
    }

    /// The untyped tree.
    #[must_use]
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The expression of [`parse_expression`].
    #[must_use]
    pub fn expression(&self) -> Option<ast::Expr> {
        ast::child(&self.syntax())
    }

    /// What is wrong, in the order of the text.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the text follows the grammar.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        !quarry_text::has_errors(&self.diagnostics)
    }

    /// The tree as indented lines with byte offsets, for people and snapshot tests.
    #[must_use]
    pub fn dump(&self) -> String {
        event::dump(&self.syntax())
    }
}

/// Parses a query with its statements. Texts beyond 4 GiB are refused.
#[must_use]
pub fn parse(source: &str) -> Parse {
    run(source, statements::root)
}

/// Parses one expression, such as a predicate that is kept outside a query.
#[must_use]
pub fn parse_expression(source: &str) -> Parse {
    run(source, expressions::lone_expression)
}

fn run(source: &str, grammar: fn(&mut Parser<'_>)) -> Parse {
    // Offsets are 32 bits wide.
    let (source, too_long) = if u32::try_from(source.len()).is_ok() {
        (source, false)
    } else {
        ("", true)
    };
    let tokens = lex(source);
    let mut parser = Parser::new(source, &tokens);
    if too_long {
        parser.report("this text is too long", Span::empty(0));
    }
    let root = parser.start();
    grammar(&mut parser);
    root.complete(&mut parser, SyntaxKind::Root);
    let Parser {
        events, mut diagnostics, ..
    } = parser;
    let built = event::build(source, &tokens, events);
    if let Some(offset) = built.too_deep {
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        diagnostics.push(too_deep(Span::new(at, at.saturating_add(1))));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    Parse {
        green: built.green,
        diagnostics,
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(SYNTAX_ERROR, "this is nested too deeply", span).with_help("give inner parts a name with `let`")
}

/// A token that is not trivia.
#[derive(Debug, Clone, Copy)]
struct Token {
    kind: SyntaxKind,
    start: u32,
    end: u32,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    position: usize,
    /// Looks at tokens since the last one was taken; bounds loops that take none.
    looks: Cell<u32>,
    nesting: usize,
    /// Whether a name after a dot may be a pattern, as in `union database('d').T*`.
    wildcards_allowed: bool,
    events: Vec<Event>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, lexed: &[Lexed]) -> Self {
        let mut tokens = Vec::with_capacity(lexed.len());
        let mut diagnostics = Vec::new();
        let mut offset = 0u32;
        for lexed in lexed {
            let end = offset.saturating_add(u32::try_from(lexed.len).unwrap_or(u32::MAX));
            if !lexed.kind.is_trivia() {
                tokens.push(Token {
                    kind: lexed.kind,
                    start: offset,
                    end,
                });
            }
            if let Some(error) = lexed.error
                && diagnostics.len() < MAX_DIAGNOSTICS
            {
                diagnostics.push(Diagnostic::error(SYNTAX_ERROR, error, Span::new(offset, end)));
            }
            offset = end;
        }
        Self {
            source,
            tokens,
            position: 0,
            looks: Cell::new(0),
            nesting: 0,
            wildcards_allowed: false,
            events: Vec::new(),
            diagnostics,
        }
    }

    /// Kind of the token `ahead` places on.
    fn nth(&self, ahead: usize) -> SyntaxKind {
        self.looks.set(self.looks.get() + 1);
        debug_assert!(self.looks.get() < 100_000, "the parser is stuck");
        self.tokens.get(self.position + ahead).map_or(SyntaxKind::Eof, |token| token.kind)
    }

    fn nth_text(&self, ahead: usize) -> &'a str {
        self.tokens
            .get(self.position + ahead)
            .map_or("", |token| Span::new(token.start, token.end).text(self.source))
    }

    fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    fn text(&self) -> &'a str {
        self.nth_text(0)
    }

    fn at(&self, kind: SyntaxKind) -> bool {
        self.nth(0) == kind
    }

    fn at_end(&self) -> bool {
        self.at(SyntaxKind::Eof)
    }

    /// Whether the token `ahead` places on is this word.
    fn nth_word(&self, ahead: usize, word: &str) -> bool {
        self.nth(ahead) == SyntaxKind::Ident && self.nth_text(ahead) == word
    }

    fn at_word(&self, word: &str) -> bool {
        self.nth_word(0, word)
    }

    fn at_any_word(&self, words: &[&str]) -> bool {
        self.at(SyntaxKind::Ident) && words.contains(&self.text())
    }

    /// Whether no blank stands between the token and the one before it.
    fn is_adjacent(&self, ahead: usize) -> bool {
        let before = (self.position + ahead).checked_sub(1).and_then(|index| self.tokens.get(index));
        let token = self.tokens.get(self.position + ahead);
        matches!((before, token), (Some(before), Some(token)) if before.end == token.start)
    }

    /// Takes the token as it is.
    fn bump(&mut self) {
        self.bump_as(self.current());
    }

    /// Takes the token and gives it another kind.
    fn bump_as(&mut self, kind: SyntaxKind) {
        if self.position < self.tokens.len() {
            self.position += 1;
            self.looks.set(0);
            self.events.push(Event::Token(kind));
        }
    }

    fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Takes a word as a keyword.
    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump_as(SyntaxKind::Keyword);
        }
        found
    }

    fn expect(&mut self, kind: SyntaxKind, text: &str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.error(&format!("expected `{text}`"));
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> bool {
        let found = self.eat_word(word);
        if !found {
            self.error(&format!("expected `{word}`"));
        }
        found
    }

    /// The closing half of a pair; says where the opening half stands.
    fn expect_close(&mut self, kind: SyntaxKind, text: &str, open: Span) -> bool {
        let found = self.eat(kind);
        if !found {
            let span = self.here();
            let message = format!("expected `{text}`, found {}", self.found());
            self.push(Diagnostic::error(SYNTAX_ERROR, message, span).with_label(open, "to close this"));
        }
        found
    }

    /// The place of the current token; at the end, just past the last one.
    fn here(&self) -> Span {
        match self.tokens.get(self.position) {
            Some(token) => Span::new(token.start, token.end),
            None => Span::empty(self.tokens.last().map_or(0, |token| token.end)),
        }
    }

    fn found(&self) -> String {
        let text: String = self.text().chars().take(40).collect();
        if text.is_empty() {
            "the end of the query".to_owned()
        } else {
            format!("`{text}`")
        }
    }

    /// Reports at the current token, saying what stands there.
    fn error(&mut self, message: &str) {
        let message = format!("{message}, found {}", self.found());
        let span = self.here();
        self.report(&message, span);
    }

    fn report(&mut self, message: &str, span: Span) {
        self.push(Diagnostic::error(SYNTAX_ERROR, message.to_owned(), span));
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        // Where one thing is wrong, what follows from it is only noise.
        let repeated = self.diagnostics.iter().any(|known| known.span.start == diagnostic.span.start);
        if !repeated && self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Takes the current token as something that belongs nowhere.
    fn error_token(&mut self, message: &str) {
        self.error(message);
        let marker = self.start();
        self.bump();
        marker.complete(self, SyntaxKind::Error);
    }

    /// Runs `inner` one level deeper; when the limit is reached, reports it and skips what would
    /// have been read up to where the surrounding grammar can continue.
    fn nested(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.nesting >= MAX_NESTING {
            let span = self.here();
            self.push(too_deep(span));
            self.skip_balanced();
            return;
        }
        self.nesting += 1;
        let wildcards = std::mem::take(&mut self.wildcards_allowed);
        inner(self);
        self.wildcards_allowed = wildcards;
        self.nesting -= 1;
    }

    /// Skips to the bracket that closes the innermost open one, or to a semicolon outside all.
    fn skip_balanced(&mut self) {
        let marker = self.start();
        let mut open = 0usize;
        loop {
            match self.current() {
                SyntaxKind::Eof => break,
                SyntaxKind::LeftParen | SyntaxKind::LeftBracket | SyntaxKind::LeftBrace => open += 1,
                SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::RightBrace => {
                    let Some(left) = open.checked_sub(1) else { break };
                    open = left;
                }
                SyntaxKind::Semicolon if open == 0 => break,
                _ => {}
            }
            self.bump();
        }
        marker.complete(self, SyntaxKind::Error);
    }

    fn start(&mut self) -> Marker {
        self.events.push(Event::Abandoned);
        Marker { at: self.events.len() - 1 }
    }
}
