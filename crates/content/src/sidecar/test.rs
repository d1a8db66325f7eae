//! The tests of a sidecar.

use quarry_text::{Diagnostic, Span};

use super::model::{Equivalent, Expectation, ExpectedValue, RowSource, TableRows, TestCase, TestSet};
use super::read::{lookups, tunables};
use super::rows::{Samples, json};
use crate::code;
use crate::node::{Entry, Node, Value};
use crate::strict::Strict;

const CASE_FIELDS: &[&str] = &[
    "name",
    "now",
    "scenario",
    "tunables",
    "events",
    "watchlists",
    "data",
    "fires",
    "silent",
    "hidden-by",
    "exclusions",
];
const EQUIVALENT_FIELDS: &[&str] = &["line", "nth", "change", "reason"];
/// The clock of a case that does not say: events then count their times from it.
const SOME_DAY: &str = "2026-01-15T00:00:00Z";

/// The cases of a sidecar, with the samples they build on.
pub(super) fn read(fields: &mut Strict<'_, '_>, source: &str) -> TestSet {
    let entries = fields.map("samples");
    let samples = Samples::read(entries, source, fields.diagnostics);
    let mut set = TestSet::default();
    for item in fields.list("tests") {
        let Some(case) = case(item, &samples, source, fields.diagnostics) else {
            continue;
        };
        if let Some(first) = set.cases.iter().find(|first: &&TestCase| first.name == case.name) {
            let found = Diagnostic::error(code::DUPLICATE_ID, format!("two tests are called \"{}\"", case.name), case.span);
            fields.diagnostics.push(found.with_label(first.span, "the other one"));
        }
        set.cases.push(case);
    }
    for item in fields.list("equivalent") {
        let Some(mut entry) = Strict::new(item, "an equivalent change", EQUIVALENT_FIELDS, fields.diagnostics) else {
            continue;
        };
        let Some((line, span)) = entry.needed("line") else { continue };
        let Some((reason, _)) = entry.needed("reason") else { continue };
        let nth = entry.text("nth");
        let number = nth.and_then(|(text, _)| text.parse().ok()).filter(|number| *number > 0);
        if let (Some((_, span)), None) = (nth, number) {
            entry.error(code::NUMBER, "`nth` counts lines of the same text from 1", span);
        }
        set.equivalent.push(Equivalent {
            line: line.to_owned(),
            nth: number,
            change: entry.owned("change"),
            reason: reason.to_owned(),
            span,
        });
    }
    set
}

fn case(node: &Node, samples: &Samples, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TestCase> {
    let mut fields = Strict::new(node, "a test", CASE_FIELDS, diagnostics)?;
    let (name, span) = fields.needed("name")?;
    let now = match fields.text("now") {
        None => SOME_DAY.to_owned(),
        Some((text, span)) => {
            if quarry_syntax::literal::parse_datetime(text).is_none() {
                fields.error(
                    code::UNKNOWN_VALUE,
                    "`now` is a time, such as 2026-11-20 or 2026-11-20T08:00:00Z (UTC)",
                    span,
                );
            }
            text.to_owned()
        }
    };
    let without_exclusions = match fields.text("exclusions") {
        None => false,
        Some(("none", _)) => true,
        Some((_, span)) => {
            fields.error(code::UNKNOWN_VALUE, "`exclusions` can only be `none`", span);
            false
        }
    };
    let mut tables = Vec::new();
    for entry in fields.map("events") {
        tables.extend(table(entry, samples, source, fields.diagnostics));
    }
    let hidden_by: Vec<(String, Span)> = fields
        .texts("hidden-by")
        .into_iter()
        .map(|(id, span)| (id.to_owned(), span))
        .collect();
    let scenario = fields.owned("scenario");
    let tunables = tunables(fields.map("tunables"), fields.diagnostics);
    let lookups = lookups(&mut fields);
    let expect = expectation(&mut fields, span, !hidden_by.is_empty(), source)?;
    Some(TestCase {
        name: name.to_owned(),
        span,
        now,
        scenario,
        tunables,
        tables,
        lookups,
        hidden_by,
        without_exclusions,
        expect,
    })
}

fn table(entry: &Entry, samples: &Samples, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<TableRows> {
    let rows = match &entry.value.value {
        Value::List(items) => {
            let events = items.iter().flat_map(|item| samples.events(item, source, diagnostics));
            RowSource::Inline(events.collect())
        }
        Value::Map(_) => {
            let mut fields = Strict::new(&entry.value, "the events of a table", &["file"], diagnostics)?;
            RowSource::File(fields.needed("file")?.0.to_owned())
        }
        Value::Text(_) if entry.value.is_blank() => RowSource::Inline(Vec::new()),
        Value::Text(_) => {
            let message = "the events of a table are a list of rows, or `file: PATH`";
            diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, entry.value.span));
            return None;
        }
    };
    Some(TableRows {
        table: entry.key.clone(),
        span: entry.key_span,
        source: rows,
    })
}

fn expectation(fields: &mut Strict<'_, '_>, span: Span, hidden: bool, source: &str) -> Option<Expectation> {
    let silent = fields.flag("silent");
    let fires = fields.entry("fires");
    match (fires, silent || hidden) {
        (Some(entry), true) => {
            let message = if hidden {
                "a test whose findings an exclusion hides is silent with it: it cannot expect findings too"
            } else {
                "a test either fires or is silent"
            };
            fields.error(code::WRONG_SHAPE, message, entry.key_span);
            None
        }
        (None, true) => Some(Expectation::Silent),
        (None, false) => {
            let help = "write `silent: true`, `fires: true`, a number of findings, or rows that must be found";
            let found = Diagnostic::error(code::MISSING_FIELD, "the test does not say what it expects", span);
            fields.diagnostics.push(found.with_help(help));
            None
        }
        (Some(entry), false) => fires_as(entry, source, fields),
    }
}

/// `true`, a number, the rows, or both in a map.
fn fires_as(entry: &Entry, source: &str, fields: &mut Strict<'_, '_>) -> Option<Expectation> {
    let span = entry.key_span;
    let whole = |findings, rows| Some(Expectation::Fires { findings, rows, span });
    match &entry.value.value {
        Value::Text(text) if text == "true" => whole(None, Vec::new()),
        Value::Text(text) => match text.trim().parse() {
            Ok(number) if number > 0 => whole(Some(number), Vec::new()),
            _ => {
                fields.error(
                    code::UNKNOWN_VALUE,
                    "`fires` is `true`, a number of findings from 1, or rows that must be found",
                    entry.value.span,
                );
                None
            }
        },
        Value::List(items) => {
            let rows: Vec<Vec<ExpectedValue>> = items.iter().map(|item| expected(item, source, fields)).collect();
            whole(u64::try_from(rows.len()).ok(), rows)
        }
        Value::Map(_) => {
            let mut inner = Strict::new(&entry.value, "`fires`", &["findings", "rows"], fields.diagnostics)?;
            let findings = inner.text("findings");
            let rows = inner.list("rows");
            let findings = match findings {
                None => None,
                Some((text, span)) => {
                    let number = text.parse().ok();
                    if number.is_none() {
                        inner.error(code::NUMBER, "`findings` is a whole number", span);
                    }
                    number
                }
            };
            let rows = rows.iter().map(|item| expected(item, source, fields)).collect();
            whole(findings, rows)
        }
    }
}

fn expected(node: &Node, source: &str, fields: &mut Strict<'_, '_>) -> Vec<ExpectedValue> {
    if !matches!(node.value, Value::Map(_)) {
        fields.error(code::WRONG_SHAPE, "an expected row is a group of columns", node.span);
    }
    let columns = node.entries().iter();
    columns
        .map(|entry| ExpectedValue {
            column: entry.key.clone(),
            value: json(&entry.value, source),
            span: entry.key_span.cover(entry.value.span),
        })
        .collect()
}
