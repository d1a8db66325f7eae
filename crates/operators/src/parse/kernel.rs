//! The kernel behind `parse`: text in, a struct of captured texts out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanBuilder, StringViewArray, StringViewBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::Expr;
use regex::Regex;

use super::pattern::group_name;
use crate::texts::{self, Reading};

/// Field of the struct that says whether the row matched.
pub const MATCHED: &str = "matched";

/// Matches `source` and gives a struct: `c0`, `c1`, … with the captured texts, null where nothing was captured, and [`MATCHED`].
#[must_use]
pub fn captures(source: Expr, regex: Regex, columns: usize) -> Expr {
    texts::read(Captures { regex, columns }, source)
}

#[derive(Debug)]
struct Captures {
    regex: Regex,
    columns: usize,
}

impl PartialEq for Captures {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str() && self.columns == other.columns
    }
}

impl Eq for Captures {}

impl Hash for Captures {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.regex.as_str().hash(state);
        self.columns.hash(state);
    }
}

impl Reading for Captures {
    fn name(&self) -> &'static str {
        "parse"
    }

    fn fields(&self) -> Fields {
        (0..self.columns)
            .map(|column| Field::new(format!("c{column}"), DataType::Utf8View, true))
            .chain([Field::new(MATCHED, DataType::Boolean, false)])
            .collect()
    }

    fn read(&self, texts: &StringViewArray) -> Vec<ArrayRef> {
        let mut locations = self.regex.capture_locations();
        let groups: Vec<Option<usize>> = (0..self.columns)
            .map(|column| {
                let wanted = group_name(column);
                self.regex.capture_names().position(|name| name == Some(wanted.as_str()))
            })
            .collect();
        let mut columns: Vec<StringViewBuilder> = (0..self.columns).map(|_| StringViewBuilder::with_capacity(texts.len())).collect();
        let mut matched = BooleanBuilder::with_capacity(texts.len());
        for text in texts {
            let text = text.unwrap_or_default();
            let found = self.regex.captures_read(&mut locations, text).is_some();
            matched.append_value(found);
            for (builder, group) in columns.iter_mut().zip(&groups) {
                let range = group.filter(|_| found).and_then(|group| locations.get(group));
                builder.append_option(range.and_then(|(start, end)| text.get(start..end)));
            }
        }
        let mut arrays: Vec<ArrayRef> = columns
            .into_iter()
            .map(|mut column| Arc::new(column.finish()) as ArrayRef)
            .collect();
        arrays.push(Arc::new(matched.finish()));
        arrays
    }
}
