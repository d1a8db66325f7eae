//! Runs of letters and digits in ASCII text, found in blocks: a bit for each byte of a block says what it is, and runs begin and end where bits change.

/// Bytes of a block.
const BLOCK: usize = 64;

/// Calls for every longest run with its beginning and its end.
pub(super) fn each(bytes: &[u8], mut run: impl FnMut(usize, usize)) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut edges = Edges::default();
    for block in blocks {
        edges.take(letters(block), &mut run);
    }
    if !rest.is_empty() {
        let mut last = [0; BLOCK];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        edges.take(letters(&last), &mut run);
    }
    if edges.inside {
        run(edges.start, bytes.len());
    }
}

#[derive(Default)]
struct Edges {
    at: usize,
    start: usize,
    /// The last byte looked at belongs to a run that began at `start`.
    inside: bool,
}

impl Edges {
    fn take(&mut self, letters: u64, run: &mut impl FnMut(usize, usize)) {
        let mut changes = letters ^ (letters << 1 | u64::from(self.inside));
        while changes != 0 {
            let place = self.at + changes.trailing_zeros() as usize;
            changes &= changes - 1;
            if self.inside {
                run(self.start, place);
            } else {
                self.start = place;
            }
            self.inside = !self.inside;
        }
        self.at += BLOCK;
    }
}

/// A bit for each byte that is an ASCII letter or digit.
fn letters(block: &[u8; BLOCK]) -> u64 {
    let mut flags = [0; BLOCK];
    // One byte at a time, for the compiler to do many at once.
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from((byte | 0x20).wrapping_sub(b'a') < 26) | u8::from(byte.wrapping_sub(b'0') < 10);
    }
    let mut bits = 0;
    for (at, word) in flags.as_chunks::<8>().0.iter().enumerate() {
        // Brings the lowest bits of eight bytes together in the highest byte.
        bits |= (u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    bits
}

#[cfg(test)]
mod tests {
    #![allow(clippy::string_slice)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_the_longest(text in "[a-zA-Z0-9@\\[`{/:\"._ -]{0,200}") {
            let mut found = Vec::new();
            each(text.as_bytes(), |start, end| found.push(&text[start..end]));
            let wanted: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty()).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
