//! What was found before and is put up with: old content can be checked for new mistakes only.

use std::collections::BTreeMap;

use quarry_text::{Diagnostic, LineIndex};
use serde_json::{Value, json};

/// Known findings, by file, code and the line's text: lines may move, and a line that changes is looked at again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<(String, String, String), u64>,
}

const FORMAT: u64 = 1;

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// A sentence, when it is none.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("not a baseline: {error}"))?;
        if value.get("quarry_baseline").and_then(Value::as_u64) != Some(FORMAT) {
            return Err("not a baseline of this version of quarry".to_owned());
        }
        let mut baseline = Baseline::default();
        for entry in value.get("known").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
            let (Some(file), Some(code), Some(line)) = (text("file"), text("code"), text("line")) else {
                return Err(format!("an entry lacks its file, code or line: {entry}"));
            };
            let times = entry.get("times").and_then(Value::as_u64).unwrap_or(1);
            *baseline.known.entry((file, code, line)).or_default() += times;
        }
        Ok(baseline)
    }

    /// Adds a finding to those that are known. `lines` are those of the file.
    pub fn add(&mut self, file: &str, lines: &LineIndex<'_>, diagnostic: &Diagnostic) {
        *self.known.entry(entry(file, lines, diagnostic)).or_default() += 1;
    }

    /// Whether a finding is known. Each entry answers for as many findings as were recorded.
    pub fn takes(&mut self, file: &str, lines: &LineIndex<'_>, diagnostic: &Diagnostic) -> bool {
        if self.known.is_empty() {
            return false;
        }
        match self.known.get_mut(&entry(file, lines, diagnostic)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many known findings did not turn up.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.known.values().sum()
    }

    /// The file's text: one finding a line, in order, so that changes read well.
    #[must_use]
    pub fn write(&self) -> String {
        let entries: Vec<String> = self
            .known
            .iter()
            .filter(|(_, times)| **times > 0)
            .map(|((file, code, line), times)| {
                let mut entry = json!({ "file": file, "code": code, "line": line });
                if *times > 1
                    && let Some(fields) = entry.as_object_mut()
                {
                    fields.insert("times".to_owned(), json!(times));
                }
                format!("    {entry}")
            })
            .collect();
        let entries = if entries.is_empty() {
            String::new()
        } else {
            format!("\n{}\n  ", entries.join(",\n"))
        };
        format!("{{\n  \"quarry_baseline\": {FORMAT},\n  \"known\": [{entries}]\n}}\n")
    }
}

fn entry(file: &str, lines: &LineIndex<'_>, diagnostic: &Diagnostic) -> (String, String, String) {
    let line = lines.line_text(lines.line_column(diagnostic.span.start).line).unwrap_or_default();
    let file = file.replace('\\', "/");
    let file = file.strip_prefix("./").unwrap_or(&file).to_owned();
    (file, diagnostic.code.to_string(), line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use quarry_text::Span;

    use super::*;

    #[test]
    fn known_findings_are_known_wherever_their_line_moves() {
        let old = "T\n| join U on a\n";
        let join = |source: &str| {
            let at = u32::try_from(source.find("join").unwrap()).unwrap();
            Diagnostic::warning("Q0404", "", Span::new(at, at + 4))
        };
        let mut baseline = Baseline::default();
        baseline.add("./hunts/a.kql", &LineIndex::new(old), &join(old));
        let mut read = Baseline::read(&baseline.write()).unwrap();
        assert_eq!(read, baseline);
        let new = "// more\nT\n  | join U on a\n";
        let lines = LineIndex::new(new);
        assert!(read.takes("hunts/a.kql", &lines, &join(new)));
        assert!(!read.takes("hunts/a.kql", &lines, &join(new)), "only as often as before");
        assert_eq!(read.left(), 0);
        assert!(!baseline.takes("hunts/b.kql", &lines, &join(new)));
        assert!(Baseline::read("[]").is_err());
        assert!(Baseline::read(&Baseline::default().write()).is_ok());
    }
}
