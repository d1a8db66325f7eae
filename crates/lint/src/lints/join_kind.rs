use quarry_semantics::ir::{JoinKind, Rel, RelKind};
use quarry_syntax::ast::{AstNode as _, JoinOperator, Operator};
use quarry_text::{Rule, Severity, Span};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0404",
        name: "join-kind",
        level: Severity::Warning,
        summary: "A join that does not say its kind, where the kind matters.",
        why: "Without `kind=` a join is `innerunique`: of all left rows with the same key one is kept, and which one is not defined. \
              Events on the left side get lost without a word. Write `kind=inner` when every pair counts, or `kind=innerunique` when one \
              row a key is meant. Joins whose left side has one row a key anyway are not reported. The fix writes down what happens today.",
        fires: "SigninLogs\n| join (AuditLogs | project CorrelationId, OperationName) on CorrelationId",
        silent: "SigninLogs\n| summarize Tries = count() by CorrelationId\n\
                 | join (AuditLogs | project CorrelationId, OperationName) on CorrelationId",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for operator in subject.views::<JoinOperator>() {
        if operator.kind().is_some() || operator.where_clause().is_some() {
            continue;
        }
        let place = Operator::Join(operator.clone()).keyword_span();
        let bound = subject.rels.iter().find(|rel| joins_at(rel, operator.span()));
        if bound.is_some_and(|rel| one_row_a_key(rel)) {
            continue;
        }
        // Without a bound query nothing is known of the left side.
        if bound.is_none() {
            continue;
        }
        let found = LINT
            .rule
            .found("this join keeps one left row for each key, whichever it meets", place);
        findings.in_query.push(
            found
                .with_help("say `kind=inner` for every pair, or `kind=innerunique` for this")
                .with_edit(place, "join kind=innerunique"),
        );
    }
}

fn joins_at(rel: &Rel, operator: Span) -> bool {
    let is_join = matches!(
        rel.kind.as_ref(),
        RelKind::Join {
            join: JoinKind::InnerUnique,
            ..
        }
    );
    is_join && (rel.span == operator || rel.span.end == operator.end)
}

/// Whether the left side is grouped by columns that are all among the keys.
fn one_row_a_key(rel: &Rel) -> bool {
    let RelKind::Join { left, on, .. } = rel.kind.as_ref() else {
        return false;
    };
    let keys: Vec<u32> = on.iter().flat_map(|(left, _)| left.columns()).collect();
    let mut renamed: Vec<(u32, u32)> = Vec::new();
    let mut rel = left;
    loop {
        match rel.kind.as_ref() {
            RelKind::Filter { input, .. } | RelKind::Sort { input, .. } | RelKind::Take { input, .. } => rel = input,
            RelKind::Project { input, items } | RelKind::Window { input, items } => {
                renamed.extend(items.iter().filter_map(|(id, expr)| match expr.columns().as_slice() {
                    [source] if expr.size() == 1 => Some((*id, *source)),
                    _ => None,
                }));
                rel = input;
            }
            RelKind::Summarize { keys: groups, .. } => {
                let source = |mut id: u32| {
                    while let Some((_, from)) = renamed.iter().find(|(to, from)| *to == id && from != to) {
                        id = *from;
                    }
                    id
                };
                return groups.iter().all(|(group, _)| keys.iter().any(|key| source(*key) == *group));
            }
            _ => return false,
        }
    }
}
