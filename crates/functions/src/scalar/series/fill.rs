//! Filling the gaps of a series. A gap is null, or equal to a placeholder; elements that stay keep their text.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{self, ArrayWriter};

use super::{Column, Number};
use crate::kernel::Call;

/// The elements of a series, `None` for a gap.
type Elements<'a> = Vec<Option<&'a str>>;

fn gaps_of<'a>(raw: Option<&'a str>, placeholder: Option<Number>) -> Option<Elements<'a>> {
    let is_gap = |element: &str| match placeholder {
        None => element == "null",
        Some(placeholder) => Number::read(element).is_some_and(|number| number.real() == placeholder.real()),
    };
    Some(
        dynamic::elements(raw?)?
            .map(|element| (!is_gap(element)).then_some(element))
            .collect(),
    )
}

/// Reads the series and its gaps for each row; the closure writes what becomes of them.
fn filled(
    call: &Call<'_>,
    placeholder_at: usize,
    write: impl Fn(usize, &Elements<'_>, &str, &mut ArrayWriter<'_>),
) -> Result<ColumnarValue> {
    let series = call.texts(0)?;
    let placeholder = if call.has(placeholder_at) {
        Some(Column::new(call, placeholder_at)?)
    } else {
        None
    };
    call.try_write_dynamics(|row, out| {
        let placeholder = placeholder.as_ref().and_then(|column| column.number(row));
        let Some(elements) = gaps_of(series.raw(row), placeholder) else {
            return Ok(None);
        };
        let mut unfilled = String::from("null");
        if let Some(placeholder) = placeholder {
            unfilled.clear();
            placeholder.write(&mut unfilled);
        }
        let mut array = ArrayWriter::new(out);
        write(row, &elements, &unfilled, &mut array);
        array.finish();
        Ok(Some(()))
    })
}

pub(super) fn forward(call: &Call<'_>) -> Result<ColumnarValue> {
    filled(call, 1, |_, elements, unfilled, array| {
        let mut last = unfilled;
        for element in elements {
            last = element.unwrap_or(last);
            array.raw(last);
        }
    })
}

pub(super) fn backward(call: &Call<'_>) -> Result<ColumnarValue> {
    filled(call, 1, |_, elements, unfilled, array| {
        let mut next = unfilled;
        let mut reversed: Vec<&str> = Vec::with_capacity(elements.len());
        for element in elements.iter().rev() {
            next = element.unwrap_or(next);
            reversed.push(next);
        }
        for element in reversed.into_iter().rev() {
            array.raw(element);
        }
    })
}

pub(super) fn constant(call: &Call<'_>) -> Result<ColumnarValue> {
    let constant = if call.has(1) { Some(Column::new(call, 1)?) } else { None };
    filled(call, 2, |row, elements, unfilled, array| {
        let mut text = String::new();
        match constant.as_ref().map(|column| column.number(row)) {
            None => text.push('0'),
            Some(Some(number)) => number.write(&mut text),
            Some(None) => text.push_str(unfilled),
        }
        for element in elements {
            array.raw(element.unwrap_or(&text));
        }
    })
}

/// Gaps at the edges take the nearest value, unless that is switched off; a series of gaps alone takes the constant.
pub(super) fn linear(call: &Call<'_>) -> Result<ColumnarValue> {
    let edges = if call.has(2) { Some(call.bools(2)?) } else { None };
    let constant = if call.has(3) { Some(Column::new(call, 3)?) } else { None };
    filled(call, 1, |row, elements, unfilled, array| {
        let edges = edges.as_ref().and_then(|edges| edges.get(row)).unwrap_or(true);
        let known: Vec<(usize, &str)> = elements
            .iter()
            .enumerate()
            .filter_map(|(at, element)| element.map(|raw| (at, raw)))
            .collect();
        if known.is_empty() {
            let constant = constant.as_ref().and_then(|column| column.number(row)).unwrap_or(Number::Real(0.0));
            for _ in elements {
                constant.write(array.next());
            }
            return;
        }
        let long = known.iter().all(|(_, raw)| !matches!(Number::read(raw), Some(Number::Real(_))));
        let mut behind = 0_usize;
        for (at, element) in elements.iter().enumerate() {
            if let Some(raw) = element {
                array.raw(raw);
                behind += 1;
                continue;
            }
            let before = behind.checked_sub(1).and_then(|index| known.get(index));
            match (before, known.get(behind)) {
                (Some(before), Some(after)) => match between(*before, *after, at, long) {
                    Some(number) => number.write(array.next()),
                    None => array.raw(unfilled),
                },
                (Some((_, nearest)), None) | (None, Some((_, nearest))) if edges => array.raw(nearest),
                _ => array.raw(unfilled),
            }
        }
    })
}

/// The value on the line between two known elements; whole (fractions cut) in a series of longs.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
fn between(before: (usize, &str), after: (usize, &str), at: usize, long: bool) -> Option<Number> {
    let (low, high) = (Number::read(before.1)?.real(), Number::read(after.1)?.real());
    let share = (at - before.0) as f64 / (after.0 - before.0) as f64;
    let value = low + (high - low) * share;
    if long {
        quarry_value::number::long_of(value).map(Number::Long)
    } else {
        Some(Number::Real(value))
    }
}
