//! Expressions by precedence.
//!
//! From loose to tight: `or`, `and`, equality with `in` and `between`, order, sum, product,
//! string operators, sign, path. Equality, order and string operators do not chain.

use quarry_text::Diagnostic;

use super::{Completed, Parser, SYNTAX_ERROR};
use crate::SyntaxKind::{
    self, BangEqual, BangTilde, BetweenExpr, BinaryExpr, Colon, Comma, DotDot, EqualEqual, EqualTilde, ExprList, Greater, GreaterEqual,
    HasAnyExpr, Ident, InExpr, LeftParen, Less, LessEqual, LessGreater, LogicalExpr, Minus, Percent, Pipe, Pipeline, Plus, RightParen,
    Slash, Star, WordOperator,
};

/// How tightly an infix operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    Or,
    And,
    Equality,
    Order,
    Sum,
    Product,
    Text,
}

impl Power {
    /// The next tighter level; operands of a string operator are no infix expressions.
    const fn tighter(self) -> Option<Self> {
        match self {
            Self::Or => Some(Self::And),
            Self::And => Some(Self::Equality),
            Self::Equality => Some(Self::Order),
            Self::Order => Some(Self::Sum),
            Self::Sum => Some(Self::Product),
            Self::Product => Some(Self::Text),
            Self::Text => None,
        }
    }

    const fn chains(self) -> bool {
        matches!(self, Self::Or | Self::And | Self::Sum | Self::Product)
    }
}

/// What stands on the right of an infix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An operand, and more of them after the same word: `and`, `or`.
    Flat,
    Operand,
    /// `matches regex` is two words.
    Regex,
    List(SyntaxKind),
    Range,
}

/// Infix words that are no string operators.
const CONNECTIVES: &[&str] = &["and", "or", "in", "!in", "between", "!between", "has_any", "has_all"];

const TEXT_WORDS: &[&str] = &[
    "!contains",
    "!contains_cs",
    "!endswith",
    "!endswith_cs",
    "!has",
    "!has_cs",
    "!hasprefix",
    "!hasprefix_cs",
    "!hassuffix",
    "!hassuffix_cs",
    "!startswith",
    "!startswith_cs",
    "contains",
    "contains_cs",
    "containscs",
    "endswith",
    "endswith_cs",
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "like",
    "likecs",
    "notcontains",
    "notcontainscs",
    "notlike",
    "notlikecs",
    "startswith",
    "startswith_cs",
];

pub(super) fn lone_expression(p: &mut Parser<'_>) {
    p.query();
    while !p.at_end() {
        p.error_token("expected the end of the expression");
    }
}

impl Parser<'_> {
    /// Reads a query or a scalar expression: what may stand in parentheses, after `let a =` and
    /// as a statement.
    pub(super) fn query(&mut self) {
        let source = if self.at_source_operator() {
            let marker = self.start();
            self.operator();
            marker
        } else {
            match self.infix(Power::Or) {
                Some(source) if self.at(Pipe) || self.at_lost_operator() => source.precede(self),
                _ => return,
            }
        };
        self.operators();
        source.complete(self, Pipeline);
    }

    /// Reads operators that continue rows: `where x | take 1`, without a source.
    pub(super) fn piped_operators(&mut self) {
        let marker = self.start();
        self.operator();
        self.operators();
        marker.complete(self, Pipeline);
    }

    fn operators(&mut self) {
        loop {
            if self.at_lost_operator() {
                let message = format!("expected `|` before `{}`", self.text());
                let span = self.here();
                self.report(&message, span);
            } else if !self.eat(Pipe) {
                return;
            }
            self.operator();
        }
    }

    /// Reads an expression without pipes. Reports and reads nothing when there is none.
    pub(super) fn expr(&mut self) -> bool {
        self.infix(Power::Or).is_some()
    }

    /// Reads an expression that is no infix expression: a name, a call, something in parentheses.
    pub(super) fn operand(&mut self) -> bool {
        self.signed().is_some()
    }

    fn infix_operator(&self) -> Option<(Power, Shape)> {
        Some(match self.current() {
            EqualEqual | BangEqual | LessGreater => (Power::Equality, Shape::Operand),
            Less | LessEqual | Greater | GreaterEqual => (Power::Order, Shape::Operand),
            Plus | Minus => (Power::Sum, Shape::Operand),
            Star | Slash | Percent => (Power::Product, Shape::Operand),
            EqualTilde | BangTilde | Colon => (Power::Text, Shape::Operand),
            Ident | WordOperator => match self.text() {
                "or" => (Power::Or, Shape::Flat),
                "and" => (Power::And, Shape::Flat),
                "in" | "in~" | "!in" | "!in~" => (Power::Equality, Shape::List(InExpr)),
                "has_any" | "has_all" => (Power::Equality, Shape::List(HasAnyExpr)),
                "between" | "!between" => (Power::Equality, Shape::Range),
                "matches" if self.nth_word(1, "regex") => (Power::Text, Shape::Regex),
                word if TEXT_WORDS.contains(&word) => (Power::Text, Shape::Operand),
                _ => return None,
            },
            _ => return None,
        })
    }

    pub(super) fn infix(&mut self, least: Power) -> Option<Completed> {
        let mut left = self.signed()?;
        let mut last: Option<Power> = None;
        loop {
            let Some((power, shape)) = self.infix_operator() else {
                if self.at_unknown_operator() {
                    self.unknown_word_operator();
                    continue;
                }
                return Some(left);
            };
            // After `in (…)`, tighter operators have no operand to bind to.
            if power < least || last.is_some_and(|last| power > last) {
                return Some(left);
            }
            if last.is_some_and(|last| last == power && !power.chains()) {
                let message = format!("`{}` cannot follow another comparison", self.text());
                let diagnostic =
                    Diagnostic::error(SYNTAX_ERROR, message, self.here()).with_help("put one of the comparisons in parentheses");
                self.push(diagnostic);
            }
            last = Some(power);
            left = self.infix_tail(left, power, shape);
        }
    }

    fn infix_tail(&mut self, left: Completed, power: Power, shape: Shape) -> Completed {
        let marker = left.precede(self);
        let kind = match shape {
            Shape::Flat => {
                let word = self.text();
                while self.at_word(word) {
                    self.bump_as(WordOperator);
                    self.right_side(power);
                }
                LogicalExpr
            }
            Shape::Operand => {
                let is_word = matches!(self.current(), Ident | WordOperator);
                self.bump_as(if is_word { WordOperator } else { self.current() });
                self.right_side(power);
                BinaryExpr
            }
            Shape::Regex => {
                self.bump_as(WordOperator);
                self.bump_as(WordOperator);
                self.right_side(power);
                BinaryExpr
            }
            Shape::List(kind) => {
                self.bump_as(WordOperator);
                self.query_list();
                kind
            }
            Shape::Range => {
                self.bump_as(WordOperator);
                self.range();
                BetweenExpr
            }
        };
        marker.complete(self, kind)
    }

    fn right_side(&mut self, power: Power) {
        match power.tighter() {
            Some(power) => self.infix(power),
            None => self.signed(),
        };
    }

    /// Whether a word stands here that is no infix operator but is meant as one: `!has_any`,
    /// `AND`.
    fn at_unknown_operator(&self) -> bool {
        let word = self.text();
        if !self.at(Ident) || !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.at(WordOperator);
        }
        let lower = word.to_ascii_lowercase();
        CONNECTIVES.contains(&lower.as_str()) || TEXT_WORDS.contains(&lower.as_str())
    }

    /// Reports such a word and skips it with its operand.
    fn unknown_word_operator(&mut self) {
        let word = self.text();
        let diagnostic = Diagnostic::error(SYNTAX_ERROR, format!("there is no operator `{word}`"), self.here());
        let known = CONNECTIVES.iter().chain(TEXT_WORDS).copied();
        let help = match word.strip_prefix('!') {
            Some(positive @ ("has_any" | "has_all")) => Some(format!("write not(x {positive} (…))")),
            _ => quarry_text::suggest::closest(word, known).map(|known| format!("did you mean `{known}`?")),
        };
        self.push(match help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        });
        let marker = self.start();
        self.bump();
        self.signed();
        marker.complete(self, SyntaxKind::Error);
    }

    /// `(a, b)` or `(query)`, on the right of `in` and `has_any`.
    fn query_list(&mut self) {
        let marker = self.start();
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.nested(|p| {
                p.query();
                if p.eat(Comma) {
                    p.expressions_until(RightParen);
                }
            });
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, ExprList);
    }

    fn range(&mut self) {
        let open = self.here();
        if !self.expect(LeftParen, "(") {
            return;
        }
        self.nested(|p| {
            p.expr();
            p.expect(DotDot, "..");
            p.expr();
        });
        self.expect_close(RightParen, ")", open);
    }

    /// Expressions with commas between them, up to `close`.
    pub(super) fn expressions_until(&mut self, close: SyntaxKind) {
        loop {
            let read = self.expr();
            if !self.list_continues(read, close) {
                return;
            }
        }
    }
}
