//! The filter of one block of rows: a Bloom filter of 256-bit buckets, in each of which a term sets one bit in each of eight words.
//!
//! It is filled at a generous size and folded afterwards: where neighbouring buckets are joined, every term is found where it would have been put had the
//! filter been small from the start. Sizes have many divisors, so that the fit is close.

/// 32-bit words of a bucket.
pub(crate) const WORDS: usize = 8;
/// Bytes of a bucket.
pub(crate) const BUCKET: usize = 4 * WORDS;
/// Terms per bucket at which one in a hundred absent terms seems to be there.
const LOAD: f64 = 24.0;
/// Numbers of buckets to fill, each with many divisors.
const SIZES: [usize; 8] = [1, 12, 60, 360, 840, 2520, 5040, 10080];

/// As Parquet's own Bloom filters have them.
const SALTS: [u32; WORDS] = [
    0x47b6_137b,
    0x4497_4d91,
    0x8824_ad5b,
    0xa2b7_289d,
    0x7054_95c7,
    0x2df1_424b,
    0x9efc_4947,
    0x5c6b_fb31,
];

/// Where a term is looked for in filters of a size.
#[must_use]
#[inline]
pub(crate) fn bucket_of(hash: u64, buckets: usize) -> usize {
    let scaled = u128::from(hash >> 32) * (buckets as u128);
    usize::try_from(scaled >> 32).unwrap_or_default()
}

/// The bits that a term sets in its bucket.
#[must_use]
#[inline]
pub(crate) fn mask(hash: u64) -> [u32; WORDS] {
    #[allow(clippy::cast_possible_truncation)]
    let low = hash as u32;
    let mut bits = [0; WORDS];
    for (bit, salt) in bits.iter_mut().zip(SALTS) {
        *bit = 1 << (low.wrapping_mul(salt) >> 27);
    }
    bits
}

/// A filter while it is filled.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    buckets: Vec<[u32; WORDS]>,
}

impl Filter {
    /// A filter that will not be too small for so many terms, nor larger than any needs to be.
    pub fn for_at_most(terms: usize) -> Filter {
        let wanted = terms / 24 + 1;
        let size = SIZES.into_iter().find(|size| *size >= wanted).unwrap_or(10080);
        Filter {
            buckets: vec![[0; WORDS]; size],
        }
    }

    #[inline]
    pub fn insert(&mut self, hash: u64) {
        let at = bucket_of(hash, self.buckets.len());
        if let Some(bucket) = self.buckets.get_mut(at) {
            for (word, bit) in bucket.iter_mut().zip(mask(hash)) {
                *word |= bit;
            }
        }
    }

    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// About how many buckets its terms need.
    pub fn needed(&self) -> usize {
        let set: u64 = self.buckets.iter().flatten().map(|word| u64::from(word.count_ones())).sum();
        let bits = (self.buckets.len() * WORDS * 32) as f64;
        let unset = (1.0 - set as f64 / bits).max(1e-6);
        // A term hits each bit of a word with one chance in 32.
        let per_bucket = unset.ln() / (31.0f64 / 32.0).ln();
        let terms = per_bucket * self.buckets.len() as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        {
            (terms / LOAD).ceil().max(1.0) as usize
        }
    }

    /// Joins neighbouring buckets; `buckets` divides the present number.
    pub fn fold(&mut self, buckets: usize) {
        let joined = self.buckets.len() / buckets.max(1);
        if joined < 2 {
            return;
        }
        self.buckets = self
            .buckets
            .chunks(joined)
            .map(|chunk| {
                chunk.iter().fold([0; WORDS], |mut all, one| {
                    all.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
                    all
                })
            })
            .collect();
    }

    /// The words of a bucket.
    pub fn bucket(&self, at: usize) -> [u32; WORDS] {
        self.buckets.get(at).copied().unwrap_or([u32::MAX; WORDS])
    }
}

/// The smallest size, by folding from `from`, that has so many buckets.
pub(crate) fn folded_size(from: usize, needed: usize) -> usize {
    (needed.max(1)..=from).find(|size| from.is_multiple_of(*size)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(at: u64) -> u64 {
        at.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(31)
            .wrapping_mul(0xd6e8_feb8_6659_fd93)
    }

    fn holds(filter: &Filter, hash: u64) -> bool {
        let bucket = filter.bucket(bucket_of(hash, filter.buckets()));
        bucket.iter().zip(mask(hash)).all(|(word, bit)| word & bit != 0)
    }

    #[test]
    fn folding_loses_no_term_and_keeps_false_alarms_rare() {
        for terms in [1u64, 10, 500, 20_000, 200_000] {
            let mut filter = Filter::for_at_most(usize::try_from(4 * terms).unwrap_or_default());
            (0..terms).for_each(|at| filter.insert(hash(at)));
            let size = folded_size(filter.buckets(), filter.needed());
            filter.fold(size);
            assert_eq!(filter.buckets(), size);
            assert!((0..terms).all(|at| holds(&filter, hash(at))));
            let alarms = (0..20_000).filter(|at| holds(&filter, hash(1_000_000_000 + at))).count();
            assert!(alarms < 500, "{alarms} of 20000 with {terms} terms in {size} buckets");
        }
    }
}
