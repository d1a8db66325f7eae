//! The scalar types of KQL.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A scalar type of KQL, under the name that `getschema` and the wire protocols use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KqlType {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    String,
    DateTime,
    TimeSpan,
    Guid,
    Dynamic,
    /// A column of an open schema whose type only the data can tell. Exists while binding; plans never see it.
    Unknown,
}

impl KqlType {
    /// Every type that a value can have, in documentation order.
    pub const ALL: [KqlType; 10] = [
        KqlType::Bool,
        KqlType::Int,
        KqlType::Long,
        KqlType::Real,
        KqlType::Decimal,
        KqlType::String,
        KqlType::DateTime,
        KqlType::TimeSpan,
        KqlType::Guid,
        KqlType::Dynamic,
    ];

    /// The canonical KQL name: `long`, `datetime`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KqlType::Bool => "bool",
            KqlType::Int => "int",
            KqlType::Long => "long",
            KqlType::Real => "real",
            KqlType::Decimal => "decimal",
            KqlType::String => "string",
            KqlType::DateTime => "datetime",
            KqlType::TimeSpan => "timespan",
            KqlType::Guid => "guid",
            KqlType::Dynamic => "dynamic",
            KqlType::Unknown => "unknown",
        }
    }

    /// The .NET name that `getschema` and the Kusto v1 protocol show.
    #[must_use]
    pub fn dotnet_name(self) -> &'static str {
        match self {
            KqlType::Bool => "System.SByte",
            KqlType::Int => "System.Int32",
            KqlType::Long => "System.Int64",
            KqlType::Real => "System.Double",
            KqlType::Decimal => "System.Data.SqlTypes.SqlDecimal",
            KqlType::String => "System.String",
            KqlType::DateTime => "System.DateTime",
            KqlType::TimeSpan => "System.TimeSpan",
            KqlType::Guid => "System.Guid",
            KqlType::Dynamic | KqlType::Unknown => "System.Object",
        }
    }

    /// Resolves a type name as KQL source spells it, aliases included (`date`, `time`, `double`, `boolean`, …).
    #[must_use]
    pub fn from_name(name: &str) -> Option<KqlType> {
        Some(match name {
            "bool" | "boolean" => KqlType::Bool,
            "int" | "int32" => KqlType::Int,
            "long" | "int64" => KqlType::Long,
            "real" | "double" => KqlType::Real,
            "decimal" => KqlType::Decimal,
            "string" => KqlType::String,
            "datetime" | "date" => KqlType::DateTime,
            "timespan" | "time" => KqlType::TimeSpan,
            "guid" | "uuid" | "uniqueid" => KqlType::Guid,
            "dynamic" | "object" => KqlType::Dynamic,
            _ => return None,
        })
    }

    /// `int` or `long`.
    #[must_use]
    pub fn is_integer(self) -> bool {
        matches!(self, KqlType::Int | KqlType::Long)
    }

    /// `int`, `long`, `real` or `decimal`.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal)
    }

    /// A number, or a point or span of time: what `sum` takes.
    #[must_use]
    pub fn is_summable(self) -> bool {
        self.is_number() || matches!(self, KqlType::TimeSpan | KqlType::DateTime)
    }

    /// Dynamic, or not yet known: conversions from it are decided by the value.
    #[must_use]
    pub fn is_dynamic(self) -> bool {
        matches!(self, KqlType::Dynamic | KqlType::Unknown)
    }
}

impl fmt::Display for KqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn canonical_names_resolve_to_themselves() {
        for ty in KqlType::ALL {
            assert_eq!(KqlType::from_name(ty.name()), Some(ty));
        }
    }
}
