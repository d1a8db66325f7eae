//! Operators on graphs.

use super::{NameUse, Parser};
use crate::SyntaxKind::{
    Comma, DotDot, GraphEdge, GraphEdgeRange, GraphNode, GraphNodesTable, GraphOutput, GraphPattern, Greater, Keyword, LeftBracket,
    LeftParen, Less, Minus, OnClause, PartitionedByClause, ProjectClause, RightBracket, RightParen, Star, WhereClause, WithClause,
};

pub(super) fn make_graph(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    p.name(NameUse::Referred);
    // `-->` or `--`.
    p.expect(Minus, "-->");
    p.expect(Minus, "-->");
    p.eat(Greater);
    p.name(NameUse::Referred);
    if p.at_word("with") {
        let with = p.start();
        p.bump_as(Keyword);
        loop {
            nodes_table(p);
            if !p.eat(Comma) {
                break;
            }
        }
        with.complete(p, WithClause);
    } else {
        p.parameters_of(&["with_node_id"]);
    }
    if p.at_word("partitioned-by") {
        let marker = p.start();
        p.bump_as(Keyword);
        p.name(NameUse::Referred);
        p.subquery();
        marker.complete(p, PartitionedByClause);
    }
}

fn nodes_table(p: &mut Parser<'_>) {
    let marker = p.start();
    p.operand();
    let on = p.start();
    p.expect_word("on");
    p.name(NameUse::Referred);
    on.complete(p, OnClause);
    marker.complete(p, GraphNodesTable);
}

pub(super) fn graph_match(p: &mut Parser<'_>) {
    p.parameters_of(&["cycles"]);
    patterns(p);
}

pub(super) fn shortest_paths(p: &mut Parser<'_>) {
    p.parameters_of(&["cycles", "output"]);
    patterns(p);
}

fn patterns(p: &mut Parser<'_>) {
    loop {
        pattern(p);
        if !p.eat(Comma) {
            break;
        }
    }
    p.optional_clause("where", WhereClause);
    if p.at_word("project") {
        p.items_clause("project", ProjectClause, &[]);
    }
}

fn pattern(p: &mut Parser<'_>) {
    let marker = p.start();
    node(p);
    while matches!(p.current(), Minus | Less) {
        edge(p);
        node(p);
    }
    marker.complete(p, GraphPattern);
}

fn node(p: &mut Parser<'_>) {
    let marker = p.start();
    let open = p.here();
    if p.expect(LeftParen, "(") {
        if !p.at(RightParen) {
            p.name(NameUse::Bare);
        }
        p.expect_close(RightParen, ")", open);
    }
    marker.complete(p, GraphNode);
}

/// `-->`, `<--`, `--`, `-[…]->`, `<-[…]-`, `-[…]-`.
fn edge(p: &mut Parser<'_>) {
    let marker = p.start();
    let backward = p.eat(Less);
    p.expect(Minus, "-");
    if p.at(LeftBracket) {
        let open = p.here();
        p.bump();
        if p.nth_is_plain_name(0, NameUse::Declared) {
            p.name(NameUse::Declared);
        }
        if p.at(Star) {
            range(p);
        }
        p.expect_close(RightBracket, "]", open);
    }
    p.expect(Minus, "-");
    if !backward {
        p.eat(Greater);
    }
    marker.complete(p, GraphEdge);
}

fn range(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    p.expr();
    p.expect(DotDot, "..");
    p.expr();
    marker.complete(p, GraphEdgeRange);
}

pub(super) fn to_table(p: &mut Parser<'_>) {
    loop {
        let marker = p.start();
        if p.at_any_word(&["nodes", "edges"]) {
            p.bump_as(Keyword);
        } else {
            p.error("expected `nodes` or `edges`");
        }
        const PARAMETERS: &[&str] = &["with_node_id", "with_source_id", "with_target_id"];
        p.parameters_of(PARAMETERS);
        if p.at_word("as") {
            p.as_clause();
        }
        p.parameters_of(PARAMETERS);
        marker.complete(p, GraphOutput);
        if !p.eat(Comma) {
            return;
        }
    }
}

pub(super) fn mark_components(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "with_component_id"]);
}

pub(super) fn predicate(p: &mut Parser<'_>) {
    p.expr();
}
