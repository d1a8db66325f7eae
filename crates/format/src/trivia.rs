//! Comments and blank lines, each with the token it belongs to.

use std::collections::HashMap;

use quarry_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

/// A comment on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub text: String,
    /// An empty line stands before it.
    pub blank: bool,
}

/// What surrounds a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// Comments on the lines above it.
    pub above: Vec<Comment>,
    /// An empty line stands right before it, below its comments.
    pub blank: bool,
    /// The comment behind it on its line.
    pub behind: Option<String>,
    /// Something stands between it and the token before it.
    pub gap: bool,
}

/// What surrounds each token, by where the token starts.
#[derive(Debug, Default)]
pub(crate) struct Trivia {
    by_token: HashMap<u32, Around>,
    /// Comments after the last token.
    pub end: Vec<Comment>,
}

impl Trivia {
    pub(crate) fn of(tree: &SyntaxNode) -> Trivia {
        let mut trivia = Trivia::default();
        let mut above: Vec<Comment> = Vec::new();
        let mut last: Option<u32> = None;
        let (mut breaks, mut gap) = (0, false);
        let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
        for token in tokens.filter(|token| !token.text().is_empty()) {
            match token.kind() {
                SyntaxKind::Whitespace => {
                    breaks += token.text().matches('\n').count();
                    gap = true;
                }
                SyntaxKind::Comment | SyntaxKind::Directive => {
                    let text = token.text().trim_end().to_owned();
                    let behind = last
                        .filter(|_| breaks == 0 && above.is_empty())
                        .and_then(|last| trivia.by_token.get_mut(&last))
                        .filter(|around| around.behind.is_none());
                    match behind {
                        Some(around) => around.behind = Some(text),
                        None => above.push(Comment { text, blank: breaks > 1 }),
                    }
                    // A comment may hold its own line break.
                    breaks = token.text().matches('\n').count();
                    gap = true;
                }
                _ => {
                    let start = start(&token);
                    trivia.by_token.insert(
                        start,
                        Around {
                            above: std::mem::take(&mut above),
                            blank: breaks > 1,
                            behind: None,
                            gap,
                        },
                    );
                    last = Some(start);
                    (breaks, gap) = (0, false);
                }
            }
        }
        trivia.end = above;
        trivia
    }

    pub(crate) fn around(&self, token: &SyntaxToken) -> Around {
        self.by_token.get(&start(token)).cloned().unwrap_or_default()
    }
}

fn start(token: &SyntaxToken) -> u32 {
    token.text_range().start().into()
}
