//! What the values of a column are like, by some of them.

use std::collections::HashSet;
use std::hash::Hash;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};

/// Rows that are looked at.
const SAMPLE: usize = 4096;
/// With fewer different values than this, nearly every row group has all of them.
const FEW: usize = 3;
/// A column whose sampled values are different but for one in so many is not worth a dictionary: it would be given up, and who wants one value would
/// read what there is of it.
const REPEATED: usize = 100;

/// Fewer hexadecimal digits may be a number.
const SHORTEST_ID: usize = 16;

fn rows(array: &ArrayRef) -> impl Iterator<Item = usize> {
    let step = (array.len() / SAMPLE).max(1);
    let array = ArrayRef::clone(array);
    (0..array.len()).step_by(step).filter(move |row| array.is_valid(*row))
}

/// The texts of some rows.
fn texts(array: &ArrayRef) -> impl Iterator<Item = &str> {
    let texts = array.as_string_view_opt();
    rows(array).filter_map(move |row| texts.map(|texts| texts.value(row)))
}

/// Bytes of all different texts of a column of text.
pub(super) fn dictionary_bytes(array: &ArrayRef) -> Option<usize> {
    let different: HashSet<&str> = array.as_string_view_opt()?.iter().flatten().collect();
    Some(different.into_iter().map(str::len).sum())
}

/// Whether a column has different values enough, by a sample of its texts.
pub(super) fn is_varied(array: &ArrayRef) -> bool {
    let mut different = HashSet::new();
    texts(array).any(|text| different.insert(text) && different.len() > FEW)
}

/// Whether nearly every row of texts, longs or times has a value of its own: the values must fill the column, and a small sample tells nothing.
pub(super) fn is_unique(array: &ArrayRef) -> bool {
    if let Some(values) = array.as_primitive_opt::<Int64Type>() {
        are_different(rows(array).map(|row| values.value(row)))
    } else if let Some(values) = array.as_primitive_opt::<TimestampMicrosecondType>() {
        are_different(rows(array).map(|row| values.value(row)))
    } else {
        are_different(texts(array).filter(|text| !text.is_empty()))
    }
}

fn are_different<V: Eq + Hash>(values: impl Iterator<Item = V>) -> bool {
    let mut different = HashSet::new();
    let sampled = values.map(|value| different.insert(value)).count();
    sampled >= SAMPLE / 2 && (sampled - different.len()) * REPEATED <= sampled
}

/// Whether the texts of a column are ids as machines make them, or empty: GUIDs, hashes.
pub(super) fn are_ids(array: &ArrayRef) -> bool {
    let is_id = |text: &str| text.len() >= SHORTEST_ID && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    texts(array).filter(|text| !text.is_empty()).all(is_id)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringViewArray};

    use super::*;

    fn column(rows: usize, value: &dyn Fn(usize) -> String) -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values((0..rows).map(value)))
    }

    #[test]
    fn ids_of_rows_are_told_from_ids_of_people() {
        assert!(is_unique(&column(50_000, &|row| format!("row {row}"))));
        assert!(!is_unique(&column(50_000, &|row| format!("person {}", row.pow(3) % 20_011))));
        assert!(!is_unique(&column(50_000, &|row| if row % 5 == 0 {
            format!("row {row}")
        } else {
            String::new()
        })));
        assert!(!is_unique(&column(500, &|row| format!("row {row}"))));
        assert!(!is_unique(&column(50_000, &|_| String::new())));
        let numbers = |step: i64| -> ArrayRef { Arc::new(Int64Array::from_iter_values((0..50_000).map(|row| row / step))) };
        assert!(is_unique(&numbers(1)));
        assert!(!is_unique(&numbers(100)));
    }

    #[test]
    fn ids_are_told_by_their_digits() {
        let guid = |row: usize| format!("{row:08x}-0000-4000-8000-{row:012X}");
        assert!(are_ids(&column(100, &guid)));
        assert!(are_ids(&column(100, &|row| if row % 2 == 0 { guid(row) } else { String::new() })));
        assert!(are_ids(&column(100, &|row| format!("{row:032x}"))));
        assert!(!are_ids(&column(100, &|row| format!("<{}@mail.example>", guid(row)))));
        assert!(!are_ids(&column(100, &|row| format!("{row}"))));
    }
}
