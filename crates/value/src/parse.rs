//! Values from text, by the rules of the `to<type>()` functions.
