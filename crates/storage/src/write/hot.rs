//! Taking hot paths out of documents: one walk over a document finds all of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Builder, StringViewBuilder};
use parquet::file::metadata::KeyValue;
use quarry_value::dynamic::{PathSet, Segment, elements, members, plain_end};
use quarry_value::json::{self, Kind};
use serde_json::{Map, Value, json};

use super::bounds;
use super::rows::Taken;
use super::statistics::{prefix, upper};
use crate::error::Result;
use crate::hot::{FOOTER_KEY, HotPart, exact_long};
use crate::layout::Layout;

/// Takes the hot paths of a table's rows out of their documents.
pub(super) struct Extractor {
    documents: Vec<Document>,
}

/// The paths into one dynamic column.
struct Document {
    column: usize,
    /// Places in the layout's hot columns.
    hot: Vec<usize>,
    paths: Vec<Vec<Segment>>,
    /// Of lists at the paths: the members of their bags that are kept, if not all.
    members: Vec<Vec<String>>,
    set: PathSet,
}

impl Extractor {
    pub fn new(layout: &Layout) -> Extractor {
        let mut by_column: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, hot) in layout.hot.iter().enumerate() {
            if let Some(column) = layout.stored.iter().position(|stored| stored.physical == hot.physical) {
                by_column.entry(column).or_default().push(at);
            }
        }
        let documents = by_column.into_iter().map(|(column, hot)| {
            let of = |at: &usize| layout.hot.get(*at).map(|hot| hot.path.clone());
            let paths: Vec<Vec<Segment>> = hot.iter().filter_map(of).collect();
            let members = hot.iter().filter_map(|at| layout.hot.get(*at)).map(|hot| hot.members.clone());
            Document {
                column,
                members: members.collect(),
                hot,
                set: PathSet::new(&paths),
                paths,
            }
        });
        Extractor {
            documents: documents.collect(),
        }
    }

    /// The rows with their hot columns behind the stored ones. A column without any value is left out.
    pub fn with_hot(&self, layout: &Layout, taken: &Taken) -> Result<Taken> {
        let mut columns = taken.columns.clone();
        for document in &self.documents {
            let stored = taken.columns.iter().find(|(at, _)| *at == document.column);
            if let Some((_, array)) = stored {
                document.extract(layout, array, &mut columns)?;
            }
        }
        Ok(Taken { rows: taken.rows, columns })
    }
}

impl Document {
    fn extract(&self, layout: &Layout, documents: &ArrayRef, into: &mut Vec<(usize, ArrayRef)>) -> Result<()> {
        let Some(documents) = documents.as_string_view_opt() else {
            return Ok(());
        };
        let mut columns: Vec<Parts> = self.paths.iter().map(|_| Parts::default()).collect();
        let mut found = Vec::new();
        let mut scratch = String::new();
        for document in documents {
            match document {
                Some(document) => self.set.extract(document, &self.paths, &mut found),
                None => found = vec![None; self.paths.len()],
            }
            for ((parts, value), members) in columns.iter_mut().zip(&found).zip(&self.members) {
                scratch.clear();
                match value {
                    Some(raw) if !members.is_empty() && put_items(raw, members, &mut scratch) => parts.put(Some(&scratch))?,
                    value => parts.put(*value)?,
                }
            }
        }
        for (parts, hot) in columns.into_iter().zip(&self.hot) {
            let columns = parts
                .finish()
                .into_iter()
                .map(|(part, array)| (layout.hot_place(*hot, part), array));
            into.extend(columns);
        }
        Ok(())
    }
}

/// Writes a list with these members of its bags; false for what is no list.
fn put_items(raw: &str, wanted: &[String], out: &mut String) -> bool {
    let Some(items) = elements(raw) else { return false };
    out.push('[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        let Some(members) = members(item) else {
            out.push_str(item);
            continue;
        };
        out.push('{');
        let mut first = true;
        for member in members {
            if wanted.iter().any(|key| member.is(key)) {
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                out.push_str(member.raw_key);
                out.push(':');
                out.push_str(member.value);
            }
        }
        out.push('}');
    }
    out.push(']');
    true
}

/// The values at one path, by what they are.
#[derive(Default)]
struct Parts {
    texts: StringViewBuilder,
    longs: Int64Builder,
    others: StringViewBuilder,
    /// Rows that each of them has; those that come after the last value are filled in at the end.
    filled: [usize; 3],
    rows: usize,
}

impl Parts {
    fn put(&mut self, value: Option<&str>) -> Result<()> {
        let row = self.rows;
        self.rows += 1;
        let Some(raw) = value else { return Ok(()) };
        let [texts, longs, others] = &mut self.filled;
        if let Some(text) = exact_text(raw) {
            (*texts..row).for_each(|_| self.texts.append_null());
            self.texts.try_append_value(text)?;
            *texts = self.rows;
        } else if let Some(long) = exact_long(raw) {
            self.longs.append_nulls(row - *longs);
            self.longs.append_value(long);
            *longs = self.rows;
        } else {
            (*others..row).for_each(|_| self.others.append_null());
            self.others.try_append_value(raw)?;
            *others = self.rows;
        }
        Ok(())
    }

    /// The columns that have a value.
    fn finish(mut self) -> Vec<(HotPart, ArrayRef)> {
        let [texts, longs, others] = self.filled;
        let mut columns: Vec<(HotPart, ArrayRef)> = Vec::new();
        if texts > 0 {
            (texts..self.rows).for_each(|_| self.texts.append_null());
            columns.push((HotPart::Text, Arc::new(self.texts.finish())));
        }
        if longs > 0 {
            self.longs.append_nulls(self.rows - longs);
            columns.push((HotPart::Long, Arc::new(self.longs.finish())));
        }
        if others > 0 {
            (others..self.rows).for_each(|_| self.others.append_null());
            columns.push((HotPart::Json, Arc::new(self.others.finish())));
        }
        columns
    }
}

/// The content of a string whose spelling follows from its content.
fn exact_text(raw: &str) -> Option<Cow<'_, str>> {
    if json::kind(raw) != Kind::String {
        return None;
    }
    // Without escapes in it, or characters that need one, a string is its own spelling.
    let end = plain_end(raw.as_bytes(), 1);
    if end + 1 == raw.len() {
        return raw.get(1..end).map(Cow::Borrowed);
    }
    let content = json::unquote(raw)?;
    let mut spelled = String::with_capacity(raw.len());
    json::quote(&content, &mut spelled);
    (spelled == raw).then_some(content)
}

/// What a file's footer says of its hot columns; nothing when its table has none.
pub(super) fn footer(layout: &Layout) -> Option<Vec<KeyValue>> {
    let list: Vec<Value> = layout.hot.iter().map(crate::hot::HotColumn::to_json).collect();
    (!list.is_empty()).then(|| vec![KeyValue::new(FOOTER_KEY.to_owned(), Value::from(list).to_string())])
}

/// Bounds of the texts of a file.
#[derive(Debug, Default)]
pub(super) struct HotBounds {
    /// By place in the hot columns.
    ranges: BTreeMap<usize, Range>,
    rows: usize,
}

#[derive(Debug, Default)]
struct Range {
    bounds: Option<(String, String)>,
    texts: usize,
    /// Values that are no text.
    others: bool,
}

impl HotBounds {
    /// Takes in a row group.
    pub fn add(&mut self, layout: &Layout, taken: &Taken) {
        self.rows += taken.rows;
        for hot in 0..layout.hot.len() {
            let column = |part: HotPart| {
                let place = layout.hot_place(hot, part);
                taken.columns.iter().find(|(at, _)| *at == place).map(|(_, array)| array)
            };
            if column(HotPart::Long).or(column(HotPart::Json)).is_some() {
                self.ranges.entry(hot).or_default().others = true;
            }
            let Some(texts) = column(HotPart::Text).and_then(|array| array.as_string_view_opt()) else {
                continue;
            };
            let range = self.ranges.entry(hot).or_default();
            range.texts += texts.len() - texts.null_count();
            if let Some((low, high)) = bounds::of_texts(texts) {
                range.bounds = Some(match range.bounds.take() {
                    Some((least, most)) => (least.min(low.to_owned()), most.max(high.to_owned())),
                    None => (low.to_owned(), high.to_owned()),
                });
            }
        }
    }

    /// What the log says of the file: for every hot column its name and, where all values are text, the smallest and largest, missing ones counting
    /// as empty text.
    pub fn to_json(&self, layout: &Layout) -> Option<String> {
        if layout.hot.is_empty() {
            return None;
        }
        let mut entries = Map::new();
        for (at, hot) in layout.hot.iter().enumerate() {
            let bounds = match self.ranges.get(&at) {
                None => Some((String::new(), String::new())),
                Some(Range { others: true, .. }) => None,
                Some(Range { bounds: None, .. }) => Some((String::new(), String::new())),
                Some(Range {
                    bounds: Some((low, high)),
                    texts,
                    ..
                }) => {
                    let low = if *texts < self.rows { String::new() } else { prefix(low) };
                    upper(high).map(|high| (low, high))
                }
            };
            entries.insert(hot.text.clone(), bounds.map_or(Value::Null, |(low, high)| json!([low, high])));
        }
        Some(Value::Object(entries).to_string())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_what_can_be_spelled_again() {
        for (raw, text) in [
            (r#""plain""#, Some("plain")),
            (r#""""#, Some("")),
            (r#""a\"b\\c\n""#, Some("a\"b\\c\n")),
            (r#""\u0001""#, Some("\u{1}")),
            (r#""\u0041""#, None),
            (r#""\/""#, None),
            (r#""\ud800""#, None),
            ("\"\t\"", None),
            ("1.50", None),
            ("true", None),
            ("[\"a\"]", None),
        ] {
            assert_eq!(exact_text(raw).as_deref(), text, "{raw}");
        }
    }

    #[test]
    fn lists_keep_wanted_members_of_their_bags() {
        let wanted = ["Path".to_owned(), "n".to_owned()];
        for (raw, kept) in [
            (
                r#"[{"Id":"x","Path":"a","Items":[{"Path":1}]},{"n":2,"Path":"b","Path":"c"}]"#,
                r#"[{"Path":"a"},{"n":2,"Path":"b","Path":"c"}]"#,
            ),
            (
                r#"[{"\u0050ath":1},{},5,"Path",null,[{"Id":1}]]"#,
                r#"[{"\u0050ath":1},{},5,"Path",null,[{"Id":1}]]"#,
            ),
            ("[]", "[]"),
        ] {
            let mut out = String::new();
            assert!(put_items(raw, &wanted, &mut out));
            assert_eq!(out, kept);
        }
        for raw in [r#"{"Path":1,"Id":2}"#, "5", r#""text""#, "null"] {
            assert!(!put_items(raw, &wanted, &mut String::new()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn every_text_gives_its_spelling_back(content in ".{0,20}") {
            let mut raw = String::new();
            json::quote(&content, &mut raw);
            let text = exact_text(&raw).map(Cow::into_owned);
            prop_assert_eq!(text, Some(content));
        }
    }
}
