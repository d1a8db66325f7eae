//! IPv6 addresses and networks. An IPv4 address counts as the IPv6 address `::ffff:a.b.c.d`, its prefix as 96 bits longer.

use std::cmp::Ordering;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::Family;
use super::ipv4::{self, prefix_of};
use super::networks::{self, Address, given};
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("ipv6_compare", networks::compare::<Ipv6>),
    ("ipv6_is_in_any_range", networks::is_in_any_range::<Ipv6>),
    ("ipv6_is_in_range", networks::is_match::<Ipv6>),
    ("ipv6_is_match", networks::is_match::<Ipv6>),
    ("parse_ipv6", parse_ipv6),
    ("parse_ipv6_mask", parse_ipv6_mask),
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ipv6 {
    address: u128,
    pub(crate) prefix: u32,
    /// Whether a part of it was written in dotted form.
    dotted: bool,
}

/// What stands before the bits of an IPv4 address.
const MAPPED: u128 = 0xffff_0000_0000;

fn mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0)
}

impl Ipv6 {
    /// The address as comparisons see it: one written with an IPv4 part behind zeros is that IPv4 address.
    pub(crate) fn compared(self) -> u128 {
        if self.dotted && self.address >> 32 == 0 {
            self.address | MAPPED
        } else {
            self.address
        }
    }
}

impl Address for Ipv6 {
    const BITS: u32 = 128;

    fn parse(text: &str) -> Option<Ipv6> {
        parse(text)
    }

    fn prefix(self) -> u32 {
        self.prefix
    }

    fn order(self, other: Ipv6, bits: u32) -> Ordering {
        (self.compared() & mask(bits)).cmp(&(other.compared() & mask(bits)))
    }
}

/// An address with an optional zone, which is dropped, and an optional `/prefix`.
pub(crate) fn parse(text: &str) -> Option<Ipv6> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.trim_end(), Some(prefix)),
        None => (text, None),
    };
    // A part in dotted form makes the prefix one of IPv4.
    let dotted = address.contains('.');
    let most = if dotted { 32 } else { 128 };
    let prefix = match prefix {
        Some(prefix) => prefix_of(prefix, most)? + 128 - most,
        None => 128,
    };
    if !address.contains(':') {
        return Some(Ipv6 {
            address: MAPPED | u128::from(ipv4::dotted(address)?),
            prefix,
            dotted,
        });
    }
    let bare = address.split_once('%').map_or(address, |(bare, _)| bare);
    let address: std::net::Ipv6Addr = bare.parse().ok()?;
    Some(Ipv6 {
        address: address.to_bits(),
        prefix,
        dotted,
    })
}

fn write(address: u128, out: &mut String) {
    use std::fmt::Write as _;
    for (at, group) in std::net::Ipv6Addr::from_bits(address).segments().iter().enumerate() {
        let _ = write!(out, "{}{group:04x}", if at > 0 { ":" } else { "" });
    }
}

fn parse_ipv6(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        if let Some(ip) = parse(&text.get(row)) {
            write(ip.address & mask(ip.prefix), out);
        }
    })
}

fn parse_ipv6_mask(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, prefix) = (call.texts(0)?, call.longs(1)?);
    call.write_texts(|row, out| {
        if let (Some(ip), Some(prefix)) = (parse(&text.get(row)), prefix.get(row).and_then(given::<Ipv6>)) {
            write(ip.address & mask(ip.prefix.min(prefix)), out);
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        if let Some(ip) = parse(text) {
            write(ip.address & mask(ip.prefix), &mut out);
        }
        out
    }

    #[test]
    fn canonical_form() {
        for (text, expected) in [
            ("192.168.255.255/24", "0000:0000:0000:0000:0000:ffff:c0a8:ff00"),
            ("fe80::85d:e82c:9446:7994/120", "fe80:0000:0000:0000:085d:e82c:9446:7900"),
            ("::192.168.255.255/24", "0000:0000:0000:0000:0000:0000:c0a8:ff00"),
            ("fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001"),
            ("::192.168.255.255/120", ""),
            ("junk", ""),
            ("1:2", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
