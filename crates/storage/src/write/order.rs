//! The order of rows in a file: events of one kind lie together, each kind in order of its time. What filters by the kind of an event then reads few
//! pages, and like documents beside each other take less room.

use std::collections::HashMap;
use std::hash::Hash;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Int32Type, Int64Type};

use crate::error::Result;
use crate::layout::Layout;

/// With more kinds than this, few rows of a kind lie together: then rows lie in order of time alone.
pub(crate) const MOST_KINDS: usize = 256;

/// How rows are to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Time,
    /// By kind, then by time.
    Kind,
}

/// Brings columns into order; rows that are equal in it stay in theirs.
pub(super) fn sort(layout: &Layout, order: Order, columns: &mut [(usize, ArrayRef)]) -> Result<()> {
    let Some(places) = places(layout, order, columns) else {
        return Ok(());
    };
    for (_, array) in columns {
        *array = take(array, &places, None)?;
    }
    Ok(())
}

/// The rows as they are to lie; nothing when they lie so already.
fn places(layout: &Layout, order: Order, columns: &[(usize, ArrayRef)]) -> Option<UInt32Array> {
    let column = |place: Option<usize>| columns.iter().find(|(at, _)| Some(*at) == place).map(|(_, array)| array);
    let kinds = match order {
        Order::Time => None,
        Order::Kind => column(layout.kind()).and_then(ranks),
    };
    let times = column(layout.time).and_then(|times| times.as_primitive_opt::<Int64Type>());
    let rows = kinds.as_ref().map(Vec::len).or_else(|| times.map(Array::len))?;
    let key = |row: usize| {
        let kind = kinds.as_ref().and_then(|kinds| kinds.get(row)).copied();
        let time = times.filter(|times| times.is_valid(row)).map(|times| times.value(row));
        (kind, time)
    };
    let keys: Vec<(Option<u16>, Option<i64>)> = (0..rows).map(key).collect();
    if keys.is_sorted() {
        return None;
    }
    let mut places: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
    places.sort_by_key(|row| keys.get(*row as usize));
    Some(UInt32Array::from(places))
}

/// The place of each row's kind among the kinds in order; nothing when there are too many, or they are of a type that has no kinds.
fn ranks(kinds: &ArrayRef) -> Option<Vec<u16>> {
    match kinds.data_type() {
        DataType::Utf8View => ranked(kinds.as_string_view().iter()),
        DataType::Int32 => ranked(kinds.as_primitive::<Int32Type>().iter()),
        DataType::Int64 => ranked(kinds.as_primitive::<Int64Type>().iter()),
        _ => None,
    }
}

fn ranked<K: Copy + Eq + Hash + Ord>(kinds: impl Iterator<Item = Option<K>>) -> Option<Vec<u16>> {
    let mut numbers: HashMap<Option<K>, u16> = HashMap::new();
    let mut seen = Vec::new();
    let mut last = None;
    for kind in kinds {
        let number = match last {
            Some((before, number)) if before == kind => number,
            _ => {
                let next = u16::try_from(numbers.len()).ok()?;
                *numbers.entry(kind).or_insert(next)
            }
        };
        if numbers.len() > MOST_KINDS {
            return None;
        }
        last = Some((kind, number));
        seen.push(number);
    }
    let mut kinds: Vec<(Option<K>, u16)> = numbers.into_iter().collect();
    kinds.sort_unstable();
    let mut rank = vec![0; kinds.len()];
    for (place, (_, number)) in kinds.into_iter().enumerate() {
        if let Some(rank) = rank.get_mut(usize::from(number)) {
            *rank = u16::try_from(place).unwrap_or(u16::MAX);
        }
    }
    seen.into_iter().map(|number| rank.get(usize::from(number)).copied()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringViewArray};
    use quarry_schema::KqlType;

    use super::*;
    use crate::catalogue::{BuiltInCatalogue, TableCatalogue};

    /// The rows of a table of cloud app events, after sorting, by their places before.
    fn sorted(order: Order, kinds: Option<Vec<&str>>, times: Vec<Option<i64>>) -> Vec<u32> {
        let layout = Layout::new(&BuiltInCatalogue.table("CloudAppEvents").unwrap());
        let rows = times.len();
        let mut columns: Vec<(usize, ArrayRef)> = vec![(layout.time.unwrap(), Arc::new(Int64Array::from(times)))];
        columns.extend(kinds.map(|kinds| (layout.kind().unwrap(), Arc::new(StringViewArray::from(kinds)) as ArrayRef)));
        let number = layout.stored.iter().position(|column| column.ty == KqlType::Dynamic).unwrap();
        columns.push((number, Arc::new(UInt32Array::from_iter_values(0..u32::try_from(rows).unwrap()))));
        sort(&layout, order, &mut columns).unwrap();
        let numbers: &UInt32Array = columns.last().unwrap().1.as_primitive();
        numbers.values().to_vec()
    }

    #[test]
    fn kinds_lie_together_in_order_of_time() {
        let kinds = vec!["b", "", "a", "b", "a", "b"];
        let times = vec![Some(5), Some(9), Some(4), Some(1), Some(3), None];
        assert_eq!(sorted(Order::Kind, Some(kinds.clone()), times.clone()), [1, 4, 2, 5, 3, 0]);
        assert_eq!(sorted(Order::Time, Some(kinds), times), [5, 3, 4, 2, 0, 1]);
    }

    #[test]
    fn rows_without_kinds_lie_in_order_of_time() {
        let times = vec![Some(5), None, Some(4), Some(4)];
        assert_eq!(sorted(Order::Kind, None, times), [1, 2, 3, 0]);
    }

    #[test]
    fn too_many_kinds_are_none() {
        let names: Vec<String> = (0..=MOST_KINDS).rev().map(|kind| format!("{kind:04}")).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let times: Vec<Option<i64>> = (0..all.len()).map(|row| i64::try_from(row).ok()).collect();
        let in_time = sorted(Order::Kind, Some(all.clone()), times.clone());
        assert!(in_time.is_sorted());
        let fewer = sorted(Order::Kind, Some(all[1..].to_vec()), times[1..].to_vec());
        assert!(fewer.is_sorted_by(|left, right| left > right));
    }

    #[test]
    fn numbers_are_kinds_too() {
        let layout = Layout::new(&BuiltInCatalogue.table("SecurityEvent").unwrap());
        let kind = &layout.stored[layout.kind().unwrap()];
        assert_eq!((kind.name.as_str(), kind.ty), ("EventID", KqlType::Int));
        assert_eq!(
            ranked([Some(4688), None, Some(4624), Some(4688)].into_iter()),
            Some(vec![2, 0, 1, 2])
        );
    }
}
