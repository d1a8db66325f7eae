//! From the fields of a file to what a team adds.

use quarry_text::Diagnostic;

use super::allow;
use super::exclusion::TeamExclusion;
use super::model::{Layer, Lookups, Sidecar, TeamTunable};
use super::test;
use crate::code;
use crate::node::{Entry, Node};
use crate::strict::Strict;
use crate::watchlist;

const HUNT_FIELDS: &[&str] = &[
    "hunt",
    "tunables",
    "exclusions",
    "allow",
    "watchlists",
    "data",
    "samples",
    "tests",
    "equivalent",
];
const TEAM_FIELDS: &[&str] = &["tunables", "exclusions", "allow", "watchlists", "data"];
const EXCLUSION_FIELDS: &[&str] = &[
    "id",
    "hunts",
    "table",
    "where",
    "owner",
    "reason",
    "ticket",
    "scenario",
    "expires",
    "status",
    "suggestion",
];

/// One document of such a file.
pub(crate) fn read(node: &Node, layer: Layer, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Sidecar> {
    let (what, known) = match layer {
        Layer::Hunt => ("a sidecar", HUNT_FIELDS),
        Layer::Team => ("a team's file", TEAM_FIELDS),
    };
    let mut fields = Strict::new(node, what, known, diagnostics)?;
    let hunt = match layer {
        Layer::Hunt => fields.needed("hunt"),
        Layer::Team => None,
    };
    let tunables = tunables(fields.map("tunables"), fields.diagnostics);
    let mut exclusions = Vec::new();
    for item in fields.list("exclusions") {
        exclusions.extend(exclusion(item, layer, hunt.map(|(id, _)| id), fields.diagnostics));
    }
    repeated(&exclusions, fields.diagnostics);
    let mut allowed = Vec::new();
    for item in fields.list("allow") {
        allowed.extend(allow::read(item, layer, fields.diagnostics));
    }
    let lookups = lookups(&mut fields);
    let tests = test::read(&mut fields, source);
    let (hunt, hunt_span) = hunt.map(|(id, span)| (id.to_owned(), span)).unwrap_or_default();
    Some(Sidecar {
        layer,
        hunt,
        hunt_span,
        tunables,
        exclusions,
        allowed,
        tests,
        lookups,
    })
}

/// Watchlists, and other files for data from outside.
pub(super) fn lookups(fields: &mut Strict<'_, '_>) -> Lookups {
    Lookups {
        watchlists: watchlist::of_team(fields.list("watchlists"), fields.diagnostics),
        data: fields.texts("data").into_iter().map(|(text, span)| (text.to_owned(), span)).collect(),
    }
}

pub(super) fn tunables(entries: &[Entry], diagnostics: &mut Vec<Diagnostic>) -> Vec<TeamTunable> {
    let mut tunables = Vec::new();
    for entry in entries {
        match entry.value.as_text() {
            Some(value) => tunables.push(TeamTunable {
                name: entry.key.clone(),
                value: value.trim().to_owned(),
                span: entry.value.span,
            }),
            None => {
                let message = format!(
                    "the value of `{}` is KQL on one line, such as dynamic([\"a\"]), in quotes",
                    entry.key
                );
                diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, entry.value.span));
            }
        }
    }
    tunables
}

fn exclusion(node: &Node, layer: Layer, own: Option<&str>, diagnostics: &mut Vec<Diagnostic>) -> Option<TeamExclusion> {
    let mut fields = Strict::new(node, "an exclusion", EXCLUSION_FIELDS, diagnostics)?;
    let id = fields.needed("id");
    let mut hunts: Vec<String> = fields.texts("hunts").into_iter().map(|(id, _)| id.to_owned()).collect();
    let table = fields.owned("table");
    if layer == Layer::Team && hunts.is_empty() && table.is_empty() {
        let head = fields.head();
        fields.error(
            code::MISSING_FIELD,
            "an exclusion for several hunts names them in `hunts`, or a `table`",
            head,
        );
    }
    if layer == Layer::Hunt {
        if let Some(entry) = fields.entry("hunts") {
            fields.error(
                code::UNKNOWN_FIELD,
                "an exclusion in a sidecar is for the sidecar's hunt alone",
                entry.key_span,
            );
        }
        hunts = own.map(str::to_owned).into_iter().collect();
    }
    let predicate = fields.text("where");
    if let Some((text, span)) = predicate {
        let parsed = quarry_syntax::parse_expression(text);
        if let Some(mistake) = parsed.diagnostics().iter().find(|found| found.is_error()) {
            fields.error(code::PREDICATE, format!("the predicate is no KQL: {}", mistake.message), span);
        }
    }
    let status = fields.text("status");
    let proposed = match status {
        Some(("proposed", _)) => true,
        None | Some(("reviewed", _)) => false,
        Some((_, span)) => {
            fields.error(
                code::UNKNOWN_VALUE,
                "the states of an exclusion are `proposed` and `reviewed`",
                span,
            );
            true
        }
    };
    let expires = fields.text("expires");
    if let Some((text, span)) = expires
        && quarry_syntax::literal::parse_datetime(text).is_none()
    {
        fields.error(code::UNKNOWN_VALUE, "`expires` is a day, such as 2027-06-30", span);
    }
    let (id, span) = id.map_or_else(|| (String::new(), fields.head()), |(id, span)| (id.to_owned(), span));
    Some(TeamExclusion {
        id,
        hunts,
        table,
        predicate: predicate.map(|(text, _)| text.to_owned()).unwrap_or_default(),
        predicate_span: predicate.map_or(span, |(_, span)| span),
        owner: fields.owned("owner"),
        reason: fields.owned("reason"),
        ticket: fields.owned("ticket"),
        scenario: fields.owned("scenario"),
        expires: expires.map(|(text, _)| text.to_owned()).unwrap_or_default(),
        proposed,
        suggestion: fields.owned("suggestion"),
        span,
    })
}

fn repeated(exclusions: &[TeamExclusion], diagnostics: &mut Vec<Diagnostic>) {
    for (at, exclusion) in exclusions.iter().enumerate() {
        if let Some(first) = exclusions.iter().take(at).find(|other| other.id == exclusion.id) {
            let message = format!("two exclusions are called `{}`", exclusion.id);
            diagnostics.push(Diagnostic::error(code::DUPLICATE_ID, message, exclusion.span).with_label(first.span, "the other one"));
        }
    }
}
