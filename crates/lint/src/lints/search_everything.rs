use quarry_content::HuntKind;
use quarry_syntax::ast::{AstNode as _, Expr, Operator, SearchOperator, UnionOperator};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0418",
        name: "search-everything",
        level: Severity::Warning,
        summary: "A rule that searches every table: `search` without tables, or `union *`.",
        why: "Sentinel does not accept these in analytics rules: they read whatever the workspace holds, and their result has other columns each \
              time a table is added. Name the tables: `search in (T1, T2) …`, `union T1, T2`.",
        fires: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Anywhere\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                query: |\n  search \"198.51.100.7\"\n",
        silent: "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Anywhere\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\n\
                 query: |\n  search in (SigninLogs, AuditLogs) \"198.51.100.7\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !matches!(subject.hunt.kind, HuntKind::Scheduled | HuntKind::NearRealTime) {
        return;
    }
    for search in subject.views::<SearchOperator>() {
        // Behind a pipe it searches the rows before it.
        let first = search.syntax().prev_sibling().is_none();
        if first && search.in_clause().is_none() {
            let place = Operator::Search(search).keyword_span();
            findings.in_query.push(
                LINT.rule
                    .found("this searches every table", place)
                    .with_help("`search in (TABLES) …`"),
            );
        }
    }
    for union in subject.views::<UnionOperator>() {
        let everything = union.tables().find(|table| match table {
            Expr::Star(_) => true,
            Expr::Name(name) => name.value() == "*",
            _ => false,
        });
        if let Some(everything) = everything {
            findings.in_query.push(
                LINT.rule
                    .found("this reads every table", everything.span())
                    .with_help("name the tables"),
            );
        }
    }
}
