//! The reference of all rules as a page, written from their declarations.

use std::fmt::Write as _;

use quarry_text::{Rule, Severity};

/// The text of `docs/lints.md`.
#[must_use]
pub fn page() -> String {
    let mut out = String::from(
        "<!-- Written from the declarations in crates/text, crates/content and crates/lint; `UPDATE=1 cargo test -p quarry-lint page` renews it. -->\n\
         # What Quarry remarks on\n\n\
         Codes from Q0200 to Q0299 and from Q0400 on are those of `quarry check`; the others come from running, testing and laying out content.\n\
         `quarry check --explain CODE` prints the same on a terminal. A finding is allowed by a comment: `// quarry: allow CODE` in a query and\n\
         `# quarry: allow CODE` in YAML, behind the line or on the line above it; `allow-file` is about the whole file. Where the file is not to\n\
         be touched, its sidecar allows it, with a reason and a last day ([sidecar.md](sidecar.md)). A baseline (`--baseline FILE`) lets old\n\
         findings be and reports new ones.\n\n\
         Codes that begin with `SYN` and `SEM` are those of the language: the same mistake gets the same code from Kusto, and the message says\n\
         what is wrong.\n\n\
         | code | name | level | what is found |\n|---|---|---|---|\n",
    );
    for rule in crate::rules() {
        let _ = writeln!(
            out,
            "| [{}](#{}-{}) | {} | {} | {} |",
            rule.code,
            rule.code.to_lowercase(),
            rule.name,
            rule.name,
            level(rule),
            rule.summary
        );
    }
    for rule in crate::rules() {
        let _ = write!(
            out,
            "\n## {} {}\n\n{} Level: {}.\n\n{}\n",
            rule.code,
            rule.name,
            rule.summary,
            level(rule),
            rule.why
        );
        if !rule.fires.is_empty() {
            let language = if is_yaml(rule.fires) { "yaml" } else { "kusto" };
            let _ = write!(out, "\nFound in:\n\n```{language}\n{}\n```\n", rule.fires.trim_end());
        }
        if !rule.silent.is_empty() {
            let language = if is_yaml(rule.silent) { "yaml" } else { "kusto" };
            let _ = write!(out, "\nNot found in:\n\n```{language}\n{}\n```\n", rule.silent.trim_end());
        }
    }
    out
}

fn is_yaml(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("query:") || line.starts_with("id:"))
}

fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}
