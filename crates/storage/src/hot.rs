//! Hot columns: values at often used paths into dynamic columns, kept beside the documents.
//!
//! A path such as `RawEventData.UserId` has up to three columns in a file. The *text* column holds the value where it is a string, without quotes; the
//! *long* column where it is a whole number; the *json* column holds any other value, as it stands in the document. All are null where there is no value,
//! and each is left out of a file that has no such value. Together they give back exactly what following the path in the document gives: a string is only
//! kept as text, and a number as a long, when writing it as JSON gives its spelling in the document again.
//!
//! Of a list of bags, such as `RawEventData.Folders`, a hot column may keep some members of each bag only. What is in the list is there, in its place,
//! and anything but a list is kept as it is; so it serves who counts elements or reads those members of them.
//!
//! A file says in its footer which paths were taken out of its documents ([`FOOTER_KEY`]), and only such a file's hot columns are read: a program that
//! does not know them writes, or merges, rows whose hot columns are null although the documents have values. The log says the same of each file, with
//! the smallest and largest text ([`TAG`]).

use arrow::datatypes::DataType;
use quarry_value::dynamic::Segment;
use serde_json::{Value, json};

/// The entry of a file's footer that lists the paths taken out of its documents.
pub(crate) const FOOTER_KEY: &str = "quarry.hot";
/// The tag of a file in the log: the same by text column, with bounds where all values are text.
pub(crate) const TAG: &str = "quarry.hot";

/// The longest path that is kept, in steps, and the longest key.
const MOST_STEPS: usize = 16;
const LONGEST_KEY: usize = 256;
/// The most members of bags in a list that are kept.
pub(crate) const MOST_MEMBERS: usize = 16;

/// A path into a dynamic column of some table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HotPath {
    /// The name of the column in KQL.
    pub column: String,
    pub path: Vec<Segment>,
    /// Of the bags in a list at the path these members alone; everything when empty.
    pub members: Vec<String>,
}

impl HotPath {
    /// Everything at a path.
    #[must_use]
    pub fn whole(column: impl Into<String>, path: Vec<Segment>) -> HotPath {
        HotPath {
            column: column.into(),
            path,
            members: Vec::new(),
        }
    }
}

/// A path with the names of its columns in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotColumn {
    /// The name of the dynamic column in KQL.
    pub column: String,
    /// The name of the dynamic column in the files.
    pub physical: String,
    pub path: Vec<Segment>,
    /// See [`HotPath::members`].
    pub members: Vec<String>,
    /// The column with strings.
    pub text: String,
    /// The column with whole numbers. Files from before there was one have them with everything else.
    pub long: Option<String>,
    /// The column with everything else.
    pub json: String,
}

/// One of the columns of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HotPart {
    Text,
    Long,
    Json,
}

impl HotPart {
    pub const ALL: [HotPart; 3] = [HotPart::Text, HotPart::Long, HotPart::Json];

    /// The name of the column.
    pub fn name(self, hot: &HotColumn) -> Option<&str> {
        match self {
            HotPart::Text => Some(&hot.text),
            HotPart::Long => hot.long.as_deref(),
            HotPart::Json => Some(&hot.json),
        }
    }

    /// The type of its values, as files hold them.
    pub fn arrow_type(self) -> DataType {
        match self {
            HotPart::Long => DataType::Int64,
            HotPart::Text | HotPart::Json => DataType::Utf8View,
        }
    }
}

impl HotColumn {
    /// What a footer or the declaration of the text column says.
    pub(crate) fn to_json(&self) -> Value {
        let mut said =
            json!({ "column": self.physical, "path": path_json(&self.path), "text": self.text, "long": self.long, "json": self.json });
        if !self.members.is_empty()
            && let Some(said) = said.as_object_mut()
        {
            said.insert("members".to_owned(), json!(self.members));
        }
        said
    }

    /// Whether both hold the same of the same documents.
    pub(crate) fn is_same(&self, other: &HotColumn) -> bool {
        (&self.physical, &self.path, &self.members) == (&other.physical, &other.path, &other.members)
    }

    /// Whether this column has what is wanted of the value at its path: these members of bags in a list, or everything.
    pub(crate) fn serves(&self, members: &[String]) -> bool {
        self.members.is_empty() || (!members.is_empty() && members.iter().all(|wanted| self.members.contains(wanted)))
    }

    /// Reads it back. `column` is left as it is in the files.
    pub(crate) fn from_json(value: &Value) -> Option<HotColumn> {
        let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
        let members = match value.get("members") {
            Some(members) => members_of(members)?,
            None => Vec::new(),
        };
        Some(HotColumn {
            members,
            column: text("column")?,
            physical: text("column")?,
            path: path_of(value.get("path")?)?,
            text: text("text")?,
            long: text("long"),
            json: text("json")?,
        })
    }
}

/// The paths that a file's footer lists.
pub(crate) fn read_footer(entry: &str) -> Vec<HotColumn> {
    let list: Vec<Value> = serde_json::from_str(entry).unwrap_or_default();
    list.iter().filter_map(HotColumn::from_json).collect()
}

/// The paths of a table that published content follows most.
pub(crate) fn published(table: &str) -> impl Iterator<Item = HotPath> {
    quarry_schema::catalogue::hot_paths(table).filter_map(|hot| {
        Some(HotPath {
            column: hot.column.to_owned(),
            path: path_of(&serde_json::from_str(hot.path).ok()?)?,
            members: match hot.members {
                Some(members) => members_of(&serde_json::from_str(members).ok()?)?,
                None => Vec::new(),
            },
        })
    })
}

/// Keys and positions as a JSON array.
pub(crate) fn path_json(path: &[Segment]) -> Value {
    path.iter()
        .map(|step| match step {
            Segment::Key(key) => json!(key),
            Segment::Index(index) => json!(index),
        })
        .collect()
}

/// The path that a JSON array spells; `None` for an empty or oversized one.
pub(crate) fn path_of(value: &Value) -> Option<Vec<Segment>> {
    let steps = value.as_array().filter(|steps| (1..=MOST_STEPS).contains(&steps.len()))?;
    let step = |value: &Value| match value {
        Value::String(key) if key.len() <= LONGEST_KEY => Some(Segment::Key(key.clone())),
        Value::Number(index) => index.as_i64().map(Segment::Index),
        _ => None,
    };
    steps.iter().map(step).collect()
}

/// The members that a JSON array names; `None` for something else, and for none or too many of them.
fn members_of(value: &Value) -> Option<Vec<String>> {
    let members = value.as_array().filter(|members| (1..=MOST_MEMBERS).contains(&members.len()))?;
    let name = |value: &Value| value.as_str().filter(|name| name.len() <= LONGEST_KEY).map(str::to_owned);
    members.iter().map(name).collect()
}

/// A whole number whose spelling follows from its value.
pub(crate) fn exact_long(raw: &str) -> Option<i64> {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let plain = match digits.as_bytes() {
        [b'0'] => raw.len() == 1,
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    if plain { raw.parse().ok() } else { None }
}

/// A path of which certain members of bags are read: `RawEventData.Folders[].Path`.
#[must_use]
pub fn shown_with(column: &str, path: &[Segment], members: &[String]) -> String {
    let mut out = shown(column, path);
    for (at, member) in members.iter().enumerate() {
        out.push_str(if at == 0 { "[]." } else { "," });
        out.push_str(member);
    }
    out
}

/// `RawEventData.UserId`, `TargetResources[0]['some name']`.
#[must_use]
pub fn shown(column: &str, path: &[Segment]) -> String {
    let mut out = column.to_owned();
    for step in path {
        match step {
            Segment::Key(key) if !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                out.push('.');
                out.push_str(key);
            }
            Segment::Key(key) => {
                out.push_str("['");
                out.push_str(&key.replace('\\', "\\\\").replace('\'', "\\'"));
                out.push_str("']");
            }
            Segment::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    out
}

/// A readable name for the columns of a path: `RawEventData__UserId`.
pub(crate) fn stem(physical: &str, path: &[Segment], members: &[String]) -> String {
    const LONGEST: usize = 80;
    let mut out = physical.to_owned();
    for step in path {
        out.push_str("__");
        match step {
            Segment::Key(key) => out.extend(key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })),
            Segment::Index(index) => out.push_str(&index.to_string().replace('-', "last")),
        }
    }
    if !members.is_empty() {
        out.push_str("__items");
    }
    out.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_footer_says_what_was_written() {
        let hot = HotColumn {
            column: "Raw".to_owned(),
            physical: "Raw".to_owned(),
            path: vec![Segment::Key("a.b \"c\"".to_owned()), Segment::Index(-1)],
            members: Vec::new(),
            text: "Raw__a".to_owned(),
            long: Some("Raw__a__long".to_owned()),
            json: "Raw__a__json".to_owned(),
        };
        let footer = Value::from(vec![hot.to_json()]).to_string();
        let read = read_footer(&footer);
        assert_eq!(read, std::slice::from_ref(&hot));
        let list = HotColumn {
            members: vec!["Path".to_owned(), "a b".to_owned()],
            ..hot
        };
        assert_eq!(read_footer(&Value::from(vec![list.to_json()]).to_string()), [list]);
        let old = footer.replace(r#""long":"Raw__a__long","#, "");
        assert_eq!(
            read_footer(&old).into_iter().next().map(|hot| (hot.text, hot.long)),
            Some(("Raw__a".to_owned(), None))
        );
        assert!(read_footer("no json").is_empty());
        assert!(read_footer(r#"[{"column":"Raw","path":[],"text":"t","json":"j"}]"#).is_empty());
        assert!(read_footer(r#"[{"column":"Raw","path":["a"],"members":[],"text":"t","json":"j"}]"#).is_empty());
    }

    #[test]
    fn paths_are_shown_as_kql_writes_them() {
        let path = [Segment::Key("a".to_owned()), Segment::Index(0), Segment::Key("it's".to_owned())];
        assert_eq!(shown("Raw", &path), r"Raw.a[0]['it\'s']");
        assert_eq!(stem("Raw", &path, &[]), "Raw__a__0__it_s");
        let members = ["Path".to_owned(), "Id".to_owned()];
        assert_eq!(shown_with("Raw", &path[..1], &members), "Raw.a[].Path,Id");
        assert_eq!(stem("Raw", &path[..1], &members), "Raw__a__items");
    }

    #[test]
    fn published_content_has_paths() {
        let user = HotPath {
            column: "RawEventData".to_owned(),
            path: vec![Segment::Key("UserId".to_owned())],
            members: Vec::new(),
        };
        assert!(published("CloudAppEvents").any(|path| path == user));
    }
    #[test]
    fn longs_are_what_can_be_spelled_again() {
        for (raw, long) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-0", None),
            ("007", None),
            ("1.0", None),
            ("1e3", None),
            ("true", None),
            ("\"5\"", None),
            ("", None),
        ] {
            assert_eq!(exact_long(raw), long, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_long_gives_its_spelling_back(value in any::<i64>()) {
            prop_assert_eq!(exact_long(&value.to_string()), Some(value));
        }
    }
}
