//! Threat intelligence: STIX 2.1 objects, tables and lists of indicators.
//!
//! Every way in leads over a STIX object ([`stix`]): tables and lists are rewritten as such. An indicator fills `ThreatIntelIndicators`, a row for
//! each observable of its pattern, and `ThreatIntelligenceIndicator`, a row for each alternative of it; other objects fill `ThreatIntelObjects`.
//! A later version of an indicator is further rows, with the same ids ([`versions`]).

mod columns;
mod kinds;
pub(super) mod list;
mod markings;
mod pattern;
mod stix;
mod table;
mod versions;

pub(super) use table::Layout;
pub(super) use versions::{Version, Versions};

use quarry_value::dynamic;

use super::file::{FileRun, Place, Stop};
use super::members::Members;
use super::report::Format;

/// What is to be known of indicators besides what their files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntelOptions {
    /// Who says so: part of every id. `Quarry` when nothing is given.
    pub source: Option<String>,
    /// The kind of bare values; told by each value when nothing is given.
    pub kind: Option<String>,
    /// How long indicators hold that say nothing of an end, in ticks; without, as long as there is time.
    pub valid_for: Option<i64>,
    /// How sure indicators are that say nothing of it, up to 100.
    pub confidence: Option<u8>,
    /// The moment at which they count as received, in ticks.
    pub received: i64,
    /// Files hold indicators: what need not be any is read as such.
    pub expected: bool,
    /// Files that are in already count as received anew.
    pub anew: bool,
}

impl Default for IntelOptions {
    fn default() -> IntelOptions {
        IntelOptions {
            source: None,
            kind: None,
            valid_for: None,
            confidence: None,
            received: quarry_value::time::system_now(),
            expected: false,
            anew: false,
        }
    }
}

impl IntelOptions {
    fn source(&self) -> &str {
        self.source.as_deref().unwrap_or("Quarry")
    }
}

/// Checks the name of a kind of indicators, as tables and lists call it.
///
/// # Errors
/// Says that there is none of this name, and which is nearest.
pub fn indicator_kind(name: &str) -> Result<String, String> {
    if kinds::find(name).is_some() {
        return Ok(name.to_owned());
    }
    let close = kinds::closest(name).map(|close| format!(": did you mean `{close}`?"));
    let close = close.unwrap_or_else(|| ": domain, ip, url, md5, sha1, sha256, email, filename and others are".to_owned());
    Err(format!("`{name}` is no kind of indicator{close}"))
}

/// The objects of a bundle, or of what a TAXII server answers.
pub(super) fn objects<'t>(text: &'t str, outer: &Members) -> Option<&'t str> {
    let objects = outer.get(text, "objects")?.value;
    if !objects.starts_with('[') {
        return None;
    }
    let bundle = outer.get(text, "type").is_some_and(|kind| kind.value == "\"bundle\"");
    (bundle || dynamic::element(objects, 0).is_some_and(has_id)).then_some(objects)
}

fn has_id(object: &str) -> bool {
    let member = |key: &str| dynamic::member(object, key);
    member("type")
        .zip(member("id"))
        .is_some_and(|(kind, id)| stix::is_id(id, &quarry_value::json::text(kind)))
}

/// Whether a record is a STIX object.
pub(super) fn is_object(text: &str, record: &Members) -> bool {
    let id = record.get(text, "id").filter(|id| id.value.contains("--"));
    let kind = record.get(text, "type").and_then(|kind| kind.text());
    id.zip(kind).is_some_and(|(id, kind)| stix::is_id(id.value, &kind))
}

/// Whether text that should hold indicators is a list of them: neither JSON nor a table whose header tells.
pub(super) fn looks_like_list(head: &[u8], options: &IntelOptions) -> bool {
    let first = head.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    !super::json::looks_like_json(head) && !is_header(first, options)
}

/// Whether a line is the header of a table of indicators, or of rows of a table of the catalogue.
fn is_header(line: &[u8], options: &IntelOptions) -> bool {
    let Ok(line) = std::str::from_utf8(line) else {
        return false;
    };
    let delimiter = char::from(super::csv::delimiter(line.as_bytes()));
    let names: Vec<&str> = line.split(delimiter).map(|name| name.trim().trim_matches('"')).collect();
    names.contains(&"TimeGenerated") || Layout::of(&names, options).is_some()
}

/// Tables that objects fill.
const TABLES: [&str; 3] = [stix::INDICATORS.table, stix::LEGACY.table, stix::OBJECTS.table];

/// Whether objects fill a table.
pub(super) fn takes(table: &str) -> bool {
    TABLES.contains(&table)
}

/// Puts an object into its tables, or into the one that the user names. False when that is none of them. `raw` is what it came as.
pub(super) fn deliver(object: &str, place: Place, raw: &[u8], run: &mut FileRun<'_>) -> Result<bool, Stop> {
    let again = run.again.as_ref().is_some_and(|again| again.all_views);
    let fixed = run.recogniser.fixed().filter(|_| !again);
    if fixed.as_ref().is_some_and(|fixed| !takes(fixed)) {
        return Ok(false);
    }
    let options = std::sync::Arc::clone(&run.intel);
    let object = match stix::Received::read(object, &options) {
        Ok(object) => object,
        Err(reason) => {
            run.broken(place, &reason, raw)?;
            return Ok(true);
        }
    };
    let moment = run.session.received(&object.version())?;
    let found = object.rows(moment);
    if run.format.is_none_or(|format| matches!(format, Format::Json | Format::JsonLines)) {
        run.format = Some(Format::Stix);
    }
    run.in_part += u64::from(found.in_part);
    for (mapping, fields) in &found.rows {
        let wanted = match &fixed {
            Some(fixed) => **fixed == *mapping.table,
            None => run.derived || mapping.table != stix::LEGACY.table,
        };
        // What a table does not take is set aside, once.
        if wanted && !run.mapped(mapping, fields, place, raw)? {
            break;
        }
    }
    Ok(true)
}
