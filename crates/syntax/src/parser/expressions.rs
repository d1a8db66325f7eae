//! Expressions by precedence.
//!
//! From loose to tight: `or`, `and`, equality with `in` and `between`, order, sum, product,
//! string operators, sign, path. Equality, order and string operators do not chain.

use quarry_text::Diagnostic;

use super::names::NameUse;
use super::{Completed, Parser, SYNTAX_ERROR};
use crate::SyntaxKind::{
    self, ArgumentList, BangEqual, BangTilde, BetweenExpr, BinaryExpr, CallExpr, Colon, Comma, Dot, DotDot, Equal, EqualEqual, EqualTilde,
    ExprList, Greater, GreaterEqual, HasAnyExpr, Ident, InExpr, IndexExpr, LeftBracket, LeftParen, Less, LessEqual, LessGreater,
    LogicalExpr, MemberExpr, Minus, NameExpr, NameList, NamedExpr, ParenExpr, Percent, Pipe, Pipeline, Plus, RightBracket, RightParen,
    Slash, Star, StarExpr, UnaryExpr, WordOperator,
};

/// How tightly an infix operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
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

    fn infix(&mut self, least: Power) -> Option<Completed> {
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

    /// A sign and what it stands before.
    fn signed(&mut self) -> Option<Completed> {
        if !matches!(self.current(), Plus | Minus) {
            return self.path();
        }
        let marker = self.start();
        self.bump();
        if matches!(self.current(), Plus | Minus) {
            self.error("expected an operand after the sign");
            let extra = self.start();
            while matches!(self.current(), Plus | Minus) {
                self.bump();
            }
            extra.complete(self, SyntaxKind::Error);
        }
        self.path();
        Some(marker.complete(self, UnaryExpr))
    }

    /// A primary expression with members and indexes after it.
    fn path(&mut self) -> Option<Completed> {
        let mut base = self.primary()?;
        loop {
            match self.current() {
                // `a.[0]` is an index like `a[0]`; `a.['b']` is a member.
                Dot if self.nth(1) == LeftBracket && !self.nth_is_name(1, NameUse::Referred) => {
                    let marker = base.precede(self);
                    self.bump();
                    self.index();
                    base = marker.complete(self, IndexExpr);
                }
                Dot => {
                    let marker = base.precede(self);
                    self.bump();
                    self.member();
                    base = marker.complete(self, MemberExpr);
                }
                LeftBracket => {
                    let marker = base.precede(self);
                    self.index();
                    base = marker.complete(self, IndexExpr);
                }
                _ => return Some(base),
            }
        }
    }

    /// `[expression]`.
    fn index(&mut self) {
        let open = self.here();
        self.bump();
        self.nested(|p| {
            p.expr();
        });
        self.expect_close(RightBracket, "]", open);
    }

    /// What follows a dot: a name, a call, a pattern such as `T*`.
    fn member(&mut self) {
        if self.wildcards_allowed && self.at_wildcard() {
            let marker = self.start();
            self.name_or_wildcard();
            marker.complete(self, NameExpr);
            return;
        }
        self.name_or_call(NameUse::Referred);
    }

    fn name_or_call(&mut self, name_use: NameUse) -> Option<Completed> {
        let marker = self.start();
        if !self.name(name_use) {
            marker.abandon(self);
            return None;
        }
        if self.at(LeftParen) {
            self.arguments();
            return Some(marker.complete(self, CallExpr));
        }
        Some(marker.complete(self, NameExpr))
    }

    /// `(a, name = b)`.
    pub(super) fn arguments(&mut self) {
        let marker = self.start();
        let open = self.here();
        self.expect(LeftParen, "(");
        self.nested(|p| {
            while !p.at(RightParen) && !p.at_end() {
                let read = p.named_expr();
                if p.eat(Comma) {
                    if p.at(RightParen) {
                        p.error("expected an argument");
                    }
                } else if !p.list_continues(read, RightParen) {
                    break;
                }
            }
        });
        if self.at(Pipe) {
            let diagnostic = Diagnostic::error(SYNTAX_ERROR, "a query cannot be an argument as it stands", self.here())
                .with_help("put the query in parentheses");
            self.push(diagnostic);
            self.skip_balanced();
        }
        self.expect_close(RightParen, ")", open);
        marker.complete(self, ArgumentList);
    }

    fn primary(&mut self) -> Option<Completed> {
        match self.current() {
            kind if kind.is_literal() => Some(self.literal()),
            Ident => match self.source_expression() {
                Some(done) => Some(done),
                None => self.name_or_call(NameUse::Referred),
            },
            LeftParen => Some(self.parenthesised()),
            LeftBracket | SyntaxKind::LeftBrace if self.nth_is_name(0, NameUse::Referred) => self.name_or_call(NameUse::Referred),
            Star if self.star_stands_alone() => {
                let marker = self.start();
                self.bump();
                Some(marker.complete(self, StarExpr))
            }
            _ => {
                self.no_expression();
                None
            }
        }
    }

    /// Reports what stands where an expression should.
    fn no_expression(&mut self) {
        let span = self.here();
        let told = match self.current() {
            Slash if self.nth(1) == Star => {
                let message = "there are no comments of this form";
                Diagnostic::error(SYNTAX_ERROR, message, span).with_help("start each line of the comment with `//`")
            }
            SyntaxKind::ErrorToken if self.text().chars().all(char::is_alphabetic) => {
                let message = format!("a name with {} needs brackets and quotes", self.found());
                Diagnostic::error(SYNTAX_ERROR, message, span).with_help("write ['name']")
            }
            _ => {
                self.error("expected an expression");
                return;
            }
        };
        self.push(told);
    }

    /// Whether a `*` here is no misplaced product.
    fn star_stands_alone(&self) -> bool {
        match self.nth(1) {
            Ident | WordOperator => true,
            kind => {
                matches!(kind, Comma | Colon | EqualEqual | BangEqual | LessGreater | EqualTilde | BangTilde)
                    || matches!(kind, Less | LessEqual | Greater | GreaterEqual | RightParen | Pipe)
                    || matches!(kind, SyntaxKind::Semicolon | SyntaxKind::Eof)
            }
        }
    }

    fn parenthesised(&mut self) -> Completed {
        let marker = self.start();
        let open = self.here();
        self.bump();
        self.nested(Parser::query);
        self.expect_close(RightParen, ")", open);
        marker.complete(self, ParenExpr)
    }

    /// Reads one item of a list: `expression`, `name = expression`, `(a, b) = expression`.
    pub(super) fn named_expr(&mut self) -> bool {
        let marker = self.start();
        if let Some(length) = self.name_length(0, NameUse::Declared)
            && self.nth(length) == Equal
        {
            self.name(NameUse::Declared);
            self.bump();
        } else if self.at_tuple() {
            let list = self.start();
            self.bump();
            while self.name(NameUse::Declared) && self.eat(Comma) {}
            self.eat(RightParen);
            list.complete(self, NameList);
            self.bump();
        } else if !self.expr() {
            marker.abandon(self);
            return false;
        } else {
            marker.complete(self, NamedExpr);
            return true;
        }
        self.expr();
        marker.complete(self, NamedExpr);
        true
    }

    /// Reads the axis of a series, after which `in range(…)` may follow.
    pub(super) fn axis(&mut self) {
        let marker = self.start();
        if let Some(length) = self.name_length(0, NameUse::Declared)
            && self.nth(length) == Equal
        {
            self.name(NameUse::Declared);
            self.bump();
        }
        self.infix(Power::Order);
        marker.complete(self, NamedExpr);
    }

    /// Whether `(name, …) =` starts here.
    fn at_tuple(&self) -> bool {
        if !self.at(LeftParen) {
            return false;
        }
        let mut ahead = 1;
        while let Some(length) = self.name_length(ahead, NameUse::Declared) {
            ahead += length;
            match self.nth(ahead) {
                Comma => ahead += 1,
                RightParen => return self.nth(ahead + 1) == Equal,
                _ => return false,
            }
        }
        false
    }

    /// Items with commas between them, up to the end of the operator or one of `ends`.
    pub(super) fn named_expressions(&mut self, ends: &[&str]) {
        loop {
            let read = self.named_expr();
            let ended = self.at_boundary() || self.at_any_word(ends) || self.at_operator_word();
            if self.eat(Comma) {
                if self.at_boundary() || (self.at_any_word(ends) && self.nth(1) != Equal) {
                    self.error("expected an expression after the comma");
                    return;
                }
            } else if read && !ended && self.at_item() && !self.starts_statement() {
                self.error("expected `,`");
            } else {
                return;
            }
        }
    }

    /// Expressions without names, with commas between them.
    pub(super) fn unnamed_expressions(&mut self) {
        loop {
            let marker = self.start();
            self.expr();
            marker.complete(self, NamedExpr);
            if !self.eat(Comma) {
                return;
            }
        }
    }

    fn at_item(&self) -> bool {
        self.current().is_literal() || self.nth_is_name(0, NameUse::Referred)
    }
}
