use quarry_content::HuntKind;
use quarry_text::{Rule, Severity};

use super::time::{Since, TICKS_A_SECOND, lower_bounds, words};
use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0405",
        name: "looks-past-period",
        level: Severity::Warning,
        summary: "A scheduled rule whose query looks further back than the rule's period.",
        why: "A scheduled rule is given the events of `queryPeriod` and no others. A baseline over 14 days in a rule with a period of one \
              day is a baseline over one day: everything looks new. Lengthen the period, or shorten what the query asks for.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: New country\nkind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\n\
                query: |\n  SigninLogs\n  | where TimeGenerated > ago(14d)\n  | summarize count() by Location\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: New country\nkind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 14d\n\
                 query: |\n  SigninLogs\n  | where TimeGenerated > ago(14d)\n  | summarize count() by Location\n",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(schedule) = subject.hunt.schedule.as_ref().filter(|_| subject.hunt.kind == HuntKind::Scheduled) else {
        return;
    };
    let Ok(period) = i64::try_from(schedule.period) else { return };
    if period == 0 {
        return;
    }
    for bound in lower_bounds(subject) {
        let Since::Back(ticks) = bound.since else { continue };
        let back = ticks / TICKS_A_SECOND;
        if back > period {
            let message = format!("this asks for {} of events, and the rule is given {}", words(back), words(period));
            findings.in_query.push(
                LINT.rule
                    .found(message, bound.span)
                    .with_help(format!("set `queryPeriod` to {} or more", words(back))),
            );
        }
    }
}
