//! Distinct values of many groups: each value is stored once, whatever the number of groups that hold it.

use hashbrown::{DefaultHashBuilder, HashSet, HashTable};
use std::hash::BuildHasher;

/// Values as bytes, numbered in the order in which they came.
#[derive(Default)]
struct Interner {
    bytes: Vec<u8>,
    /// End of each value in `bytes`, and its hash.
    values: Vec<(usize, u64)>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Interner {
    fn value(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = id
            .checked_sub(1)
            .and_then(|before| self.values.get(before))
            .map_or(0, |(end, _)| *end);
        let end = self.values.get(id).map_or(start, |(end, _)| *end);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The number of a value; `None` when there are too many.
    fn intern(&mut self, value: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(value);
        let found = self.table.find(hash, |id| {
            self.values.get(*id as usize).is_some_and(|(_, known)| *known == hash) && self.value(*id) == value
        });
        if let Some(id) = found {
            return Some(*id);
        }
        let id = u32::try_from(self.values.len()).ok()?;
        self.bytes.extend_from_slice(value);
        self.values.push((self.bytes.len(), hash));
        let values = &self.values;
        self.table
            .insert_unique(hash, id, |id| values.get(*id as usize).map_or(0, |(_, hash)| *hash));
        Some(id)
    }

    fn size(&self) -> usize {
        self.bytes.capacity() + self.values.capacity() * size_of::<(usize, u64)>() + self.table.capacity() * 5
    }
}

/// A set of values for each group, in the order in which they came.
#[derive(Default)]
pub(crate) struct GroupSets {
    interner: Interner,
    /// Group and value, packed.
    members: HashSet<u64>,
    order: Vec<u64>,
    counts: Vec<u32>,
}

impl GroupSets {
    pub fn grow(&mut self, groups: usize) {
        self.counts.resize(groups, 0);
    }

    /// Adds a value to a group's set unless that has `limit` members already. False when there is no room for more values at all.
    pub fn insert(&mut self, group: usize, value: &[u8], limit: usize) -> bool {
        let Some(count) = self.counts.get_mut(group) else { return true };
        if *count as usize >= limit {
            return true;
        }
        let (Ok(group), Some(id)) = (u32::try_from(group), self.interner.intern(value)) else {
            return false;
        };
        let member = u64::from(group) << 32 | u64::from(id);
        if self.members.insert(member) {
            self.order.push(member);
            *count += 1;
        }
        true
    }

    /// The sizes of the first sets, which are then forgotten.
    pub fn take_counts(&mut self, groups: usize) -> Vec<u32> {
        let counts: Vec<u32> = self.counts.iter().copied().take(groups).collect();
        self.forget(groups);
        counts
    }

    /// Calls `visit` with the values of each of the first sets, which are then forgotten.
    pub fn take(&mut self, groups: usize, mut visit: impl FnMut(&mut dyn Iterator<Item = &[u8]>)) {
        let mut starts = Vec::with_capacity(groups);
        let mut total = 0usize;
        for count in self.counts.iter().take(groups) {
            starts.push(total);
            total += *count as usize;
        }
        let mut ids = vec![0u32; total];
        for member in &self.order {
            let (group, id) = unpack(*member);
            if let Some(next) = starts.get_mut(group) {
                if let Some(place) = ids.get_mut(*next) {
                    *place = id;
                }
                *next += 1;
            }
        }
        let mut start = 0;
        for end in starts {
            visit(&mut ids.get(start..end).unwrap_or_default().iter().map(|id| self.interner.value(*id)));
            start = end;
        }
        self.forget(groups);
    }

    fn forget(&mut self, groups: usize) {
        let old = std::mem::take(self);
        self.grow(old.counts.len().saturating_sub(groups));
        for member in old.order {
            let (group, id) = unpack(member);
            if let Some(group) = group.checked_sub(groups) {
                self.insert(group, old.interner.value(id), usize::MAX);
            }
        }
    }

    pub fn groups(&self) -> usize {
        self.counts.len()
    }

    pub fn size(&self) -> usize {
        self.interner.size() + self.members.capacity() * 9 + self.order.capacity() * 8 + self.counts.capacity() * 4
    }
}

fn unpack(member: u64) -> (usize, u32) {
    ((member >> 32) as usize, (member & u64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(sets: &mut GroupSets, groups: usize) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        sets.take(groups, |values| {
            all.push(values.map(|value| String::from_utf8_lossy(value).into_owned()).collect())
        });
        all
    }

    #[test]
    fn sets_keep_first_seen_order_and_leave_by_group() {
        let mut groups = GroupSets::default();
        groups.grow(3);
        for (group, value) in [(1, "b"), (0, "b"), (1, "a"), (1, "b"), (2, ""), (0, "c"), (2, "a")] {
            assert!(groups.insert(group, value.as_bytes(), 2));
        }
        assert!(groups.insert(1, b"over the limit", 2));
        assert_eq!(sets(&mut groups, 1), [["b", "c"]]);
        assert!(groups.insert(0, b"b", 9));
        assert_eq!(groups.take_counts(0), Vec::<u32>::new());
        assert_eq!(sets(&mut groups, 2), [["b", "a"], ["", "a"]]);
        assert_eq!(groups.groups(), 0);
    }
}
