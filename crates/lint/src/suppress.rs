//! Comments that allow what a check would report.

use quarry_text::Diagnostic;

/// What a document allows, by comments: `// quarry: allow Q0404` in a query, `# quarry: allow Q0404` in YAML.
///
/// Behind something, the comment is about its own line; alone on a line, about the next line that is no comment. `allow-file` is about the whole
/// document. A code may be written as its name, several are separated by commas, and what follows ` - ` is a reason for the reader.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// The code and the lines it is allowed on: from, to, from 1.
    allowed: Vec<(String, u32, u32)>,
    lines: Vec<u32>,
}

const MARKER: &str = "quarry: allow";

impl Suppressions {
    /// Reads the comments of a document.
    #[must_use]
    pub fn of(source: &str) -> Self {
        let mut suppressions = Suppressions::default();
        if !source.contains(MARKER) {
            return suppressions;
        }
        let lines: Vec<&str> = source.lines().collect();
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            suppressions.lines.push(u32::try_from(at).unwrap_or(u32::MAX));
            at += line.len();
        }
        for (number, line) in lines.iter().enumerate() {
            let Some((before, rest)) = line.split_once(MARKER) else { continue };
            let Some(code_before) = comment_starts(before) else { continue };
            let (whole, codes) = match rest.strip_prefix("-file") {
                Some(codes) => (true, codes),
                None => (false, rest),
            };
            let line_number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
            let (from, to) = if whole {
                (0, u32::MAX)
            } else if code_before.trim().is_empty() {
                let next = (number + 1..lines.len()).find(|next| lines.get(*next).is_some_and(|line| !is_comment(line)));
                (line_number(number), line_number(next.unwrap_or(number)))
            } else {
                (line_number(number), line_number(number))
            };
            let codes = codes.split(" - ").next().unwrap_or_default();
            for code in codes.split([',', ' ']).map(str::trim).filter(|code| !code.is_empty()) {
                suppressions.allowed.push((code.to_ascii_lowercase(), from, to));
            }
        }
        suppressions
    }

    /// Whether a comment allows the diagnostic.
    #[must_use]
    pub fn allows(&self, diagnostic: &Diagnostic) -> bool {
        if self.allowed.is_empty() {
            return false;
        }
        let before = self.lines.partition_point(|start| *start <= diagnostic.span.start);
        let line = u32::try_from(before).unwrap_or(u32::MAX);
        self.allowed
            .iter()
            .any(|(code, from, to)| (*from..=*to).contains(&line) && crate::is_called(diagnostic, code))
    }
}

/// What stands before the comment that `before` ends with the beginning of.
fn comment_starts(before: &str) -> Option<&str> {
    let before = before.trim_end();
    before.strip_suffix("//").or_else(|| before.strip_suffix('#'))
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with("//") || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use quarry_text::Span;

    use super::*;

    fn allowed(source: &str, code: &'static str, word: &str) -> bool {
        let at = u32::try_from(source.find(word).unwrap()).unwrap();
        Suppressions::of(source).allows(&Diagnostic::warning(code, "", Span::new(at, at + 1)))
    }

    #[test]
    fn a_comment_behind_is_about_its_line() {
        let source = "T\n| join U on a // quarry: allow Q0404 - one row a key\n| join V on b";
        assert!(allowed(source, "Q0404", "join U"));
        assert!(!allowed(source, "Q0404", "join V"));
        assert!(!allowed(source, "Q0405", "join U"));
    }

    #[test]
    fn a_comment_alone_is_about_what_follows() {
        let source = "T\n// quarry: allow join-kind, Q0405\n// because\n| join U on a\n| join V on b";
        assert!(allowed(source, "Q0404", "join U"));
        assert!(allowed(source, "Q0405", "join U"));
        assert!(!allowed(source, "Q0404", "join V"));
    }

    #[test]
    fn a_file_can_allow_as_a_whole() {
        let source = "id: 1\n# quarry: allow-file Q0404\nquery: |\n  T | join U on a";
        assert!(allowed(source, "Q0404", "join"));
        assert!(!allowed("say 'quarry: allow Q0404'\njoin", "Q0404", "join"), "no comment");
    }
}
