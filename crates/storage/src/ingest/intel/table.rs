//! Tables of indicators in CSV: exports of MISP and OTX, and any table whose header says what its columns are.

use quarry_value::{format, parse, time};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{IntelOptions, kinds};

/// What a column says of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Confidence,
    ContextOnly,
    Deleted,
    Description,
    /// An id that the source gave it, if it is a UUID.
    Id,
    Kind,
    Label,
    /// A label is put before each of these: `category:Network activity`.
    Labelled(&'static str),
    Level,
    Modified,
    Name,
    ThreatType,
    /// Zero when the indicator is context only.
    ToDetect,
    ValidFrom,
    ValidUntil,
    Value,
}

/// Names of columns, in lower case with `_` for blanks, hyphens and dots.
const COLUMNS: &[(&str, Part)] = &[
    ("attribute_tag", Part::Label),
    ("category", Part::Labelled("category")),
    ("comment", Part::Description),
    ("confidence", Part::Confidence),
    ("confidence_level", Part::Confidence),
    ("confidence_score", Part::Confidence),
    ("context_only", Part::ContextOnly),
    ("date", Part::Modified),
    ("deleted", Part::Deleted),
    ("description", Part::Description),
    ("event_info", Part::Name),
    ("event_tag", Part::Label),
    ("expiration", Part::ValidUntil),
    ("expiration_date", Part::ValidUntil),
    ("expiration_date_time", Part::ValidUntil),
    ("expires", Part::ValidUntil),
    ("expires_at", Part::ValidUntil),
    ("first_seen", Part::ValidFrom),
    ("first_seen_utc", Part::ValidFrom),
    ("id", Part::Id),
    ("indicator", Part::Value),
    ("indicator_type", Part::Kind),
    ("indicator_value", Part::Value),
    ("ioc", Part::Value),
    ("ioc_type", Part::Kind),
    ("ioc_value", Part::Value),
    ("labels", Part::Label),
    ("last_modified", Part::Modified),
    ("malware_printable", Part::Name),
    ("modified", Part::Modified),
    ("name", Part::Name),
    ("observable", Part::Value),
    ("observable_type", Part::Kind),
    ("observable_value", Part::Value),
    ("tags", Part::Label),
    ("threat_type", Part::ThreatType),
    ("title", Part::Name),
    ("tlp", Part::Level),
    ("to_ids", Part::ToDetect),
    ("type", Part::Kind),
    ("uuid", Part::Id),
    ("valid_from", Part::ValidFrom),
    ("valid_until", Part::ValidUntil),
    ("value", Part::Value),
];

/// Names so common that they tell a table of indicators only together.
const MISP: [&str; 5] = ["uuid", "event_id", "category", "type", "value"];
const COMMON: [&str; 1] = ["value"];

/// Which column of a table says what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Layout {
    value: usize,
    /// The kind, where the name of the column with the values tells it: `sha256`.
    kind: Option<&'static str>,
    parts: Vec<(usize, Part)>,
}

impl Layout {
    /// The layout that a header tells; none when it need not be one of indicators. Where indicators are expected, `value` is name enough, and
    /// a kind of indicator.
    pub fn of(header: &[&str], options: &IntelOptions) -> Option<Layout> {
        let names: Vec<String> = header
            .iter()
            .map(|name| name.trim_matches(['"', '#', ' ']).to_lowercase().replace([' ', '-', '.'], "_"))
            .collect();
        let has = |name: &str| names.iter().any(|own| own == name);
        // Rows of a table of the catalogue are told by their columns.
        if has("timegenerated") || has("timestamp") {
            return None;
        }
        let found = names.iter().enumerate().filter_map(|(at, name)| {
            let part = COLUMNS.iter().find(|(known, _)| known == name)?.1;
            Some((at, part))
        });
        let parts: Vec<(usize, Part)> = found.collect();
        let misp = MISP.iter().all(|name| has(name));
        let named = |wanted: Part| parts.iter().find(|(_, part)| *part == wanted).map(|(at, _)| *at);
        let value = named(Part::Value);
        if let Some(value) = value {
            let telling = names.get(value).is_some_and(|name| !COMMON.contains(&name.as_str()));
            if misp || options.expected || (telling && named(Part::Kind).is_some()) {
                return Some(Layout { value, kind: None, parts });
            }
            return None;
        }
        let kind = |name: &String| kinds::name_of(name);
        let at = names.iter().position(|name| kind(name).is_some()).filter(|_| options.expected)?;
        Some(Layout {
            value: at,
            kind: names.get(at).and_then(kind),
            parts,
        })
    }

    /// The indicator that a row is, as a STIX object.
    ///
    /// # Errors
    /// Says what is wrong with the row.
    pub fn indicator(&self, cells: &[&str], options: &IntelOptions) -> Result<String, String> {
        let value = cells.get(self.value).copied().unwrap_or_default();
        let mut found = Found::default();
        for (at, part) in &self.parts {
            let text = cells.get(*at).map(|cell| cell.trim()).unwrap_or_default();
            if !text.is_empty() {
                found.add(*part, text)?;
            }
        }
        let kind = found.kind.clone().or_else(|| self.kind.map(str::to_owned));
        let pattern = kinds::pattern(kind.as_deref().or(options.kind.as_deref()), value)?;
        Ok(found.object(&pattern, options))
    }
}

/// The indicator that a bare value is, as a STIX object.
pub(super) fn bare(value: &str, options: &IntelOptions) -> Result<String, String> {
    let pattern = kinds::pattern(options.kind.as_deref(), value)?;
    Ok(Found::default().object(&pattern, options))
}

/// What the cells of a row say.
#[derive(Default)]
struct Found {
    kind: Option<String>,
    context_only: bool,
    labels: Vec<Value>,
    /// Members of the object.
    members: Map<String, Value>,
    id: Option<String>,
}

impl Found {
    fn add(&mut self, part: Part, text: &str) -> Result<(), String> {
        match part {
            Part::Confidence => {
                let number = text
                    .trim_end_matches('%')
                    .parse::<f64>()
                    .ok()
                    .filter(|number| (0.0..=100.0).contains(number));
                let number = number.ok_or_else(|| format!("a confidence is a number up to 100, not {text}"))?;
                #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
                self.member("confidence", json!(number.round() as i64));
            }
            Part::ContextOnly => self.context_only |= truth(text),
            Part::Deleted => {
                if truth(text) {
                    self.member("revoked", json!(true));
                }
            }
            Part::Description => self.member("description", json!(text)),
            Part::Id => {
                self.id = uuid::Uuid::try_parse(text.rsplit("--").next().unwrap_or_default())
                    .ok()
                    .map(|id| id.to_string())
            }
            Part::Kind => self.kind = Some(text.to_owned()),
            Part::Label => self.labels.extend(labels(text).map(|label| json!(label))),
            Part::Labelled(prefix) => self.labels.push(json!(format!("{prefix}:{text}"))),
            Part::Level => self
                .labels
                .push(json!(format!("tlp:{}", text.trim_start_matches("TLP:").to_lowercase()))),
            Part::Modified => {
                let moment = moment(text)?;
                self.member("modified", json!(moment.clone()));
                self.member("created", json!(moment));
            }
            Part::Name => self.member("name", json!(text)),
            Part::ThreatType => self.member("indicator_types", json!([text])),
            Part::ToDetect => self.context_only |= !truth(text),
            Part::ValidFrom => self.member("valid_from", json!(moment(text)?)),
            Part::ValidUntil => self.member("valid_until", json!(moment(text)?)),
            Part::Value => {}
        }
        Ok(())
    }

    /// The first column that says something counts.
    fn member(&mut self, name: &str, value: Value) {
        self.members.entry(name).or_insert(value);
    }

    fn object(mut self, pattern: &str, options: &IntelOptions) -> String {
        let id = self.id.take().unwrap_or_else(|| id_of(options.source(), pattern));
        let mut received = String::new();
        format::datetime(options.received, &mut received);
        let mut object = Map::new();
        object.insert("type".to_owned(), json!("indicator"));
        object.insert("spec_version".to_owned(), json!("2.1"));
        object.insert("id".to_owned(), json!(format!("indicator--{id}")));
        self.member("created", json!(received.clone()));
        self.member("modified", json!(received));
        if !self.labels.is_empty() {
            let labels = std::mem::take(&mut self.labels);
            self.member("labels", Value::Array(labels));
        }
        if self.context_only {
            self.member("x_quarry_context_only", json!(true));
        }
        object.append(&mut self.members);
        object.insert("pattern".to_owned(), json!(pattern));
        object.insert("pattern_type".to_owned(), json!("stix"));
        Value::Object(object).to_string()
    }
}

/// The same indicator of the same source has the same id, whenever it comes.
fn id_of(source: &str, pattern: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(source);
    digest.update([0]);
    digest.update(pattern);
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn truth(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "1" | "true" | "yes")
}

/// Labels in one cell, as a JSON list or between commas, semicolons or bars.
fn labels(text: &str) -> impl Iterator<Item = String> {
    let list: Vec<String> = match serde_json::from_str::<Vec<String>>(text) {
        Ok(list) => list,
        Err(_) => text.split([',', ';', '|']).map(|label| label.trim().to_owned()).collect(),
    };
    list.into_iter().filter(|label| !label.is_empty())
}

/// A time as tables write it: also seconds since 1970, and `20261101`.
fn moment(text: &str) -> Result<String, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let ticks = match text.len() {
        8 if digits => part(0, 4).zip(part(4, 6)).zip(part(6, 8)).and_then(|((year, month), day)| {
            let year = i32::try_from(year).ok()?;
            time::datetime(year, month, day)
        }),
        10 if digits => text
            .parse::<i64>()
            .ok()
            .and_then(|seconds| seconds.checked_mul(time::SECOND)?.checked_add(time::UNIX_EPOCH)),
        _ => parse::datetime(text),
    };
    let ticks = ticks
        .and_then(time::checked_datetime)
        .ok_or_else(|| format!("`{text}` is no time"))?;
    let mut out = String::new();
    format::datetime(ticks, &mut out);
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn expected() -> IntelOptions {
        IntelOptions {
            expected: true,
            ..IntelOptions::default()
        }
    }

    fn object(header: &str, row: &str, options: &IntelOptions) -> Result<Value, String> {
        let header: Vec<&str> = header.split(',').collect();
        let cells: Vec<&str> = row.split(',').collect();
        let text = Layout::of(&header, options).unwrap().indicator(&cells, options)?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn exports_are_told_by_their_header() {
        let told = |header: &str, options: &IntelOptions| Layout::of(&header.split(',').collect::<Vec<_>>(), options).is_some();
        let plain = IntelOptions::default();
        assert!(told("uuid,event_id,category,type,value,comment,to_ids,date", &plain));
        assert!(told("Indicator type,Indicator,Description", &plain));
        assert!(told("ioc_value,ioc_type", &plain));
        assert!(!told("type,value", &plain));
        assert!(!told("name,indicator", &plain));
        assert!(!told("TimeGenerated,Indicator,Type", &plain));
        assert!(told("type,value", &expected()));
        assert!(told("SHA256,comment", &expected()));
        assert!(!told("SHA256,comment", &plain));
        assert!(!told("a,b", &expected()));
    }

    #[test]
    fn misp_attributes_keep_their_id_and_what_is_said_of_them() {
        let header = "uuid,event_id,category,type,value,comment,to_ids,date,attribute_tag";
        let row = "5e1f2d60-1111-4b4b-8a8a-0123456789ab,7,Network activity,ip-dst|port,198.51.100.7|443,seen,1,20261101,tlp:green|botnet";
        let found = object(header, row, &IntelOptions::default()).unwrap();
        assert_eq!(found["id"], "indicator--5e1f2d60-1111-4b4b-8a8a-0123456789ab");
        assert_eq!(
            found["pattern"],
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = '443']"
        );
        assert_eq!(found["modified"], "2026-11-01T00:00:00.0000000Z");
        assert_eq!(found["labels"], json!(["category:Network activity", "tlp:green", "botnet"]));
        assert_eq!(found.get("x_quarry_context_only"), None);
        let context = object(header, &row.replace(",1,2026", ",0,2026"), &IntelOptions::default()).unwrap();
        assert_eq!(context["x_quarry_context_only"], true);
    }

    #[test]
    fn rows_without_an_id_have_the_same_one_each_time() {
        let header = "Indicator type,Indicator,Description";
        let one = object(header, "domain,bad.example,x", &IntelOptions::default()).unwrap();
        let two = object(header, "domain,bad.example,another", &IntelOptions::default()).unwrap();
        let other = object(header, "domain,worse.example,x", &IntelOptions::default()).unwrap();
        assert_eq!(one["id"], two["id"]);
        assert_ne!(one["id"], other["id"]);
    }

    #[test]
    fn the_name_of_a_column_can_be_the_kind() {
        let found = object("domain,confidence,expires", "bad.example,80,2026-12-01", &expected()).unwrap();
        assert_eq!(found["pattern"], "[domain-name:value = 'bad.example']");
        assert_eq!(found["confidence"], 80);
        assert_eq!(found["valid_until"], "2026-12-01T00:00:00.0000000Z");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let refused = |row: &str| object("value,type,confidence,expires", row, &expected()).unwrap_err();
        assert!(refused("bad.example,domain,lots,").contains("confidence"));
        assert!(refused("bad.example,domain,5,soon").contains("no time"));
        assert!(refused("bad.example,poem,5,").contains("no kind"));
    }
}
