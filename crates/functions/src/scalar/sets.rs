//! Functions that take dynamic arrays as sets. The first of several equal elements stands for all of them.

use std::borrow::Cow;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use hashbrown::HashSet;
use quarry_value::dynamic;

use super::arrays::write_all;
use super::dynamic_values::{Arguments, Value, document};
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[
    ("jaccard_index", jaccard_index),
    ("set_difference", set_difference),
    ("set_equals", set_equals),
    ("set_has_element", set_has_element),
    ("set_intersect", set_intersect),
    ("set_union", set_union),
];

type Set<'a> = HashSet<Cow<'a, str>>;

fn set_of(raw: &str) -> Option<Set<'_>> {
    Some(dynamic::elements(raw)?.map(dynamic::identity).collect())
}

/// The sets of an argument; one that is constant is built once.
enum Sets<'a> {
    Constant(Option<Set<'a>>),
    Column(&'a Value<'a>),
}

impl<'a> Sets<'a> {
    fn new(value: &'a Value<'a>) -> Sets<'a> {
        if value.is_constant() {
            Sets::Constant(value.document(0).and_then(set_of))
        } else {
            Sets::Column(value)
        }
    }

    fn with<T>(&self, row: usize, use_it: impl FnOnce(Option<&Set<'a>>) -> T) -> T {
        match self {
            Sets::Constant(set) => use_it(set.as_ref()),
            Sets::Column(value) => use_it(value.document(row).and_then(set_of).as_ref()),
        }
    }
}

/// Nulls do not count.
pub(super) fn set_union(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let arrays = arguments.values()?;
    call.write_dynamics(|row, out| {
        let parts: Vec<_> = arrays
            .iter()
            .filter_map(|array| array.document(row))
            .map(dynamic::elements)
            .collect::<Option<_>>()?;
        if parts.is_empty() {
            return None;
        }
        let mut seen = Set::new();
        write_all(
            parts
                .into_iter()
                .flatten()
                .filter(|element| seen.insert(dynamic::identity(element))),
            out,
        );
        Some(())
    })
}

fn set_intersect(call: &Call<'_>) -> Result<ColumnarValue> {
    restrict(call, true)
}

fn set_difference(call: &Call<'_>) -> Result<ColumnarValue> {
    restrict(call, false)
}

/// The elements of the first array that all of the others have, or that none of them has.
fn restrict(call: &Call<'_>, wanted: bool) -> Result<ColumnarValue> {
    let (arrays, arguments) = (call.texts(0)?, Arguments::new(call, 1)?);
    let values = arguments.values()?;
    let others: Vec<Sets<'_>> = values.iter().map(Sets::new).collect();
    call.write_dynamics(|row, out| {
        let mut seen = Set::new();
        let mut elements: Vec<(&str, Cow<'_, str>)> = dynamic::elements(document(&arrays, row)?)?
            .map(|element| (element, dynamic::identity(element)))
            .filter(|(_, id)| seen.insert(id.clone()))
            .collect();
        for other in &others {
            other.with(row, |set| match set {
                Some(set) => {
                    elements.retain(|(_, id)| set.contains(id) == wanted);
                    Some(())
                }
                // What is no array takes nothing away, and has nothing in common with anything.
                None => (!wanted).then_some(()),
            })?;
        }
        write_all(elements.into_iter().map(|(element, _)| element), out);
        Some(())
    })
}

fn set_equals(call: &Call<'_>) -> Result<ColumnarValue> {
    let (left, right) = (call.texts(0)?, call.texts(1)?);
    call.write_bools(|row| Some(set_of(document(&left, row)?)? == set_of(document(&right, row)?)?))
}

fn set_has_element(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let values = arguments.values()?;
    let [array, value] = values.as_slice() else {
        return datafusion::common::exec_err!("set_has_element() takes 2 arguments");
    };
    let constant = array.is_constant().then(|| array.document(0).and_then(set_of)).flatten();
    call.write_bools(|row| {
        let wanted = value.json(row);
        match &constant {
            Some(set) => Some(set.contains(dynamic::identity(&wanted).as_ref())),
            None => Some(dynamic::elements(array.document(row)?)?.any(|element| dynamic::same(element, &wanted))),
        }
    })
}

/// Size of the intersection by size of the union, over all the sets.
fn jaccard_index(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let arrays = arguments.values()?;
    call.write_reals(|row| {
        let sets = arrays
            .iter()
            .map(|array| set_of(array.document(row)?))
            .collect::<Option<Vec<_>>>()?;
        let (first, others) = sets.split_first()?;
        let common = first.iter().filter(|id| others.iter().all(|set| set.contains(*id))).count();
        let all: HashSet<&str> = sets.iter().flatten().map(AsRef::as_ref).collect();
        Some(common as f64 / all.len() as f64)
    })
}
