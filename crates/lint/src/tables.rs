//! Tables as a reviewer knows them: with what every workspace adds, and what logs call otherwise.

use quarry_schema::KqlType;
use quarry_schema::catalogue::{self, Service};
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};

/// A catalogue whose tables have every column that a query may rightly name.
pub(crate) struct Reviewed<'a>(pub &'a dyn Catalog);

/// Columns that a workspace gives to each of its tables; the published schemas do not list them everywhere. Others, such as `_ResourceId`, are
/// there for some tables only, and those list them.
const STANDARD: &[(&str, KqlType)] = &[
    ("TenantId", KqlType::String),
    ("SourceSystem", KqlType::String),
    ("MG", KqlType::String),
    ("ManagementGroupName", KqlType::String),
    ("_BilledSize", KqlType::Real),
    ("_IsBillable", KqlType::String),
    ("_ItemId", KqlType::String),
    ("_TimeReceived", KqlType::DateTime),
];

impl Catalog for Reviewed<'_> {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let mut schema = self.0.table(name)?;
        let mut add = |column: &str, ty: KqlType| {
            if schema.columns.iter().all(|(known, _)| known != column) {
                schema.columns.push((column.to_owned(), ty));
            }
        };
        // Other names of columns: of the same table in the other product, or before a rename.
        for rename in catalogue::column_renames().iter().filter(|rename| rename.table == name) {
            let ty = catalogue::table(name)
                .and_then(|table| table.column(rename.new))
                .map(|column| column.ty);
            add(rename.old, ty.unwrap_or(KqlType::String));
        }
        let service = catalogue::table(name).map(|table| table.service);
        if service.is_some_and(|service| service != Service::Xdr) {
            STANDARD.iter().for_each(|(column, ty)| add(column, *ty));
        }
        // Custom logs take the columns of their records.
        schema.open |= catalogue::is_open_name(name);
        Some(schema)
    }

    fn table_names(&self) -> Vec<String> {
        self.0.table_names()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.0.function(name)
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        self.0.closest_table(name)
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.0.closest_function(name)
    }

    fn database_name(&self) -> &str {
        self.0.database_name()
    }

    /// Content may be run in any workspace and on any cluster.
    fn answers_to(&self, _name: &str) -> bool {
        true
    }

    fn outside(&self) -> Option<&dyn Outside> {
        self.0.outside()
    }
}
