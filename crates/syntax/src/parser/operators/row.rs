//! Operators that choose rows.

use super::{NameUse, Parser};
use crate::SyntaxKind::{Equal, OfClause};

pub(super) fn filter(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    // `where a = 1` follows the grammar, though it hardly says what was meant.
    if let Some(length) = p.name_length(0, NameUse::Declared)
        && p.nth(length) == Equal
    {
        p.name(NameUse::Declared);
        p.bump();
    }
    p.expr();
}

pub(super) fn take(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    p.expr();
}

pub(super) fn sample_distinct(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    p.expr();
    let marker = p.start();
    p.expect_word("of");
    p.named_expr();
    marker.complete(p, OfClause);
}

pub(super) fn count(p: &mut Parser<'_>) {
    if p.at_word("as") {
        p.as_clause();
    }
}

pub(super) fn as_operator(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    p.name(NameUse::Bare);
}

pub(super) fn consume(p: &mut Parser<'_>) {
    p.parameters_of(&["decodeblocks"]);
}
