//! The operators of the language as expressions.
