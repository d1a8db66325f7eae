//! Guids: sixteen bytes in the order of their text form.

/// Bytes of a guid, as Arrow counts them.
pub const WIDTH: i32 = 16;

/// A guid's bytes, most significant first as written.
pub type Guid = [u8; 16];

/// Appends the lower-case `8-4-4-4-12` form.
pub fn write(guid: &Guid, out: &mut String) {
    for (at, byte) in guid.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push(hex_digit(byte >> 4));
        out.push(hex_digit(byte & 15));
    }
}

/// A guid from text: 32 hexadecimal digits with dashes between them or without, in braces or parentheses; spaces around are ignored.
#[must_use]
pub fn parse(text: &str) -> Option<Guid> {
    let text = text.trim();
    let bare = match text.as_bytes().first() {
        Some(b'{') => text.strip_prefix('{')?.strip_suffix('}')?,
        Some(b'(') => text.strip_prefix('(')?.strip_suffix(')')?,
        _ => text,
    };
    let mut guid = [0u8; 16];
    let mut digits = 0usize;
    // Where the dashes stand does not matter.
    for byte in bare.bytes().filter(|byte| *byte != b'-') {
        let digit = u8::try_from(char::from(byte).to_digit(16)?).ok()?;
        let slot = guid.get_mut(digits / 2)?;
        *slot = (*slot << 4) | digit;
        digits += 1;
    }
    (digits == 32).then_some(guid)
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_written_form_means_the_same_bytes() {
        let expected = parse("74be27de-1e4e-49d9-b579-fe0b331d3642").unwrap();
        for text in [
            "74BE27DE1E4E49D9B579FE0B331D3642",
            "74be27de1e4e-49d9-b579-fe0b331d3642",
            "{74be27de-1e4e-49d9-b579-fe0b331d3642}",
            " (74be27de-1e4e-49d9-b579-fe0b331d3642) ",
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        let mut out = String::new();
        write(&expected, &mut out);
        assert_eq!(out, "74be27de-1e4e-49d9-b579-fe0b331d3642");
    }

    #[test]
    fn too_few_digits_and_other_letters_are_no_guid() {
        for text in [
            "",
            "74be27de",
            "g4be27de-1e4e-49d9-b579-fe0b331d3642",
            "{74be27de-1e4e-49d9-b579-fe0b331d3642",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
