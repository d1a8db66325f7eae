use quarry_content::HuntKind;
use quarry_syntax::ast::{AstNode as _, Name};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0420",
        name: "legacy-entity-column",
        level: Severity::Warning,
        summary: "A rule that makes a column such as `AccountCustomEntity` and does not map it.",
        why: "These names marked entities before rules had entity mappings. Today they mean nothing by themselves, and the validation of published \
              content refuses them unless an entity mapping names the column.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                query: |\n  SigninLogs\n  | extend AccountCustomEntity = UserPrincipalName\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Failures\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                 query: |\n  SigninLogs\n  | extend AccountCustomEntity = UserPrincipalName\n\
                 entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: AccountCustomEntity\n",
    },
    check,
};

const COLUMNS: &[&str] = &[
    "AccountCustomEntity",
    "FileHashCustomEntity",
    "HostCustomEntity",
    "IPCustomEntity",
    "ProcessCustomEntity",
    "URLCustomEntity",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !matches!(subject.hunt.kind, HuntKind::Scheduled | HuntKind::NearRealTime) {
        return;
    }
    let mapped = |column: &str| {
        let mut fields = subject.hunt.entity_mappings.iter().flat_map(|mapping| &mapping.fields);
        fields.any(|(_, name)| name == column)
    };
    let mut seen: Vec<String> = Vec::new();
    for name in subject.views::<Name>() {
        let column = name.value();
        if COLUMNS.contains(&column.as_str()) && !mapped(&column) && !seen.contains(&column) {
            let message = format!("`{column}` is no entity unless an entity mapping names it");
            findings.in_query.push(LINT.rule.found(message, name.span()));
            seen.push(column);
        }
    }
}
