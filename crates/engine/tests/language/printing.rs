//! A query that is printed anew, token by token with other blanks between, is the same query.

use proptest::prelude::*;
use quarry_schema::{functions, operators};
use quarry_syntax::{Parse, parse};

use crate::choices::Choices;
use crate::pipelines::query;

/// What stands between two tokens.
const BLANKS: &[&str] = &[" ", "\n", "  \t", " // a note\n", "\r\n"];

/// Prints a tree with other blanks between its tokens; blanks are neither added nor taken where there were none, because some tokens
/// must touch (`-->` and its brackets) and others must not (`1 h`).
fn printed(tree: &Parse, choices: &mut Choices) -> String {
    let mut text = String::new();
    for element in tree.syntax().descendants_with_tokens() {
        let Some(token) = element.as_token() else { continue };
        if token.kind().is_trivia() {
            text.push_str(choices.pick::<&str>(BLANKS));
        } else {
            text.push_str(token.text());
        }
    }
    text
}

/// The tree without places and blanks.
fn shape(tree: &Parse) -> Vec<String> {
    let dump = tree.dump();
    let lines = dump
        .lines()
        .map(|line| line.split('@').next().filter(|_| !line.contains('"')).unwrap_or(line).to_owned());
    lines.collect()
}

fn same_when_printed(query: &str, choices: &mut Choices) -> Result<(), String> {
    let tree = parse(query);
    if !tree.is_ok() {
        return Err(format!("does not parse: {query}\n{:?}", tree.diagnostics()));
    }
    let text = printed(&tree, choices);
    let again = parse(&text);
    if !again.is_ok() {
        return Err(format!("does not parse again: {text}\n{:?}", again.diagnostics()));
    }
    if shape(&tree) != shape(&again) {
        return Err(format!("differs when printed:\n{query}\n{text}"));
    }
    Ok(())
}

#[test]
fn every_example_is_the_same_when_printed_anew() {
    let examples = functions::all()
        .map(|function| function.doc.example)
        .chain(operators::all().map(|operator| operator.example));
    for (seed, example) in examples.filter(|example| !example.is_empty()).enumerate() {
        same_when_printed(example, &mut Choices::seeded(seed as u64)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_generated_query_is_the_same_when_printed_anew(
        numbers in proptest::collection::vec(any::<u32>(), 0..120),
        seed in any::<u64>(),
    ) {
        let query = query(&mut Choices::new(numbers));
        let same = same_when_printed(&query, &mut Choices::seeded(seed));
        prop_assert!(same.is_ok(), "{}", same.unwrap_err());
    }
}
