//! Globally unique identifiers.

/// The bytes of a guid in the order in which it is written. Hyphens may all be missing, and
/// braces or parentheses may surround it.
#[must_use]
pub fn parse_guid(text: &str) -> Option<[u8; 16]> {
    let text = text.trim();
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    let groups: Vec<&str> = inner.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if lengths != [8, 4, 4, 4, 12] && lengths != [32] {
        return None;
    }
    let digits = groups.concat();
    let mut bytes = [0u8; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = digits.get(2 * index..2 * index + 2)?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// The guid in lower case with hyphens.
#[must_use]
pub fn format_guid(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{format_guid, parse_guid};

    const TEXT: &str = "74be27de-1e4e-49d9-b579-fe0b331d3642";

    #[test]
    fn a_guid_survives_the_round_trip() {
        let bytes = parse_guid(TEXT).unwrap_or_default();
        assert_eq!(format_guid(&bytes), TEXT);
        assert_eq!(parse_guid(&TEXT.to_uppercase()), Some(bytes));
        assert_eq!(parse_guid(&TEXT.replace('-', "")), Some(bytes));
        assert_eq!(parse_guid(&format!("{{{TEXT}}}")), Some(bytes));
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "x",
            "74be27de-1e4e-49d9-b579",
            "74be27de-1e4e-49d9-b579-fe0b331d364é",
            "+4be27de-1e4e-49d9-b579-fe0b331d3642",
        ] {
            assert_eq!(parse_guid(text), None, "{text}");
        }
    }
}
