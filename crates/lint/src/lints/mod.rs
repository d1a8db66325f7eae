//! One file a lint.

mod always_true;
mod case_sensitive_identity;
mod contains_word;
mod contradictory_filter;
mod fixed_date;
mod frequency_gap;
mod join_kind;
mod late_filter;
mod legacy_entity;
mod looks_past_period;
mod missing_column;
mod missing_time_filter;
mod null_test_of_text;
mod renamed_table;
mod renamed_value;
mod repeated_value;
mod search_everything;
pub(crate) mod time;
mod unbounded_in;
mod unreachable_branch;
mod unused_let;

use crate::lint::Lint;

/// Every lint, in the order of their codes.
pub(crate) static LINTS: &[&Lint] = &[
    &unreachable_branch::LINT,
    &contradictory_filter::LINT,
    &always_true::LINT,
    &join_kind::LINT,
    &looks_past_period::LINT,
    &frequency_gap::LINT,
    &missing_time_filter::LINT,
    &unused_let::LINT,
    &case_sensitive_identity::LINT,
    &contains_word::LINT,
    &late_filter::LINT,
    &unbounded_in::LINT,
    &renamed_table::LINT,
    &renamed_value::LINT,
    &missing_column::LINT,
    &null_test_of_text::LINT,
    &repeated_value::LINT,
    &search_everything::LINT,
    &fixed_date::LINT,
    &legacy_entity::LINT,
];
