//! Where blanks stand between neighbours on a line.

use quarry_syntax::SyntaxKind::{self, *};
use quarry_syntax::SyntaxToken;

/// Whether a blank stands between two neighbours in a node of this kind. `gap` tells whether the author left one: what is not known here stays
/// as it was.
pub(super) fn is_apart(node: SyntaxKind, before: &SyntaxToken, next: &SyntaxToken, gap: bool) -> bool {
    let (left, right) = (before.kind(), next.kind());
    match (node, left, right) {
        (Name, ..) => gap,
        (_, _, Comma | Semicolon) => false,
        (_, Comma | Semicolon, _) => true,
        (_, LeftParen | LeftBracket, _) | (_, _, RightParen | RightBracket) => false,
        (_, Dot, _) | (_, _, Dot) => false,
        (NamedParameter, Equal, _) | (NamedParameter, _, Equal) => false,
        (_, Equal | EqualEqual | FatArrow | DotDot, _) | (_, _, Equal | EqualEqual | FatArrow | DotDot) => true,
        (BinaryExpr, Colon, _) | (BinaryExpr, _, Colon) => false,
        (BinaryExpr | LogicalExpr | BetweenExpr | InExpr | HasAnyExpr, ..) => true,
        (UnaryExpr, ..) => false,
        (CallExpr | IndexExpr, ..) => false,
        (ToScalarExpr | ToTableExpr | MaterializeExpr | TypeOfExpr | DynamicExpr | DatatableExpr | ContextualTableExpr, _, LeftParen) => {
            false
        }
        (Parameter | ColumnDeclaration | JsonPair, _, Colon) => false,
        (Parameter | ColumnDeclaration | JsonPair, Colon, _) => true,
        (FunctionExpr, _, LeftBrace) => true,
        (_, Keyword | WordOperator, LeftParen) => gap || !matches!(before.text(), "view"),
        (_, Keyword | WordOperator, _) | (_, _, Keyword | WordOperator) => gap || !(left == Star || right == Star),
        _ => gap,
    }
}
