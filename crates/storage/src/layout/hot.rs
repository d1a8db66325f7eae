//! The hot columns of a table, and their places in its files.

use quarry_schema::KqlType;

use super::Layout;
use super::names::free_name;
use crate::hot::{self, HotColumn, HotPart, HotPath};

/// The most hot paths that a table has, each of which may be three columns in a file.
const MOST_HOT: usize = 64;

impl Layout {
    /// Takes over declared hot columns whose documents the table has.
    pub(super) fn adopt_hot(&mut self, declared: Vec<HotColumn>) {
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
        for HotPath { column, path, members } in paths {
            if self.hot.len() >= MOST_HOT {
                break;
            }
            let Some(stored) = self.column(&column).filter(|stored| stored.ty == KqlType::Dynamic) else {
                continue;
            };
            // A value that is kept whole has its members.
            let known = |hot: &HotColumn| hot.column == column && hot.path == path && (hot.members.is_empty() || hot.members == members);
            if path.is_empty() || self.hot.iter().any(known) {
                continue;
            }
            let physical = stored.physical.clone();
            let mut name = |stem: &str| {
                let name = free_name(stem, KqlType::String, &taken);
                taken.insert(name.to_lowercase());
                name
            };
            let text = name(&hot::stem(&physical, &path, &members));
            let long = name(&format!("{text}__long"));
            let json = name(&format!("{text}__json"));
            self.hot.push(HotColumn {
                column,
                physical,
                path,
                members,
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
}
