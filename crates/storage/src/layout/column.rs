//! A column that files of a table may have.

use arrow::datatypes::{DataType, Field, TimeUnit};
use quarry_schema::KqlType;

use super::{INGESTION_TIME, RESIDUAL_SUFFIX};

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
