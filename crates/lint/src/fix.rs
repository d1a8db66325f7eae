//! Edits made.

use quarry_text::{Diagnostic, Edit};

/// A text after its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    pub text: String,
    /// How many diagnostics were seen to.
    pub made: usize,
}

/// Makes the edits that diagnostics bring. Of edits that touch each other the first is made; what is left is found by the next check.
#[must_use]
pub fn fix(source: &str, diagnostics: &[Diagnostic]) -> Fixed {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut made = 0;
    for diagnostic in diagnostics.iter().filter(|diagnostic| !diagnostic.fix.is_empty()) {
        let fits = diagnostic.fix.iter().all(|edit| {
            let inside = source.get(edit.span.start as usize..edit.span.end as usize).is_some();
            inside
                && taken
                    .iter()
                    .all(|other| edit.span.end < other.span.start || other.span.end < edit.span.start)
        });
        if fits {
            taken.extend(&diagnostic.fix);
            made += 1;
        }
    }
    taken.sort_by_key(|edit| edit.span.start);
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for edit in taken {
        text.push_str(source.get(at..edit.span.start as usize).unwrap_or_default());
        text.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    text.push_str(source.get(at..).unwrap_or_default());
    Fixed { text, made }
}

#[cfg(test)]
mod tests {
    use quarry_text::Span;

    use super::*;

    #[test]
    fn edits_that_touch_are_left_for_the_next_time() {
        let found = [
            Diagnostic::warning("X", "", Span::new(0, 1)).with_edit(Span::new(0, 1), "A"),
            Diagnostic::warning("X", "", Span::new(0, 2)).with_edit(Span::new(1, 2), "B"),
            Diagnostic::warning("X", "", Span::new(3, 4)).with_edit(Span::new(3, 4), ""),
            Diagnostic::warning("X", "", Span::new(9, 9)).with_edit(Span::new(90, 99), "far"),
        ];
        assert_eq!(
            fix("abcde", &found),
            Fixed {
                text: "Abce".to_owned(),
                made: 2
            }
        );
    }
}
