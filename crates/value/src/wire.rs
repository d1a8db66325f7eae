//! Cells as JSON, the way query results carry them.
