use std::borrow::Cow;

use super::{AstNode, ast_node, child, children, tokens};
use crate::{SyntaxKind, literal};

ast_node! {
    /// A name as declared or referred to: `a`, `['a b']`, `{a}` or, where tables and columns
    /// are listed, a pattern such as `Sign*`.
    Name
}

impl Name {
    /// The name without its quotes or brackets; empty when it is missing.
    #[must_use]
    pub fn value(&self) -> String {
        let mut value = String::new();
        for token in tokens(self.syntax()) {
            match token.kind() {
                SyntaxKind::StringLiteral => value.push_str(&literal::string_value(token.text())),
                SyntaxKind::LeftBracket | SyntaxKind::RightBracket | SyntaxKind::LeftBrace | SyntaxKind::RightBrace => {}
                _ => value.push_str(token.text()),
            }
        }
        value
    }

    /// Whether it is written `['…']`.
    #[must_use]
    pub fn is_bracketed(&self) -> bool {
        self.first_kind() == Some(SyntaxKind::LeftBracket)
    }

    /// Whether it is a client parameter, written `{…}`.
    #[must_use]
    pub fn is_braced(&self) -> bool {
        self.first_kind() == Some(SyntaxKind::LeftBrace)
    }

    /// Whether it is a pattern: it holds a `*`, in brackets or not.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        let mut parts = tokens(self.syntax());
        parts.any(|token| match token.kind() {
            SyntaxKind::Star => true,
            SyntaxKind::StringLiteral => literal::string_value(token.text()).contains('*'),
            _ => false,
        })
    }

    fn first_kind(&self) -> Option<SyntaxKind> {
        tokens(self.syntax()).next().map(|token| token.kind())
    }
}

ast_node! {
    /// Names in parentheses: the left side of `(a, b) = f()`.
    NameList
}

impl NameList {
    /// The names.
    pub fn names(&self) -> impl Iterator<Item = Name> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// The name of a scalar type.
    TypeName
}

impl TypeName {
    /// The type as written, such as `long` or `int64`; see [`TypeName::canonical`].
    #[must_use]
    pub fn value(&self) -> String {
        tokens(self.syntax()).map(|token| token.text().to_owned()).collect()
    }

    /// The KQL type that the name stands for (`int64` is `long`); `None` for an unknown name.
    #[must_use]
    pub fn canonical(&self) -> Option<&'static str> {
        literal::canonical_type(&self.value())
    }
}

ast_node! {
    /// Columns in parentheses: `(a: long, b: string)`, `(*)`, `(*, b: string)`.
    RowSchema
}

impl RowSchema {
    /// The declared columns.
    pub fn columns(&self) -> impl Iterator<Item = ColumnDeclaration> + use<> {
        children(self.syntax())
    }

    /// Whether a `*` stands for further columns.
    #[must_use]
    pub fn has_star(&self) -> bool {
        tokens(self.syntax()).any(|token| token.kind() == SyntaxKind::Star)
    }
}

ast_node! {
    /// `name` or `name: type`.
    ColumnDeclaration
}

impl ColumnDeclaration {
    /// The column's name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The declared type, where one is given.
    #[must_use]
    pub fn type_name(&self) -> Option<TypeName> {
        child(self.syntax())
    }
}

/// The text of a name or the value of a string literal.
pub(crate) fn word_of(kind: SyntaxKind, text: &str) -> Cow<'_, str> {
    if kind == SyntaxKind::StringLiteral {
        literal::string_value(text)
    } else {
        Cow::Borrowed(text)
    }
}
