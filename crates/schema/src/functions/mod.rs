//! Every function, aggregate, window function and plugin of the language, declared once.
//!
//! The declarations say what binds and what it means. Whether a function can run is known by the crate with the kernels.

mod aggregates_basic;
mod aggregates_dynamic;
mod aggregates_statistics;
mod arrays;
mod bags;
mod conditional;
mod conversion;
mod datetime;
mod define;
mod encoding;
mod geo_points;
mod geo_shapes;
mod graph;
mod hashing;
mod ip;
mod math;
mod metadata;
mod plugins_analysis;
mod plugins_external;
mod plugins_tables;
mod reference;
mod regex;
mod rounding;
mod security;
mod series_analysis;
mod series_arithmetic;
mod sets;
mod sketches;
mod strings;
mod tabular;
#[cfg(test)]
mod tests;
mod units;
mod window;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::{Function, FunctionKind};

pub use reference::markdown;

const FAMILIES: &[&[Function]] = &[
    strings::FUNCTIONS,
    regex::FUNCTIONS,
    conversion::FUNCTIONS,
    conditional::FUNCTIONS,
    datetime::FUNCTIONS,
    math::FUNCTIONS,
    rounding::FUNCTIONS,
    units::FUNCTIONS,
    arrays::FUNCTIONS,
    sets::FUNCTIONS,
    bags::FUNCTIONS,
    hashing::FUNCTIONS,
    encoding::FUNCTIONS,
    ip::FUNCTIONS,
    geo_points::FUNCTIONS,
    geo_shapes::FUNCTIONS,
    series_arithmetic::FUNCTIONS,
    series_analysis::FUNCTIONS,
    sketches::FUNCTIONS,
    window::FUNCTIONS,
    metadata::FUNCTIONS,
    graph::FUNCTIONS,
    tabular::FUNCTIONS,
    security::FUNCTIONS,
    aggregates_basic::FUNCTIONS,
    aggregates_dynamic::FUNCTIONS,
    aggregates_statistics::FUNCTIONS,
    plugins_tables::FUNCTIONS,
    plugins_analysis::FUNCTIONS,
    plugins_external::FUNCTIONS,
];

#[derive(Default)]
struct Index {
    scalar: HashMap<&'static str, &'static Function>,
    tabular: HashMap<&'static str, &'static Function>,
    aggregate: HashMap<&'static str, &'static Function>,
    plugin: HashMap<&'static str, &'static Function>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let mut index = Index::default();
        for function in all() {
            let names = match function.kind {
                FunctionKind::Scalar | FunctionKind::Window => &mut index.scalar,
                FunctionKind::Tabular => &mut index.tabular,
                FunctionKind::Aggregate => &mut index.aggregate,
                FunctionKind::Plugin => &mut index.plugin,
            };
            for name in spellings(function) {
                names.insert(name, function);
            }
        }
        index
    })
}

fn spellings(function: &'static Function) -> impl Iterator<Item = &'static str> {
    std::iter::once(function.name).chain(function.aliases.iter().copied())
}

/// Every declaration, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// Whatever has this name or alias: a scalar or window function, else one in place of a table, else an aggregate, else
/// a plugin. A few names (`any`, `hll_merge`, `tdigest_merge`) are both scalar and aggregate: ask for the kind where
/// the place decides.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Function> {
    scalar(name)
        .or_else(|| tabular(name))
        .or_else(|| aggregate(name))
        .or_else(|| plugin(name))
}

/// The scalar or window function of this name or alias.
#[must_use]
pub fn scalar(name: &str) -> Option<&'static Function> {
    index().scalar.get(name).copied()
}

/// The function of this name that stands in place of a table.
#[must_use]
pub fn tabular(name: &str) -> Option<&'static Function> {
    index().tabular.get(name).copied()
}

/// The aggregate of this name or alias.
#[must_use]
pub fn aggregate(name: &str) -> Option<&'static Function> {
    index().aggregate.get(name).copied()
}

/// The plugin of this name.
#[must_use]
pub fn plugin(name: &str) -> Option<&'static Function> {
    index().plugin.get(name).copied()
}

/// The name to prefer over an alias; `None` when `name` is not an alias.
#[must_use]
pub fn canonical(name: &str) -> Option<&'static str> {
    lookup(name).map(|function| function.name).filter(|canonical| *canonical != name)
}

/// Every accepted spelling, aliases included, in alphabetical order and without repetition.
#[must_use]
pub fn documented_names() -> &'static [&'static str] {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names: Vec<_> = all().flat_map(spellings).collect();
        names.sort_unstable();
        names.dedup();
        names
    })
}

/// The function name that a misspelt one most likely stands for.
#[must_use]
pub fn closest(name: &str) -> Option<&'static str> {
    quarry_text::suggest::closest(name, documented_names().iter().copied())
}
