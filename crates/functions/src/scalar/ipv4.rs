//! IPv4 addresses and networks.

use std::cmp::Ordering;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use super::Family;
use super::networks::{self, Address, given};
use crate::kernel::{Call, Texts};

pub(crate) const KERNELS: Family = &[
    ("format_ipv4", format_ipv4),
    ("format_ipv4_mask", format_ipv4_mask),
    ("ipv4_compare", networks::compare::<Ipv4>),
    ("ipv4_is_in_any_range", networks::is_in_any_range::<Ipv4>),
    ("ipv4_is_in_range", networks::is_match::<Ipv4>),
    ("ipv4_is_match", networks::is_match::<Ipv4>),
    ("ipv4_is_private", is_private),
    ("ipv4_netmask_suffix", netmask_suffix),
    ("ipv4_range_to_cidr_list", range_to_cidr_list),
    ("parse_ipv4", parse_ipv4),
    ("parse_ipv4_mask", parse_ipv4_mask),
];

/// An address with the length of its network prefix, 32 for a single address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ipv4 {
    pub(crate) address: u32,
    pub(crate) prefix: u32,
}

impl Ipv4 {
    /// The network: the address with the bits behind the prefix cleared.
    pub(crate) fn network(self) -> u32 {
        self.address & mask(self.prefix)
    }
}

impl Address for Ipv4 {
    const BITS: u32 = 32;

    fn parse(text: &str) -> Option<Ipv4> {
        parse(text)
    }

    fn prefix(self) -> u32 {
        self.prefix
    }

    fn order(self, other: Ipv4, bits: u32) -> Ordering {
        (self.address & mask(bits)).cmp(&(other.address & mask(bits)))
    }
}

/// The bits of a prefix.
pub(crate) fn mask(prefix: u32) -> u32 {
    u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0)
}

/// An address in dotted form, with an optional `/prefix`; spaces around are ignored.
pub(crate) fn parse(text: &str) -> Option<Ipv4> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.trim_end(), prefix_of(prefix, 32)?),
        None => (text, 32),
    };
    Some(Ipv4 {
        address: dotted(address)?,
        prefix,
    })
}

/// A prefix in decimal digits, at most the bits of an address.
pub(crate) fn prefix_of(text: &str, most: u32) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() || text.len() > 3 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|prefix| *prefix <= most)
}

/// Four numbers of at most 255 without leading zeros.
pub(crate) fn dotted(text: &str) -> Option<u32> {
    let mut parts = text.split('.');
    let mut address = 0;
    for _ in 0..4 {
        address = (address << 8) | octet(parts.next()?)?;
    }
    parts.next().is_none().then_some(address)
}

fn octet(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 3 || !text.bytes().all(|byte| byte.is_ascii_digit()) || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|octet| *octet <= 255)
}

fn write(address: u32, out: &mut String) {
    use std::fmt::Write as _;
    let [a, b, c, d] = address.to_be_bytes();
    let _ = write!(out, "{a}.{b}.{c}.{d}");
}

fn parse_ipv4(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_longs(|row| parse(&text.get(row)).map(|ip| i64::from(ip.network())))
}

fn parse_ipv4_mask(call: &Call<'_>) -> Result<ColumnarValue> {
    let (text, prefix) = (call.texts(0)?, call.longs(1)?);
    call.write_longs(|row| {
        let ip = parse(&text.get(row))?;
        Some(i64::from(ip.address & mask(ip.prefix.min(given::<Ipv4>(prefix.get(row)?)?))))
    })
}

/// The networks that are not routed in public: 10/8, 172.16/12, 192.168/16.
fn is_private(call: &Call<'_>) -> Result<ColumnarValue> {
    const PRIVATE: [(u32, u32); 3] = [(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16)];
    let text = call.texts(0)?;
    call.write_bools(|row| parse(&text.get(row)).map(|ip| PRIVATE.iter().any(|(network, prefix)| ip.network() & mask(*prefix) == *network)))
}

fn netmask_suffix(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_longs(|row| parse(&text.get(row)).map(|ip| i64::from(ip.prefix)))
}

fn format_ipv4(call: &Call<'_>) -> Result<ColumnarValue> {
    formatted(call, false)
}

fn format_ipv4_mask(call: &Call<'_>) -> Result<ColumnarValue> {
    formatted(call, true)
}

/// An address, given as text or as a number, under a prefix; nothing when one of them is out of range.
fn formatted(call: &Call<'_>, with_prefix: bool) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let text = call.texts(0)?;
    let number = matches!(call.type_of(0), KqlType::Int | KqlType::Long | KqlType::Real);
    let prefix = if call.has(1) { Some(call.longs(1)?) } else { None };
    call.write_texts(|row, out| {
        let text = text.get(row);
        let ip = if number {
            text.parse().ok().map(|address| Ipv4 { address, prefix: 32 })
        } else {
            parse(&text)
        };
        let prefix = prefix.as_ref().map_or(Some(32), |prefix| given::<Ipv4>(prefix.get(row)?));
        if let (Some(ip), Some(prefix)) = (ip, prefix) {
            let prefix = prefix.min(ip.prefix);
            write(ip.address & mask(prefix), out);
            if with_prefix {
                let _ = write!(out, "/{prefix}");
            }
        }
    })
}

/// The fewest networks that cover the addresses from one to another.
fn range_to_cidr_list(call: &Call<'_>) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let (first, last) = (call.texts(0)?, call.texts(1)?);
    call.write_dynamics(|row, out| {
        let (mut from, to) = (
            u64::from(parse(&first.get(row))?.address),
            u64::from(parse(&last.get(row))?.address),
        );
        out.push('[');
        while from <= to {
            let aligned = if from == 0 { 32 } else { from.trailing_zeros().min(32) };
            let fits = (to - from + 1).ilog2();
            let bits = aligned.min(fits);
            let _ = write!(out, "{}\"", if out.len() > 1 { "," } else { "" });
            write(u32::try_from(from).unwrap_or(u32::MAX), out);
            let _ = write!(out, "/{}\"", 32 - bits);
            from += 1u64 << bits;
        }
        out.push(']');
        Some(())
    })
}

/// The elements of a dynamic array as text, or the argument's own text.
pub(crate) fn each_text(texts: &Texts, row: usize, mut take: impl FnMut(&str)) {
    match texts.raw(row).filter(|_| texts.is_dynamic()).and_then(dynamic::elements) {
        Some(elements) => elements.for_each(|element| take(&json::text(element))),
        None => take(&texts.get(row)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn networks() {
        assert_eq!(parse(" 192.168.1.1/24 ").unwrap().network(), 3_232_235_776);
        assert_eq!(parse("255.255.255.255/31").unwrap().network(), 4_294_967_294);
        assert_eq!(parse("1.2.3.4/0").unwrap().network(), 0);
        for text in [
            "",
            "1.2.3",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.4.5",
            "1.2.3.4/33",
            "1.2.3.4/",
            "a.b.c.d",
            "1.2.3.+4",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
