//! Hashes of terms.

use std::ops::Range;

pub(super) const PLAIN: u64 = 0x9e37_79b9_7f4a_7c15;
pub(super) const FOREIGN: u64 = 0xc2b2_ae3d_27d4_eb4f;
pub(super) const BEGINNING: u64 = 0x8564_29c3_06f1_5b7d;

/// Takes no notice of case in ASCII.
const CASE: u64 = 0x2020_2020_2020_2020;

/// A hash that is the same on every machine and in every version: filters are stored. In terms of ASCII it takes no notice of case, which is one bit
/// there; folded texts beyond ASCII have that bit too, which costs nothing but some equal hashes.
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    hash_at(bytes, 0..bytes.len(), seed)
}

/// The hash of a part of a text; of a short one what stands behind it is read along, and left out.
#[inline]
pub(super) fn hash_at(bytes: &[u8], part: Range<usize>, seed: u64) -> u64 {
    let word = |at: usize| bytes.get(at..)?.first_chunk::<8>().map(|chunk| u64::from_le_bytes(*chunk));
    let mut state = seed ^ (part.len() as u64);
    let mut at = part.start;
    while at < part.end {
        let left = part.end - at;
        let next = match word(at) {
            Some(word) if left >= 8 => word,
            Some(word) => word & (u64::MAX >> (64 - 8 * left)),
            None => short_word(bytes.get(at..part.end).unwrap_or_default()),
        };
        state = mix(state, next | CASE);
        at += 8;
    }
    mix(state, seed)
}

/// Less than eight bytes as a number, as if zeros followed. They are read in pieces that overlap.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let behind = 8 * (bytes.len() - 4);
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << behind
        }
        _ => match *bytes {
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
            _ => 0,
        },
    }
}

#[inline]
fn mix(left: u64, right: u64) -> u64 {
    let product = u128::from(left ^ 0xa076_1d64_78bd_642f) * u128::from(right ^ 0xe703_7ed1_a0b4_28db);
    #[allow(clippy::cast_possible_truncation)]
    {
        (product as u64) ^ ((product >> 64) as u64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn short_words_are_filled_up_with_zeros() {
        for length in 0..8 {
            let mut word = [0; 8];
            word[..length].copy_from_slice(&b"Exchange"[..length]);
            assert_eq!(short_word(&b"Exchange"[..length]), u64::from_le_bytes(word));
        }
    }

    #[test]
    fn what_stands_around_a_part_does_not_count() {
        let text = b"EventsOfSomeKind.Behind";
        for start in 0..text.len() {
            for end in start..=text.len() {
                assert_eq!(hash_at(text, start..end, PLAIN), hash(&text[start..end], PLAIN), "{start}..{end}");
            }
        }
    }

    /// Filters that are stored were made with these.
    #[test]
    fn hashes_are_for_good() {
        let all = ["", "a", "Exchange", "MailItemsAccessed", "0123456789abcdef"].map(|text| hash(text.as_bytes(), PLAIN));
        let known = [
            0x63b0_cc8c_4c21_b8a9,
            0x9532_f873_eac4_06f9,
            0x89bd_a0e2_446e_828d,
            0x65ec_fb16_c325_2963,
            0xe56a_0422_2e08_c7d6,
        ];
        assert_eq!(all, known);
    }
}
