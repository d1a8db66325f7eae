//! What a lake holds, as far as its transaction logs tell.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::ScalarValue;
use quarry_schema::{KqlType, catalogue};
use quarry_storage::{Lake, LakeTable, Result};

/// The tables of a lake.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LakeState {
    pub tables: BTreeMap<String, TableState>,
}

/// A table of a lake.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableState {
    pub rows: u64,
    /// Earliest and latest event, in ticks.
    pub span: Option<(i64, i64)>,
    /// Columns that hold nothing on any row.
    pub unfilled: BTreeSet<String>,
}

impl LakeState {
    /// Reads the logs of every table.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub async fn of(lake: &Lake) -> Result<LakeState> {
        let mut state = LakeState::default();
        for status in lake.status().await? {
            let Some(table) = lake.lake_table(&status.name).await? else {
                continue;
            };
            let found = TableState {
                rows: status.rows,
                span: status.span,
                unfilled: unfilled(&table),
            };
            state.tables.insert(status.name, found);
        }
        Ok(state)
    }

    /// The table of this name, or of the name that it had before or has now.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableState> {
        let newer = catalogue::renamed(name).filter(|rename| rename.compatible);
        let newer = newer.into_iter().flat_map(|rename| rename.new.iter().copied());
        let older = catalogue::predecessors(name)
            .filter(|rename| rename.compatible)
            .map(|rename| rename.old);
        let other = || newer.chain(older).find_map(|name| self.tables.get(name));
        self.tables.get(name).or_else(other)
    }
}

/// Columns whose statistics say that every text is empty, or that there is no value at all. What has no statistics may hold anything.
fn unfilled(table: &LakeTable) -> BTreeSet<String> {
    let files: Vec<_> = table.files().iter().filter(|file| file.rows != Some(0)).collect();
    if files.is_empty() {
        return BTreeSet::new();
    }
    let columns = table.layout().stored.iter();
    let empty_text = |name: &str| {
        let none = ScalarValue::Utf8View(Some(String::new()));
        files
            .iter()
            .all(|file| file.ranges.get(name).is_some_and(|range| range.max == none))
    };
    columns
        .filter(|column| column.ty == KqlType::String && empty_text(&column.name))
        .map(|column| column.name.clone())
        .collect()
}
