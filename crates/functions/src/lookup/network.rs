//! Networks, found by the addresses in them.
//!
//! Networks of one prefix length are in one hash table, so an address costs a probe for each length that occurs, however many networks there
//! are. A source that is itself a network also meets the smaller networks inside it: those are neighbours in the sorted list.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::scalar::{ipv4, ipv6};

/// Which addresses count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Ipv4,
    /// IPv6, and IPv4 as the IPv6 addresses that stand for it.
    Ipv6,
}

/// An address with the length of its prefix, counted in the bits of its family.
#[derive(Clone, Copy, Debug)]
struct Address {
    bits: u128,
    prefix: u32,
}

impl Family {
    fn width(self) -> u32 {
        match self {
            Family::Ipv4 => 32,
            Family::Ipv6 => 128,
        }
    }

    fn parse(self, text: &str) -> Option<Address> {
        match self {
            Family::Ipv4 => ipv4::parse(text).map(|ip| Address {
                bits: u128::from(ip.address),
                prefix: ip.prefix,
            }),
            Family::Ipv6 => ipv6::parse(text).map(|ip| Address {
                bits: ip.compared(),
                prefix: ip.prefix,
            }),
        }
    }

    /// The address with the bits behind the prefix cleared.
    fn network(self, bits: u128, prefix: u32) -> u128 {
        let host = self.width() - prefix.min(self.width());
        u128::MAX.checked_shl(host).unwrap_or(0) & bits
    }
}

/// A network of the table: the values of further keys as a number, its address, its prefix, and its row.
type Entry = (u32, u128, u32, u32);

/// The rows of the networks of one prefix length, by key and address.
type OfLength = HashMap<(u32, u128), Vec<u32>>;

/// The networks of a lookup table.
#[derive(Debug)]
pub struct Networks {
    family: Family,
    /// By prefix length, shortest first.
    by_prefix: Vec<(u32, OfLength)>,
    sorted: Vec<Entry>,
}

impl Networks {
    /// From the text and the key of each row. Rows whose text is no network are never found.
    pub fn new<'a>(family: Family, rows: impl Iterator<Item = (&'a str, u32)>) -> Networks {
        let mut by_prefix: BTreeMap<u32, OfLength> = BTreeMap::new();
        let mut sorted = Vec::new();
        for (row, (text, key)) in (0_u32..).zip(rows) {
            let Some(address) = family.parse(text) else { continue };
            let network = family.network(address.bits, address.prefix);
            by_prefix
                .entry(address.prefix)
                .or_default()
                .entry((key, network))
                .or_default()
                .push(row);
            sorted.push((key, network, address.prefix, row));
        }
        sorted.sort_unstable();
        Networks {
            family,
            by_prefix: by_prefix.into_iter().collect(),
            sorted,
        }
    }

    /// Adds the rows that an address or network matches under the shorter of the two prefixes, in ascending order.
    pub fn find(&self, text: &str, key: u32, found: &mut Vec<u32>) {
        let Some(source) = self.family.parse(text) else { return };
        let before = found.len();
        for (prefix, networks) in self.by_prefix.iter().take_while(|(prefix, _)| *prefix <= source.prefix) {
            if let Some(rows) = networks.get(&(key, self.family.network(source.bits, *prefix))) {
                found.extend_from_slice(rows);
            }
        }
        if self.by_prefix.last().is_some_and(|(longest, _)| *longest > source.prefix) {
            let network = self.family.network(source.bits, source.prefix);
            let start = self.sorted.partition_point(|(k, n, _, _)| (*k, *n) < (key, network));
            let inside = |entry: &&Entry| entry.0 == key && self.family.network(entry.1, source.prefix) == network;
            let smaller = self
                .sorted
                .iter()
                .skip(start)
                .take_while(inside)
                .filter(|entry| entry.2 > source.prefix);
            found.extend(smaller.map(|entry| entry.3));
        }
        if let Some(new) = found.get_mut(before..) {
            new.sort_unstable();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(family: Family, table: &[&str], text: &str) -> Vec<u32> {
        let networks = Networks::new(family, table.iter().map(|text| (*text, 0)));
        let mut rows = Vec::new();
        networks.find(text, 0, &mut rows);
        rows
    }

    #[test]
    fn every_network_around_an_address() {
        let table = ["10.0.0.0/8", "no address", "10.1.0.0/16", "10.2.0.0/16", "0.0.0.0/0", "10.1.2.3"];
        assert_eq!(found(Family::Ipv4, &table, "10.1.2.3"), [0, 2, 4, 5]);
        assert_eq!(found(Family::Ipv4, &table, "10.2.2.3"), [0, 3, 4]);
        assert_eq!(found(Family::Ipv4, &table, "11.0.0.1"), [4]);
        assert_eq!(found(Family::Ipv4, &table, "nothing"), Vec::<u32>::new());
    }

    #[test]
    fn a_network_meets_the_networks_inside_it() {
        let table = ["10.1.2.0/24", "10.1.3.7", "10.2.0.0/24", "10.0.0.0/8"];
        assert_eq!(found(Family::Ipv4, &table, "10.1.0.0/16"), [0, 1, 3]);
        assert_eq!(found(Family::Ipv4, &table, "0.0.0.0/0"), [0, 1, 2, 3]);
    }

    #[test]
    fn both_families_meet_in_ipv6() {
        let table = ["2001:db8:85a3::/48", "::ffff:10.0.0.0/8", "192.168.0.0/16"];
        assert_eq!(found(Family::Ipv6, &table, "2001:0db8:85a3:0000:0000:8a2e:0370:7334"), [0]);
        assert_eq!(found(Family::Ipv6, &table, "10.1.2.3"), [1]);
        assert_eq!(found(Family::Ipv6, &table, "::ffff:192.168.7.7"), [2]);
    }

    #[test]
    fn keys_keep_networks_apart() {
        let networks = Networks::new(Family::Ipv4, [("10.0.0.0/8", 1), ("10.0.0.0/8", 2)].into_iter());
        let mut rows = Vec::new();
        networks.find("10.1.1.1", 2, &mut rows);
        networks.find("10.1.1.1", 3, &mut rows);
        assert_eq!(rows, [1]);
    }
}
