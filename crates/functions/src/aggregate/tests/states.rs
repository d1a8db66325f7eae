//! The states of groups: what leaves early, and what partial states merge to.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use quarry_schema::KqlType::{self, Long, Real, String as Text};

use super::super::moments::Moment;
use super::super::percentile::{Output, Percentiles};
use super::super::pick::PickRule;
use super::super::set::SetResult;
use super::super::spec::Spec;
use super::super::states::Grouped;
use super::batch;

/// Specs with the columns of the batch that they read.
fn specs() -> Vec<(Spec, &'static [usize])> {
    let percentiles = Percentiles {
        ty: Long,
        weighted: false,
        ranks: vec![50f64.to_bits()],
        output: Output::Array,
    };
    vec![
        (
            Spec::List {
                ty: Long,
                nulls: true,
                limit: 9,
            },
            &[1],
        ),
        (
            Spec::Set {
                ty: Text,
                result: SetResult::Members { limit: 9 },
            },
            &[3],
        ),
        (
            Spec::Set {
                ty: Long,
                result: SetResult::Count,
            },
            &[1],
        ),
        (Spec::Bag { limit: 9 }, &[4]),
        (
            Spec::Pick {
                rule: PickRule::Greatest,
                types: vec![Long, Text],
            },
            &[1, 3],
        ),
        (
            Spec::Pick {
                rule: PickRule::FirstFilled,
                types: vec![Text],
            },
            &[3],
        ),
        (Spec::Extreme { ty: Real, max: true }, &[2]),
        (Spec::Percentile(percentiles), &[1]),
        (
            Spec::Moment {
                moment: Moment::Variance,
                population: true,
            },
            &[2],
        ),
        (Spec::Average(KqlType::DateTime), &[1]),
        (Spec::Schema, &[4]),
    ]
}

/// Groups of the six rows.
const GROUPS: [usize; 6] = [0, 1, 2, 1, 0, 2];

#[test]
fn groups_that_leave_early_give_what_they_had_and_leave_the_others_alone() {
    let rows = batch();
    for (spec, columns) in specs() {
        let values: Vec<ArrayRef> = columns.iter().map(|at| Arc::clone(rows.column(*at))).collect();
        let mut whole = Grouped::new(&spec);
        whole.update_batch(&values, &GROUPS, None, 3).unwrap();
        let whole = whole.evaluate(EmitTo::All).unwrap();

        let mut early = Grouped::new(&spec);
        early.update_batch(&values, &GROUPS, None, 3).unwrap();
        assert_eq!(
            early.evaluate(EmitTo::First(1)).unwrap().as_ref(),
            whole.slice(0, 1).as_ref(),
            "{spec:?}"
        );
        // A later batch brings nothing but nulls to the groups that stay.
        let nothing: Vec<ArrayRef> = values
            .iter()
            .map(|array| arrow::array::new_null_array(array.data_type(), 0))
            .collect();
        early.update_batch(&nothing, &[], None, 2).unwrap();
        assert_eq!(
            early.evaluate(EmitTo::All).unwrap().as_ref(),
            whole.slice(1, 2).as_ref(),
            "{spec:?}"
        );
        assert!(early.evaluate(EmitTo::All).unwrap().is_empty(), "{spec:?}");
    }
}

#[test]
fn rows_turned_into_states_merge_to_the_same_answer() {
    let rows = batch();
    let filter = BooleanArray::from(vec![Some(true), Some(true), None, Some(true), Some(false), Some(true)]);
    for (spec, columns) in specs() {
        let values: Vec<ArrayRef> = columns.iter().map(|at| Arc::clone(rows.column(*at))).collect();
        let mut direct = Grouped::new(&spec);
        direct.update_batch(&values, &GROUPS, Some(&filter), 4).unwrap();
        let mut merged = Grouped::new(&spec);
        let states = merged.convert_to_state(&values, Some(&filter)).unwrap();
        let types: Vec<_> = states.iter().map(|state| state.data_type().clone()).collect();
        assert_eq!(types, spec.state(), "{spec:?}");
        merged.merge_batch(&states, &GROUPS, 4).unwrap();
        let (direct, merged) = (direct.evaluate(EmitTo::All).unwrap(), merged.evaluate(EmitTo::All).unwrap());
        assert_eq!(direct.data_type(), &spec.result(), "{spec:?}");
        assert_eq!(direct.as_ref(), merged.as_ref(), "{spec:?}");
    }
}
