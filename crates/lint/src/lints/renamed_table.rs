use quarry_schema::catalogue;
use quarry_semantics::ir::RelKind;
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0413",
        name: "renamed-table",
        level: Severity::Info,
        summary: "A table that another one took the place of.",
        why: "The service fills the new table, and the old name goes away sooner or later. Quarry lets logs answer to both names where the \
              columns are the same; elsewhere the query needs another look.",
        fires: "AADSignInEventsBeta\n| where Timestamp > ago(1d)\n| project AccountUpn",
        silent: "EntraIdSignInEvents\n| where Timestamp > ago(1d)\n| project AccountUpn",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rel in &subject.rels {
        let RelKind::Table { name, .. } = rel.kind.as_ref() else { continue };
        let Some(rename) = catalogue::renamed(name).filter(|_| subject.words(rel.span) == name) else {
            continue;
        };
        let since = if rename.since.is_empty() {
            String::new()
        } else {
            format!(" since {}", rename.since)
        };
        let message = format!("{name} is {}{since}", rename.new.join(" and "));
        let found = LINT.rule.found(message, rel.span);
        findings.in_query.push(if rename.compatible {
            found
        } else {
            found.with_help("the new one has other columns")
        });
    }
}
