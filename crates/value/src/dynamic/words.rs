//! Looking for bytes in text, eight at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is `byte`. Bytes above the lowest that is may be told wrongly.
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ (ONES * u64::from(byte));
    differing.wrapping_sub(ONES) & !differing & HIGHS
}

#[inline]
fn word_at(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

#[inline]
fn lowest(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// The first quote, backslash or control character at or behind `at`, or the end of the text.
#[must_use]
pub fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word_at(bytes, at) {
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = equal(word, b'"') | equal(word, b'\\') | control;
        if found != 0 {
            return at + lowest(found);
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= 0x20 && !matches!(byte, b'"' | b'\\')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_text_ends_where_it_does(before in "[a-zé]{0,30}", special in "[\"\\\\\u{1}\u{1f}]", after in "[a-z\"\\\\]{0,20}") {
            let text = format!("{before}{special}{after}");
            prop_assert_eq!(plain_end(text.as_bytes(), 0), before.len());
        }
    }
}
