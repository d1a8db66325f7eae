//! Scalar kernels, one file a family. Each file has a table sorted by name; [`FAMILIES`] lists the tables.

mod arrays;
mod arrays_range;
mod arrays_sort;
mod bags;
mod bags_edit;
mod choice;
pub(crate) mod convert;
mod datetime;
mod dynamic;
mod dynamic_jsonpath;
mod dynamic_paths;
mod dynamic_values;
mod format_time;
mod math;
mod native;
mod regexes;
mod rounding;
mod search;
mod sets;
mod strings;
mod timezone;

use crate::kernel::ScalarKernel;

pub use dynamic_paths::dynamic_path_to;
pub(crate) use native::{NATIVE, native};

/// Kernels by declared name, sorted.
pub(crate) type Family = &'static [(&'static str, ScalarKernel)];

pub(crate) const FAMILIES: &[Family] = &[
    arrays::KERNELS,
    arrays_range::KERNELS,
    bags::KERNELS,
    choice::KERNELS,
    convert::KERNELS,
    datetime::KERNELS,
    dynamic::KERNELS,
    format_time::KERNELS,
    math::KERNELS,
    regexes::KERNELS,
    rounding::KERNELS,
    search::KERNELS,
    sets::KERNELS,
    strings::KERNELS,
    timezone::KERNELS,
];
