//! Checks of single values.

use quarry_schema::attack::{self, Tactic};
use quarry_text::{Diagnostic, Span};

use crate::code;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The tactic under its usual spelling; as written, with a warning, when there is none like it.
pub(crate) fn tactic(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> String {
    if let Some(known) = Tactic::from_loose_name(text) {
        if !known.name().eq_ignore_ascii_case(text) {
            let message = format!("the tactic is written `{}`", known.name());
            diagnostics.push(respelled(Diagnostic::warning(code::TACTIC, message, span), text, known.name()));
        }
        return known.name().to_owned();
    }
    let message = format!("ATT&CK has no tactic `{text}`");
    let mut diagnostic = Diagnostic::warning(code::TACTIC, message, span);
    if let Some(close) = Tactic::closest(text) {
        diagnostic = diagnostic.with_help(format!("did you mean `{close}`?"));
    }
    diagnostics.push(diagnostic);
    text.to_owned()
}

/// Reports a value that is right but for its case.
pub(crate) fn spelling(field: &str, text: &str, right: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    if text != right {
        let message = format!("`{field}` is written `{right}`");
        diagnostics.push(respelled(Diagnostic::warning(code::UNKNOWN_VALUE, message, span), text, right));
    }
}

/// Adds the edit that corrects the spelling of a value, where the document writes the value plainly.
fn respelled(diagnostic: Diagnostic, text: &str, right: &str) -> Diagnostic {
    let span = diagnostic.span;
    if usize::try_from(span.len()).is_ok_and(|length| length == text.len()) {
        diagnostic.with_edit(span, right)
    } else {
        diagnostic
    }
}

pub(crate) fn guid(id: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    let groups: Vec<&str> = id.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    let right = lengths.eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| group.chars().all(|c| c.is_ascii_hexdigit()));
    if !right {
        let message = format!("the id `{id}` is not a GUID");
        diagnostics.push(
            Diagnostic::warning(code::ID, message, span)
                .with_help("such as a7acfaf4-e03e-409d-a16e-dcde33f7dba3: 8-4-4-4-12 hexadecimal digits"),
        );
    }
}

/// A technique in its canonical spelling; `None` for words that say there is none.
pub(crate) fn technique(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let canonical = text.to_ascii_uppercase();
    if matches!(canonical.as_str(), "NONE" | "N/A" | "-") {
        return None;
    }
    if attack::base_technique(&canonical).is_none() {
        let message = format!("`{text}` is not a technique identifier");
        diagnostics
            .push(Diagnostic::warning(code::TECHNIQUE, message, span).with_help("write T and four digits, such as T1566 or T1566.001"));
    } else if canonical != text {
        let message = format!("technique identifiers start with a capital: `{canonical}`");
        diagnostics.push(respelled(Diagnostic::warning(code::TECHNIQUE, message, span), text, &canonical));
    }
    Some(canonical)
}

/// Checks an entity type and its identifiers; the place is that of the type.
pub(crate) fn entity(name: &str, identifiers: &[&str], span: Span, diagnostics: &mut Vec<Diagnostic>) {
    let Some(entity) = attack::entity_type(name) else {
        let mut diagnostic = Diagnostic::warning(code::ENTITY_MAPPING, format!("no entity type is called `{name}`"), span);
        if let Some(close) = attack::closest_entity_type(name) {
            diagnostic = diagnostic.with_help(format!("did you mean `{close}`?"));
        }
        diagnostics.push(diagnostic);
        return;
    };
    for unknown in identifiers.iter().filter(|given| !entity.identifiers.contains(given)) {
        let mut diagnostic = Diagnostic::warning(
            code::ENTITY_MAPPING,
            format!("`{unknown}` does not identify an entity of type {name}"),
            span,
        );
        if let Some(close) = entity.closest_identifier(unknown) {
            diagnostic = diagnostic.with_help(format!("did you mean `{close}`?"));
        }
        diagnostics.push(diagnostic);
    }
}

pub(crate) fn version(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    let parts: Vec<&str> = text.split('.').collect();
    let right = parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !right {
        let message = format!("the version `{text}` is not of the form 1.0.0");
        diagnostics.push(Diagnostic::warning(code::VERSION, message, span));
    }
}

/// Seconds of a schedule duration: `5m`, `1h`, `14d`, or `d.hh:mm:ss`. Warns when it is neither, or outside 5 minutes to 14 days.
pub(crate) fn duration(field: &str, text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> Option<u64> {
    let Some(seconds) = seconds(text) else {
        let message = format!("`{field}` must be a duration, not `{text}`");
        diagnostics.push(Diagnostic::warning(code::DURATION, message, span).with_help("a whole number and m, h or d: `5m`, `1h`, `14d`"));
        return None;
    };
    if !(5 * MINUTE..=14 * DAY).contains(&seconds) {
        diagnostics.push(Diagnostic::warning(
            code::DURATION,
            format!("`{field}` must lie between 5 minutes and 14 days"),
            span,
        ));
    }
    Some(seconds)
}

pub(crate) fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    for (suffix, unit) in [('m', MINUTE), ('h', HOUR), ('d', DAY)] {
        if let Some(number) = text.strip_suffix(suffix).or_else(|| text.strip_suffix(suffix.to_ascii_uppercase())) {
            return number.parse::<u64>().ok()?.checked_mul(unit);
        }
    }
    let (days, clock) = text.split_once('.').unwrap_or(("0", text));
    let parts: Vec<u64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts.try_into().ok()?;
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    days.parse::<u64>()
        .ok()?
        .checked_mul(DAY)?
        .checked_add(hours * HOUR + minutes * MINUTE + seconds)
}

/// The rules between the frequency of a rule and the period of data it reads.
pub(crate) fn window(frequency: u64, period: u64, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    if period < frequency {
        diagnostics.push(
            Diagnostic::warning(
                code::DURATION,
                "`queryPeriod` is shorter than `queryFrequency`: events between two runs are never looked at",
                span,
            )
            .with_help("make the period at least as long as the frequency"),
        );
    }
    if period >= 2 * DAY && frequency < HOUR {
        diagnostics.push(Diagnostic::warning(
            code::DURATION,
            "a rule that reads 2 days or more must not run more often than hourly",
            span,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("14d"), Some(1_209_600));
        assert_eq!(seconds("1.02:00:00"), Some(93_600));
        assert_eq!(seconds("1h10m"), None);
        assert_eq!(seconds("99999999999999999999d"), None);
    }

    #[test]
    fn techniques() {
        let mut found = Vec::new();
        assert_eq!(technique("t1574", Span::default(), &mut found).as_deref(), Some("T1574"));
        assert_eq!(found.len(), 1);
        assert_eq!(technique("None", Span::default(), &mut found), None);
        assert_eq!(found.len(), 1);
        assert_eq!(technique("T1566.1", Span::default(), &mut found).as_deref(), Some("T1566.1"));
        assert_eq!(found.len(), 2);
        technique("T1566.001", Span::default(), &mut found);
        assert_eq!(found.len(), 2);
    }
}
