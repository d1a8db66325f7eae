//! Scalar kernels, one file a family. Each file has a table sorted by name; [`FAMILIES`] lists the tables.

pub(crate) mod convert;
mod native;

use crate::kernel::ScalarKernel;

pub(crate) use native::{NATIVE, native};

/// Kernels by declared name, sorted.
pub(crate) type Family = &'static [(&'static str, ScalarKernel)];

pub(crate) const FAMILIES: &[Family] = &[convert::KERNELS];
