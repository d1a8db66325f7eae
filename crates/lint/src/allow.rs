//! What sidecars allow a check to find: a code, of one line or of a whole document, with a reason and a last day.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use quarry_content::sidecar::{Allowance, Layer};
use quarry_content::{Document, code};
use quarry_text::{Diagnostic, LineIndex, suggest};

/// The allowances of some files.
#[derive(Debug, Default)]
pub struct Allowances {
    entries: Vec<Entry>,
    today: i64,
}

#[derive(Debug)]
struct Entry {
    allowance: Allowance,
    /// The file that it is written in.
    file: String,
    whose: Whose,
    /// Whether a document was reviewed that it is for.
    asked: AtomicBool,
    used: AtomicBool,
}

/// The documents that an entry is for.
#[derive(Debug)]
enum Whose {
    /// Those with the hunt of this id.
    Hunt(String),
    /// Those of a folder and below.
    Folder(PathBuf),
    All,
}

impl Allowances {
    /// What documents among the content allow, and what documents from elsewhere do, which are for all of it. `today` is in ticks.
    #[must_use]
    pub fn of(content: &[Document], elsewhere: &[Document], today: i64) -> Self {
        let mut entries = Vec::new();
        let here = content.iter().map(|document| (document, true));
        for (document, beside) in here.chain(elsewhere.iter().map(|document| (document, false))) {
            for sidecar in &document.sidecars {
                entries.extend(sidecar.allowed.iter().map(|allowance| Entry {
                    allowance: allowance.clone(),
                    file: document.name.clone(),
                    whose: match sidecar.layer {
                        Layer::Hunt => Whose::Hunt(sidecar.hunt.clone()),
                        Layer::Team if beside => Whose::Folder(Path::new(&document.name).parent().unwrap_or(Path::new("")).to_path_buf()),
                        Layer::Team => Whose::All,
                    },
                    asked: AtomicBool::new(false),
                    used: AtomicBool::new(false),
                }));
            }
        }
        Self { entries, today }
    }

    /// Takes out what is allowed of a document; gives how many.
    pub fn take(&self, document: &Document, diagnostics: &mut Vec<Diagnostic>) -> usize {
        let entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.is_for(document)).collect();
        if entries.is_empty() {
            return 0;
        }
        entries.iter().for_each(|entry| entry.asked.store(true, Ordering::Relaxed));
        let index = LineIndex::new(&document.source);
        let before = diagnostics.len();
        diagnostics.retain(|diagnostic| {
            let line = index
                .line_text(index.line_column(diagnostic.span.start).line)
                .unwrap_or_default()
                .trim();
            let mut allowed = false;
            for entry in entries.iter().filter(|entry| fits(&entry.allowance, diagnostic, line)) {
                entry.used.store(true, Ordering::Relaxed);
                allowed |= !entry.allowance.is_over(self.today);
            }
            !allowed
        });
        before - diagnostics.len()
    }

    /// What there is to say of the allowances themselves, once all documents are reviewed: in the file of this name.
    #[must_use]
    pub fn remarks(&self, file: &str) -> Vec<Diagnostic> {
        let own = self.entries.iter().filter(|entry| entry.file == file);
        own.filter_map(|entry| {
            let allowance = &entry.allowance;
            if !is_known(&allowance.code) {
                let found = Diagnostic::error(
                    code::UNKNOWN_VALUE,
                    format!("no remark has the code `{}`", allowance.code),
                    allowance.span,
                );
                let names = crate::rules().flat_map(|rule| [rule.code, rule.name]);
                return Some(match suggest::closest(&allowance.code, names) {
                    Some(close) => found.with_help(format!("did you mean `{close}`?")),
                    None => found,
                });
            }
            if allowance.is_over(self.today) {
                let message = format!("{} was allowed until {}: {}", allowance.code, allowance.expires, allowance.reason);
                return Some(Diagnostic::warning(code::ALLOWANCE_OVER, message, allowance.span));
            }
            let idle = entry.asked.load(Ordering::Relaxed) && !entry.used.load(Ordering::Relaxed);
            idle.then(|| {
                let of = if allowance.line.is_empty() { "" } else { " of this line" };
                let message = format!("nothing{of} is remarked that {} would allow", allowance.code);
                Diagnostic::info(code::ALLOWANCE_UNUSED, message, allowance.span)
            })
        })
        .collect()
    }
}

impl Entry {
    fn is_for(&self, document: &Document) -> bool {
        let has = |id: &String| document.hunts.iter().any(|hunt| hunt.id.eq_ignore_ascii_case(id));
        let among = match &self.whose {
            Whose::Hunt(id) => has(id),
            Whose::Folder(folder) => Path::new(&document.name).starts_with(folder),
            Whose::All => true,
        };
        // Files of the team itself are no content.
        among && document.sidecars.is_empty() && (self.allowance.hunts.is_empty() || self.allowance.hunts.iter().any(has))
    }
}

/// Whether an allowance is about a remark on a line.
fn fits(allowance: &Allowance, diagnostic: &Diagnostic, line: &str) -> bool {
    crate::is_called(diagnostic, &allowance.code) && (allowance.line.is_empty() || allowance.line == line)
}

/// Whether there is such a code. Those of the language are not listed, but they can be allowed.
fn is_known(code: &str) -> bool {
    let of_language = ["SYN", "SEM", "CRT"]
        .iter()
        .any(|start| code.to_ascii_uppercase().starts_with(start));
    of_language || crate::rule(code).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use quarry_content::load_text;
    use quarry_syntax::literal::parse_datetime;

    use super::*;

    const HUNT: &str = "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: n\nquery: |\n  T\n  | join U on a\n  | join V on b\n";

    fn left(sidecar: &str, day: &str) -> (Vec<String>, Vec<String>) {
        let hunt = load_text("hunts/a.yaml", HUNT);
        let documents = [hunt, load_text("hunts/a.quarry.yaml", sidecar)];
        assert!(documents[1].diagnostics.is_empty(), "{:?}", documents[1].diagnostics);
        let allowances = Allowances::of(&documents, &[], parse_datetime(day).unwrap());
        let mut found: Vec<Diagnostic> = ["join U", "join V"]
            .iter()
            .map(|text| {
                let at = u32::try_from(HUNT.find(text).unwrap()).unwrap();
                Diagnostic::warning("Q0404", *text, quarry_text::Span::new(at, at + 4))
            })
            .collect();
        allowances.take(&documents[0], &mut found);
        let remarks = allowances.remarks("hunts/a.quarry.yaml");
        (
            found.into_iter().map(|found| found.message).collect(),
            remarks.into_iter().map(|found| found.code.to_string()).collect(),
        )
    }

    fn sidecar(more: &str) -> String {
        format!(
            "hunt: 6D7214D9-4a28-44df-aafb-0910b9e6ae3e\nallow:\n  - code: Q0404\n    reason: one row a key\n    expires: 2027-01-31\n{more}"
        )
    }

    #[test]
    fn a_code_is_allowed_on_its_line_until_its_day_is_over() {
        let of_line = sidecar("    line: \"| join V on b\"\n");
        assert_eq!(left(&of_line, "2027-01-31"), (vec!["join U".to_owned()], vec![]));
        assert_eq!(left(&sidecar(""), "2027-01-31"), (vec![], vec![]));
        let (found, remarks) = left(&of_line, "2027-02-01");
        assert_eq!((found.len(), remarks), (2, vec![code::ALLOWANCE_OVER.to_owned()]));
    }

    #[test]
    fn what_allows_nothing_is_told() {
        let (found, remarks) = left(&sidecar("    line: \"| join W on b\"\n"), "2027-01-31");
        assert_eq!((found.len(), remarks), (2, vec![code::ALLOWANCE_UNUSED.to_owned()]));
        let (_, remarks) = left(&sidecar("").replace("Q0404", "join-knd"), "2027-01-31");
        assert_eq!(remarks, [code::UNKNOWN_VALUE]);
        let (found, remarks) = left(&sidecar("").replace("Q0404", "join-kind"), "2027-01-31");
        assert!(found.is_empty() && remarks.is_empty(), "{found:?} {remarks:?}");
    }
}
