//! The words of a pattern.

/// A word. Keywords are names: what they are depends on where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name; it may hold hyphens, as the types of objects do.
    Name(String),
    /// Text in quotes, without them.
    Text(String),
    Number(String),
    /// `t'…'`, `h'…'` or `b'…'`: a time or bytes, as written between the quotes.
    Typed(String),
    /// A bracket, a sign or an operator.
    Sign(&'static str),
}

const SIGNS: [&str; 16] = ["!=", "<>", "<=", ">=", "==", "[", "]", "(", ")", ",", ".", ":", "=", "<", ">", "*"];

/// The words of a text, or where it stops being one.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, after) = if let Some(after) = comment(rest)? {
            rest = after;
            continue;
        } else if first == '\'' {
            let (text, after) = quoted(rest)?;
            (Token::Text(text), after)
        } else if let Some(prefixed) = rest.strip_prefix(['t', 'h', 'b']).filter(|after| after.starts_with('\'')) {
            let (text, after) = quoted(prefixed)?;
            (Token::Typed(text), after)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let (name, after) = split(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            (Token::Name(name.to_owned()), after)
        } else if first.is_ascii_digit() || (matches!(first, '-' | '+') && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())) {
            let (sign, digits) = rest.split_at_checked(usize::from(!first.is_ascii_digit())).unwrap_or(("", rest));
            let (number, after) = split(digits, |c| c.is_ascii_digit() || c == '.');
            (Token::Number(format!("{sign}{number}")), after)
        } else if let Some((sign, after)) = SIGNS.iter().find_map(|sign| Some((*sign, rest.strip_prefix(sign)?))) {
            (Token::Sign(sign), after)
        } else {
            return Err(format!("`{first}` is no part of a pattern"));
        };
        tokens.push(token);
        rest = after;
    }
}

/// What follows a comment, when one stands here.
fn comment(text: &str) -> Result<Option<&str>, String> {
    if let Some(line) = text.strip_prefix("//") {
        return Ok(Some(line.split_once('\n').map_or("", |(_, after)| after)));
    }
    let Some(inside) = text.strip_prefix("/*") else {
        return Ok(None);
    };
    let after = inside.split_once("*/").ok_or("a comment does not end")?.1;
    Ok(Some(after))
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The text in quotes that begins here; a backslash makes the next character plain.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return Ok((out, text.get(at + 1..).unwrap_or_default())),
            '\\' => match chars.next() {
                Some((_, plain)) => out.push(plain),
                None => break,
            },
            other => out.push(other),
        }
    }
    Err("a text in quotes does not end".to_owned())
}
