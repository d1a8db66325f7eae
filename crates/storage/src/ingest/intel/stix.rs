//! STIX objects: indicators as rows of both tables of indicators, everything else as rows of `ThreatIntelObjects`.

use std::fmt::Write as _;

use base64::Engine as _;
use quarry_value::{json, parse, time};
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};

use super::IntelOptions;
use super::columns;
use super::markings;
use super::pattern::{Alternatives, Pattern};
use super::versions::Version;
use crate::ingest::fields::{Fields, Scope, Value};
use crate::ingest::mapping::{Mapping, Rest};
use crate::write::Cell;

/// The last moment there is: how long an indicator holds that says nothing of an end.
const NO_END: i64 = time::MAX_DATETIME;
/// Largest indicator: each of its rows holds it as a whole.
const LARGEST: usize = 1 << 20;
/// The type of an indicator.
const INDICATOR: &str = "indicator";

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

/// An object that came, in order.
pub(super) struct Received<'t, 'o> {
    text: &'t str,
    object: Object,
    /// Its id in the tables.
    id: String,
    times: Times,
    options: &'o IntelOptions,
    /// Observables of an indicator's pattern.
    found: Alternatives,
}

impl<'t, 'o> Received<'t, 'o> {
    /// Reads an object.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &'t str, options: &'o IntelOptions) -> Result<Self, String> {
        let object: Object = serde_json::from_str(text).map_err(|error| format!("not a STIX object: {error}"))?;
        let times = Times::of(&object, options)?;
        let nothing = |in_part| Alternatives {
            lists: Vec::new(),
            in_part,
        };
        let mut found = nothing(false);
        if object.kind == INDICATOR {
            if text.len() > LARGEST {
                return Err(format!("an indicator has {} KB at most", LARGEST >> 10));
            }
            let source = object.pattern.as_deref().ok_or("the indicator has no pattern")?;
            let pattern = match object.pattern_type.as_deref() {
                None | Some("stix") => Pattern::parse(source).ok(),
                Some(_) => None,
            };
            found = pattern.map_or(nothing(true), |pattern| pattern.alternatives());
        }
        let provider = base64::engine::general_purpose::STANDARD.encode(options.source());
        Ok(Received {
            id: format!("{provider}---{}", object.id),
            text,
            object,
            times,
            options,
            found,
        })
    }

    /// Which version it is of which object.
    pub fn version(&self) -> Version<'_> {
        Version {
            table: if self.object.kind == INDICATOR {
                INDICATORS.table
            } else {
                OBJECTS.table
            },
            id: &self.id,
            modified: self.times.modified.unwrap_or(self.options.received),
            received: self.options.received,
        }
    }

    /// Its rows, received at a moment.
    pub fn rows(&self, moment: i64) -> Rows<'t> {
        if self.object.kind != INDICATOR {
            let mut row = self.common(moment);
            text(&mut row, "StixType", self.object.kind.clone());
            return Rows {
                rows: vec![(&OBJECTS, row)],
                in_part: false,
            };
        }
        let indicator = Indicator {
            of: self,
            moment,
            level: markings::level(&self.object.object_marking_refs, &self.object.labels),
        };
        let mut rows = Vec::new();
        let mut pairs: Vec<&(String, String)> = Vec::new();
        for pair in self.found.lists.iter().flatten() {
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        if pairs.is_empty() {
            rows.push((&INDICATORS, indicator.observable(None)));
        }
        rows.extend(pairs.into_iter().map(|pair| (&INDICATORS, indicator.observable(Some(pair)))));
        let mut legacy: Vec<columns::Row> = Vec::new();
        for row in self.found.lists.iter().flat_map(|list| columns::rows(list)) {
            if !legacy.contains(&row) {
                legacy.push(row);
            }
        }
        if legacy.is_empty() {
            // Without a value it still says that an earlier version holds no more.
            legacy.push(Vec::new());
        }
        rows.extend(legacy.into_iter().enumerate().map(|(at, row)| (&LEGACY, indicator.legacy(at, row))));
        Rows {
            rows,
            in_part: self.found.in_part,
        }
    }

    /// What the two newer tables share.
    fn common(&self, moment: i64) -> Fields<'t> {
        let mut row = Fields {
            whole: Some(self.text),
            ..Fields::default()
        };
        cell(&mut row, "TimeGenerated", Cell::Ticks(moment));
        text(&mut row, "Id", self.id.clone());
        text(&mut row, "SourceSystem", self.options.source().to_owned());
        text(&mut row, "LastUpdateMethod", "Upload".to_owned());
        cell(&mut row, "IsDeleted", Cell::Bool(false));
        cell(&mut row, "Data", Cell::Document(self.text));
        row
    }
}

/// The moments that an object tells, in ticks.
struct Times {
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
            created,
            modified,
            from,
            until: until.unwrap_or(NO_END),
        })
    }
}

/// An indicator on its way into rows.
struct Indicator<'t, 'o, 'r> {
    of: &'r Received<'t, 'o>,
    /// When it counts as received.
    moment: i64,
    level: Option<&'static str>,
}

impl<'t> Indicator<'t, '_, '_> {
    fn active(&self) -> bool {
        let (object, times) = (&self.of.object, &self.of.times);
        !object.revoked && !object.x_quarry_context_only && times.until > self.of.options.received
    }

    fn confidence(&self) -> Option<i64> {
        self.of.object.confidence.or(self.of.options.confidence.map(i64::from))
    }

    fn description(&self) -> &str {
        let object = &self.of.object;
        let description = object.description.as_deref().filter(|text| !text.is_empty());
        description.or(object.name.as_deref()).unwrap_or_default()
    }

    fn tags(&self) -> String {
        let labels = &self.of.object.labels;
        if labels.is_empty() {
            return String::new();
        }
        serde_json::Value::from(labels.clone()).to_string()
    }

    /// A row of `ThreatIntelIndicators`: one for each observable.
    fn observable(&self, pair: Option<&(String, String)>) -> Fields<'t> {
        let (object, times) = (&self.of.object, &self.of.times);
        let mut row = self.of.common(self.moment);
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
        let (object, times) = (&self.of.object, &self.of.times);
        let mut row = Fields::default();
        let source = self.of.options.source();
        cell(&mut row, "TimeGenerated", Cell::Ticks(self.moment));
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
