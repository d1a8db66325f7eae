//! Published pages: prose, a query, its metadata with the indentation lost, tables, and innocent causes of findings.

use quarry_text::{Diagnostic, Span};

use crate::code;
use crate::flat::{self, Line};
use crate::hunt;
use crate::model::{Hunt, Scenario, TableNote};
use crate::node::{Entry, Node, Value};

/// Whether a text is such a page.
pub(crate) fn is_page(source: &str) -> bool {
    Line::all(source).iter().any(is_query_heading)
}

/// The hunt of a page. The first block of KQL is its query, whatever the metadata repeats.
pub(crate) fn read(source: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Hunt> {
    let lines = Line::all(source);
    let heading = lines.iter().position(is_query_heading)?;
    let (intro, rest) = lines.split_at(heading);
    let rest = rest.get(1..).unwrap_or_default();
    let (query, rest) = split_before(rest, |line, after| {
        starts_metadata(line, after) || is_yaml_heading(line) || starts_notes(line)
    });
    let (metadata, notes) = split_before(rest, |line, _| starts_notes(line));
    let mut fields = flat::read(metadata);
    let query = query_block(query)?;
    replace_query(&mut fields, query, source, diagnostics);
    if fields.entries().len() == 1 {
        let message = "the page has no metadata";
        diagnostics.push(Diagnostic::warning(code::PAGE_PART, message, fields.span));
    }
    if fields.get("description").is_none() {
        let text = paragraph(intro);
        if !text.is_empty() {
            let span = intro.first().map_or(Span::default(), Line::span);
            push(&mut fields, "description", Node::text(text, span));
        }
    }
    let mut hunt = hunt::read(&fields, source, path, diagnostics)?;
    let (table, scenarios) = split_before(notes, |line, _| labelled(line, SCENARIO).is_some());
    hunt.table_notes = table_notes(table);
    hunt.scenarios = read_scenarios(scenarios, diagnostics);
    Some(hunt)
}

const SCENARIO: &[&str] = &["Scenario"];
const DESCRIPTION: &[&str] = &["Description"];
const EXCLUSION: &[&str] = &["Filter/Exclusion", "Filter", "Exclusion"];

fn split_before<'l, 'a>(lines: &'l [Line<'a>], stop: impl Fn(&Line<'a>, &[Line<'a>]) -> bool) -> (&'l [Line<'a>], &'l [Line<'a>]) {
    let found = lines
        .iter()
        .enumerate()
        .position(|(at, line)| stop(line, lines.get(at + 1..).unwrap_or_default()));
    lines.split_at(found.unwrap_or(lines.len()))
}

fn is_query_heading(line: &Line<'_>) -> bool {
    ["KQL Query", "KQL", "Query"]
        .iter()
        .any(|heading| undecorated(line.text).eq_ignore_ascii_case(heading))
}

fn is_yaml_heading(line: &Line<'_>) -> bool {
    undecorated(line.text).eq_ignore_ascii_case("YAML")
}

/// The text of a heading without marks of Markdown.
fn undecorated(text: &str) -> &str {
    text.trim().trim_matches(['#', '*', ':', '`', ' '])
}

/// An id or a name, with another field right below: a column `id: string` of a datatable is neither.
fn starts_metadata(line: &Line<'_>, after: &[Line<'_>]) -> bool {
    let Some((field, value)) = flat::document_field(line) else {
        return false;
    };
    let below = || {
        after
            .iter()
            .find(|line| !line.text.trim().is_empty())
            .is_some_and(|line| flat::document_field(line).is_some())
    };
    match field {
        "id" => (value.len() == 36 && value.bytes().filter(|b| *b == b'-').count() == 4) || below(),
        "name" => below(),
        _ => false,
    }
}

fn starts_notes(line: &Line<'_>) -> bool {
    let text = undecorated(line.text).trim_start_matches(['|', ' ']);
    text.get(.."Sentinel Table".len())
        .is_some_and(|start| start.eq_ignore_ascii_case("Sentinel Table"))
        || labelled(line, SCENARIO).is_some()
}

/// The text behind one of the labels, when the line starts with it.
fn labelled<'a>(line: &Line<'a>, labels: &[&str]) -> Option<&'a str> {
    let (label, rest) = line.text.split_once(':')?;
    let label = label.trim().trim_start_matches(['#', '*', '-', ' ']);
    labels
        .iter()
        .any(|known| label.eq_ignore_ascii_case(known))
        .then(|| rest.trim_start_matches('*').trim())
}

/// The query's lines as one text node, without the fences that Markdown puts around code.
fn query_block(lines: &[Line<'_>]) -> Option<Node> {
    let kept: Vec<&Line<'_>> = lines.iter().filter(|line| !line.text.trim_start().starts_with("```")).collect();
    let text = kept.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
    let span = kept
        .iter()
        .filter(|line| !line.text.trim().is_empty())
        .map(|line| line.span())
        .reduce(Span::cover)?;
    Some(Node::text(text.trim_matches('\n'), span))
}

fn push(fields: &mut Node, key: &str, value: Node) {
    if let Value::Map(entries) = &mut fields.value {
        entries.push(Entry {
            key: key.to_owned(),
            key_span: Span::empty(value.span.start),
            value,
        });
    }
}

fn replace_query(fields: &mut Node, query: Node, source: &str, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(copy) = fields.get("query") {
        diagnostics.extend(compare(&query, &copy.value, source));
    }
    if let Value::Map(entries) = &mut fields.value {
        entries.retain(|entry| entry.key != "query");
    }
    push(fields, "query", query);
}

/// Says where the metadata's copy of the query stops being the same.
fn compare(query: &Node, copy: &Node, source: &str) -> Option<Diagnostic> {
    let lines = |node: &Node| -> Vec<String> {
        let text = node.as_text().unwrap_or_default();
        text.lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect()
    };
    let (first, second) = (lines(query), lines(copy));
    let same = first.iter().zip(&second).take_while(|(a, b)| a == b).count();
    if same == first.len() && same == second.len() {
        return None;
    }
    let message = match second.get(same) {
        None => format!(
            "the second copy of the query stops after {same} of {} lines; the first copy counts",
            first.len()
        ),
        Some(_) => format!(
            "the second copy of the query differs from line {} on; the first copy counts",
            same + 1
        ),
    };
    let wanted = second.get(same).or(second.last()).map(String::as_str).unwrap_or_default();
    let at = copy
        .span
        .text(source)
        .rfind(wanted)
        .and_then(|at| u32::try_from(at).ok())
        .unwrap_or(0);
    let start = copy.span.start.saturating_add(at);
    let span = Span::new(start, start.saturating_add(u32::try_from(wanted.len()).unwrap_or(0)));
    Some(Diagnostic::info(code::PAGE_COPY, message, span))
}

fn paragraph(lines: &[Line<'_>]) -> String {
    let lines = lines
        .iter()
        .map(|line| line.text.trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.collect::<Vec<_>>().join(" ")
}

fn table_notes(lines: &[Line<'_>]) -> Vec<TableNote> {
    let rows = lines.iter().filter_map(|line| {
        let mut cells = line.text.split('|').map(str::trim).filter(|cell| !cell.is_empty());
        let table = cells.next()?;
        let rule = table.chars().all(|c| matches!(c, '-' | ':'));
        (!rule && !starts_notes(line) && line.text.contains('|')).then(|| TableNote {
            table: table.to_owned(),
            note: cells.next().unwrap_or_default().to_owned(),
        })
    });
    rows.collect()
}

fn read_scenarios(lines: &[Line<'_>], diagnostics: &mut Vec<Diagnostic>) -> Vec<Scenario> {
    enum Part {
        Name,
        Description,
        Exclusion,
    }
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut part = Part::Name;
    for line in lines.iter().filter(|line| !line.text.trim().is_empty()) {
        if let Some(name) = labelled(line, SCENARIO) {
            scenarios.push(Scenario {
                name: name.to_owned(),
                span: line.span(),
                ..Scenario::default()
            });
            part = Part::Name;
            continue;
        }
        let Some(scenario) = scenarios.last_mut() else {
            continue;
        };
        scenario.span = scenario.span.cover(line.span());
        let text = if let Some(text) = labelled(line, EXCLUSION) {
            part = Part::Exclusion;
            text
        } else if let Some(text) = labelled(line, DESCRIPTION) {
            part = Part::Description;
            text
        } else {
            line.text.trim()
        };
        let target = match part {
            Part::Name => &mut scenario.name,
            Part::Description => &mut scenario.description,
            Part::Exclusion => &mut scenario.exclusion,
        };
        if !target.is_empty() {
            target.push('\n');
        }
        target.push_str(text);
    }
    for scenario in scenarios.iter().filter(|scenario| scenario.exclusion.is_empty()) {
        let message = format!("the scenario \"{}\" does not say what to filter out", scenario.name);
        diagnostics.push(Diagnostic::info(code::PAGE_PART, message, scenario.span));
    }
    scenarios
}
