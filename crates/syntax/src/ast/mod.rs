//! Typed views of the tree.
//!
//! A view is a node that is known to be of one kind; its accessors find the parts. Every part
//! may be missing, because a tree exists for every text: where the parser reported no error,
//! the parts that the grammar demands are there.

mod expr;
mod infix;
mod name;
mod operators;
mod shared;
mod source;
mod statement;

pub use expr::*;
pub use infix::*;
pub use name::*;
pub use operators::*;
pub use shared::*;
pub use source::*;
pub use statement::*;

use quarry_text::Span;

use crate::{SyntaxKind, SyntaxNode, SyntaxToken};

/// A typed view of a node.
pub trait AstNode: Sized {
    /// Whether nodes of this kind can be viewed so.
    fn can_cast(kind: SyntaxKind) -> bool;

    /// The view of `node`, if its kind fits.
    fn cast(node: SyntaxNode) -> Option<Self>;

    /// The node itself.
    fn syntax(&self) -> &SyntaxNode;

    /// Where the node stands, without the whitespace and comments around it.
    fn span(&self) -> Span {
        node_span(self.syntax())
    }

    /// The text of the node, with the comments inside it.
    fn text(&self) -> String {
        self.syntax().text().to_string()
    }
}

/// The place of a node, without the whitespace and comments around it.
#[must_use]
pub fn node_span(node: &SyntaxNode) -> Span {
    let range = node.text_range();
    Span::new(range.start().into(), range.end().into())
}

/// The place of a token.
#[must_use]
pub fn token_span(token: &SyntaxToken) -> Span {
    let range = token.text_range();
    Span::new(range.start().into(), range.end().into())
}

/// Declares the view of one kind of node.
macro_rules! ast_node {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            syntax: $crate::SyntaxNode,
        }

        impl $crate::ast::AstNode for $name {
            fn can_cast(kind: $crate::SyntaxKind) -> bool {
                kind == $crate::SyntaxKind::$name
            }

            fn cast(syntax: $crate::SyntaxNode) -> Option<Self> {
                <Self as $crate::ast::AstNode>::can_cast(syntax.kind()).then_some(Self { syntax })
            }

            fn syntax(&self) -> &$crate::SyntaxNode {
                &self.syntax
            }
        }
    };
}

/// Declares an enum of views, one variant for each kind.
macro_rules! ast_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident($node:ident),)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant($node),)* }

        impl $crate::ast::AstNode for $name {
            fn can_cast(kind: $crate::SyntaxKind) -> bool {
                $(<$node as $crate::ast::AstNode>::can_cast(kind))||*
            }

            fn cast(syntax: $crate::SyntaxNode) -> Option<Self> {
                match syntax.kind() {
                    $(kind if <$node as $crate::ast::AstNode>::can_cast(kind) => {
                        <$node as $crate::ast::AstNode>::cast(syntax).map(Self::$variant)
                    })*
                    _ => None,
                }
            }

            fn syntax(&self) -> &$crate::SyntaxNode {
                match self { $(Self::$variant(node) => $crate::ast::AstNode::syntax(node),)* }
            }
        }
    };
}

pub(crate) use {ast_enum, ast_node};

/// The first child that can be viewed as `N`.
pub(crate) fn child<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    node.children().find_map(N::cast)
}

/// All children that can be viewed as `N`, in order.
pub(crate) fn children<N: AstNode>(node: &SyntaxNode) -> impl Iterator<Item = N> + use<N> {
    node.children().filter_map(N::cast)
}

/// The first direct token of a kind.
pub(crate) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    tokens(node).find(|token| token.kind() == kind)
}

/// Direct tokens without trivia.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
}

/// Whether a direct token is this keyword.
pub(crate) fn has_keyword(node: &SyntaxNode, word: &str) -> bool {
    tokens(node).any(|token| token.kind() == SyntaxKind::Keyword && token.text() == word)
}
