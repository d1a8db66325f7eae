//! Paths into documents as columns of a scan.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use quarry_schema::KqlType;
use quarry_value::dynamic::Segment;

use super::LakeTable;
use super::hot::ScanPath;
use super::provider::{engine_field, table_schema};
use crate::hot::{HotColumn, shown_with};

/// A value that files keep beside their documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// How many steps of a path lead to it.
    pub steps: usize,
    /// Of bags in a list there these members; everything when empty.
    pub members: Vec<String>,
}

/// The members that are wanted of bags in the list at a hot column's path, when it has them.
fn members_of(hot: &HotColumn, path: &[Segment], members: Option<&BTreeSet<String>>) -> Option<Vec<String>> {
    let wanted = match path.get(hot.path.len()..) {
        // Who only counts bags is served by any list.
        Some([]) => match members? {
            none if none.is_empty() => hot.members.clone(),
            some => some.iter().cloned().collect(),
        },
        Some([Segment::Index(_), Segment::Key(key), ..]) => vec![key.clone()],
        _ => return None,
    };
    hot.serves(&wanted).then_some(wanted)
}

impl LakeTable {
    /// What some file of the table keeps beside its documents of the value at a path, or of one on the way there; nothing when none does. Where
    /// `members` are told, of bags in a list at the path only these are wanted.
    #[must_use]
    pub fn kept(&self, column: &str, path: &[Segment], members: Option<&BTreeSet<String>>) -> Option<Kept> {
        let physical = &self.dynamic_column(column)?.physical;
        let hot = self.layout.hot.iter();
        let hot = hot.filter(|hot| hot.physical == *physical && self.kept.contains(&hot.text) && path.starts_with(&hot.path));
        let kept = hot.filter_map(|hot| {
            let wanted = if hot.members.is_empty() {
                Vec::new()
            } else {
                members_of(hot, path, members)?
            };
            Some(Kept {
                steps: hot.path.len(),
                members: wanted,
            })
        });
        kept.max_by_key(|kept| (kept.steps, !kept.members.is_empty()))
    }

    /// Whether some file keeps of bags in a list certain members only.
    #[must_use]
    pub fn keeps_members(&self) -> bool {
        let mut hot = self.layout.hot.iter();
        hot.any(|hot| !hot.members.is_empty() && self.kept.contains(&hot.text))
    }

    /// The table with one column more: the value at a path in a dynamic column, or `tostring()` of it, which is never null. Gives the name of the
    /// column too. Files that keep the value are read there; the documents of others are read. With `members`, nothing else may be looked at in bags
    /// of a list at the path: some files do not have it there.
    #[must_use]
    pub fn with_path(&self, column: &str, path: &[Segment], members: &[String], text: bool) -> Option<(LakeTable, String)> {
        let stored = self.dynamic_column(column)?;
        let wanted =
            |known: &&ScanPath| known.physical == stored.physical && known.path == path && known.members == members && known.text == text;
        if let Some(known) = self.paths.iter().find(wanted) {
            return Some((self.clone(), known.name.clone()));
        }
        let shown = shown_with(&stored.name, path, members);
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
            .find(|hot| hot.physical == stored.physical && hot.path == path && hot.members == members);
        let path = ScanPath {
            name: name.clone(),
            physical: stored.physical.clone(),
            path: path.to_vec(),
            members: members.to_vec(),
            hot: hot.filter(|_| text).map(|hot| hot.text.clone()),
            text,
        };
        let mut table = self.clone();
        table.schema = Arc::clone(table_schema(&file_schema).table_schema());
        table.file_schema = file_schema;
        table.paths = self.paths.iter().cloned().chain([path]).collect();
        Some((table, name))
    }

    /// The table with one column more: `tostring()` of what a column has that [`LakeTable::with_path`] has added.
    #[must_use]
    pub fn with_text(&self, name: &str) -> Option<(LakeTable, String)> {
        let path = self.paths.iter().find(|path| path.name == name)?;
        if path.text || !path.members.is_empty() {
            return None;
        }
        let stored = self.layout.stored.iter().find(|stored| stored.physical == path.physical)?;
        self.with_path(&stored.name, &path.path, &[], true)
    }

    fn dynamic_column(&self, name: &str) -> Option<&crate::layout::StoredColumn> {
        self.layout.resolve(name).filter(|stored| stored.ty == KqlType::Dynamic)
    }
}
