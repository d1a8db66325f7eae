//! Numbers for different keys.

use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable, hash_table};
use std::hash::BuildHasher;

/// Keys as bytes, numbered in the order in which they come first.
#[derive(Default)]
pub(crate) struct Numbers {
    hashes: DefaultHashBuilder,
    table: HashTable<usize>,
    /// The keys one after the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    last: Option<usize>,
}

fn range(ends: &[usize], number: usize) -> Range<usize> {
    let start = number.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    start..ends.get(number).copied().unwrap_or(start)
}

impl Numbers {
    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a key.
    pub(crate) fn of(&mut self, key: &[u8]) -> usize {
        let Self {
            hashes,
            table,
            bytes,
            ends,
            last,
        } = self;
        let known = |bytes: &[u8], ends: &[usize], number: usize| bytes.get(range(ends, number)) == Some(key);
        // Rows of a group mostly come one after the other.
        if let Some(last) = *last
            && known(bytes, ends, last)
        {
            return last;
        }
        let rehash = |number: &usize| hashes.hash_one(bytes.get(range(ends, *number)).unwrap_or_default());
        let number = match table.entry(hashes.hash_one(key), |number| known(bytes, ends, *number), rehash) {
            hash_table::Entry::Occupied(entry) => *entry.get(),
            hash_table::Entry::Vacant(entry) => {
                let number = ends.len();
                entry.insert(number);
                bytes.extend_from_slice(key);
                ends.push(bytes.len());
                number
            }
        };
        *last = Some(number);
        number
    }

    /// Bytes held.
    pub(crate) fn size(&self) -> usize {
        self.bytes.capacity() + (self.ends.capacity() + self.table.capacity()) * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_keeps_its_number() {
        let mut numbers = Numbers::default();
        let keys: Vec<String> = (0..1000).map(|key| format!("k{}", key * 7 % 300)).collect();
        let given: Vec<usize> = keys.iter().map(|key| numbers.of(key.as_bytes())).collect();
        assert_eq!(numbers.len(), 300);
        for (key, number) in keys.iter().zip(&given) {
            assert_eq!(numbers.of(key.as_bytes()), *number, "{key}");
        }
        assert_eq!(numbers.of(b""), 300);
        assert_eq!(numbers.of(b""), 300);
    }
}
