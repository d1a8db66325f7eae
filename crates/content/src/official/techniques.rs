//! Whether techniques and tactics fit each other.

use quarry_schema::attack::{self, Tactic};
use quarry_text::{Diagnostic, Span};

use crate::code;

/// Each technique must serve one of the hunt's tactics.
pub(crate) fn check(tactics: &[String], techniques: &[(String, Span)], diagnostics: &mut Vec<Diagnostic>) {
    let given: Vec<Tactic> = tactics.iter().filter_map(|name| Tactic::from_name(name)).collect();
    for (technique, span) in techniques {
        if attack::base_technique(technique).is_none() {
            continue;
        }
        let serves = attack::tactics_of(technique);
        if serves.is_empty() {
            let message = format!("the validation of published content does not know {technique}");
            diagnostics.push(Diagnostic::info(code::TECHNIQUE_TACTIC, message, *span));
        } else if !given.is_empty() && !serves.iter().any(|tactic| given.contains(tactic)) {
            let names: Vec<&str> = serves.iter().map(|tactic| tactic.name()).collect();
            let message = format!(
                "{technique} serves {} for the validation of published content, and the hunt names none of these tactics",
                names.join(", ")
            );
            diagnostics
                .push(Diagnostic::warning(code::TECHNIQUE_TACTIC, message, *span).with_help("add the tactic, or correct the technique"));
        }
    }
}
