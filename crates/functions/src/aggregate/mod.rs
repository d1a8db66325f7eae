//! Aggregates: what `summarize` computes.
