//! Records that are no rows yet: each kind of export, by content, into its tables. All records are made up.

mod custom;
mod entra;
mod evtx;
mod exports;
mod intel;
mod office365;
mod packed;
mod query_results;
mod syslog;
mod windows;
