//! One row of each table: what it says, and how it is written.

pub(crate) mod audit;
pub(crate) mod cloud;
pub(crate) mod email;
pub(crate) mod sign_in;

/// Identifier of the simulated tenant.
pub(crate) const TENANT_ID: &str = "5f0c1d7e-93ab-4c52-8e64-1b7a2d90c3f8";
