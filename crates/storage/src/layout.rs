//! How the columns of a table lie in its files.
//!
//! | KQL | in the file | note |
//! |---|---|---|
//! | bool, int, long, real, decimal, string | boolean, integer, long, double, decimal(38,18), string | strings are never null: empty and missing are one in KQL |
//! | datetime | timestamp (µs, UTC) | beside it `NAME__ticks`: the 0 to 9 ticks that microseconds drop; absent from files where all are 0 |
//! | timespan | long | ticks of 100 ns |
//! | guid | string | lower-case text, so that every reader can compare it |
//! | dynamic | string | compact JSON |
//!
//! Beside a dynamic column lie its hot columns ([`crate::hot`]): strings, null where there is no value.
//!
//! A column without any value in a file is left out of that file. `_extra` holds, as one JSON bag per record, the fields that the table has no column for.

use std::collections::{HashMap, HashSet};

use arrow::datatypes::{DataType, Field, TimeUnit};
use deltalake_core::kernel::{DataType as DeltaType, MetadataValue, PrimitiveType, StructField};
use quarry_schema::KqlType;

use crate::catalogue::{ColumnOrigin, TableShape};
use crate::hot::{self, HotColumn, HotPart, HotPath};

/// The column of fields that have no column of their own.
pub const EXTRA: &str = "_extra";
/// The time at which a row was committed. The log knows it for the files of an ingest; files that hold rows of several commits store it.
pub const INGESTION_TIME: &str = "_ingestion_time";

const NAME_KEY: &str = "quarry.name";
const TYPE_KEY: &str = "quarry.type";
const RESIDUAL_SUFFIX: &str = "__ticks";
const HOT_KEY: &str = "quarry.hot";
const HOT_TYPE: &str = "hot";
/// The most hot paths that a table has, each of which may be three columns in a file.
pub(crate) const MOST_HOT: usize = 64;

/// A column that files of a table may have.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredColumn {
    /// The name in KQL.
    pub name: String,
    /// The name in the files: the same unless Delta Lake does not allow it.
    pub physical: String,
    pub ty: KqlType,
}

impl StoredColumn {
    /// The name of the column with the ticks below a microsecond.
    #[must_use]
    pub fn residual(&self) -> String {
        format!("{}{RESIDUAL_SUFFIX}", self.physical)
    }

    /// The column in which rewritten files keep the time at which their rows were committed.
    #[must_use]
    pub fn ingestion_time() -> StoredColumn {
        StoredColumn {
            name: INGESTION_TIME.to_owned(),
            physical: INGESTION_TIME.to_owned(),
            ty: KqlType::DateTime,
        }
    }

    /// The Arrow field that is written to a file.
    #[must_use]
    pub fn file_field(&self) -> Field {
        let ty = match self.ty {
            KqlType::DateTime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            KqlType::Guid => DataType::Utf8View,
            KqlType::Decimal => quarry_value::decimal::STORED,
            other => quarry_value::arrow_type(other),
        };
        Field::new(&self.physical, ty, self.ty != KqlType::String)
    }
}

/// The columns of a table: what is stored, and the names under which queries see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub table: String,
    pub stored: Vec<StoredColumn>,
    /// Names that show another column, and the place of that column in `stored`.
    pub aliases: Vec<(String, usize)>,
    /// Whether `Type` shows the name of the table.
    pub names_itself: bool,
    /// The place of the event time in `stored`.
    pub time: Option<usize>,
    /// Paths into dynamic columns whose values new files hold beside the documents.
    pub hot: Vec<HotColumn>,
}

impl Layout {
    /// The layout of a table that has no files yet.
    #[must_use]
    pub fn new(shape: &TableShape) -> Layout {
        let mut layout = Layout {
            table: shape.name.clone(),
            stored: Vec::new(),
            aliases: Vec::new(),
            names_itself: false,
            time: None,
            hot: Vec::new(),
        };
        layout.extend(shape.columns.iter().filter_map(|column| match column.origin {
            ColumnOrigin::Stored => Some((column.name.clone(), column.ty)),
            _ => None,
        }));
        layout.extend([(EXTRA.to_owned(), KqlType::Dynamic)]);
        for column in &shape.columns {
            match &column.origin {
                ColumnOrigin::AliasOf(target) => {
                    if let Some(at) = layout.stored.iter().position(|stored| stored.name == *target) {
                        layout.aliases.push((column.name.clone(), at));
                    }
                }
                ColumnOrigin::TableName => layout.names_itself = true,
                ColumnOrigin::Stored => {}
            }
        }
        layout.time = shape
            .time
            .as_ref()
            .and_then(|time| layout.stored.iter().position(|stored| stored.name == *time));
        layout.extend_hot(shape.hot.iter().cloned());
        layout
    }

    /// The layout of a table that exists: its columns come first, then what the catalogue has learnt since.
    #[must_use]
    pub fn of_existing<'a>(shape: &TableShape, fields: impl Iterator<Item = &'a StructField>) -> Layout {
        let (mut known, mut hot) = (Vec::new(), Vec::new());
        for field in fields {
            if field.name() == INGESTION_TIME {
                continue;
            }
            let text = |key: &str| match field.metadata.get(key) {
                Some(MetadataValue::String(text)) => Some(text.as_str()),
                _ => None,
            };
            if let Some(declared) = text(HOT_KEY) {
                hot.extend(serde_json::from_str(declared).ok().as_ref().and_then(HotColumn::from_json));
            }
            let Some(ty) = text(TYPE_KEY).map_or_else(|| foreign_type(field.name(), &field.data_type), KqlType::from_name) else {
                continue;
            };
            known.push(StoredColumn {
                name: text(NAME_KEY).unwrap_or(field.name()).to_owned(),
                physical: field.name().to_owned(),
                ty,
            });
        }
        let mut layout = Layout {
            table: shape.name.clone(),
            stored: known,
            aliases: Vec::new(),
            names_itself: false,
            time: None,
            hot: Vec::new(),
        };
        layout.adopt_hot(hot);
        let fresh = Layout::new(shape);
        layout.extend(fresh.stored.iter().map(|column| (column.name.clone(), column.ty)));
        let place = |at: usize| {
            let name = &fresh.stored.get(at)?.name;
            layout.stored.iter().position(|stored| stored.name == *name)
        };
        let aliases = fresh.aliases.iter().filter_map(|(name, at)| Some((name.clone(), place(*at)?)));
        let aliases = aliases.filter(|(name, _)| layout.column(name).is_none()).collect();
        let time = fresh.time.and_then(place);
        let published = fresh.hot.into_iter().map(|hot| HotPath {
            column: hot.column,
            path: hot.path,
        });
        layout.extend_hot(published);
        Layout {
            aliases,
            names_itself: fresh.names_itself,
            time,
            ..layout
        }
    }

    /// Takes over declared hot columns whose documents the table has.
    fn adopt_hot(&mut self, declared: Vec<HotColumn>) {
        for mut hot in declared {
            let stored = self.stored.iter().find(|stored| stored.physical == hot.physical);
            if let Some(stored) = stored.filter(|stored| stored.ty == KqlType::Dynamic) {
                hot.column.clone_from(&stored.name);
                if hot.long.is_none() {
                    hot.long = Some(free_name(&format!("{}__long", hot.text), KqlType::Long, &self.taken_names()));
                }
                self.hot.push(hot);
            }
        }
    }

    /// Adds hot columns that are not there yet, as long as there is room; gives their number. A path into a column that is not dynamic is passed over.
    pub fn extend_hot(&mut self, paths: impl IntoIterator<Item = HotPath>) -> usize {
        let mut taken = self.taken_names();
        let before = self.hot.len();
        for HotPath { column, path } in paths {
            if self.hot.len() >= MOST_HOT {
                break;
            }
            let Some(stored) = self.column(&column).filter(|stored| stored.ty == KqlType::Dynamic) else {
                continue;
            };
            if path.is_empty() || self.hot.iter().any(|hot| hot.column == column && hot.path == path) {
                continue;
            }
            let physical = stored.physical.clone();
            let mut name = |stem: &str| {
                let name = free_name(stem, KqlType::String, &taken);
                taken.insert(name.to_lowercase());
                name
            };
            let text = name(&hot::stem(&physical, &path));
            let long = name(&format!("{text}__long"));
            let json = name(&format!("{text}__json"));
            self.hot.push(HotColumn {
                column,
                physical,
                path,
                text,
                long: Some(long),
                json,
            });
        }
        self.hot.len() - before
    }

    /// The place of a hot column in a file, behind those of the stored columns.
    pub(crate) fn hot_place(&self, hot: usize, part: HotPart) -> usize {
        self.stored.len() + HotPart::ALL.len() * hot + part as usize
    }

    /// The hot column at such a place.
    pub(crate) fn hot_at(&self, place: usize) -> Option<(&HotColumn, HotPart)> {
        let behind = place.checked_sub(self.stored.len())?;
        let part = HotPart::ALL.get(behind % HotPart::ALL.len())?;
        Some((self.hot.get(behind / HotPart::ALL.len())?, *part))
    }

    /// Names in lower case that a new column of a file cannot have.
    fn taken_names(&self) -> HashSet<String> {
        let own = StoredColumn::ingestion_time();
        let mut taken = HashSet::from([own.residual(), own.physical]);
        for column in &self.stored {
            taken.insert(column.physical.to_lowercase());
            if column.ty == KqlType::DateTime {
                taken.insert(column.residual().to_lowercase());
            }
        }
        let hot = self
            .hot
            .iter()
            .flat_map(|hot| HotPart::ALL.into_iter().filter_map(|part| part.name(hot)));
        taken.extend(hot.map(|name| name.to_lowercase()));
        taken
    }

    /// Adds columns that are not there yet.
    pub fn extend(&mut self, columns: impl IntoIterator<Item = (String, KqlType)>) {
        let mut names: HashSet<String> = self.stored.iter().map(|column| column.name.clone()).collect();
        let mut taken = self.taken_names();
        for (name, ty) in columns {
            if name == INGESTION_TIME || !names.insert(name.clone()) {
                continue;
            }
            let physical = free_name(&name, ty, &taken);
            taken.insert(physical.to_lowercase());
            let column = StoredColumn { name, physical, ty };
            if ty == KqlType::DateTime {
                taken.insert(column.residual().to_lowercase());
            }
            self.stored.push(column);
        }
    }

    /// The same for files that hold rows of several commits: with the time of ingestion as a column, the last.
    #[must_use]
    pub fn with_ingestion_time(&self) -> Layout {
        let mut layout = self.clone();
        layout.stored.push(StoredColumn::ingestion_time());
        layout
    }

    /// The fields of other programs that no column of ours can hold: a file that is rewritten would lose them.
    pub fn foreign<'a>(fields: impl Iterator<Item = &'a StructField>) -> Vec<String> {
        let held = |field: &StructField| {
            let residual = field.name().ends_with(RESIDUAL_SUFFIX) && *field.data_type() == DeltaType::Primitive(PrimitiveType::Byte);
            residual || field.metadata.contains_key(TYPE_KEY) || foreign_type(field.name(), &field.data_type).is_some()
        };
        fields.filter(|field| !held(field)).map(|field| field.name().clone()).collect()
    }

    /// The stored column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&StoredColumn> {
        self.stored.iter().find(|column| column.name == name)
    }

    /// The stored column that a name shows, which may be another name for it.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&StoredColumn> {
        match self.aliases.iter().find(|(alias, _)| alias == name) {
            Some((_, at)) => self.stored.get(*at),
            None => self.column(name),
        }
    }

    /// The columns as the transaction log declares them.
    pub fn delta_fields(&self) -> Vec<StructField> {
        let stored = self.stored.iter().flat_map(delta_fields);
        stored.chain(self.hot.iter().flat_map(hot_fields)).collect()
    }

    /// The stored columns whose fields the log does not declare yet, as fields.
    pub fn missing_in<'a>(&self, declared: impl Iterator<Item = &'a StructField>) -> Vec<StructField> {
        let declared: HashSet<&str> = declared.map(|field| field.name().as_str()).collect();
        let mut fields = self.delta_fields();
        fields.retain(|field| !declared.contains(field.name().as_str()));
        fields
    }

    /// A hot column that the log declares for another path: two programs have named new paths alike at the same time.
    pub fn contradicted<'a>(&self, declared: impl Iterator<Item = &'a StructField>) -> Option<&str> {
        let own: HashMap<&str, &HotColumn> = self.hot.iter().map(|hot| (hot.text.as_str(), hot)).collect();
        let mut other = declared.filter_map(|field| {
            let hot = own.get(field.name().as_str())?;
            let said = match field.metadata.get(HOT_KEY) {
                Some(MetadataValue::String(text)) => serde_json::from_str(text).ok().as_ref().and_then(HotColumn::from_json),
                _ => None,
            };
            let same = said.is_some_and(|said| (&said.physical, &said.path) == (&hot.physical, &hot.path));
            (!same).then_some(hot.text.as_str())
        });
        other.next()
    }

    /// The columns whose smallest and largest value the log keeps for each file: times first, then whole numbers and text.
    #[must_use]
    pub fn statistics_columns(&self) -> Vec<&StoredColumn> {
        const MOST: usize = 48;
        let rank = |column: &StoredColumn| match column.ty {
            KqlType::DateTime => Some(0),
            KqlType::Int | KqlType::Long | KqlType::TimeSpan => Some(1),
            KqlType::String | KqlType::Guid => Some(2),
            _ => None,
        };
        let mut columns: Vec<(i32, &StoredColumn)> = self
            .stored
            .iter()
            .enumerate()
            .filter_map(|(at, column)| {
                let first = Some(at) == self.time || column.name == INGESTION_TIME;
                Some((if first { -1 } else { rank(column)? }, column))
            })
            .collect();
        columns.sort_by_key(|(rank, _)| *rank);
        columns.truncate(MOST);
        columns.into_iter().map(|(_, column)| column).collect()
    }
}

/// A name that Delta Lake allows, different from those taken also in lower case.
fn free_name(name: &str, ty: KqlType, taken: &HashSet<String>) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_control() || " ,;{}()\t\n=.`".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let plain = if plain.is_empty() { "_".to_owned() } else { plain };
    let free = |candidate: &str| {
        let lower = candidate.to_lowercase();
        !taken.contains(&lower) && (ty != KqlType::DateTime || !taken.contains(&format!("{lower}{RESIDUAL_SUFFIX}")))
    };
    if free(&plain) {
        return plain;
    }
    (2..)
        .map(|n| format!("{plain}__{n}"))
        .find(|candidate| free(candidate))
        .unwrap_or(plain)
}

fn delta_fields(column: &StoredColumn) -> Vec<StructField> {
    let primitive = match column.ty {
        KqlType::Bool => PrimitiveType::Boolean,
        KqlType::Int => PrimitiveType::Integer,
        KqlType::Long | KqlType::TimeSpan => PrimitiveType::Long,
        KqlType::Real => PrimitiveType::Double,
        KqlType::Decimal => match PrimitiveType::decimal(
            quarry_value::decimal::STORED_PRECISION,
            quarry_value::decimal::STORED_SCALE.unsigned_abs(),
        ) {
            Ok(decimal) => decimal,
            Err(_) => PrimitiveType::String,
        },
        KqlType::DateTime => PrimitiveType::Timestamp,
        KqlType::String | KqlType::Guid | KqlType::Dynamic | KqlType::Unknown => PrimitiveType::String,
    };
    let text = |text: &str| MetadataValue::String(text.to_owned());
    let mut metadata = HashMap::from([(TYPE_KEY.to_owned(), text(column.ty.name()))]);
    if column.physical != column.name {
        metadata.insert(NAME_KEY.to_owned(), text(&column.name));
    }
    let mut fields = vec![StructField::nullable(&column.physical, DeltaType::Primitive(primitive)).with_metadata(metadata)];
    if column.ty == KqlType::DateTime {
        let hidden = HashMap::from([(TYPE_KEY.to_owned(), text("residual"))]);
        fields.push(StructField::nullable(column.residual(), DeltaType::Primitive(PrimitiveType::Byte)).with_metadata(hidden));
    }
    fields
}

fn hot_fields(hot: &HotColumn) -> impl Iterator<Item = StructField> {
    let entry = |key: &str, value: String| (key.to_owned(), MetadataValue::String(value));
    let hidden = move || entry(TYPE_KEY, HOT_TYPE.to_owned());
    HotPart::ALL.into_iter().filter_map(move |part| {
        let primitive = match part {
            HotPart::Long => PrimitiveType::Long,
            HotPart::Text | HotPart::Json => PrimitiveType::String,
        };
        let mut metadata = HashMap::from([hidden()]);
        if part == HotPart::Text {
            metadata.extend([entry(HOT_KEY, hot.to_json().to_string())]);
        }
        let field = StructField::nullable(part.name(hot)?, DeltaType::Primitive(primitive));
        Some(field.with_metadata(metadata))
    })
}

/// The KQL type of a column that another writer declared.
fn foreign_type(name: &str, ty: &DeltaType) -> Option<KqlType> {
    let DeltaType::Primitive(primitive) = ty else { return None };
    Some(match primitive {
        PrimitiveType::Boolean => KqlType::Bool,
        PrimitiveType::Byte if name.ends_with(RESIDUAL_SUFFIX) => return None,
        PrimitiveType::Integer => KqlType::Int,
        PrimitiveType::Long => KqlType::Long,
        PrimitiveType::Double => KqlType::Real,
        PrimitiveType::Timestamp => KqlType::DateTime,
        PrimitiveType::String => KqlType::String,
        _ => return None,
    })
}
