//! The JSON paths that a few functions take as text: `$.key.other['odd key'][0]`.

use quarry_value::dynamic::Segment;

/// The steps of a path that begins with `$`; the dot before its first key may be left out, as published queries do. `None` when it is malformed or uses wildcards, filters or `..`.
pub(super) fn parse(path: &str) -> Option<Vec<Segment>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    if rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        let (key, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
        steps.push(Segment::Key(key.to_owned()));
        rest = after;
    }
    while let Some(mark) = rest.chars().next() {
        rest = rest.get(1..)?;
        match mark {
            '.' => {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (key, after) = rest.split_at(end);
                if key.is_empty() || key == "*" {
                    return None;
                }
                steps.push(Segment::Key(key.to_owned()));
                rest = after;
            }
            '[' => {
                let quote = rest.chars().next().filter(|mark| matches!(mark, '\'' | '"'));
                let (step, after) = match quote {
                    Some(quote) => {
                        let (key, after) = rest.get(1..)?.split_once(quote)?;
                        (Segment::Key(key.to_owned()), after.strip_prefix(']')?)
                    }
                    None => {
                        let (index, after) = rest.split_once(']')?;
                        (Segment::Index(index.trim().parse().ok()?), after)
                    }
                };
                steps.push(step);
                rest = after;
            }
            _ => return None,
        }
    }
    Some(steps)
}

/// What a key argument of the functions on bags names: a path when it begins with `$.` or `$[`, a plain key otherwise.
pub(super) fn key_or_path(key: &str) -> Option<Vec<Segment>> {
    if key.starts_with("$.") || key.starts_with("$[") {
        parse(key)
    } else {
        Some(vec![Segment::Key(key.to_owned())])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn steps_of_paths() {
        let key = |key: &str| Segment::Key(key.to_owned());
        assert_eq!(
            parse("$.a.b['c d'][0][\"e\"][-1]").unwrap(),
            [key("a"), key("b"), key("c d"), Segment::Index(0), key("e"), Segment::Index(-1)]
        );
        assert_eq!(parse("$").unwrap(), []);
        assert_eq!(parse("$a.b[0]").unwrap(), [key("a"), key("b"), Segment::Index(0)]);
        assert_eq!(key_or_path("a.b").unwrap(), [key("a.b")]);
        assert_eq!(key_or_path("$").unwrap(), [key("$")]);
        for path in ["", "a", "$.", "$..a", "$.*", "$[*]", "$[?(@.x)]", "$['a", "$[0", "$-a"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}
