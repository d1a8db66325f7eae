//! Where strings and containers end, without building anything and without recursion.
//!
//! Quotes and backslashes are looked for 64 bytes at a time: most strings of documents are so short that a call of a vectorised search for each costs
//! more than it saves, and whoever walks a document looks for the next string where the last one ended.

use wide::u8x16;

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Bytes that are compared with one instruction.
const LANE: usize = 16;

/// The bytes of a block that are quotes or backslashes, as bits.
#[inline]
fn marked(block: &[u8; BLOCK]) -> u64 {
    let (lanes, _) = block.as_chunks::<LANE>();
    lanes.iter().rev().fold(0, |marks, lane| {
        let lane = u8x16::new(*lane);
        let found = lane.simd_eq(u8x16::splat(b'"')) | lane.simd_eq(u8x16::splat(b'\\'));
        marks << LANE | u64::from(found.to_bitmask())
    })
}

/// Walks a text that is JSON by contract. On any other text it stops early or says `None`; it never fails otherwise.
#[derive(Clone, Debug)]
pub struct Marks<'a> {
    bytes: &'a [u8],
    /// The block whose marks are known, by its number.
    block: usize,
    marks: u64,
}

impl<'a> Marks<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Marks<'a> {
        Marks {
            bytes,
            block: usize::MAX,
            marks: 0,
        }
    }

    /// The first quote or backslash at or behind `at`.
    #[inline]
    fn next(&mut self, at: usize) -> Option<usize> {
        let known = self.marks & u64::MAX << (at % BLOCK);
        if at / BLOCK == self.block && known != 0 {
            return Some(self.block * BLOCK + known.trailing_zeros() as usize);
        }
        self.next_in_other(at)
    }

    /// The same where it is not in the block that is known.
    fn next_in_other(&mut self, at: usize) -> Option<usize> {
        let mut block = at / BLOCK;
        let mut wanted = u64::MAX << (at % BLOCK);
        loop {
            if block != self.block {
                let rest = self.bytes.get(block * BLOCK..).filter(|rest| !rest.is_empty())?;
                self.marks = rest.first_chunk().map_or_else(|| last(rest), marked);
                self.block = block;
            }
            let found = self.marks & wanted;
            if found != 0 {
                return Some(block * BLOCK + found.trailing_zeros() as usize);
            }
            wanted = u64::MAX;
            block += 1;
        }
    }

    /// The position behind the string literal that opens at `at`, and whether it is spelled with escapes.
    #[inline]
    pub fn literal_end(&mut self, at: usize) -> Option<(usize, bool)> {
        let mut found = self.next(at.checked_add(1)?)?;
        let mut escaped = false;
        while self.bytes.get(found) == Some(&b'\\') {
            escaped = true;
            found = self.next(found + 2)?;
        }
        Some((found + 1, escaped))
    }

    /// The position behind the value that begins at `at`.
    #[inline]
    pub fn value_end(&mut self, at: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'"' => self.literal_end(at).map(|(end, _)| end),
            b'{' | b'[' => self.container_end(at),
            b',' | b':' | b']' | b'}' => None,
            _ => {
                let rest = self.bytes.get(at..)?;
                let length = rest
                    .iter()
                    .position(|byte| matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\n' | b'\r'));
                Some(length.map_or(self.bytes.len(), |length| at + length))
            }
        }
    }

    /// The position behind the array or bag that opens at `at`. Only its own kind of bracket needs counting: the other kind is balanced inside it.
    pub fn container_end(&mut self, at: usize) -> Option<usize> {
        let open = *self.bytes.get(at)?;
        let close = if open == b'{' { b'}' } else { b']' };
        let mut depth = 0usize;
        let mut at = at;
        // Between strings there are a few bytes only: they are looked at one by one.
        loop {
            match *self.bytes.get(at)? {
                b'"' => at = self.literal_end(at)?.0,
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
}

/// The first position at or after `at` that holds no white space.
#[inline]
pub(crate) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The marks of the last block of a text, which is not whole.
#[cold]
fn last(rest: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    block.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    marked(&block)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_found_wherever_they_are(text in "[a-z \u{1}é\u{80}\"\\\\]{0,200}", long in "[a-z]{0,150}[\"\\\\]?", at in 0usize..400) {
            let text = text + &long;
            let bytes = text.as_bytes();
            let wanted = |at: usize| bytes.iter().skip(at).position(|byte| matches!(byte, b'"' | b'\\')).map(|found| found + at);
            let mut marks = Marks::new(bytes);
            // Forwards and backwards.
            for at in [at, at / 2, at + 70, 0] {
                prop_assert_eq!(marks.next(at), wanted(at));
            }
        }

        #[test]
        fn strings_end_where_they_do(before in "[a-z{,]{0,70}", content in "([a-zé{}]|\\\\[\"\\\\n]){0,90}", after in "[a-z\",]{0,70}") {
            let text = format!("{before}\"{content}\"{after}");
            let end = before.len() + content.len() + 2;
            prop_assert_eq!(Marks::new(text.as_bytes()).literal_end(before.len()), Some((end, content.contains('\\'))));
        }
    }
}
