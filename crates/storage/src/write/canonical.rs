//! Telling in one pass that JSON is in its canonical spelling already, as nearly all machine-written logs are: then it is stored as it stands.

use quarry_value::dynamic::plain_end;

/// Nesting beyond this is left to the slow way.
const DEEPEST: u32 = 128;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A value.
    Value,
    /// A value, or the end of an array that has none.
    FirstValue,
    /// A key.
    Key,
    /// A key, or the end of a bag that has none.
    FirstKey,
    /// A comma, or the end of the container.
    Comma,
}

/// The position behind the array or object that opens at `at`, if all of it is valid and compact. `None` says nothing of what is there.
pub(crate) fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    let mut depth = 0u32;
    // One bit per open container, innermost lowest: set for a bag.
    let mut bags = 0u128;
    let mut next = Next::Value;
    loop {
        let byte = *bytes.get(at)?;
        match (next, byte) {
            (Next::Value | Next::FirstValue, b'{' | b'[') => {
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
                let bag = byte == b'{';
                bags = (bags << 1) | u128::from(bag);
                next = if bag { Next::FirstKey } else { Next::FirstValue };
                at += 1;
            }
            (Next::Value | Next::FirstValue, b'"') => {
                at = string_end(bytes, at)?;
                next = Next::Comma;
            }
            (Next::Value | Next::FirstValue, b't') => {
                at = word_end(bytes, at, b"true")?;
                next = Next::Comma;
            }
            (Next::Value | Next::FirstValue, b'f') => {
                at = word_end(bytes, at, b"false")?;
                next = Next::Comma;
            }
            (Next::Value | Next::FirstValue, b'n') => {
                at = word_end(bytes, at, b"null")?;
                next = Next::Comma;
            }
            (Next::Value | Next::FirstValue, b'-' | b'0'..=b'9') => {
                at = number_end(bytes, at)?;
                next = Next::Comma;
            }
            (Next::Key | Next::FirstKey, b'"') => {
                at = string_end(bytes, at)?;
                if bytes.get(at) != Some(&b':') {
                    return None;
                }
                at += 1;
                next = Next::Value;
            }
            (Next::Comma, b',') => {
                at += 1;
                next = if bags & 1 == 1 { Next::Key } else { Next::Value };
            }
            (Next::Comma | Next::FirstKey, b'}') if bags & 1 == 1 => {
                at += 1;
                next = Next::Comma;
                if leave(&mut depth, &mut bags) {
                    return Some(at);
                }
            }
            (Next::Comma | Next::FirstValue, b']') if bags & 1 == 0 && depth > 0 => {
                at += 1;
                next = Next::Comma;
                if leave(&mut depth, &mut bags) {
                    return Some(at);
                }
            }
            _ => return None,
        }
    }
}

/// Closes the innermost container; true when it was the outermost.
fn leave(depth: &mut u32, bags: &mut u128) -> bool {
    *depth -= 1;
    *bags >>= 1;
    *depth == 0
}

fn word_end(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// The position behind a string without escapes that have another canonical spelling.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if matches!(bytes.get(at + 1)?, b'"' | b'\\' | b'n' | b'r' | b't' | b'b' | b'f') => at += 2,
            _ => return None,
        }
    }
}

fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut end = digits(start);
    let leading_zero = bytes.get(start) == Some(&b'0') && end > start + 1;
    if end == start || leading_zero {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == end + 1 {
            return None;
        }
        end = fraction;
    }
    // Numbers with an exponent are rare enough for the slow way.
    (!matches!(bytes.get(end), Some(b'e' | b'E'))).then_some(end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use quarry_value::dynamic::compact;

    #[test]
    fn compact_documents_are_told() {
        for text in [
            "{}",
            "[]",
            r#"{"a":1,"b":[true,false,null,-1.5,"x\"y\\\n"],"":{"c":[]}}"#,
            r#"["a long text without anything special in it, é😀"]"#,
        ] {
            assert_eq!(container_end(text.as_bytes(), 0), Some(text.len()), "{text}");
            assert_eq!(container_end(format!("{text},1").as_bytes(), 0), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_slow_way() {
        for text in [
            "",
            "1",
            "{",
            "[",
            "[1",
            "[ ]",
            r#"{"a": 1}"#,
            r#"["\u0041"]"#,
            "[\"\t\"]",
            "[01]",
            "[1.]",
            "[1,]",
            r#"{"a":1,}"#,
            "[}",
            "{]",
            r#"{"a"}"#,
            "[1e5]",
            "[\"\\/\"]",
        ] {
            assert_eq!(container_end(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(container_end("[".repeat(100_000).as_bytes(), 0), None);
    }

    proptest! {
        #[test]
        fn what_is_told_canonical_is(text in "[\\[{][\\[\\]{}\",:\\\\ntfu0-9.eE a\u{1}é-]{0,40}") {
            if let Some(end) = container_end(text.as_bytes(), 0) {
                let told = text.get(..end).unwrap();
                let compacted = compact(told);
                prop_assert_eq!(compacted.as_deref(), Some(told));
            }
        }
    }
}
