use quarry_content::HuntKind;
use quarry_schema::catalogue;
use quarry_semantics::ir::RelKind;
use quarry_text::{Rule, Severity};

use super::time::is_event_time;
use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0407",
        name: "missing-time-filter",
        level: Severity::Hint,
        summary: "A hunting query that nowhere limits the time of the events it reads.",
        why: "In a portal the picker beside the query limits the time. A query that is run anywhere else, on a lake or by a schedule, reads \
              everything there is: slow, and full of what was looked at before. A `let` with the time to look back, used in the first \
              filter, makes the window visible and adjustable.",
        fires: "SigninLogs\n| where ResultType == \"50126\"\n| summarize count() by UserPrincipalName",
        silent: "let LookBack = 7d;\nSigninLogs\n| where TimeGenerated > ago(LookBack)\n| where ResultType == \"50126\"\n\
                 | summarize count() by UserPrincipalName",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.hunt.kind != HuntKind::Hunting {
        return;
    }
    let mut limited = false;
    subject.each_expr(&mut |rel, expr| limited |= matches!(rel.kind.as_ref(), RelKind::Filter { .. }) && is_event_time(subject, expr));
    if limited {
        return;
    }
    let events = subject.rels.iter().filter_map(|rel| match rel.kind.as_ref() {
        RelKind::Table { name, .. } if subject.words(rel.span) == name => Some((rel.span, name)),
        _ => None,
    });
    let timed = events.filter(|(_, name)| catalogue::table(name).and_then(catalogue::Table::time_column).is_some());
    if let Some((span, name)) = timed.min_by_key(|(span, _)| span.start) {
        let time = catalogue::table(name)
            .and_then(catalogue::Table::time_column)
            .unwrap_or("TimeGenerated");
        let message = format!("every event of {name} is read: nothing limits the time");
        findings.in_query.push(
            LINT.rule
                .found(message, span)
                .with_help(format!("such as `| where {time} > ago(14d)`")),
        );
    }
}
