//! IPv4 addresses inside text: they stand between characters that are no letters or digits.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::Family;
use super::ipv4::{dotted, each_text};
use crate::kernel::{Call, Texts};

pub(crate) const KERNELS: Family = &[
    ("has_any_ipv4", has_ipv4),
    ("has_any_ipv4_prefix", has_ipv4_prefix),
    ("has_ipv4", has_ipv4),
    ("has_ipv4_prefix", has_ipv4_prefix),
];

fn has_ipv4(call: &Call<'_>) -> Result<ColumnarValue> {
    any(call, |text, ip| {
        dotted(ip).is_some() && addresses(text, ip).any(|address| address == ip)
    })
}

/// A prefix ends in a dot, or is a whole address.
fn has_ipv4_prefix(call: &Call<'_>) -> Result<ColumnarValue> {
    any(call, |text, prefix| {
        (prefix.ends_with('.') || dotted(prefix).is_some()) && addresses(text, prefix).any(|address| address.starts_with(prefix))
    })
}

fn any(call: &Call<'_>, holds: impl Fn(&str, &str) -> bool) -> Result<ColumnarValue> {
    let source = call.texts(0)?;
    let needles = (1..call.args.len()).map(|at| call.texts(at)).collect::<Result<Vec<Texts>>>()?;
    call.write_bools(|row| {
        let text = source.get(row);
        let mut found = false;
        for needle in &needles {
            each_text(needle, row, |needle| found = found || holds(&text, needle));
        }
        Some(found)
    })
}

/// The addresses in a text that start where a needle occurs.
fn addresses<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(needle).filter_map(|(at, _)| {
        let delimited = text.get(..at)?.chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let rest = text.get(at..).filter(|_| delimited)?;
        let length = address_length(rest)?;
        let behind = rest.get(length..)?.chars().next();
        behind
            .is_none_or(|behind| !behind.is_alphanumeric())
            .then(|| rest.get(..length))
            .flatten()
            .filter(|address| dotted(address).is_some())
    })
}

/// The bytes of four numbers with dots between them.
fn address_length(text: &str) -> Option<usize> {
    let mut length = 0;
    for part in 0..4 {
        if part > 0 {
            text.get(length..)?.strip_prefix('.')?;
            length += 1;
        }
        let digits = text.get(length..)?.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        length += digits;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_whole_and_valid() {
        let has = |text: &str, ip: &str| addresses(text, ip).any(|address| address == ip);
        assert!(has("05:04:54 127.0.0.1 GET", "127.0.0.1"));
        assert!(!has("05:04:54127.0.0.1 GET", "127.0.0.1"));
        assert!(!has("127.0.0.10", "127.0.0.1"));
        assert!(has("é;127.0.0.1", "127.0.0.1"));
        assert!(addresses("x 127.0.0.256", "127.0.").next().is_none());
        assert!(addresses("x 127.0.0.25", "127.0.").next().is_some());
    }
}
