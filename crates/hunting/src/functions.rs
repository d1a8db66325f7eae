//! Functions that content defines, as queries call them.

use std::collections::BTreeMap;
use std::sync::Arc;

use quarry_content::{ContentFunction, Document, FunctionParam};
use quarry_semantics::StoredFunction;

/// Stored functions by name.
#[derive(Debug, Clone, Default)]
pub struct Functions {
    by_name: Arc<BTreeMap<String, StoredFunction>>,
}

impl Functions {
    /// The functions of some documents, under their names and aliases. The first of a name counts.
    #[must_use]
    pub fn of(documents: &[Document]) -> Self {
        let mut by_name = BTreeMap::new();
        for function in documents.iter().flat_map(|document| &document.functions) {
            for name in std::iter::once(&function.name).chain(&function.aliases) {
                by_name.entry(name.clone()).or_insert_with(|| stored(function));
            }
        }
        Self {
            by_name: Arc::new(by_name),
        }
    }

    /// The function of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<StoredFunction> {
        self.by_name.get(name).cloned()
    }

    /// The name that a misspelt one most likely stands for.
    #[must_use]
    pub fn closest(&self, name: &str) -> Option<String> {
        quarry_text::suggest::closest(name, self.by_name.keys().map(String::as_str)).map(str::to_owned)
    }

    /// Every name, in alphabetical order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

/// As the engine keeps it.
pub(crate) fn stored(function: &ContentFunction) -> StoredFunction {
    let parameters: Vec<String> = function.params.iter().map(parameter).collect();
    StoredFunction {
        parameters: format!("({})", parameters.join(", ")),
        body: function.query.text.clone(),
    }
}

fn parameter(param: &FunctionParam) -> String {
    // Published files write the columns of a table beside its name: `Name: T:(TimeGenerated:datetime)`, `Type: table`.
    if param.name.contains(':') {
        return param.name.clone();
    }
    let ty = param.ty.trim();
    let ty = ty.strip_prefix("table:").unwrap_or(ty);
    let ty = if ty.eq_ignore_ascii_case("table") { "(*)" } else { ty };
    match &param.default {
        Some(default) => format!("{}:{ty}={default}", param.name),
        None => format!("{}:{ty}", param.name),
    }
}
