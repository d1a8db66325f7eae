//! The file that says what runs when: content, times, and who is told.

mod model;
mod read;
mod sinks;

use quarry_text::Diagnostic;

pub use model::{CatchUp, RuleSettings, ScheduleFile, SinkKind, SinkSpec, Spanned, SyslogTransport, WindowsBy};

use crate::node::Node;
use crate::{code, yaml};

/// Whether a document says what runs when: no hunt has such fields.
pub(crate) fn is_schedule(document: &Node) -> bool {
    let has = |key: &&str| document.entries().iter().any(|entry| entry.key == **key);
    let own = ["rules", "sinks", "notify", "catch-up", "overlap", "start", "delay", "lake"];
    has(&"content") && own.iter().any(has) && !has(&"query")
}

/// Reads a schedule file. Everything odd in it is an error: nobody else will say that a rule does not run.
///
/// # Errors
/// What is wrong, with places in the text.
pub fn read(text: &str) -> Result<ScheduleFile, Vec<Diagnostic>> {
    let parsed = yaml::parse(text);
    let mut diagnostics = parsed.diagnostics;
    let found = match parsed.documents.as_slice() {
        [one] => read::file(one, &mut diagnostics),
        several => {
            let at = several.get(1).map_or_else(quarry_text::Span::default, |second| second.span);
            let message = format!("a schedule file is one document, not {}", several.len());
            diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, at));
            None
        }
    };
    // A key given twice is a warning elsewhere; here one of the two does nothing.
    match found {
        Some(file) if diagnostics.is_empty() => Ok(file),
        _ => Err(diagnostics),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let file = read(
            "name: soc\nlake: lake\ncontent: [rules/, hunts/]\nstart: 2026-11-01\ndelay: 5m\noverlap: 2h\ncatch-up: latest\n\
             catch-up-limit: 2d\nnotify: [log]\nincidents:\n  matching: AllEntities\n  within: 5h\nrules:\n  - match: [mailbox, a7ac]\n    \
             cron: 15 6 * * *\n    period: 30d\n  - match: noisy\n    enabled: false\n  - match: x\n    every: 15m\n    suppress: 5h\n    \
             severity: high\n    notify: []\nsinks:\n  - name: log\n    file: alerts.jsonl\n  - name: soc\n    webhook: https://soc.example/in\n    \
             secret-from: SOC_SECRET\n    least-severity: Medium\n  - name: siem\n    syslog: tcp://127.0.0.1:601\n",
        )
        .unwrap();
        assert_eq!(file.name, "soc");
        assert_eq!(file.content, ["rules/", "hunts/"]);
        assert_eq!(
            (file.delay, file.overlap, file.catch_up),
            (Some(300), Some(7200), Some(CatchUp::Latest))
        );
        assert_eq!(file.rules.len(), 3);
        assert_eq!(file.rules[0].matches.len(), 2);
        assert_eq!(file.rules[0].cron.as_ref().unwrap().value, "15 6 * * *");
        assert_eq!(file.rules[1].enabled, Some(false));
        assert_eq!(file.rules[2].notify.as_ref().unwrap().len(), 0);
        assert_eq!(file.sinks.len(), 3);
        assert_eq!(file.incidents.unwrap().grouping.unwrap().lookback, 5 * 3600);
    }

    fn wrong(text: &str) -> Vec<(String, String, String)> {
        let told = read(text).unwrap_err().into_iter();
        told.map(|one| (one.span.text(text).to_owned(), one.message, one.help.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        let told = wrong("content: [a]\noverlapp: 1h\n");
        assert_eq!(told[0].0, "overlapp");
        assert_eq!(told[0].2, "did you mean `overlap`?");
        let told = wrong("content: [a]\nrules:\n  - match: x\n    perod: 1h\n");
        assert_eq!(told[0].2, "did you mean `period`?");
    }

    #[test]
    fn what_cannot_be_meant_is_an_error() {
        for (text, place) in [
            ("lake: x\n", "lake"),
            ("content: [a]\ndelay: soon\n", "soon"),
            ("content: [a]\ncatch-up: all\n", "all"),
            ("content: [a]\nrules:\n  - match: x\n    by: arrival\n", "arrival"),
            ("content: [a]\nrules:\n  - every: 1h\n", "every"),
            (
                "content: [a]\nrules:\n  - match: x\n    every: 1h\n    cron: 0 6 * * *\n",
                "0 6 * * *",
            ),
            ("content: [a]\nsinks:\n  - name: s\n", "name"),
            ("content: [a]\nsinks:\n  - name: s\n    file: f\n    stdout: true\n", "name"),
            (
                "content: [a]\nsinks:\n  - name: s\n    webhook: http://soc.example/\n    secret-from: S\n",
                "http://soc.example/",
            ),
            ("content: [a]\nsinks:\n  - name: s\n    webhook: https://soc.example/\n", "name"),
            ("content: [a]\nsinks:\n  - name: s\n    syslog: 127.0.0.1:514\n", "127.0.0.1:514"),
            (
                "content: [a]\nsinks:\n  - {name: s, stdout: true}\n  - {name: s, stdout: true}\n",
                "s",
            ),
            ("content: [a]\nnotify: [nobody]\n", "nobody"),
            ("content: [a]\nstart: tomorrow\n", "tomorrow"),
            ("content: [a]\ncontent: [b]\n", "content"),
        ] {
            let told = wrong(text);
            assert_eq!(told[0].0, place, "{text}: {told:?}");
        }
    }
}
