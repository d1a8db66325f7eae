//! The KQL binder: names, types, overloads and result names. Syntax tree in, typed intermediate representation out.

pub mod ir;
