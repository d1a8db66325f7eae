//! A case out of a lake: the events of a query, with names of people, machines and addresses replaced, as YAML for a sidecar.

use std::fmt::Write as _;

use quarry_schema::KqlType;
use quarry_schema::catalogue::{self, Origin};
use quarry_syntax::ast::{AstNode, Expr, Pipeline, Statement};
use quarry_syntax::literal::string_value;
use quarry_syntax::{SyntaxKind, parse};
use serde_json::{Map, Value as Json};

use super::anonymise::Anonymiser;
use super::{Bench, TestedHunt, tested_hunts};
use crate::table::ResultTable;

/// What is to be recorded.
#[derive(Debug, Clone)]
pub struct Recording<'a> {
    pub name: &'a str,
    /// The query whose rows become events; it begins with the name of their table.
    pub query: &'a str,
    /// The clock of the run, in ticks.
    pub now: i64,
}

/// A recorded case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// An item of a sidecar's `tests`.
    pub yaml: String,
    pub events: usize,
    /// Findings of the hunt on these events alone.
    pub findings: usize,
    /// Values that were replaced by made-up ones.
    pub replaced: usize,
}

/// Ticks of a day, and the day that recorded cases play on.
const DAY: i64 = 864_000_000_000;
const SOME_DAY: &str = "2026-01-15";

/// The table whose rows a query gives.
#[must_use]
pub fn table_of(query: &str) -> Option<String> {
    let parsed = parse(query);
    let statement = parsed.root()?.statements().last()?;
    let Statement::Expression(statement) = statement else { return None };
    let source = match statement.expr()? {
        Expr::Pipeline(pipeline) => Pipeline::source(&pipeline)?,
        other => other,
    };
    match source {
        Expr::Name(name) => Some(name.value()),
        _ => None,
    }
}

/// Turns the rows of a query into a case for a hunt.
///
/// # Errors
/// A sentence, when the query does not begin with a table or its rows lack the table's columns.
pub async fn record(bench: &Bench, tested: &TestedHunt, rows: &ResultTable, recording: &Recording<'_>) -> Result<Recorded, String> {
    let table = table_of(recording.query).ok_or("the query of a recording begins with the table whose events it takes")?;
    let known = catalogue::table(&table);
    let kept: Vec<usize> = rows
        .columns
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| {
            let column = known.map(|known| known.columns.iter().find(|column| column.name == name));
            column.is_none_or(|column| column.is_some_and(|column| matches!(column.origin, Origin::Stored)))
        })
        .map(|(at, _)| at)
        .collect();
    if kept.is_empty() {
        return Err(format!("the rows of this query have no columns of {table}"));
    }
    // Whole days, so that slots of hours and days hold the same events.
    let first = quarry_syntax::literal::parse_datetime(SOME_DAY).unwrap_or_default();
    let clock = first + recording.now.rem_euclid(DAY);
    let mut anonymiser = Anonymiser::new(words(&tested.hunt.query.text, bench), recording.now - clock);
    let mut events: Vec<Map<String, Json>> = rows
        .iter()
        .map(|row| {
            let cells = kept.iter().filter(|at| !row.is_blank(**at)).filter_map(|at| {
                let (name, ty) = rows.columns.get(*at)?;
                Some((name.clone(), value(*ty, row.text(*at))))
            });
            cells.collect()
        })
        .collect();
    for event in &mut events {
        anonymiser.event(event);
    }
    // Names that only a later event gave away are replaced in earlier ones too.
    for event in &mut events {
        anonymiser.again(event);
    }
    let mut recorded = Recorded {
        yaml: yaml(recording.name, clock, &table, &events, "silent: true"),
        events: events.len(),
        findings: 0,
        replaced: anonymiser.replaced(),
    };
    recorded.findings = findings(bench, tested, &recorded.yaml).await?;
    if recorded.findings > 0 {
        recorded.yaml = yaml(recording.name, clock, &table, &events, &format!("fires: {}", recorded.findings));
    }
    Ok(recorded)
}

fn value(ty: KqlType, text: String) -> Json {
    match ty {
        KqlType::Dynamic => serde_json::from_str(&text).unwrap_or(Json::String(text)),
        KqlType::Bool => Json::Bool(text.eq_ignore_ascii_case("true")),
        KqlType::Int | KqlType::Long => text.parse::<i64>().map_or(Json::String(text), Json::from),
        _ => Json::String(text),
    }
}

/// The texts that the hunt and its exclusions speak of: they must stay, or the hunt means something else.
fn words(query: &str, bench: &Bench) -> Vec<String> {
    let mut words = Vec::new();
    let predicates = bench.team.exclusions.iter().map(|one| one.exclusion.predicate.as_str());
    for text in predicates.chain([query]) {
        let parsed = parse(text);
        let Some(root) = parsed.root() else { continue };
        let tokens = root.syntax().descendants_with_tokens().filter_map(|element| element.into_token());
        let strings = tokens.filter(|token| token.kind() == SyntaxKind::StringLiteral);
        words.extend(
            strings
                .map(|token| string_value(token.text()).to_lowercase())
                .filter(|word| !word.is_empty()),
        );
    }
    words
}

/// The hunt's findings on a case that is written as YAML.
async fn findings(bench: &Bench, tested: &TestedHunt, yaml: &str) -> Result<usize, String> {
    let text = format!("hunt: \"{}\"\ntests:\n{yaml}", tested.hunt.id);
    let document = quarry_content::load_text("recorded.quarry.yaml", &text);
    let hunt = quarry_content::Document {
        hunts: vec![tested.hunt.clone()],
        sidecars: Vec::new(),
        ..document.clone()
    };
    let recorded = tested_hunts(&[hunt], &[document]).into_iter().next();
    let recorded = recorded.ok_or("the recording cannot be read")?;
    let case = recorded.tests.cases.first().ok_or("the recording cannot be read")?;
    let sentence = |found: Vec<quarry_text::Diagnostic>| found.into_iter().map(|one| one.message).collect::<Vec<_>>().join("; ");
    let prepared = bench.prepare(&recorded, case).map_err(sentence)?;
    prepared.findings(bench, &recorded.hunt).await.map_err(sentence)
}

fn yaml(name: &str, clock: i64, table: &str, events: &[Map<String, Json>], expectation: &str) -> String {
    let mut now = String::new();
    quarry_value::format::datetime(clock, &mut now);
    let mut out = String::new();
    // Writing to a string cannot fail. JSON on one line is YAML.
    let _ = writeln!(out, "  - name: {}", Json::String(name.to_owned()));
    let _ = writeln!(out, "    now: {now}");
    let _ = writeln!(out, "    events:");
    let _ = writeln!(out, "      {table}:");
    for event in events {
        let _ = writeln!(out, "        - {}", Json::Object(event.clone()));
    }
    let _ = writeln!(out, "    {expectation}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_first_word() {
        assert_eq!(table_of("let a = 5; EmailEvents | where x == a").as_deref(), Some("EmailEvents"));
        assert_eq!(table_of("EmailEvents").as_deref(), Some("EmailEvents"));
        assert_eq!(table_of("print 5"), None);
    }
}
