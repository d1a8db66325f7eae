//! The kernel behind `parse-kv`: text in, a struct of the values' texts out.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::logical_expr::Expr;
use quarry_semantics::ir::KvRules;

use super::Reader;
use crate::texts::{self, Reading};

/// Why rules do not compile.
pub type KvError = regex::Error;

/// Reads `source` and gives a struct: `c0`, `c1`, … with the text that belongs to each key, empty where it does not occur.
///
/// # Errors
/// When the regular expression is none.
pub fn values(source: Expr, rules: &KvRules, keys: Vec<String>) -> std::result::Result<Expr, KvError> {
    let values = Values {
        reader: Reader::new(rules)?,
        rules: rules.clone(),
        keys,
    };
    Ok(texts::read(values, source))
}

#[derive(Debug)]
struct Values {
    reader: Reader,
    rules: KvRules,
    keys: Vec<String>,
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules && self.keys == other.keys
    }
}

impl Eq for Values {}

impl Hash for Values {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rules.hash(state);
        self.keys.hash(state);
    }
}

impl Reading for Values {
    fn name(&self) -> &'static str {
        "parse_kv"
    }

    fn fields(&self) -> Fields {
        (0..self.keys.len())
            .map(|column| Field::new(format!("c{column}"), DataType::Utf8View, true))
            .collect()
    }

    fn read(&self, texts: &StringViewArray) -> Vec<ArrayRef> {
        let new = || StringViewBuilder::with_capacity(texts.len());
        let mut columns: Vec<StringViewBuilder> = self.keys.iter().map(|_| new()).collect();
        let mut found: Vec<Option<String>> = vec![None; self.keys.len()];
        for text in texts {
            found.iter_mut().for_each(|place| *place = None);
            self.reader.read(text.unwrap_or_default(), &self.keys, &mut found);
            for (builder, value) in columns.iter_mut().zip(&found) {
                builder.append_value(value.as_deref().unwrap_or_default());
            }
        }
        columns
            .into_iter()
            .map(|mut column| Arc::new(column.finish()) as ArrayRef)
            .collect()
    }
}
