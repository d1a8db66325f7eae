//! String literals.

use std::borrow::Cow;

/// The parts of a string literal's text.
struct Parts<'a> {
    body: &'a str,
    quote: char,
    verbatim: bool,
    multi_line: bool,
}

fn parts(text: &str) -> Parts<'_> {
    let text = text.strip_prefix(['h', 'H']).unwrap_or(text);
    for fence in ["```", "~~~"] {
        if let Some(body) = text.strip_prefix(fence) {
            let body = body.strip_suffix(fence).unwrap_or(body);
            return Parts {
                body,
                quote: '`',
                verbatim: true,
                multi_line: true,
            };
        }
    }
    let (text, verbatim) = match text.strip_prefix('@') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let quote = text.chars().next().unwrap_or('"');
    let body = text.strip_prefix(quote).unwrap_or(text);
    Parts {
        body: body.strip_suffix(quote).unwrap_or(body),
        quote,
        verbatim,
        multi_line: false,
    }
}

/// The characters that a string literal stands for. What is malformed is kept as written.
#[must_use]
pub fn string_value(text: &str) -> Cow<'_, str> {
    let Parts {
        body,
        quote,
        verbatim,
        multi_line,
    } = parts(text);
    if multi_line {
        return Cow::Borrowed(body);
    }
    if verbatim {
        let doubled: String = [quote, quote].iter().collect();
        return match body.contains(&doubled) {
            true => Cow::Owned(body.replace(&doubled, quote.encode_utf8(&mut [0; 4]))),
            false => Cow::Borrowed(body),
        };
    }
    if !body.contains('\\') {
        return Cow::Borrowed(body);
    }
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, escape)) = rest.split_once('\\') {
        value.push_str(before);
        match unescape(escape) {
            Some((c, length)) => {
                value.push(c);
                rest = escape.get(length..).unwrap_or_default();
            }
            None => {
                value.push('\\');
                rest = escape;
            }
        }
    }
    value.push_str(rest);
    Cow::Owned(value)
}

/// Whether every escape of a string literal has a meaning.
///
/// # Errors
/// A sentence that names the first escape without one.
pub fn check_string(text: &str) -> Result<(), String> {
    let Parts { body, verbatim, .. } = parts(text);
    let mut rest = if verbatim { "" } else { body };
    while let Some((_, escape)) = rest.split_once('\\') {
        let Some((_, length)) = unescape(escape) else {
            let shown: String = escape.chars().take(1).collect();
            return Err(format!("`\\{shown}` has no meaning in a string"));
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    Ok(())
}

/// The character of the escape whose text after the backslash starts `text`, and its length.
fn unescape(text: &str) -> Option<(char, usize)> {
    let first = text.chars().next()?;
    let simple = match first {
        '\\' | '\'' | '"' => first,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => return hex_escape(text, 2),
        'u' => return hex_escape(text, 4),
        'U' => return hex_escape(text, 8),
        '0'..='7' => {
            let digits = text.bytes().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            let code = u32::from_str_radix(text.get(..digits)?, 8).ok()?;
            return char::from_u32(code).map(|c| (c, digits));
        }
        _ => return None,
    };
    Some((simple, 1))
}

fn hex_escape(text: &str, digits: usize) -> Option<(char, usize)> {
    let code = text.get(1..=digits)?;
    if !code.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(code, 16).ok()?;
    if let Some(c) = char::from_u32(code) {
        return Some((c, digits + 1));
    }
    // Half of a surrogate pair: the other half follows as its own escape.
    let low = text.get(digits + 1..)?.strip_prefix("\\u")?.get(..4)?;
    let low = u16::from_str_radix(low, 16).ok()?;
    let pair = [u16::try_from(code).ok()?, low];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((c, digits + 1 + 6))
}

#[cfg(test)]
mod tests {
    use super::{check_string, string_value};

    #[test]
    fn quotes_and_prefixes_fall_away() {
        for text in ["'a b'", "\"a b\"", "@'a b'", "h\"a b\"", "H@'a b'", "```a b```", "~~~a b~~~"] {
            assert_eq!(string_value(text), "a b", "{text}");
        }
    }

    #[test]
    fn escapes_are_characters() {
        assert_eq!(string_value(r#""a\t\"\\\x41\u00e9\U0001F600\101""#), "a\t\"\\Aé😀A");
        assert_eq!(string_value(r#""\ud83d\ude00""#), "😀");
    }

    #[test]
    fn verbatim_strings_have_no_escapes_but_doubled_quotes() {
        assert_eq!(string_value(r"@'a''b\n'"), r"a'b\n");
        assert_eq!(string_value("@\"a\"\"b''\""), "a\"b''");
    }

    #[test]
    fn unknown_escapes_are_reported() {
        assert!(check_string(r"'a\qb'").is_err());
        assert!(check_string(r"'a\x4'").is_err());
        assert!(check_string(r"'\ud83d'").is_err());
        assert_eq!(check_string(r"@'a\qb'"), Ok(()));
        assert_eq!(check_string(r"'a\nb'"), Ok(()));
    }
}
