use quarry_semantics::ir::{ExprKind, RelKind};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::logic::{Facts, Formula, Want, possible, reads_rows};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0402",
        name: "contradictory-filter",
        level: Severity::Warning,
        summary: "A filter that no row can pass.",
        why: "Conditions that exclude each other leave nothing, whatever the logs hold, so the hunt stays silent and looks healthy. Common \
              causes are `and` where `or` was meant, a filter that repeats an earlier one with another value, and a window of time that ends \
              before it begins: `TimeGenerated > ago(1d) and TimeGenerated < ago(7d)`.",
        fires: "SecurityEvent\n| where EventID == 4624\n| where EventID == 4625\n| project Account",
        silent: "SecurityEvent\n| where EventID in (4624, 4625)\n| where EventID == 4625\n| project Account",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rel in &subject.rels {
        let RelKind::Filter { input, predicate } = rel.kind.as_ref() else {
            continue;
        };
        // A filter inside a function with parameters may contradict one call's arguments only.
        if !reads_rows(predicate) || subject.in_function(predicate.span) {
            continue;
        }
        let facts = Facts::of(input);
        let passes = Formula::of(predicate, Want::True, &facts);
        if !possible(&facts.holds) || possible(facts.holds.iter().chain([&passes])) {
            continue;
        }
        let alone = !possible([&passes]);
        let place = match &predicate.kind {
            // The first condition that cannot hold beside those before it.
            ExprKind::Logical { operands, .. } if alone => (1..=operands.len())
                .find(|count| {
                    let parts: Vec<Formula> = operands
                        .iter()
                        .take(*count)
                        .map(|part| Formula::of(part, Want::True, &facts))
                        .collect();
                    !possible(&parts)
                })
                .and_then(|count| operands.get(count - 1))
                .map_or(predicate.span, |operand| operand.span),
            _ => predicate.span,
        };
        let message = "no row can pass this filter";
        let label = if alone {
            "cannot hold together with the conditions before it"
        } else {
            "the rows that come here are known to be otherwise"
        };
        findings.in_query.push(LINT.rule.found(message, place).with_label(place, label));
    }
}
