//! Finding and replacing plain text.

use std::sync::Arc;

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use memchr::memmem;
use quarry_value::{dynamic, json};

use super::Family;
use crate::kernel::Call;
use crate::operators::{has_term, regexes};

pub(crate) const KERNELS: Family = &[
    ("countof", countof),
    ("has_any_index", has_any_index),
    ("indexof", indexof),
    ("indexof_regex", indexof_regex),
    ("replace_string", replace_string),
    ("replace_strings", replace_strings),
    ("split", split),
];

fn countof(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, search) = (call.texts(0)?, call.texts(1)?);
    let regex = match if call.has(2) {
        call.texts(2)?.constant().map(|kind| kind.into_owned())
    } else {
        None
    }
    .as_deref()
    {
        None | Some("normal") => false,
        Some("regex") => true,
        Some(kind) => return exec_err!("countof() knows the kinds normal and regex, not '{kind}'"),
    };
    if regex {
        let Some(pattern) = search.constant() else {
            return exec_err!("the regular expression of countof() must be a constant");
        };
        let regex = regexes::compile(&pattern)?;
        return call.write_longs(|row| i64::try_from(regex.find_iter(&text.get(row)).count()).ok());
    }
    call.write_longs(|row| {
        let (text, search) = (text.get(row), search.get(row));
        if search.is_empty() {
            return Some(0);
        }
        // Occurrences may overlap.
        let finder = memmem::Finder::new(search.as_bytes());
        let (mut count, mut from) = (0, 0);
        while let Some(found) = text.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            count += 1;
            from += found + 1;
        }
        Some(count)
    })
}

fn has_any_index(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, list) = (call.texts(0)?, call.texts(1)?);
    call.write_longs(|row| {
        let text = text.get(row);
        let at = list
            .raw(row)
            .and_then(dynamic::elements)?
            .position(|element| has_term(&text, &json::text(element)));
        Some(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))
    })
}

/// Where an `indexof` looks, in characters: a match starts at `start` or behind it, and before `start + length`.
struct Window {
    start: usize,
    length: Option<usize>,
    occurrence: usize,
}

/// Reads start, length and occurrence; `None` when they are out of their range, which makes the answer null.
fn window(text: &str, start: i64, length: i64, occurrence: i64, from_end: bool) -> Option<Window> {
    if length < -1 || occurrence < 1 {
        return None;
    }
    let start = match usize::try_from(start) {
        Ok(start) => start,
        Err(_) if from_end => text.chars().count().saturating_sub(usize::try_from(start.unsigned_abs()).ok()?),
        Err(_) => return None,
    };
    Some(Window {
        start,
        length: usize::try_from(length).ok(),
        occurrence: usize::try_from(occurrence).ok()?,
    })
}

/// The position, in characters, of the match that `find` gives as a byte offset in the text from the start on; -1 when there is none in the window.
fn position(text: &str, window: &Window, find: impl FnOnce(&str) -> Option<usize>) -> i64 {
    let from = text.char_indices().nth(window.start).map_or(text.len(), |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    find(rest)
        .and_then(|at| Some(rest.get(..at)?.chars().count()))
        .filter(|skipped| window.length.is_none_or(|length| *skipped < length))
        .and_then(|skipped| i64::try_from(window.start + skipped).ok())
        .unwrap_or(-1)
}

fn indexof(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, search) = (call.texts(0)?, call.texts(1)?);
    let optional = |at: usize| if call.has(at) { call.longs(at).map(Some) } else { Ok(None) };
    let (start, length, occurrence) = (optional(2)?, optional(3)?, optional(4)?);
    call.write_longs(|row| {
        let (text, search) = (text.get(row), search.get(row));
        let read = |values: &Option<crate::kernel::Longs>, default| values.as_ref().map_or(Some(default), |values| values.get(row));
        if search.is_empty() {
            return None;
        }
        let window = window(&text, read(&start, 0)?, read(&length, -1)?, read(&occurrence, 1)?, true)?;
        Some(position(&text, &window, |part| {
            let finder = memmem::Finder::new(search.as_bytes());
            let mut from = 0;
            for turn in 1..=window.occurrence {
                let at = from + finder.find(part.as_bytes().get(from..)?)?;
                if turn == window.occurrence {
                    return Some(at);
                }
                from = at + 1;
            }
            None
        }))
    })
}

fn indexof_regex(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, pattern) = (call.texts(0)?, call.texts(1)?);
    let Some(pattern) = pattern.constant() else {
        return exec_err!("the regular expression of indexof_regex() must be a constant");
    };
    let regex = regexes::compile(&pattern)?;
    let optional = |at: usize| if call.has(at) { call.longs(at).map(Some) } else { Ok(None) };
    let (start, length, occurrence) = (optional(2)?, optional(3)?, optional(4)?);
    call.write_longs(|row| {
        let text = text.get(row);
        let read = |values: &Option<crate::kernel::Longs>, default| values.as_ref().map_or(Some(default), |values| values.get(row));
        let window = window(&text, read(&start, 0)?, read(&length, -1)?, read(&occurrence, 1)?, false)?;
        Some(position(&text, &window, |part| {
            regex.find_iter(part).nth(window.occurrence - 1).map(|found| found.start())
        }))
    })
}

fn replace_string(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, from, to) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    call.write_texts(|row, out| {
        let (text, from, to) = (text.get(row), from.get(row), to.get(row));
        if from.is_empty() {
            out.push_str(&text);
            return;
        }
        let mut rest = text.as_ref();
        while let Some((before, behind)) = rest.split_once(from.as_ref()) {
            out.push_str(before);
            out.push_str(&to);
            rest = behind;
        }
        out.push_str(rest);
    })
}

/// What stands for a lookup string: its replacement, or the string itself when the replacement is no string.
type Pairs = Arc<Vec<(String, Option<String>)>>;

/// The pairs are tried in order, each on the text that no earlier one has matched.
fn replace_strings(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, from, to) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let mut last: Option<(String, String, Pairs)> = None;
    call.write_texts(|row, out| {
        let (raw_from, raw_to) = (from.raw(row).unwrap_or_default(), to.raw(row).unwrap_or_default());
        let pairs = match &last {
            Some((known_from, known_to, pairs)) if known_from == raw_from && known_to == raw_to => Arc::clone(pairs),
            _ => {
                let pairs = Arc::new(pairs_of(raw_from, raw_to));
                last = Some((raw_from.to_owned(), raw_to.to_owned(), Arc::clone(&pairs)));
                pairs
            }
        };
        let text = text.get(row);
        // Text that is still open, or what has been put in a place.
        let mut parts: Vec<std::result::Result<&str, &str>> = vec![Ok(&text)];
        for (from, to) in pairs.iter() {
            let mut next = Vec::with_capacity(parts.len());
            for part in parts {
                let Ok(open) = part else {
                    next.push(part);
                    continue;
                };
                for (at, piece) in open.split(from.as_str()).enumerate() {
                    if at > 0 {
                        next.push(Err(to.as_deref().unwrap_or(from)));
                    }
                    next.push(Ok(piece));
                }
            }
            parts = next;
        }
        parts.iter().for_each(|part| out.push_str(part.unwrap_or_else(|put| put)));
    })
}

fn pairs_of(from: &str, to: &str) -> Vec<(String, Option<String>)> {
    let (Some(from), Some(to)) = (dynamic::elements(from), dynamic::elements(to)) else {
        return Vec::new();
    };
    from.map(|element| json::text(element).into_owned())
        .zip(to.map(|element| json::unquote(element).map(|text| text.into_owned())))
        .filter(|(from, _)| !from.is_empty())
        .collect()
}

fn split(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, delimiter) = (call.texts(0)?, call.texts(1)?);
    let index = if call.has(2) { Some(call.longs(2)?) } else { None };
    call.write_dynamics(|row, out| {
        let (text, delimiter) = (text.get(row), delimiter.get(row));
        out.push('[');
        match &index {
            Some(index) => {
                let wanted = usize::try_from(index.get(row)?).ok()?;
                json::quote(pieces(&text, &delimiter).nth(wanted)?, out);
            }
            None => {
                for (at, piece) in pieces(&text, &delimiter).enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    json::quote(piece, out);
                }
            }
        }
        out.push(']');
        Some(())
    })
}

/// The parts of a text between delimiters; the whole text when the delimiter is empty.
fn pieces<'a>(text: &'a str, delimiter: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    if delimiter.is_empty() {
        Box::new(std::iter::once(text))
    } else {
        Box::new(text.split(delimiter))
    }
}
