//! The beginnings of texts: an array keeps the first four bytes of each beside its length, so that most texts that do not begin as wanted are told
//! without looking where they lie.

/// Bytes that an array keeps beside the length.
const KEPT: usize = 4;

/// How texts must begin, and how long they must be.
pub(super) struct Head {
    /// The bits that matter of what an array keeps: the length in the lowest four bytes, the first bytes above, the first of them lowest.
    mask: u64,
    bits: u64,
    least: u32,
}

impl Head {
    /// Texts that begin with these bytes, or are these bytes when `whole`; ASCII letters in any case unless `case_sensitive`.
    pub fn new(text: &[u8], whole: bool, case_sensitive: bool) -> Head {
        let (mut mask, mut bytes) = ([0; KEPT], [0; KEPT]);
        for ((mask, byte), wanted) in mask.iter_mut().zip(&mut bytes).zip(text) {
            // The cases of an ASCII letter differ in one bit, and nothing else has its other bits.
            *mask = if !case_sensitive && wanted.is_ascii_alphabetic() {
                !0x20
            } else {
                !0
            };
            *byte = wanted & *mask;
        }
        // No text of an array is as long as the greatest number says.
        let least = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let (all, length) = if whole { (u32::MAX, least) } else { (0, 0) };
        let joined = |head: [u8; KEPT], length: u32| u64::from(u32::from_le_bytes(head)) << 32 | u64::from(length);
        Head {
            mask: joined(mask, all),
            bits: joined(bytes, length),
            least,
        }
    }

    /// Whether a text may begin so, by what an array keeps of it.
    #[inline]
    pub fn may_match(&self, view: u128) -> bool {
        let kept = view as u64;
        kept & self.mask == self.bits && kept as u32 >= self.least
    }

    /// Whether what an array keeps of a text says everything.
    pub fn is_all(&self) -> bool {
        self.least as usize <= KEPT
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringViewArray;

    use super::*;

    proptest::proptest! {
        #[test]
        fn no_text_that_begins_so_is_missed(text in "[aA@éK]{0,14}", wanted in "[aA@k]{0,6}", whole: bool, case_sensitive: bool) {
            let array = StringViewArray::from(vec![text.as_str()]);
            let head = Head::new(wanted.as_bytes(), whole, case_sensitive);
            let may = array.views().iter().all(|view| head.may_match(*view));
            let fold = |text: &str| if case_sensitive { text.to_owned() } else { text.to_ascii_lowercase() };
            let (text, wanted) = (fold(&text), fold(&wanted));
            let does = if whole { text == wanted } else { text.starts_with(&wanted) };
            proptest::prop_assert!(may || !does);
            proptest::prop_assert!(may == does || !head.is_all());
        }
    }
}
