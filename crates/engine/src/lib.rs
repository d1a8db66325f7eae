//! Runs KQL: text in, a stream of Arrow batches out.
