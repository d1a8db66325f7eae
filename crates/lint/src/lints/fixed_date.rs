use quarry_content::HuntKind;
use quarry_text::{Rule, Severity};

use super::time::{Since, lower_bounds};
use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0419",
        name: "fixed-date",
        level: Severity::Info,
        summary: "A rule that compares the time of events with a date written into its query.",
        why: "A rule runs for years. A lower bound that never moves does nothing after the rule's period has passed it, and tells the reader \
              that it does. `ago(…)` moves with the run.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\n\
                query: |\n  SigninLogs\n  | where TimeGenerated > datetime(2021-03-01)\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\n\
                 query: |\n  SigninLogs\n  | where TimeGenerated > ago(1d)\n",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !matches!(subject.hunt.kind, HuntKind::Scheduled | HuntKind::NearRealTime) {
        return;
    }
    for bound in lower_bounds(subject) {
        if matches!(bound.since, Since::Fixed) {
            let message = "this date stays where it is while the rule goes on running";
            findings
                .in_query
                .push(LINT.rule.found(message, bound.span).with_help("`ago(…)` moves with each run"));
        }
    }
}
