//! Scalar kernels, one file a family. Each file has a table sorted by name; [`FAMILIES`] lists the tables.

mod arrays;
mod arrays_range;
mod arrays_sort;
mod bags;
mod bags_edit;
mod choice;
mod compress;
pub(crate) mod convert;
mod datetime;
mod dynamic;
mod dynamic_fuse_rule;
mod dynamic_fused;
mod dynamic_jsonpath;
mod dynamic_paths;
#[cfg(test)]
mod dynamic_tests;
mod dynamic_values;
mod dynamic_walk;
mod dynamic_walked;
mod encoding;
mod evidence;
mod extents;
mod files;
mod format_time;
pub(crate) mod geo;
mod geo_info;
mod has_ipv4;
mod hashing;
pub(crate) mod ipv4;
pub(crate) mod ipv6;
mod math;
mod native;
mod networks;
mod period;
mod punycode;
mod regexes;
mod rounding;
mod search;
mod series;
mod sets;
mod sketches;
mod statistics;
pub(crate) mod strings;
mod timezone;
mod units;
mod url;
mod user_agent;
mod version;
mod xml;

use crate::kernel::ScalarKernel;

pub(crate) use dynamic::parse_json;
pub use dynamic_fuse_rule::FusePaths;
pub(crate) use dynamic_values::Value;
pub use dynamic_walked::WalkOnce;
pub use geo_info::{Geography, geo_info};
pub(crate) use native::{NATIVE, native};
pub use user_agent::{AgentPart, UserAgents, user_agent};

/// Kernels by declared name, sorted.
pub(crate) type Family = &'static [(&'static str, ScalarKernel)];

pub(crate) const FAMILIES: &[Family] = &[
    arrays::KERNELS,
    arrays_range::KERNELS,
    bags::KERNELS,
    choice::KERNELS,
    compress::KERNELS,
    convert::KERNELS,
    datetime::KERNELS,
    dynamic::KERNELS,
    encoding::KERNELS,
    evidence::KERNELS,
    extents::KERNELS,
    files::KERNELS,
    format_time::KERNELS,
    geo::KERNELS,
    has_ipv4::KERNELS,
    hashing::KERNELS,
    ipv4::KERNELS,
    ipv6::KERNELS,
    math::KERNELS,
    punycode::KERNELS,
    regexes::KERNELS,
    rounding::KERNELS,
    search::KERNELS,
    series::KERNELS,
    sets::KERNELS,
    sketches::KERNELS,
    statistics::KERNELS,
    strings::KERNELS,
    timezone::KERNELS,
    units::KERNELS,
    url::KERNELS,
    version::KERNELS,
    xml::KERNELS,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What no query can call.
    fn hidden(name: &str) -> Option<&'static quarry_schema::Function> {
        use quarry_schema::functions::hidden::{EVENT, EVIDENCE};
        [&EVENT, &EVIDENCE].into_iter().find(|function| function.name == name)
    }

    #[test]
    fn tables_are_sorted_and_every_kernel_has_a_declaration() {
        let mut seen = std::collections::HashSet::new();
        for family in FAMILIES {
            assert!(
                family.is_sorted_by_key(|(name, _)| *name),
                "{:?}",
                family.iter().map(|(name, _)| name).collect::<Vec<_>>()
            );
            for (name, _) in *family {
                assert!(seen.insert(*name), "{name} has two kernels");
                let declared = quarry_schema::functions::scalar(name).or_else(|| hidden(name));
                assert!(
                    declared.is_some_and(|function| function.name == *name),
                    "{name} is not declared under this name"
                );
            }
        }
    }
}
