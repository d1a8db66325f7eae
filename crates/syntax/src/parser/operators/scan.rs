//! `scan`.

use super::{NameUse, Parser, sort};
use crate::SyntaxKind::{
    ByClause, Colon, Comma, Equal, FatArrow, Keyword, LeftParen, RightParen, ScanAssignment, ScanDeclareClause, ScanStep, Semicolon,
};

pub(super) fn scan(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "with_match_id"]);
    if p.eat_word("order") {
        sort::ordered_by(p, true);
    }
    if p.eat_word("partition") {
        p.items_clause("by", ByClause, &["declare", "with"]);
    }
    if p.at_word("declare") {
        let marker = p.start();
        p.bump_as(Keyword);
        p.parameters();
        marker.complete(p, ScanDeclareClause);
    }
    p.expect_word("with");
    let open = p.here();
    if p.expect(LeftParen, "(") {
        p.nested(|p| {
            while p.at_word("step") {
                step(p);
            }
        });
        p.expect_close(RightParen, ")", open);
    }
}

fn step(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_as(Keyword);
    p.name(NameUse::Declared);
    p.eat_word("optional");
    if p.at_word("output") && p.nth(1) == Equal {
        p.named_parameter();
    }
    // Between the name and the colon nothing else may stand: `name: condition`.
    p.expect(Colon, ":");
    p.expr();
    if p.eat(FatArrow) {
        loop {
            let assignment = p.start();
            p.name(NameUse::Declared);
            p.expect(Equal, "=");
            p.expr();
            assignment.complete(p, ScanAssignment);
            if !p.eat(Comma) {
                break;
            }
        }
    }
    p.expect(Semicolon, ";");
    marker.complete(p, ScanStep);
}
