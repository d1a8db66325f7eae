//! The parameters of a stored function, written as in a declaration: `since: timespan = 1d, T: (a: string)`.

use crate::model::FunctionParam;

pub(super) fn read(text: &str) -> Vec<FunctionParam> {
    pieces(text, ',').into_iter().filter_map(parameter).collect()
}

fn parameter(text: &str) -> Option<FunctionParam> {
    let (name, rest) = text.split_once(':')?;
    let parts = pieces(rest, '=');
    let ty = parts.first()?.trim();
    let default = rest.get(parts.first()?.len()..)?.strip_prefix('=').map(|text| text.trim().to_owned());
    Some(FunctionParam {
        name: name.trim().to_owned(),
        ty: ty.to_owned(),
        default,
    })
}

/// The parts between a separator, where it stands in no bracket and in no text.
fn pieces(text: &str, separator: char) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut quote, mut start, mut escaped) = (0_usize, None, 0, false);
    for (at, character) in text.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) if character == separator && depth == 0 => {
                found.extend(text.get(start..at));
                start = at + character.len_utf8();
            }
            (None, _) => {}
        }
    }
    found.extend(text.get(start..));
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn separators_in_brackets_and_texts_are_none() {
        let found = read("since:timespan=1d, T: (a:string, b:long), words:dynamic=dynamic(['a,b']), x : string = 'it\\'s = (1' ");
        let shown: Vec<(&str, &str, Option<&str>)> = found
            .iter()
            .map(|one| (one.name.as_str(), one.ty.as_str(), one.default.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                ("since", "timespan", Some("1d")),
                ("T", "(a:string, b:long)", None),
                ("words", "dynamic", Some("dynamic(['a,b'])")),
                ("x", "string", Some("'it\\'s = (1'")),
            ]
        );
        assert!(read("").is_empty());
    }
}
