//! STIX objects: indicators as rows of both tables of indicators, everything else as rows of `ThreatIntelObjects`.

use std::fmt::Write as _;

use base64::Engine as _;
use quarry_value::{json, parse, time};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

use super::IntelOptions;
use super::columns;
use super::pattern::{Alternatives, Pattern};
use crate::ingest::fields::{Fields, Scope, Value};
use crate::ingest::mapping::{Mapping, Rest};
use crate::write::Cell;

/// The last moment there is: how long an indicator holds that says nothing of an end.
const NO_END: i64 = time::MAX_DATETIME;
/// Largest indicator: each of its rows holds it as a whole.
const LARGEST: usize = 1 << 20;
/// Rows of one ingest come from the minute before it: later versions of an object later.
const SPREAD: i64 = 60 * time::SECOND;

pub(super) const INDICATORS: Mapping = named("ThreatIntelIndicators");
pub(super) const LEGACY: Mapping = named("ThreatIntelligenceIndicator");
pub(super) const OBJECTS: Mapping = named("ThreatIntelObjects");

/// Fields are called as the columns are.
const fn named(table: &'static str) -> Mapping {
    Mapping {
        table,
        rules: &[],
        rest: Rest::Keep,
    }
}

/// The rows of an object.
pub(super) struct Rows<'t> {
    pub rows: Vec<(&'static Mapping, Fields<'t>)>,
    /// It says more than its rows can.
    pub in_part: bool,
}

/// The properties that columns show; all others are in the object itself, which rows hold as it is.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    created: Option<String>,
    modified: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    revoked: bool,
    name: Option<String>,
    description: Option<String>,
    pattern: Option<String>,
    pattern_type: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    confidence: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    labels: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    indicator_types: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    kill_chain_phases: Vec<Phase>,
    #[serde(default, deserialize_with = "or_default")]
    object_marking_refs: Vec<String>,
    /// What tables say that STIX has no property for: the indicator is context, nothing to look for.
    #[serde(default, deserialize_with = "or_default")]
    x_quarry_context_only: bool,
}

/// Null where there is nothing.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(source: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(source).map(Option::unwrap_or_default)
}

#[derive(Deserialize)]
struct Phase {
    kill_chain_name: String,
    phase_name: String,
}

/// Phases of the kill chain, and the column that says an indicator belongs to it.
const PHASES: [(&str, &str); 6] = [
    ("actions-on-objectives", "KillChainActions"),
    ("command-and-control", "KillChainC2"),
    ("delivery", "KillChainDelivery"),
    ("exploitation", "KillChainExploitation"),
    ("reconnaissance", "KillChainReconnaissance"),
    ("weaponization", "KillChainWeaponization"),
];

/// Marking definitions of the traffic light protocol, by their fixed ids: versions 1 and 2.
const MARKINGS: [(&str, &str); 9] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "White"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "Green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "Amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "Red"),
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "White"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "Green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "Amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "Amber"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "Red"),
];

/// Labels that say the same: `tlp:amber+strict`.
const LEVELS: [(&str, &str); 6] = [
    ("tlp:white", "White"),
    ("tlp:clear", "White"),
    ("tlp:green", "Green"),
    ("tlp:amber", "Amber"),
    ("tlp:amber+strict", "Amber"),
    ("tlp:red", "Red"),
];

/// The rows of one object.
///
/// # Errors
/// Says what is wrong with the object.
pub(super) fn rows<'t>(text: &'t str, options: &IntelOptions) -> Result<Rows<'t>, String> {
    let object: Object = serde_json::from_str(text).map_err(|error| format!("not a STIX object: {error}"))?;
    let times = Times::of(&object, options)?;
    if object.kind != "indicator" {
        return Ok(Rows {
            rows: vec![(&OBJECTS, other(text, &object, &times, options))],
            in_part: false,
        });
    }
    if text.len() > LARGEST {
        return Err(format!("an indicator has {} KB at most", LARGEST >> 10));
    }
    let source = object.pattern.as_deref().ok_or("the indicator has no pattern")?;
    let found = match object.pattern_type.as_deref() {
        None | Some("stix") => Pattern::parse(source).map(|pattern| pattern.alternatives()).ok(),
        Some(_) => None,
    };
    let found = found.unwrap_or(Alternatives {
        lists: Vec::new(),
        in_part: true,
    });
    let indicator = Indicator {
        text,
        object: &object,
        times,
        options,
        level: level(&object),
    };
    let mut rows = Vec::new();
    let mut pairs: Vec<&(String, String)> = Vec::new();
    for pair in found.lists.iter().flatten() {
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    if pairs.is_empty() {
        rows.push((&INDICATORS, indicator.observable(None)));
    }
    rows.extend(pairs.into_iter().map(|pair| (&INDICATORS, indicator.observable(Some(pair)))));
    let mut legacy: Vec<columns::Row> = Vec::new();
    for row in found.lists.iter().flat_map(|list| columns::rows(list)) {
        if !legacy.contains(&row) {
            legacy.push(row);
        }
    }
    if legacy.is_empty() {
        // Without a value it still says that an earlier version holds no more.
        legacy.push(Vec::new());
    }
    rows.extend(legacy.into_iter().enumerate().map(|(at, row)| (&LEGACY, indicator.legacy(at, row))));
    Ok(Rows {
        rows,
        in_part: found.in_part,
    })
}

/// The moments of an object, in ticks.
struct Times {
    received: i64,
    created: Option<i64>,
    modified: Option<i64>,
    from: Option<i64>,
    until: i64,
}

impl Times {
    fn of(object: &Object, options: &IntelOptions) -> Result<Times, String> {
        let read = |name: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => parse::datetime(text).map(Some).ok_or_else(|| format!("{name} is no time: {text}")),
        };
        let created = read("created", &object.created)?;
        let modified = read("modified", &object.modified)?.or(created);
        let from = read("valid_from", &object.valid_from)?;
        let until = read("valid_until", &object.valid_until)?.or_else(|| {
            let begin = from.or(modified).unwrap_or(options.received);
            time::checked_datetime(begin.checked_add(options.valid_for?)?)
        });
        Ok(Times {
            received: options.received - SPREAD + spread(modified.unwrap_or(options.received)),
            created,
            modified,
            from,
            until: until.unwrap_or(NO_END),
        })
    }
}

/// Where in the minute before an ingest an object of that time stands: order among objects of one ingest, to a few seconds of their time.
fn spread(modified: i64) -> i64 {
    const SECONDS: i64 = 1 << 32;
    let seconds = ((modified - time::UNIX_EPOCH) / time::SECOND).clamp(0, SECONDS - 1);
    i64::try_from(i128::from(seconds) * i128::from(SPREAD) / i128::from(SECONDS)).unwrap_or_default()
}

struct Indicator<'t, 'o> {
    text: &'t str,
    object: &'o Object,
    times: Times,
    options: &'o IntelOptions,
    level: Option<&'static str>,
}

impl<'t> Indicator<'t, '_> {
    fn active(&self) -> bool {
        !self.object.revoked && !self.object.x_quarry_context_only && self.times.until > self.options.received
    }

    fn confidence(&self) -> Option<i64> {
        self.object.confidence.or(self.options.confidence.map(i64::from))
    }

    fn description(&self) -> &str {
        let description = self.object.description.as_deref().filter(|text| !text.is_empty());
        description.or(self.object.name.as_deref()).unwrap_or_default()
    }

    fn tags(&self) -> String {
        let mut out = String::new();
        if !self.object.labels.is_empty() {
            out = serde_json::Value::from(self.object.labels.clone()).to_string();
        }
        out
    }

    /// A row of `ThreatIntelIndicators`: one for each observable.
    fn observable(&self, pair: Option<&(String, String)>) -> Fields<'t> {
        let (object, times) = (self.object, &self.times);
        let mut row = common(self.text, object, times, self.options);
        cell(&mut row, "IsActive", Cell::Bool(self.active()));
        cell(&mut row, "Revoked", Cell::Bool(object.revoked));
        moment(&mut row, "ValidFrom", times.from);
        moment(&mut row, "ValidUntil", Some(times.until));
        moment(&mut row, "Created", times.created);
        moment(&mut row, "Modified", times.modified);
        if let Some(confidence) = self.confidence() {
            cell(&mut row, "Confidence", Cell::Long(confidence));
        }
        if let Some(level) = self.level {
            // The value of a dynamic column: text that reads as a document is one.
            row.add(
                Scope::Own,
                "AdditionalFields",
                Value::Plain(format!("{{\"TLPLevel\":\"{level}\"}}").into()),
            );
        }
        text(&mut row, "Tags", self.tags());
        text(&mut row, "Pattern", object.pattern.clone().unwrap_or_default());
        if let Some((path, value)) = pair {
            text(&mut row, "ObservableKey", path.clone());
            text(&mut row, "ObservableValue", value.clone());
        }
        row
    }

    /// A row of `ThreatIntelligenceIndicator`: one for each alternative. Each has an id of its own, the same in every version of the indicator.
    fn legacy(&self, at: usize, values: columns::Row) -> Fields<'t> {
        let (object, times) = (self.object, &self.times);
        let mut row = Fields::default();
        let source = self.options.source();
        cell(&mut row, "TimeGenerated", Cell::Ticks(times.received));
        text(&mut row, "SourceSystem", source.to_owned());
        text(&mut row, "IndicatorProvider", source.to_owned());
        text(&mut row, "Action", "alert".to_owned());
        text(&mut row, "ExternalIndicatorId", object.id.clone());
        text(&mut row, "IndicatorId", legacy_id(source, &object.id, at));
        text(&mut row, "Description", self.description().to_owned());
        text(&mut row, "Tags", self.tags());
        let kind = object.indicator_types.first().cloned();
        text(&mut row, "ThreatType", kind.unwrap_or_default());
        let groups = object.labels.iter().filter_map(|label| label.strip_prefix("ActivityGroup:"));
        text(&mut row, "ActivityGroupNames", groups.collect::<Vec<_>>().join(", "));
        cell(&mut row, "Active", Cell::Bool(self.active()));
        moment(&mut row, "ExpirationDateTime", Some(times.until));
        if let Some(confidence) = self.confidence() {
            cell(&mut row, "ConfidenceScore", Cell::Long(confidence));
        }
        if let Some(level) = self.level {
            text(&mut row, "TrafficLightProtocolLevel", level.to_lowercase());
        }
        for (phase, column) in PHASES {
            let named = |own: &Phase| own.kill_chain_name == "lockheed-martin-cyber-kill-chain" && own.phase_name == phase;
            if object.kill_chain_phases.iter().any(named) {
                cell(&mut row, column, Cell::Bool(true));
            }
        }
        for (column, value) in values {
            row.add(Scope::Own, column, Value::Plain(value.into()));
        }
        row
    }
}

/// A row of `ThreatIntelObjects`.
fn other<'t>(raw: &'t str, object: &Object, times: &Times, options: &IntelOptions) -> Fields<'t> {
    let mut row = common(raw, object, times, options);
    text(&mut row, "StixType", object.kind.clone());
    row
}

/// What the two newer tables share.
fn common<'t>(raw: &'t str, object: &Object, times: &Times, options: &IntelOptions) -> Fields<'t> {
    let mut row = Fields {
        whole: Some(raw),
        ..Fields::default()
    };
    let source = options.source();
    cell(&mut row, "TimeGenerated", Cell::Ticks(times.received));
    let provider = base64::engine::general_purpose::STANDARD.encode(source);
    text(&mut row, "Id", format!("{provider}---{}", object.id));
    text(&mut row, "SourceSystem", source.to_owned());
    text(&mut row, "LastUpdateMethod", "Upload".to_owned());
    cell(&mut row, "IsDeleted", Cell::Bool(false));
    cell(&mut row, "Data", Cell::Document(raw));
    row
}

/// The id of an alternative of an indicator.
fn legacy_id(source: &str, id: &str, at: usize) -> String {
    let mut digest = Sha256::new();
    digest.update(source);
    digest.update([0]);
    digest.update(id);
    if at > 0 {
        digest.update([0]);
        digest.update(at.to_string());
    }
    let mut out = String::with_capacity(64);
    for byte in digest.finalize() {
        let _ = write!(out, "{byte:02X}");
    }
    out
}

fn level(object: &Object) -> Option<&'static str> {
    let of_id = |id: &String| MARKINGS.iter().find(|(known, _)| known == id).map(|(_, level)| *level);
    let marked = object.object_marking_refs.iter().find_map(of_id);
    let label = |label: &String| {
        LEVELS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(label))
            .map(|(_, level)| *level)
    };
    marked.or_else(|| object.labels.iter().find_map(label))
}

fn cell<'t>(row: &mut Fields<'t>, column: &'static str, value: Cell<'t>) {
    row.add(Scope::Own, column, Value::Cell(value));
}

fn text(row: &mut Fields<'_>, column: &'static str, value: String) {
    if !value.is_empty() {
        row.add_text(Scope::Own, column, value);
    }
}

fn moment(row: &mut Fields<'_>, column: &'static str, ticks: Option<i64>) {
    if let Some(ticks) = ticks {
        cell(row, column, Cell::Ticks(ticks));
    }
}

/// Whether the text of a member is that of a STIX id: a type, two hyphens and a UUID.
pub(super) fn is_id(member: &str, kind: &str) -> bool {
    let id = json::text(member);
    let rest = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--"));
    rest.is_some_and(|uuid| uuid::Uuid::try_parse(uuid).is_ok())
}
