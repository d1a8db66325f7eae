use quarry_content::HuntKind;
use quarry_semantics::ir::RelKind;
use quarry_text::{Rule, Severity};

use super::time::{Since, TICKS_A_SECOND, lower_bounds, words};
use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0406",
        name: "frequency-gap",
        level: Severity::Warning,
        summary: "A scheduled rule whose query looks back for less time than passes between two runs.",
        why: "Events between the reach of one run and the start of the one before it are looked at by neither. A query that filters on \
              `ago(1h)` must run every hour or more often.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\n\
                query: |\n  SigninLogs\n  | where TimeGenerated > ago(1h)\n  | where ResultType == \"50126\"\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                 query: |\n  SigninLogs\n  | where TimeGenerated > ago(1h)\n  | where ResultType == \"50126\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(schedule) = subject.hunt.schedule.as_ref().filter(|_| subject.hunt.kind == HuntKind::Scheduled) else {
        return;
    };
    let Ok(frequency) = i64::try_from(schedule.frequency) else { return };
    // With several tables, one of them may be read for the whole period.
    let tables = subject
        .rels
        .iter()
        .filter(|rel| matches!(rel.kind.as_ref(), RelKind::Table { .. }))
        .count();
    let bounds = lower_bounds(subject);
    let reach = bounds.iter().map(|bound| match bound.since {
        Since::Back(ticks) => Some(ticks / TICKS_A_SECOND),
        Since::Fixed => None,
    });
    let Some(Some(reach)) = reach
        .max()
        .filter(|_| tables == 1 && bounds.iter().all(|bound| matches!(bound.since, Since::Back(_))))
    else {
        return;
    };
    if reach > 0
        && reach < frequency
        && let Some(bound) = bounds.first()
    {
        let message = format!(
            "the rule runs every {}, and its query looks back {}",
            words(frequency),
            words(reach)
        );
        let help = format!("set `queryFrequency` to {}, or look back {}", words(reach), words(frequency));
        findings.in_query.push(LINT.rule.found(message, bound.span).with_help(help));
    }
}
