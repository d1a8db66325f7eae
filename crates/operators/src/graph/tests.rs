//! Searches of small graphs.
