//! Operators that take text apart.

use super::{NameUse, Parser};
use crate::SyntaxKind::{ParsePattern, Star, StarExpr, StringLiteral};

pub(super) fn parse(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "flags"]);
    p.expr();
    p.expect_word("with");
    let marker = p.start();
    let mut parts = 0;
    loop {
        if p.at(Star) {
            let star = p.start();
            p.bump();
            star.complete(p, StarExpr);
        } else if p.at(StringLiteral) {
            p.literal();
        } else if p.nth_is_name(0, NameUse::Declared) {
            p.column_declaration(false);
        } else {
            break;
        }
        parts += 1;
    }
    if parts == 0 {
        p.error("expected a pattern: text, columns and `*`");
    }
    marker.complete(p, ParsePattern);
}

pub(super) fn parse_kv(p: &mut Parser<'_>) {
    p.expr();
    p.expect_word("as");
    p.row_schema();
    if p.at_word("with") {
        p.with_properties();
    }
}
