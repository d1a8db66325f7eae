//! Queries inside documents: laid out where they stand, everything else byte for byte as it was.

use quarry_content::{Document, QueryText, load_text};
use quarry_text::{Diagnostic, Span};

use crate::{WIDTH, format_within};

/// A document with its queries laid out.
#[derive(Debug, Clone, Default)]
pub struct Formatted {
    pub text: String,
    /// Why queries were left as they are, with places in the document as it was.
    pub left: Vec<Diagnostic>,
}

/// The code of a query that stands where it cannot be laid out.
const NOT_A_BLOCK: &str = "Q0012";

/// Lays out every query of a document: a query file as a whole, in YAML those that stand as a block (`query: |`).
#[must_use]
pub fn format_document(name: &str, text: &str) -> Formatted {
    let mut formatted = Formatted {
        text: text.to_owned(),
        left: Vec::new(),
    };
    let (mark, body) = text.strip_prefix('\u{feff}').map_or(("", text), |body| ("\u{feff}", body));
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "yaml" | "yml" => {
            let document = load_text(name, body);
            formatted.text = format!("{mark}{}", yaml(name, &document, body, &mut formatted.left));
        }
        _ => match format_within(body, WIDTH) {
            Ok(query) => formatted.text = format!("{mark}{}", with_breaks(&query, body)),
            Err(errors) => formatted.left = errors,
        },
    }
    formatted
}

/// The query with the line breaks of the text that it takes the place of.
fn with_breaks(query: &str, before: &str) -> String {
    let end = if query.is_empty() { "" } else { "\n" };
    let text = format!("{query}{end}");
    if before.contains("\r\n") {
        text.replace('\n', "\r\n")
    } else {
        text
    }
}

fn yaml(name: &str, document: &Document, source: &str, left: &mut Vec<Diagnostic>) -> String {
    let hunts = document.hunts.iter().map(|hunt| &hunt.query);
    let functions = document.functions.iter().map(|function| &function.query);
    let mut queries: Vec<&QueryText> = hunts.chain(functions).collect();
    queries.sort_by_key(|query| query.map.whole().start);
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    for query in queries {
        let whole = query.map.whole();
        let Some(block) = Block::at(source, whole) else {
            let message = "this query is no block of text, so its lines are not its own";
            left.push(Diagnostic::info(NOT_A_BLOCK, message, Span::new(whole.start, whole.start)).with_help("write it under `query: |`"));
            continue;
        };
        match format_within(&query.text, WIDTH) {
            Ok(formatted) => {
                text.push_str(source.get(at..block.start).unwrap_or_default());
                text.push_str(&block.fill(&formatted));
                at = block.end;
            }
            Err(errors) => left.extend(errors.into_iter().map(|error| query.map.diagnostic(error))),
        }
    }
    text.push_str(source.get(at..).unwrap_or_default());
    // What is read back must be the same content with the queries laid out, or nothing is changed.
    if same_content(document, &load_text(name, &text)) {
        text
    } else {
        let message = "this document cannot be laid out without changing what it says";
        left.push(Diagnostic::info(NOT_A_BLOCK, message, Span::default()));
        source.to_owned()
    }
}

fn same_content(before: &Document, after: &Document) -> bool {
    let queries = |document: &Document| -> Vec<Vec<String>> {
        let hunts = document.hunts.iter().map(|hunt| &hunt.query);
        let functions = document.functions.iter().map(|function| &function.query);
        hunts.chain(functions).map(|query| words(&query.text)).collect()
    };
    queries(before) == queries(after)
}

/// What a query says, blanks aside.
fn words(query: &str) -> Vec<String> {
    let tree = quarry_syntax::parse(query).syntax();
    let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
    tokens
        .map(|token| token.text().trim_end().to_owned())
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// The lines of a literal block scalar.
struct Block<'s> {
    /// From the first line of the text to the end of the last one that holds anything, its line break aside.
    start: usize,
    end: usize,
    indent: &'s str,
    line_break: &'static str,
}

impl<'s> Block<'s> {
    /// The block whose header stands at the beginning of `region`.
    fn at(source: &'s str, region: Span) -> Option<Block<'s>> {
        let start = region.start as usize;
        let rest = source.get(start..)?;
        let (header, body) = rest.split_once('\n')?;
        let style = header.trim_start().strip_prefix(':')?.trim();
        let style = style.split_once('#').map_or(style, |(style, _)| style.trim_end());
        // An indentation indicator says that the first line is indented further than the rest.
        if !matches!(style, "|" | "|-" | "|+") {
            return None;
        }
        let line_break = if header.ends_with('\r') { "\r\n" } else { "\n" };
        let first = body.lines().find(|line| !line.trim().is_empty())?;
        let indent = first
            .get(..first.len() - first.trim_start_matches(' ').len())
            .filter(|indent| !indent.is_empty())?;
        let body_start = start + header.len() + 1;
        let mut end = body_start;
        let mut at = body_start;
        for line in body.split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            if content.trim().is_empty() {
                at += line.len();
                continue;
            }
            if !content.starts_with(indent) {
                break;
            }
            end = at + content.len();
            at += line.len();
        }
        Some(Block {
            start: body_start,
            end,
            indent,
            line_break,
        })
    }

    /// The block with another text.
    fn fill(&self, query: &str) -> String {
        let lines: Vec<String> = query
            .split('\n')
            .map(|line| {
                let line = line.trim_end_matches('\r');
                if line.is_empty() {
                    String::new()
                } else {
                    format!("{}{line}", self.indent)
                }
            })
            .collect();
        lines.join(self.line_break)
    }
}
