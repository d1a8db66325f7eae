//! Finding where a JSON value ends, without building anything and without recursion.
//!
//! The functions work on text that is JSON by contract. On any other text they stop early or say `None`; they never fail otherwise.

use super::words;

/// The first position at or after `at` that holds no white space.
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The position behind the string literal that opens at `at`.
#[must_use]
pub fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    literal_end(bytes, at).map(|(end, _)| end)
}

/// The same, and whether the string is spelled with escapes.
#[must_use]
pub fn literal_end(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let mut found = words::quote_or_escape(bytes, at.checked_add(1)?)?;
    if bytes.get(found) == Some(&b'"') {
        return Some((found + 1, false));
    }
    loop {
        found = words::quote_or_escape(bytes, found + 2)?;
        if bytes.get(found) == Some(&b'"') {
            return Some((found + 1, true));
        }
    }
}

/// The position behind the value that begins at `at`.
pub(crate) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => container_end(bytes, at),
        b',' | b':' | b']' | b'}' => None,
        _ => {
            let rest = bytes.get(at..)?;
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\n' | b'\r'));
            Some(length.map_or(bytes.len(), |length| at + length))
        }
    }
}

/// The position behind the array or bag that opens at `at`. Only its own kind of bracket needs counting: the other kind is balanced inside it.
#[must_use]
pub fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    let open = *bytes.get(at)?;
    let close = if open == b'{' { b'}' } else { b']' };
    let mut depth = 0usize;
    let mut at = at;
    // Between strings there are a few bytes only: they are looked at one by one.
    loop {
        match *bytes.get(at)? {
            b'"' => at = string_end(bytes, at)?,
            byte if byte == open => {
                depth += 1;
                at += 1;
            }
            byte if byte == close => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => at += 1,
        }
    }
}
