//! The terms of a block of rows.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::datatypes::{Int32Type, Int64Type};
use quarry_schema::KqlType;

use super::bits::Filter;
use super::cut::{Beginnings, Cut, Kind, cut_document, cut_text, of_number};
use crate::layout::{EXTRA, Layout, StoredColumn};

/// Places of values seen lately in a column, by a few of their bytes: most columns repeat themselves.
const SEEN: usize = 1024;
/// Places of terms put in lately: documents repeat most of theirs, above all the names of their members.
const PUT: usize = 4096;

/// How a column's values are cut. Every column of these types is; what the others can hold is known from their types (`wanted`).
#[derive(Clone, Copy)]
enum Form {
    /// Of text it is kept, too, what values begin with.
    Text(Beginnings),
    Guid,
    Document,
    Number,
}

fn form(column: &StoredColumn) -> Option<Form> {
    match column.ty {
        KqlType::String => Some(Form::Text(Beginnings::of(&column.physical))),
        KqlType::Guid => Some(Form::Guid),
        // No query reads what has no column.
        KqlType::Dynamic if column.name == EXTRA => None,
        KqlType::Dynamic => Some(Form::Document),
        KqlType::Int | KqlType::Long => Some(Form::Number),
        _ => None,
    }
}

fn cut_columns<'a>(layout: &'a Layout, columns: &'a [(usize, ArrayRef)]) -> impl Iterator<Item = (Form, &'a ArrayRef)> {
    columns
        .iter()
        .filter_map(|(at, array)| Some((form(layout.stored.get(*at)?)?, array)))
}

/// More terms than a block of rows can have.
pub(super) fn most_terms(layout: &Layout, columns: &[(usize, ArrayRef)], start: usize, rows: usize) -> usize {
    let most = |(form, array): (Form, &ArrayRef)| match (form, array.as_string_view_opt()) {
        (Form::Number, _) | (_, None) => rows,
        (_, Some(texts)) => texts.lengths().skip(start).take(rows).map(|length| length as usize / 2 + 2).sum(),
    };
    cut_columns(layout, columns).map(most).sum()
}

/// Puts the terms of a block of rows into a filter.
pub(super) fn put(layout: &Layout, columns: &[(usize, ArrayRef)], start: usize, rows: usize, filter: &mut Filter) {
    for (form, array) in cut_columns(layout, columns) {
        let array = array.slice(start, rows.min(array.len().saturating_sub(start)));
        match form {
            Form::Number => numbers(&array, filter),
            Form::Text(_) | Form::Guid | Form::Document => {
                if let Some(texts) = array.as_string_view_opt() {
                    put_texts(texts, form, filter);
                }
            }
        }
    }
}

fn numbers(array: &ArrayRef, filter: &mut Filter) {
    let mut seen = [None; SEEN];
    let mut put = |value: i64| {
        if let Some(slot) = seen.get_mut(slot_of(value.unsigned_abs()))
            && slot.replace(value) != Some(value)
        {
            filter.insert(of_number(value));
        }
    };
    if let Some(values) = array.as_primitive_opt::<Int64Type>() {
        values.iter().flatten().for_each(&mut put);
    } else if let Some(values) = array.as_primitive_opt::<Int32Type>() {
        values.iter().flatten().map(i64::from).for_each(&mut put);
    }
}

fn put_texts(texts: &StringViewArray, form: Form, filter: &mut Filter) {
    let mut seen: [Option<&str>; SEEN] = [None; SEEN];
    let mut lately = [0; PUT];
    let mut put = |hash: u64| {
        #[allow(clippy::cast_possible_truncation)]
        let place = hash as usize % PUT;
        if let Some(slot) = lately.get_mut(place)
            && (*slot != hash || hash == 0)
        {
            *slot = hash;
            filter.insert(hash);
        }
    };
    for text in texts.iter().flatten() {
        if let Some(slot) = seen.get_mut(slot_of(fingerprint(text))) {
            if *slot == Some(text) {
                continue;
            }
            *slot = Some(text);
        }
        let mut insert = |cut: Cut| {
            if cut.kind != Kind::Passing {
                put(cut.hash);
            }
        };
        match form {
            Form::Document => cut_document(text, &mut insert),
            _ => cut_text(text, &mut insert),
        }
        if let Form::Text(beginnings) = form
            && let Some(hash) = beginnings.hash(text)
        {
            put(hash);
        }
    }
}

/// A few bytes of a text as a number.
fn fingerprint(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let ends = word(bytes.first_chunk()) ^ word(bytes.last_chunk()).rotate_left(17);
    let short = if bytes.len() < 8 {
        bytes.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte))
    } else {
        0
    };
    ends ^ short ^ (bytes.len() as u64)
}

fn slot_of(value: u64) -> usize {
    usize::try_from(value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54).unwrap_or_default()
}
