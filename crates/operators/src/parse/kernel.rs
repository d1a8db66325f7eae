//! The kernel behind `parse`: text in, a struct of captured texts out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, BooleanBufferBuilder, StringViewArray, StringViewBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::Expr;

use super::pattern::{Pattern, group_name};
use crate::texts::{self, Reading};

/// Field of the struct that says whether the row matched.
pub const MATCHED: &str = "matched";

/// Matches `source` and gives a struct: `c0`, `c1`, … with the captured texts, empty where nothing was captured, and [`MATCHED`].
#[must_use]
pub fn captures(source: Expr, pattern: Pattern, columns: usize) -> Expr {
    texts::read(Captures { pattern, columns }, source)
}

#[derive(Debug)]
struct Captures {
    pattern: Pattern,
    columns: usize,
}

impl PartialEq for Captures {
    fn eq(&self, other: &Self) -> bool {
        self.pattern.regex.as_str() == other.pattern.regex.as_str() && self.columns == other.columns
    }
}

impl Eq for Captures {}

impl Hash for Captures {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pattern.regex.as_str().hash(state);
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
        read(&self.pattern, self.columns, texts)
    }
}

pub(super) fn read(pattern: &Pattern, columns: usize, texts: &StringViewArray) -> Vec<ArrayRef> {
    let mut matched = BooleanBufferBuilder::new(texts.len());
    let mut captured: Vec<StringViewBuilder> = (0..columns).map(|_| StringViewBuilder::with_capacity(texts.len())).collect();
    let mut ranges = vec![(0, 0); columns];
    let mut find = finder(pattern, columns);
    for text in texts {
        let text = text.unwrap_or_default();
        ranges.fill((0, 0));
        let found = find(text, &mut ranges);
        matched.append(found);
        for (builder, (start, end)) in captured.iter_mut().zip(&ranges) {
            let taken = if found { text.get(*start..*end) } else { None };
            builder.append_value(taken.unwrap_or_default());
        }
    }
    let mut arrays: Vec<ArrayRef> = captured
        .into_iter()
        .map(|mut column| Arc::new(column.finish()) as ArrayRef)
        .collect();
    arrays.push(Arc::new(BooleanArray::new(matched.finish(), None)));
    arrays
}

/// Says whether a text matches, and writes what each column takes.
type Find<'p> = Box<dyn FnMut(&str, &mut [(usize, usize)]) -> bool + 'p>;

fn finder(pattern: &Pattern, columns: usize) -> Find<'_> {
    if let Some(literals) = &pattern.literals {
        return Box::new(|text, ranges| literals.find(text, ranges));
    }
    let regex = &pattern.regex;
    let mut locations = regex.capture_locations();
    let group = |column: usize| {
        let wanted = group_name(column);
        regex.capture_names().position(|name| name == Some(wanted.as_str()))
    };
    let groups: Vec<Option<usize>> = (0..columns).map(group).collect();
    Box::new(move |text, ranges| {
        let found = regex.captures_read(&mut locations, text).is_some();
        if found {
            for (range, group) in ranges.iter_mut().zip(&groups) {
                *range = group.and_then(|group| locations.get(group)).unwrap_or_default();
            }
        }
        found
    })
}
