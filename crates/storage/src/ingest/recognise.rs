//! Which table a record belongs to.
//!
//! In this order: the table that the user names, the category of an XDR envelope, the `Type` field, the path of the file, and last the names of the fields.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use quarry_schema::KqlType;

use super::infer::is_custom;
use crate::catalogue::{ColumnOrigin, TableCatalogue};

/// What the rows of the streaming API carry before the table's name.
const XDR_PREFIX: &str = "AdvancedHunting-";
/// What storage containers carry before the table's name, in lower case.
const CONTAINER_PREFIXES: [&str; 2] = ["insights-logs-advancedhunting-", "am-"];
/// Different sets of fields of one file whose table is remembered.
const MOST_SIGNATURES: usize = 4096;

/// What every table has, or none, depending on the way of export.
const STANDARD: [&str; 8] = [
    "tenantid",
    "sourcesystem",
    "type",
    "machinegroup",
    "timegenerated",
    "_isbillable",
    "_billedsize",
    "_resourceid",
];

/// The names of a table's columns, lower case.
#[derive(Debug)]
struct Fields {
    table: String,
    columns: HashSet<String>,
    time: Vec<String>,
}

/// What all files of an ingest share.
#[derive(Debug)]
pub(super) struct Recogniser {
    catalogue: Arc<dyn TableCatalogue>,
    fixed: Option<Arc<str>>,
    fields: OnceLock<Vec<Fields>>,
}

impl Recogniser {
    /// `fixed` is the table that the user names for everything.
    pub fn new(catalogue: Arc<dyn TableCatalogue>, fixed: Option<String>) -> Recogniser {
        Recogniser {
            catalogue,
            fixed: fixed.map(Arc::from),
            fields: OnceLock::new(),
        }
    }

    /// A recogniser for the records of one file.
    pub fn for_file(self: &Arc<Recogniser>, path: &str) -> FileRecogniser {
        FileRecogniser {
            by_path: self.by_path(path),
            shared: Arc::clone(self),
            fixed: self.fixed.clone(),
            no_rows: false,
            categories: HashMap::new(),
            types: HashMap::new(),
            signatures: HashMap::new(),
            doubt: None,
            hasher: hashbrown::DefaultHashBuilder::default(),
        }
    }

    fn by_path(&self, path: &str) -> Option<String> {
        let parts: Vec<&str> = path.split(['/', '\\', '@']).filter(|part| !part.is_empty()).collect();
        for (behind, part) in parts.iter().rev().enumerate() {
            let lower = part.to_lowercase();
            for prefix in CONTAINER_PREFIXES {
                if let Some(name) = lower.strip_prefix(prefix)
                    && let Some(table) = self.catalogue.spelling(stem(name))
                {
                    return Some(table);
                }
            }
            let stem = stem(part);
            let spelled = self.catalogue.spelling(stem);
            // A folder such as `event` or `usage` need not mean the table; a file of that name does.
            if let Some(table) = spelled.filter(|table| behind == 0 || table == stem) {
                return Some(table);
            }
            if behind == 0 {
                let head = stem.split(['-', '.', ' ']).next().unwrap_or_default();
                let head = head.split_once("_20").map_or(head, |(head, _)| head);
                if head != stem
                    && let Some(table) = self.catalogue.spelling(head)
                {
                    return Some(table);
                }
                // `SigninLogs_tenant1_part2`: what a table's own name may hold, its user may have added.
                let mut heads = stem.rmatch_indices('_').filter_map(|(at, _)| stem.get(..at));
                if let Some(head) = heads.find(|head| self.catalogue.spelling(head).is_some_and(|table| table == **head)) {
                    return Some(head.to_owned());
                }
            }
        }
        None
    }

    fn fields(&self) -> &[Fields] {
        self.fields.get_or_init(|| {
            let names = self.catalogue.names();
            let tables = names.iter().filter_map(|name| self.fields_of(name));
            tables.collect()
        })
    }

    fn fields_of(&self, table: &str) -> Option<Fields> {
        let shape = self.catalogue.table(table)?;
        let stored = shape.columns.iter().filter(|column| column.origin == ColumnOrigin::Stored);
        let times = shape.columns.iter().filter(|column| {
            let named = column.name == "Timestamp" || column.name == "TimeGenerated";
            named && column.ty == KqlType::DateTime
        });
        Some(Fields {
            table: shape.name.clone(),
            columns: stored.map(|column| column.name.to_lowercase()).collect(),
            time: times.map(|column| column.name.to_lowercase()).collect(),
        })
    }
}

fn stem(part: &str) -> &str {
    part.split('.').next().unwrap_or(part)
}

/// A field of a record, as far as recognition cares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub name: &'a str,
    pub filled: bool,
}

/// Recognises the records of one file, remembering what it found.
#[derive(Debug)]
pub(super) struct FileRecogniser {
    shared: Arc<Recogniser>,
    /// The table of all records.
    fixed: Option<Arc<str>>,
    /// Records are not to be taken for rows of a table.
    no_rows: bool,
    by_path: Option<String>,
    categories: HashMap<String, Option<Arc<str>>>,
    types: HashMap<String, Option<Arc<str>>>,
    signatures: HashMap<u64, Closest>,
    /// The tables that the record asked for last fits alike.
    doubt: Option<Arc<str>>,
    hasher: hashbrown::DefaultHashBuilder,
}

/// The table whose columns a record has.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Closest {
    Table(Arc<str>),
    /// Any of these: the record has too few columns to tell.
    Several(Arc<str>),
    None,
}

impl FileRecogniser {
    /// Another for the same file, to be used by another thread.
    pub fn fork(&self) -> FileRecogniser {
        FileRecogniser {
            shared: Arc::clone(&self.shared),
            fixed: self.fixed.clone(),
            no_rows: self.no_rows,
            by_path: self.by_path.clone(),
            categories: HashMap::new(),
            types: HashMap::new(),
            signatures: HashMap::new(),
            doubt: None,
            hasher: hashbrown::DefaultHashBuilder::default(),
        }
    }

    /// The table that the user names.
    pub fn fixed(&self) -> Option<Arc<str>> {
        self.fixed.clone()
    }

    /// Takes no record for a row of a table: the user says that they are of another kind.
    pub fn expect_no_rows(&mut self) {
        self.no_rows = true;
    }

    /// Puts all records into this table.
    pub fn fix(&mut self, table: &str) {
        self.fixed = Some(Arc::from(table));
    }

    /// The table of an XDR category, such as `AdvancedHunting-EmailEvents`.
    pub fn by_category(&mut self, category: &str) -> Option<Arc<str>> {
        let shared = &self.shared;
        let find = || {
            let (prefix, name) = category.split_at_checked(XDR_PREFIX.len())?;
            let spelled = shared
                .catalogue
                .spelling(name)
                .filter(|_| prefix.eq_ignore_ascii_case(XDR_PREFIX))?;
            Some(Arc::from(spelled))
        };
        remembered(&mut self.categories, category, find)
    }

    /// The table that a `Type` field names: one that is known, or one of the user's own. Exports spell it as it is; another spelling is a word of some
    /// other meaning.
    pub fn by_type(&mut self, name: &str) -> Option<Arc<str>> {
        if self.no_rows {
            return None;
        }
        let shared = &self.shared;
        let find = || {
            let known = shared.catalogue.spelling(name).is_some_and(|spelled| spelled == name);
            (known || is_custom(name)).then(|| Arc::from(name))
        };
        remembered(&mut self.types, name, find)
    }

    /// The table whose columns fit best, the one that the path names before others.
    pub fn by_fields<'a>(&mut self, fields: impl Iterator<Item = Field<'a>> + Clone) -> Option<Arc<str>> {
        let mut hasher = self.hasher.build_hasher();
        for field in fields.clone() {
            field.name.hash(&mut hasher);
            field.filled.hash(&mut hasher);
        }
        self.by_signature(hasher.finish(), fields)
    }

    /// The same, where the caller has a number that tells names, and which are filled.
    pub fn by_signature<'a>(&mut self, signature: u64, fields: impl Iterator<Item = Field<'a>>) -> Option<Arc<str>> {
        let found = match self.signatures.get(&signature) {
            Some(known) => known.clone(),
            None => {
                let found = self.best(fields);
                if self.signatures.len() < MOST_SIGNATURES {
                    self.signatures.insert(signature, found.clone());
                }
                found
            }
        };
        self.doubt = None;
        match found {
            Closest::Table(table) => return Some(table),
            Closest::Several(tables) => self.doubt = Some(tables),
            Closest::None => {}
        }
        None
    }

    /// The tables that the record whose table was asked for last fits alike, where it could not be told.
    pub fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    fn best<'a>(&self, fields: impl Iterator<Item = Field<'a>>) -> Closest {
        if self.no_rows {
            return Closest::None;
        }
        let mut filled = HashSet::new();
        let mut all = HashSet::new();
        for field in fields {
            let name = column_name(field.name);
            if field.filled {
                filled.insert(name.clone());
            }
            all.insert(name);
        }
        if let Some(table) = &self.by_path
            && let Some(columns) = self.shared.fields_of(table)
        {
            let known = filled
                .iter()
                .filter(|name| columns.columns.contains(*name) || columns.time.contains(name))
                .count();
            if known * 3 >= filled.len() && known > 0 {
                return Closest::Table(Arc::from(table.as_str()));
            }
        }
        closest(self.shared.fields(), &filled, &all)
    }
}

/// The table that has nearly all filled fields and the time; a table without times is told by all of its columns and no others. Between
/// several, one of whose columns the record lacks none, then the one that also has most of the empty fields, then the one with the fewest
/// columns that the record lacks. A tie is no answer, and neither is a table of which the record has less than half while several others fit
/// as well: somebody has picked columns, and small tables would win. One other may be a table's twin (`DeviceProcessEvents`,
/// `DeviceCustomProcessEvents`).
fn closest(tables: &[Fields], filled: &HashSet<String>, all: &HashSet<String>) -> Closest {
    let score = |table: &Fields| {
        let timed = table.time.iter().any(|time| filled.contains(time));
        if !timed && !table.time.is_empty() {
            return None;
        }
        let has = |name: &&String| table.columns.contains(*name) || table.time.contains(*name);
        let known = filled.iter().filter(has).count();
        if known < 5 || known * 4 < filled.len() * 3 {
            return None;
        }
        // Of a record that has the columns of several tables only those count that it fills.
        let of_all = all.iter().filter(has).count();
        let without = table
            .columns
            .iter()
            .filter(|column| !all.contains(*column) && !STANDARD.contains(&column.as_str()))
            .count();
        if !timed && (without > 0 || of_all < all.len()) {
            return None;
        }
        Some((known, without == 0, of_all, std::cmp::Reverse(without)))
    };
    let mut scored: Vec<_> = tables.iter().filter_map(|table| Some((score(table)?, table))).collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let Some(((known, whole, of_all, lacking), table)) = scored.first() else {
        return Closest::None;
    };
    let is_half = of_all * 2 >= table.columns.len();
    let fitting = scored.iter().take_while(|((k, w, a, _), _)| (k, w, a) == (known, whole, of_all));
    let names: Vec<&str> = fitting.clone().map(|(_, table)| table.table.as_str()).collect();
    let as_close = fitting.filter(|((.., other), _)| other == lacking).count();
    if as_close > 1 || (names.len() > 2 && !is_half) {
        Closest::Several(listed(&names).into())
    } else {
        Closest::Table(Arc::from(table.table.as_str()))
    }
}

/// Names in a sentence, the first of them if they are many.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    match names.split_at_checked(SHOWN) {
        Some((shown, more)) if !more.is_empty() => format!("{} and {} more", shown.join(", "), more.len()),
        _ => names.join(", "),
    }
}

/// The name of the column that a field most likely is, in lower case.
fn column_name(field: &str) -> String {
    let bare = field.strip_suffix(" [UTC]").unwrap_or(field).trim();
    let bare = bare.strip_suffix(" (UTC)").unwrap_or(bare);
    let bare = crate::write::without_type_suffix(bare);
    bare.to_lowercase().replace(' ', "")
}

fn remembered(known: &mut HashMap<String, Option<Arc<str>>>, key: &str, find: impl FnOnce() -> Option<Arc<str>>) -> Option<Arc<str>> {
    if let Some(found) = known.get(key) {
        return found.clone();
    }
    let found = find();
    if known.len() < MOST_SIGNATURES {
        known.insert(key.to_owned(), found.clone());
    }
    found
}
