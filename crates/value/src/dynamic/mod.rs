//! Dynamic documents: compact JSON text, and what KQL does with it.
