//! Paths into documents as columns of a scan.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use quarry_schema::KqlType;
use quarry_value::dynamic::Segment;

use super::LakeTable;
use super::hot::ScanPath;
use super::provider::{engine_field, table_schema};
use crate::hot::shown;

impl LakeTable {
    /// How many steps of a path lead to a value that some file of the table keeps beside its documents; nothing when none does.
    #[must_use]
    pub fn hot_prefix(&self, column: &str, path: &[Segment]) -> Option<usize> {
        let physical = &self.dynamic_column(column)?.physical;
        let kept = self
            .layout
            .hot
            .iter()
            .filter(|hot| hot.physical == *physical && self.kept.contains(&hot.text));
        let on_the_way = kept.filter(|hot| path.starts_with(&hot.path));
        on_the_way.map(|hot| hot.path.len()).max()
    }

    /// The table with one column more: the value at a path in a dynamic column, or `tostring()` of it, which is never null. Gives the name of the
    /// column too. Files that keep the value are read there; the documents of others are read.
    #[must_use]
    pub fn with_path(&self, column: &str, path: &[Segment], text: bool) -> Option<(LakeTable, String)> {
        let stored = self.dynamic_column(column)?;
        let wanted = |known: &&ScanPath| known.physical == stored.physical && known.path == path && known.text == text;
        if let Some(known) = self.paths.iter().find(wanted) {
            return Some((self.clone(), known.name.clone()));
        }
        let shown = shown(&stored.name, path);
        let name = if text { format!("tostring({shown})") } else { shown };
        if self.schema.column_with_name(&name).is_some() {
            return None;
        }
        let ty = if text { KqlType::String } else { KqlType::Dynamic };
        let added = Arc::new(engine_field(&name, ty));
        let fields: Vec<Arc<Field>> = self.file_schema.fields().iter().cloned().chain([added]).collect();
        let file_schema = Arc::new(Schema::new(fields));
        let hot = self
            .layout
            .hot
            .iter()
            .find(|hot| hot.physical == stored.physical && hot.path == path);
        let path = ScanPath {
            name: name.clone(),
            physical: stored.physical.clone(),
            path: path.to_vec(),
            hot: hot.filter(|_| text).map(|hot| hot.text.clone()),
            text,
        };
        let mut table = self.clone();
        table.schema = Arc::clone(table_schema(&file_schema).table_schema());
        table.file_schema = file_schema;
        table.paths = self.paths.iter().cloned().chain([path]).collect();
        Some((table, name))
    }

    fn dynamic_column(&self, name: &str) -> Option<&crate::layout::StoredColumn> {
        self.layout.resolve(name).filter(|stored| stored.ty == KqlType::Dynamic)
    }
}
