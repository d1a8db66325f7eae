use quarry_content::HuntKind;
use quarry_text::{Rule, Severity, suggest};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0415",
        name: "missing-column",
        level: Severity::Error,
        summary: "An entity mapping, custom detail or alert text that names a column which the result does not have.",
        why: "A rule with such a mapping is refused when it is deployed; in a hunting query the entity stays empty and findings cannot be \
              followed to accounts and hosts. The column must be in the result under exactly this name. In hunting queries it is a warning.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                query: |\n  SigninLogs\n  | summarize count() by UserPrincipalName\n\
                entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: IPAddress\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                 query: |\n  SigninLogs\n  | summarize count() by UserPrincipalName, IPAddress\n\
                 entityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: IPAddress\n",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(columns) = subject.columns else { return };
    for used in &subject.hunt.column_uses {
        if used.column.is_empty() || columns.iter().any(|column| column.name == used.column) {
            continue;
        }
        let message = format!("the result has no column `{}`", used.column);
        let mut found = LINT.rule.found(message, used.span);
        if !matches!(subject.hunt.kind, HuntKind::Scheduled | HuntKind::NearRealTime) {
            found.severity = Severity::Warning;
        }
        // A union whose legs give a column different types splits it.
        let split = columns
            .iter()
            .any(|column| column.name.strip_prefix(&used.column) == Some(&format!("_{}", column.ty)));
        if split {
            found.severity = Severity::Warning;
            found = found.with_help("a union splits it by type: give it one type in every leg");
        } else if let Some(close) = suggest::closest(&used.column, columns.iter().map(|column| column.name.as_str())) {
            found = found.with_help(format!("did you mean `{close}`?"));
        }
        findings.in_document.push(found);
    }
}
