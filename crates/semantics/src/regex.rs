//! Checks of regular expressions that the engine makes before running: no look-around, and how many groups capture.

/// What the binder needs to know of a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub captures: usize,
}

/// Reads a regular expression only as far as groups and classes need.
///
/// # Errors
/// Says what the engine's regular expressions lack.
pub(crate) fn shape(pattern: &str) -> Result<Shape, &'static str> {
    let mut chars = pattern.chars().peekable();
    let mut captures = 0;
    let mut open = 0usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                None => return Err("a backslash at the end"),
                Some('Q') => skip_quoted(&mut chars),
                Some(_) => {}
            },
            '[' => skip_class(&mut chars)?,
            '(' => {
                open += 1;
                if chars.peek() != Some(&'?') {
                    captures += 1;
                    continue;
                }
                chars.next();
                match chars.next() {
                    Some('=' | '!') => return Err("look-ahead is not supported"),
                    Some('>') => return Err("atomic groups are not supported"),
                    Some('<') => match chars.peek() {
                        Some('=' | '!') => return Err("look-behind is not supported"),
                        _ => captures += 1,
                    },
                    Some('P') => captures += usize::from(chars.peek() == Some(&'<')),
                    _ => {}
                }
            }
            ')' => open = open.checked_sub(1).ok_or("a closing parenthesis without an opening one")?,
            _ => {}
        }
    }
    if open > 0 {
        Err("a group is not closed")
    } else {
        Ok(Shape { captures })
    }
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn skip_quoted(chars: &mut Chars<'_>) {
    while let Some(c) = chars.next() {
        if c == '\\' && chars.peek() == Some(&'E') {
            chars.next();
            return;
        }
    }
}

fn skip_class(chars: &mut Chars<'_>) -> Result<(), &'static str> {
    chars.next_if_eq(&'^');
    // A bracket right at the start stands for itself.
    chars.next_if_eq(&']');
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' if chars.peek() == Some(&':') => {
                while let Some(c) = chars.next() {
                    if c == ':' && chars.peek() == Some(&']') {
                        chars.next();
                        break;
                    }
                }
            }
            ']' => return Ok(()),
            _ => {}
        }
    }
    Err("a character class is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_counted() {
        assert_eq!(shape(r"(a)(?:b)(?P<n>c)(?<m>d)\(["), Err("a character class is not closed"));
        assert_eq!(shape(r"(a)(?:b)(?P<n>c)(?<m>d)\([(]"), Ok(Shape { captures: 3 }));
        assert_eq!(shape(r"[^]()]+"), Ok(Shape { captures: 0 }));
    }

    #[test]
    fn look_around_is_refused() {
        for pattern in [r"(?<= )x", "te(?=st)", "te(?!xx)", "(?<!a)b"] {
            assert!(shape(pattern).is_err(), "{pattern}");
        }
    }
}
