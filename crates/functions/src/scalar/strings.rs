//! Strings: joining, measuring, cutting, changing case.

use datafusion::common::{Result, not_impl_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("estimate_data_size", estimate_data_size),
    ("isascii", isascii),
    ("isutf8", isutf8),
    ("regex_quote", regex_quote),
    ("reverse", reverse),
    ("strcat", strcat),
    ("strcat_delim", strcat_delim),
    ("strcmp", strcmp),
    ("string_size", string_size),
    ("strlen", strlen),
    ("strrep", strrep),
    ("substring", substring),
    ("tolower", tolower),
    ("toupper", toupper),
    ("translate", translate),
    ("unicode_codepoints_from_string", codepoints),
    ("unicode_codepoints_to_string", from_codepoints),
];

/// The most text that one value may grow to by repetition.
const MOST: usize = 64 << 20;

fn strcat(call: &Call<'_>) -> Result<ColumnarValue> {
    let parts = (0..call.args.len()).map(|at| call.texts(at)).collect::<Result<Vec<_>>>()?;
    call.write_texts(|row, out| parts.iter().for_each(|part| out.push_str(&part.get(row))))
}

fn strcat_delim(call: &Call<'_>) -> Result<ColumnarValue> {
    let delimiter = call.texts(0)?;
    let parts = (1..call.args.len()).map(|at| call.texts(at)).collect::<Result<Vec<_>>>()?;
    call.write_texts(|row, out| {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_str(&delimiter.get(row));
            }
            out.push_str(&part.get(row));
        }
    })
}

fn strlen(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_longs(|row| i64::try_from(text.get(row).chars().count()).ok())
}

fn string_size(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_longs(|row| i64::try_from(text.get(row).len()).ok())
}

/// The bytes that the values of a row take in the language's own account.
fn estimate_data_size(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut fixed = 0;
    let mut texts = Vec::new();
    for (at, ty) in call.types.iter().enumerate() {
        match ty {
            KqlType::Bool => fixed += 1,
            KqlType::Int => fixed += 4,
            KqlType::Long | KqlType::Real | KqlType::DateTime | KqlType::TimeSpan => fixed += 8,
            KqlType::Guid => fixed += 16,
            KqlType::String => texts.push(call.texts(at)?),
            KqlType::Decimal | KqlType::Dynamic | KqlType::Unknown => {
                return not_impl_err!("estimate_data_size() of a {ty} is not supported yet");
            }
        }
    }
    call.write_longs(|row| {
        i64::try_from(texts.iter().map(|text| text.get(row).len()).sum::<usize>())
            .ok()
            .map(|size| size + fixed)
    })
}

fn isascii(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_bools(|row| Some(text.get(row).is_ascii()))
}

fn isutf8(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_bools(|_| Some(true))
}

fn regex_quote(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| out.push_str(&regex::escape(&text.get(row))))
}

fn reverse(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| out.extend(text.get(row).chars().rev()))
}

/// Whether a text is ASCII without certain letters.
fn lacks(text: &str, letter: impl Fn(&u8) -> bool) -> bool {
    // Without an early end, so that many bytes are looked at in one step.
    !text.bytes().fold(false, |found, byte| found | !byte.is_ascii() | letter(&byte))
}

fn tolower(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    if let Some(same) = text.unchanged(|text| lacks(text, u8::is_ascii_uppercase)) {
        return Ok(same);
    }
    call.write_texts(|row, out| {
        let text = text.get(row);
        if text.is_ascii() {
            out.push_str(&text);
            out.make_ascii_lowercase();
        } else {
            out.extend(text.chars().map(lower_char));
        }
    })
}

fn toupper(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    if let Some(same) = text.unchanged(|text| lacks(text, u8::is_ascii_lowercase)) {
        return Ok(same);
    }
    call.write_texts(|row, out| {
        let text = text.get(row);
        if text.is_ascii() {
            out.push_str(&text);
            out.make_ascii_uppercase();
        } else {
            out.extend(text.chars().map(upper_char));
        }
    })
}

/// A character in lower case: one for one, so that the length of a text stays. The capital dotted I keeps its form.
pub(crate) fn lower_char(c: char) -> char {
    one(c.to_lowercase(), c)
}

/// A character in upper case, one for one.
pub(crate) fn upper_char(c: char) -> char {
    one(c.to_uppercase(), c)
}

/// The only character of a mapping, or the original where the mapping gives several.
fn one(mut mapped: impl Iterator<Item = char>, original: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => original,
    }
}

fn strcmp(call: &Call<'_>) -> Result<ColumnarValue> {
    let (left, right) = (call.texts(0)?, call.texts(1)?);
    call.write_longs(|row| Some(left.get(row).cmp(&right.get(row)) as i64))
}

fn strrep(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, times) = (call.texts(0)?, call.longs(1)?);
    let delimiter = if call.has(2) { Some(call.texts(2)?) } else { None };
    call.write_texts(|row, out| {
        // The language repeats at most 1,024 times.
        let times = times.get(row).unwrap_or(0).clamp(0, 1024);
        let text = text.get(row);
        for turn in 0..times {
            if out.len() + text.len() > MOST {
                break;
            }
            if let (Some(delimiter), true) = (&delimiter, turn > 0) {
                out.push_str(&delimiter.get(row));
            }
            out.push_str(&text);
        }
    })
}

/// Counts in characters from 0; a negative start counts from the end.
fn substring(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, start) = (call.texts(0)?, call.longs(1)?);
    let length = if call.has(2) { Some(call.longs(2)?) } else { None };
    let folded = call.is_constant();
    call.write_texts(|row, out| {
        // The folder reads a null start as 0, rows give no text.
        let Some(start) = start.get(row).or(folded.then_some(0)) else {
            return;
        };
        let length = match &length {
            None => usize::MAX,
            Some(length) => match length.get(row) {
                Some(length) => usize::try_from(length).unwrap_or(0),
                None => return,
            },
        };
        out.push_str(cut(&text.get(row), start, length));
    })
}

fn cut(text: &str, start: i64, length: usize) -> &str {
    let ascii = text.is_ascii();
    let count = || if ascii { text.len() } else { text.chars().count() };
    let start = match usize::try_from(start) {
        Ok(start) => start,
        Err(_) => match usize::try_from(start.unsigned_abs())
            .ok()
            .and_then(|back| count().checked_sub(back))
        {
            Some(start) => start,
            None => return "",
        },
    };
    if ascii {
        let end = start.saturating_add(length).min(text.len());
        return text.get(start..end).unwrap_or_default();
    }
    let from = text.char_indices().nth(start).map_or(text.len(), |(at, _)| at);
    let rest = text.get(from..).unwrap_or_default();
    let to = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
    rest.get(..to).unwrap_or_default()
}

/// Replaces each character of a list by its counterpart; the last one stands in where the second list is shorter, an empty one deletes.
fn translate(call: &Call<'_>) -> Result<ColumnarValue> {
    let (from, to, text) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    call.write_texts(|row, out| {
        let from: Vec<char> = from.get(row).chars().collect();
        let to: Vec<char> = to.get(row).chars().collect();
        for c in text.get(row).chars() {
            match from.iter().position(|candidate| *candidate == c) {
                None => out.push(c),
                Some(at) => out.extend(to.get(at).or(to.last())),
            }
        }
    })
}

fn codepoints(call: &Call<'_>) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        out.push('[');
        for (at, c) in text.get(row).chars().enumerate() {
            let _ = write!(out, "{}{}", if at > 0 { "," } else { "" }, u32::from(c));
        }
        out.push(']');
        Some(())
    })
}

fn from_codepoints(call: &Call<'_>) -> Result<ColumnarValue> {
    let parts = (0..call.args.len()).map(|at| call.texts(at)).collect::<Result<Vec<_>>>()?;
    let character = |text: &str| text.parse::<u32>().ok().and_then(char::from_u32);
    call.write_texts(|row, out| {
        for part in &parts {
            match part.raw(row).filter(|_| part.is_dynamic()).and_then(dynamic::elements) {
                Some(elements) => out.extend(elements.filter_map(|element| character(&json::text(element)))),
                None => out.extend(character(&part.get(row))),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn substrings_count_characters() {
        for (text, start, length, expected) in [
            ("abcdefg", 5, 10, "fg"),
            ("abcdefg", 9, 1, ""),
            ("abcdefg", -3, 2, "ef"),
            ("abc", -10, 5, ""),
            ("é中x", 1, 1, "中"),
            ("é中x", -1, usize::MAX, "x"),
            ("abc", i64::MIN, usize::MAX, ""),
            ("abc", i64::MAX, usize::MAX, ""),
        ] {
            assert_eq!(cut(text, start, length), expected, "{text} {start} {length}");
        }
    }
}
