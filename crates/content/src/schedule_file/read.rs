//! From the fields of a schedule file to its parts.

use quarry_text::{Diagnostic, Span, suggest};

use super::model::{CatchUp, RuleSettings, ScheduleFile, Spanned, WindowsBy};
use super::sinks;
use crate::alerting::{IncidentGrouping, IncidentRule, LOOKBACK, Matching};
use crate::code;
use crate::duration;
use crate::model::HuntSeverity;
use crate::node::Node;
use crate::strict::Strict;

const FIELDS: &[&str] = &[
    "name",
    "lake",
    "content",
    "team",
    "functions",
    "data",
    "start",
    "delay",
    "overlap",
    "catch-up",
    "catch-up-limit",
    "timeout",
    "max-rows",
    "incidents",
    "notify",
    "rules",
    "sinks",
];
const RULE_FIELDS: &[&str] = &[
    "match",
    "enabled",
    "every",
    "cron",
    "period",
    "by",
    "delay",
    "suppress",
    "per-result",
    "severity",
    "incidents",
    "notify",
];
const INCIDENT_FIELDS: &[&str] = &[
    "create",
    "matching",
    "within",
    "reopen",
    "entities",
    "alert-details",
    "custom-details",
];

/// Rules cannot run more often.
const LEAST_FREQUENCY: u64 = 60;

pub(super) fn file(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<ScheduleFile> {
    let mut fields = Strict::new(node, "a schedule", FIELDS, diagnostics)?;
    let owned = |texts: Vec<(&str, Span)>| texts.into_iter().map(|(text, _)| text.to_owned()).collect::<Vec<_>>();
    let content = owned(fields.texts("content"));
    if content.is_empty() {
        let head = fields.head();
        fields.error(
            code::MISSING_FIELD,
            "a schedule has no `content`: files and folders with rules",
            head,
        );
    }
    let mut file = ScheduleFile {
        name: fields.owned("name"),
        lake: fields.text("lake").map(|(text, _)| text.to_owned()),
        content,
        team: owned(fields.texts("team")),
        functions: owned(fields.texts("functions")),
        data: owned(fields.texts("data")),
        start: moment(&mut fields, "start"),
        delay: length(&mut fields, "delay"),
        overlap: length(&mut fields, "overlap"),
        catch_up: one_of(&mut fields, "catch-up", &CatchUp::ALL.map(|one| (one.name(), one))),
        catch_up_limit: length(&mut fields, "catch-up-limit"),
        timeout: length(&mut fields, "timeout").filter(|seconds| *seconds > 0),
        max_rows: number(&mut fields, "max-rows"),
        incidents: incidents(&mut fields),
        notify: names(&mut fields, "notify"),
        rules: Vec::new(),
        sinks: Vec::new(),
    };
    for item in fields.list("rules") {
        file.rules.extend(rule(item, fields.diagnostics));
    }
    for item in fields.list("sinks") {
        file.sinks.extend(sinks::sink(item, fields.diagnostics));
    }
    sinks::repeated(&file.sinks, fields.diagnostics);
    let known = |name: &str| file.sinks.iter().any(|sink| sink.name == name);
    let of_rules = file.rules.iter().filter_map(|rule| rule.notify.as_ref()).flatten();
    for name in file.notify.iter().chain(of_rules).filter(|name| !known(&name.value)) {
        let mut told = Diagnostic::error(code::UNKNOWN_VALUE, format!("no sink is called `{}`", name.value), name.span);
        if let Some(close) = suggest::closest(&name.value, file.sinks.iter().map(|sink| sink.name.as_str())) {
            told = told.with_help(format!("did you mean `{close}`?"));
        }
        fields.diagnostics.push(told);
    }
    Some(file)
}

fn rule(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<RuleSettings> {
    let mut fields = Strict::new(node, "an entry of `rules`", RULE_FIELDS, diagnostics)?;
    let matches = names(&mut fields, "match");
    if matches.is_empty() {
        let head = fields.head();
        fields.error(
            code::MISSING_FIELD,
            "an entry of `rules` has no `match`: the beginning of an id, or a part of a name",
            head,
        );
    }
    let every = fields.text("every");
    let frequency = length(&mut fields, "every");
    if let (Some((_, span)), Some(..LEAST_FREQUENCY)) = (every, frequency) {
        fields.error(code::DURATION, "rules run once a minute at most", span);
    }
    let cron = fields.text("cron").map(|(text, span)| Spanned {
        value: text.to_owned(),
        span,
    });
    if let (Some(_), Some(cron)) = (every, &cron) {
        fields.error(code::UNKNOWN_VALUE, "a rule has `every` or `cron`, not both", cron.span);
    }
    let flag = |fields: &mut Strict<'_, '_>, name: &str| fields.entry(name).is_some().then(|| fields.flag(name));
    Some(RuleSettings {
        matches,
        enabled: flag(&mut fields, "enabled"),
        every: frequency,
        cron,
        period: length(&mut fields, "period"),
        by: one_of(&mut fields, "by", &WindowsBy::ALL.map(|one| (one.name(), one))),
        delay: length(&mut fields, "delay"),
        suppress: length(&mut fields, "suppress"),
        per_result: flag(&mut fields, "per-result"),
        severity: severity(&mut fields, "severity"),
        incidents: incidents(&mut fields),
        notify: fields.entry("notify").is_some().then(|| names(&mut fields, "notify")),
    })
}

fn incidents(fields: &mut Strict<'_, '_>) -> Option<IncidentRule> {
    let entry = fields.entry("incidents")?;
    let mut inner = Strict::new(&entry.value, "`incidents`", INCIDENT_FIELDS, fields.diagnostics)?;
    let create = inner.entry("create").is_none() || inner.flag("create");
    let matching = one_of(&mut inner, "matching", &Matching::ALL.map(|one| (one.name(), one)));
    let owned = |texts: Vec<(&str, Span)>| texts.into_iter().map(|(text, _)| text.to_owned()).collect::<Vec<_>>();
    let grouping = IncidentGrouping {
        matching: matching.unwrap_or_default(),
        lookback: length(&mut inner, "within").unwrap_or(LOOKBACK),
        reopen: inner.flag("reopen"),
        entities: owned(inner.texts("entities")),
        alert_details: owned(inner.texts("alert-details")),
        custom_details: owned(inner.texts("custom-details")),
    };
    Some(IncidentRule {
        create,
        grouping: matching.map(|_| grouping),
    })
}

/// Single values with their places.
fn names(fields: &mut Strict<'_, '_>, name: &str) -> Vec<Spanned<String>> {
    let texts = fields.texts(name).into_iter();
    let spanned = texts.map(|(text, span)| Spanned {
        value: text.to_owned(),
        span,
    });
    spanned.filter(|one| !one.value.is_empty()).collect()
}

fn length(fields: &mut Strict<'_, '_>, name: &str) -> Option<u64> {
    let (text, span) = fields.text(name)?;
    let found = duration::seconds(text);
    if found.is_none() {
        fields.error(code::DURATION, format!("`{name}` is a length of time, such as 5m, 1h or 14d"), span);
    }
    found
}

fn number(fields: &mut Strict<'_, '_>, name: &str) -> Option<u64> {
    let (text, span) = fields.text(name)?;
    let found = text.parse().ok().filter(|number| *number > 0);
    if found.is_none() {
        fields.error(code::NUMBER, format!("`{name}` is a whole number from 1 on"), span);
    }
    found
}

fn moment(fields: &mut Strict<'_, '_>, name: &str) -> Option<Spanned<String>> {
    let (text, span) = fields.text(name)?;
    if quarry_syntax::literal::parse_datetime(text).is_none() {
        fields.error(
            code::UNKNOWN_VALUE,
            format!("`{name}` is a date and time (UTC), such as 2026-11-20T08:00:00Z"),
            span,
        );
        return None;
    }
    Some(Spanned {
        value: text.to_owned(),
        span,
    })
}

/// One of a few words, in any case.
pub(super) fn one_of<T: Copy>(fields: &mut Strict<'_, '_>, name: &str, known: &[(&'static str, T)]) -> Option<T> {
    let (text, span) = fields.text(name)?;
    let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    if found.is_none() {
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        fields.error(code::UNKNOWN_VALUE, format!("`{name}` is one of {}", words.join(", ")), span);
    }
    found.map(|(_, value)| *value)
}

pub(super) fn severity(fields: &mut Strict<'_, '_>, name: &str) -> Option<HuntSeverity> {
    one_of(fields, name, &HuntSeverity::ALL.map(|severity| (severity.name(), severity)))
}
