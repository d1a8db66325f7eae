//! Finding where a JSON value ends, without building anything and without recursion.
//!
//! The functions work on text that is JSON by contract. On any other text they stop early or say `None`; they never fail otherwise.

use memchr::{memchr2, memchr3};

/// The first position at or after `at` that holds no white space.
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The position behind the string literal that opens at `at`.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at.checked_add(1)?;
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The position behind the value that begins at `at`.
pub(crate) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' => container_end(bytes, at, b'{', b'}'),
        b'[' => container_end(bytes, at, b'[', b']'),
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

/// Only the container's own kind of bracket needs counting: the other kind is balanced inside it.
fn container_end(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = at;
    loop {
        let found = at + memchr3(b'"', open, close, bytes.get(at..)?)?;
        match bytes.get(found)? {
            b'"' => at = string_end(bytes, found)?,
            byte if *byte == open => {
                depth += 1;
                at = found + 1;
            }
            _ => {
                depth = depth.saturating_sub(1);
                at = found + 1;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
    }
}
