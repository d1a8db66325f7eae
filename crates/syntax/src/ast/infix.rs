//! Expressions with operators.

use super::{AstNode, Expr, ast_node, child, children, token, tokens};
use crate::{SyntaxKind, SyntaxToken};

ast_node! {
    /// `-x` or `+x`.
    UnaryExpr
}

impl UnaryExpr {
    /// Whether the sign is `-`.
    #[must_use]
    pub fn is_minus(&self) -> bool {
        token(self.syntax(), SyntaxKind::Minus).is_some()
    }

    /// What the sign stands before.
    #[must_use]
    pub fn operand(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

/// How a string operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StringMatch {
    /// A whole term.
    Has,
    /// The beginning of a term.
    HasPrefix,
    /// The end of a term.
    HasSuffix,
    /// Any part.
    Contains,
    /// The beginning of the text.
    StartsWith,
    /// The end of the text.
    EndsWith,
    /// A pattern with `*`, of the undocumented `like`.
    Like,
}

/// The operator of a [`BinaryExpr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named as it is written")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    /// `!=` and `<>`.
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `=~`.
    EqualIgnoringCase,
    /// `!~`.
    NotEqualIgnoringCase,
    /// `has`, `!startswith_cs` and their relatives.
    String {
        kind: StringMatch,
        case_sensitive: bool,
        negated: bool,
    },
    MatchesRegex,
    /// `column : term`, in the predicates of `search`.
    Search,
}

ast_node! {
    /// Two operands and an operator.
    BinaryExpr
}

impl BinaryExpr {
    /// The left operand.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The right operand.
    #[must_use]
    pub fn right(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }

    /// The token of the operator (`matches` for `matches regex`).
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        tokens(self.syntax()).next()
    }

    /// The operator.
    #[must_use]
    pub fn op(&self) -> Option<BinaryOp> {
        let token = self.op_token()?;
        Some(match token.kind() {
            SyntaxKind::Plus => BinaryOp::Add,
            SyntaxKind::Minus => BinaryOp::Subtract,
            SyntaxKind::Star => BinaryOp::Multiply,
            SyntaxKind::Slash => BinaryOp::Divide,
            SyntaxKind::Percent => BinaryOp::Modulo,
            SyntaxKind::EqualEqual => BinaryOp::Equal,
            SyntaxKind::BangEqual | SyntaxKind::LessGreater => BinaryOp::NotEqual,
            SyntaxKind::Less => BinaryOp::Less,
            SyntaxKind::LessEqual => BinaryOp::LessEqual,
            SyntaxKind::Greater => BinaryOp::Greater,
            SyntaxKind::GreaterEqual => BinaryOp::GreaterEqual,
            SyntaxKind::EqualTilde => BinaryOp::EqualIgnoringCase,
            SyntaxKind::BangTilde => BinaryOp::NotEqualIgnoringCase,
            SyntaxKind::Colon => BinaryOp::Search,
            SyntaxKind::WordOperator => word_op(token.text())?,
            _ => return None,
        })
    }
}

fn word_op(text: &str) -> Option<BinaryOp> {
    if text == "matches" {
        return Some(BinaryOp::MatchesRegex);
    }
    let positive = text.strip_prefix('!').or_else(|| text.strip_prefix("not"));
    let negated = positive.is_some();
    let word = positive.unwrap_or(text);
    // The old spellings `containscs` and `likecs` have no underscore.
    let (word, case_sensitive) = match word.strip_suffix("_cs").or_else(|| word.strip_suffix("cs")) {
        Some(word) => (word, true),
        None => (word, false),
    };
    let kind = match word {
        "has" => StringMatch::Has,
        "hasprefix" => StringMatch::HasPrefix,
        "hassuffix" => StringMatch::HasSuffix,
        "contains" => StringMatch::Contains,
        "startswith" => StringMatch::StartsWith,
        "endswith" => StringMatch::EndsWith,
        "like" => StringMatch::Like,
        _ => return None,
    };
    Some(BinaryOp::String {
        kind,
        case_sensitive,
        negated,
    })
}

/// The operator of a [`LogicalExpr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum LogicalOp {
    And,
    Or,
}

ast_node! {
    /// `a and b and c`: two or more operands in one flat node.
    LogicalExpr
}

impl LogicalExpr {
    /// Which of the two operators joins the operands.
    #[must_use]
    pub fn op(&self) -> Option<LogicalOp> {
        match token(self.syntax(), SyntaxKind::WordOperator)?.text() {
            "and" => Some(LogicalOp::And),
            "or" => Some(LogicalOp::Or),
            _ => None,
        }
    }

    /// The operands, left to right.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `x in (…)`, `!in`, `in~`, `!in~`.
    InExpr
}

impl InExpr {
    /// The value that is looked for.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `!in` or `!in~`.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.op_token().is_some_and(|token| token.text().starts_with('!'))
    }

    /// Whether it is `in~` or `!in~`.
    #[must_use]
    pub fn ignores_case(&self) -> bool {
        self.op_token().is_some_and(|token| token.text().ends_with('~'))
    }

    /// The token of the operator.
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        token(self.syntax(), SyntaxKind::WordOperator)
    }

    /// What stands in the parentheses: values, or one tabular expression.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}

ast_node! {
    /// `x has_any (…)` or `x has_all (…)`.
    HasAnyExpr
}

impl HasAnyExpr {
    /// The text that is searched.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `has_all`.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.op_token().is_some_and(|token| token.text() == "has_all")
    }

    /// The token of the operator.
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        token(self.syntax(), SyntaxKind::WordOperator)
    }

    /// What stands in the parentheses: values, or one tabular expression.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}

pub(super) fn list_items(node: &crate::SyntaxNode) -> impl Iterator<Item = Expr> + use<> {
    child::<ExprList>(node).into_iter().flat_map(|list| list.items())
}

ast_node! {
    /// Expressions in parentheses or brackets.
    ExprList
}

impl ExprList {
    /// The expressions.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `x between (low .. high)` or `!between`.
    BetweenExpr
}

impl BetweenExpr {
    /// The value that is tested.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `!between`.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        token(self.syntax(), SyntaxKind::WordOperator).is_some_and(|token| token.text().starts_with('!'))
    }

    /// The lower end.
    #[must_use]
    pub fn low(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }

    /// The upper end.
    #[must_use]
    pub fn high(&self) -> Option<Expr> {
        children(self.syntax()).nth(2)
    }
}
