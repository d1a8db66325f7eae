//! The columns of a table as its transaction log declares them.

use std::collections::{HashMap, HashSet};

use deltalake_core::kernel::{DataType as DeltaType, MetadataValue, PrimitiveType, StructField};
use quarry_schema::KqlType;

use super::{INGESTION_TIME, Layout, RESIDUAL_SUFFIX, StoredColumn};
use crate::hot::{HotColumn, HotPart};

const NAME_KEY: &str = "quarry.name";
const TYPE_KEY: &str = "quarry.type";
const HOT_KEY: &str = "quarry.hot";
const HOT_TYPE: &str = "hot";

/// The columns, and the hot columns, that declared fields stand for. Those that are of no use here are passed over.
pub(super) fn declared<'a>(fields: impl Iterator<Item = &'a StructField>) -> (Vec<StoredColumn>, Vec<HotColumn>) {
    let (mut columns, mut hot) = (Vec::new(), Vec::new());
    for field in fields.filter(|field| field.name() != INGESTION_TIME) {
        hot.extend(declared_hot(field));
        let ty = text(field, TYPE_KEY).map_or_else(|| foreign_type(field.name(), &field.data_type), KqlType::from_name);
        let Some(ty) = ty else { continue };
        columns.push(StoredColumn {
            name: text(field, NAME_KEY).unwrap_or(field.name()).to_owned(),
            physical: field.name().to_owned(),
            ty,
        });
    }
    (columns, hot)
}

fn text<'f>(field: &'f StructField, key: &str) -> Option<&'f str> {
    match field.metadata.get(key) {
        Some(MetadataValue::String(text)) => Some(text),
        _ => None,
    }
}

fn declared_hot(field: &StructField) -> Option<HotColumn> {
    HotColumn::from_json(&serde_json::from_str(text(field, HOT_KEY)?).ok()?)
}

impl Layout {
    /// The fields of other programs that no column of ours can hold: a file that is rewritten would lose them.
    pub fn foreign<'a>(fields: impl Iterator<Item = &'a StructField>) -> Vec<String> {
        let held = |field: &StructField| {
            let residual = field.name().ends_with(RESIDUAL_SUFFIX) && *field.data_type() == DeltaType::Primitive(PrimitiveType::Byte);
            residual || field.metadata.contains_key(TYPE_KEY) || foreign_type(field.name(), &field.data_type).is_some()
        };
        fields.filter(|field| !held(field)).map(|field| field.name().clone()).collect()
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
            let same = declared_hot(field).is_some_and(|said| said.is_same(hot));
            (!same).then_some(hot.text.as_str())
        });
        other.next()
    }
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
