//! The order in which the engine lists neighboring cells and the cells of a polygon.
//!
//! It gathers their names in a hash table of GNU's C++ library and lists them as the table chains them. Which names share a bucket follows from
//! the hash (MurmurHash64A with that library's seed) and from the number of buckets (the first of the library's primes that is not below the
//! number of names). A name opens the chain, or goes in front of the first one of its bucket.

use std::collections::HashMap;

const SEED: u64 = 0xc70f_6907;
const FACTOR: u64 = 0xc6a4_a793_5bd1_e995;

/// The library's bucket counts.
const BUCKETS: &[u64] = &[
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 103, 109, 113, 127, 137, 139, 149, 157,
    167, 179, 193, 199, 211, 227, 241, 257, 277, 293, 313, 337, 359, 383, 409, 439, 467, 503, 541, 577, 619, 661, 709, 761, 823, 887, 953,
    1031, 1109, 1193, 1289, 1381, 1493, 1613, 1741, 1879, 2029, 2179, 2357, 2549, 2753, 2971, 3209, 3469, 3739, 4027, 4349, 4703, 5087,
    5503, 5953, 6427, 6949, 7517, 8123, 8783, 9497, 10273, 11113, 12011, 12983, 14033, 15173, 16411, 17749, 19183, 20753, 22447, 24281,
    26267, 28411, 30727, 33223, 35933, 38873, 42043, 45481, 49201, 53201, 57557, 62233, 67307, 72817, 78779, 85229, 92203, 99733,
];

/// The names as the engine lists them; a repeated one once.
pub(super) fn arranged(names: Vec<String>) -> Vec<String> {
    let wanted = u64::try_from(names.len()).unwrap_or(u64::MAX);
    let buckets = BUCKETS.iter().copied().find(|buckets| *buckets >= wanted).unwrap_or(wanted);
    // A chain of buckets, newest first, each with its names, newest first: both are kept the other way round here.
    let mut chain: Vec<Vec<String>> = Vec::new();
    let mut places: HashMap<u64, usize> = HashMap::new();
    for name in names {
        let place = *places.entry(hash(name.as_bytes()) % buckets).or_insert_with(|| {
            chain.push(Vec::new());
            chain.len() - 1
        });
        if let Some(bucket) = chain.get_mut(place).filter(|bucket| !bucket.contains(&name)) {
            bucket.push(name);
        }
    }
    chain.into_iter().rev().flat_map(|bucket| bucket.into_iter().rev()).collect()
}

/// MurmurHash64A.
fn hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(FACTOR);
    for word in words {
        let word = u64::from_le_bytes(*word).wrapping_mul(FACTOR);
        hash = (hash ^ (word ^ (word >> 47)).wrapping_mul(FACTOR)).wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| (tail << 8) | u64::from(*byte));
        hash = (hash ^ tail).wrapping_mul(FACTOR);
    }
    hash = (hash ^ (hash >> 47)).wrapping_mul(FACTOR);
    hash ^ (hash >> 47)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged_text(names: &str) -> String {
        arranged(names.split(' ').map(str::to_owned).collect()).join(" ")
    }

    #[test]
    fn names_of_one_bucket_stay_together() {
        // What that library's own set answers for these names, inserted in this order.
        assert_eq!(
            arranged_text("89c2f9 89c251 89c257 89c25f 89c2f7 89c25b 89c2f5 89c25d"),
            "89c25d 89c25b 89c2f7 89c257 89c2f5 89c251 89c25f 89c2f9"
        );
    }

    #[test]
    fn a_repeated_name_is_listed_once() {
        assert_eq!(arranged_text("a b a b"), "b a");
        assert!(arranged(Vec::new()).is_empty());
    }
}
