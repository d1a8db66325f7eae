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
pub mod hidden;
mod ip;
mod math;
mod metadata;
mod plugins_analysis;
mod plugins_external;
mod plugins_tables;
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

/// Functions that belong together: a page of the reference.
#[derive(Debug)]
pub struct Family {
    /// The name of the page.
    pub name: &'static str,
    pub title: &'static str,
    pub functions: &'static [Function],
}

const fn family(name: &'static str, title: &'static str, functions: &'static [Function]) -> Family {
    Family { name, title, functions }
}

/// Every family, in the order of the reference.
pub const FAMILIES: &[Family] = &[
    family("strings", "Strings", strings::FUNCTIONS),
    family("regex", "Regular expressions", regex::FUNCTIONS),
    family("conversion", "Conversion and emptiness", conversion::FUNCTIONS),
    family("conditional", "Choice and comparison", conditional::FUNCTIONS),
    family("datetime", "Dates and times", datetime::FUNCTIONS),
    family("math", "Mathematics", math::FUNCTIONS),
    family("rounding", "Rounding and bits", rounding::FUNCTIONS),
    family("units", "Units", units::FUNCTIONS),
    family("arrays", "Arrays", arrays::FUNCTIONS),
    family("sets", "Sets", sets::FUNCTIONS),
    family("bags", "Bags and documents", bags::FUNCTIONS),
    family("hashing", "Hashes and ids", hashing::FUNCTIONS),
    family("encoding", "Encoding and URLs", encoding::FUNCTIONS),
    family("ip", "IP addresses", ip::FUNCTIONS),
    family("geo_points", "Points and cells on the globe", geo_points::FUNCTIONS),
    family("geo_shapes", "Lines and polygons on the globe", geo_shapes::FUNCTIONS),
    family("series_arithmetic", "Series, element by element", series_arithmetic::FUNCTIONS),
    family("series_analysis", "Series as a whole", series_analysis::FUNCTIONS),
    family("sketches", "Sketches", sketches::FUNCTIONS),
    family("window", "Window functions", window::FUNCTIONS),
    family("metadata", "About the query and its data", metadata::FUNCTIONS),
    family("graph", "Graphs", graph::FUNCTIONS),
    family("tabular", "In place of a table", tabular::FUNCTIONS),
    family("security", "Security services", security::FUNCTIONS),
    family(
        "aggregates_basic",
        "Aggregates: counts, sums, extremes",
        aggregates_basic::FUNCTIONS,
    ),
    family("aggregates_dynamic", "Aggregates: lists, sets, bags", aggregates_dynamic::FUNCTIONS),
    family(
        "aggregates_statistics",
        "Aggregates: percentiles, moments, sketches",
        aggregates_statistics::FUNCTIONS,
    ),
    family("plugins_tables", "Plugins: shapes and lookups", plugins_tables::FUNCTIONS),
    family(
        "plugins_analysis",
        "Plugins: activity, sequences, patterns",
        plugins_analysis::FUNCTIONS,
    ),
    family("plugins_external", "Plugins: the outside world", plugins_external::FUNCTIONS),
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
    FAMILIES.iter().flat_map(|family| family.functions)
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
