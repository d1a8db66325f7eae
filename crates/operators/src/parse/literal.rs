//! Patterns of texts and lazy gaps, found without a regular expression.
//!
//! A gap takes as little as it may. So each text is found where it first comes behind the one before: what is left for the rest is then the most that
//! there can be. Of gaps side by side only the last takes anything. A text at the end must be the end.

use memchr::memmem::Finder;
use quarry_schema::KqlType;
use quarry_semantics::ir::{ParseMode, ParsePart};

/// A pattern for the whole of a text.
#[derive(Debug)]
pub(super) struct Literals {
    /// The texts that something follows.
    steps: Vec<Step>,
    end: End,
}

#[derive(Debug)]
struct Step {
    gap: Option<Gap>,
    text: Finder<'static>,
}

/// What lies before a text; the column that takes it, if one does.
#[derive(Clone, Copy, Debug)]
struct Gap {
    column: Option<usize>,
}

#[derive(Debug)]
enum End {
    Gap(Gap),
    Step(Box<Step>),
    /// No pattern at all.
    Nothing,
}

impl Literals {
    /// The pattern, when it has no other parts than texts and gaps. In simple modes only a column before a star looks at what it takes.
    pub(super) fn new(mode: ParseMode, parts: &[ParsePart]) -> Option<Self> {
        if mode == ParseMode::Regex {
            return None;
        }
        let mut texts: Vec<(Option<Gap>, String)> = Vec::new();
        let mut gap: Option<Gap> = None;
        let mut columns = 0;
        for (position, part) in parts.iter().enumerate() {
            match part {
                ParsePart::Star => gap = Some(Gap { column: None }),
                ParsePart::Column { ty, .. } => {
                    let before_star = matches!(parts.get(position + 1), Some(ParsePart::Star));
                    if before_star && !matches!(ty, KqlType::String | KqlType::Dynamic | KqlType::Unknown) {
                        return None;
                    }
                    gap = Some(Gap { column: Some(columns) });
                    columns += 1;
                }
                ParsePart::Text(text) if text.is_empty() => {}
                ParsePart::Text(text) => match (texts.last_mut(), gap.take()) {
                    (Some((_, before)), None) => before.push_str(text),
                    (_, gap) => texts.push((gap, text.clone())),
                },
            }
        }
        let mut steps: Vec<Step> = texts
            .into_iter()
            .map(|(gap, text)| Step {
                gap,
                text: Finder::new(&text).into_owned(),
            })
            .collect();
        let end = match gap {
            Some(gap) => End::Gap(gap),
            None => steps.pop().map_or(End::Nothing, |last| End::Step(Box::new(last))),
        };
        Some(Self { steps, end })
    }

    /// Whether a text matches. The ranges of the columns are then written, of those that take nothing none.
    pub(super) fn find(&self, text: &str, ranges: &mut [(usize, usize)]) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        for step in &self.steps {
            let Some(rest) = bytes.get(at..) else { return false };
            let start = match step.gap {
                Some(_) => step.text.find(rest),
                None => rest.starts_with(step.text.needle()).then_some(0),
            };
            let Some(start) = start else { return false };
            note(step.gap, at, at + start, ranges);
            at += start + step.text.needle().len();
        }
        match &self.end {
            End::Gap(gap) => {
                note(Some(*gap), at, text.len(), ranges);
                true
            }
            End::Nothing => text.is_empty(),
            End::Step(step) => {
                let Some(start) = text.len().checked_sub(step.text.needle().len()) else {
                    return false;
                };
                let fits = if step.gap.is_some() { start >= at } else { start == at };
                note(step.gap, at, start, ranges);
                fits && bytes.get(start..) == Some(step.text.needle())
            }
        }
    }
}

fn note(gap: Option<Gap>, start: usize, end: usize, ranges: &mut [(usize, usize)]) {
    if let Some(range) = gap.and_then(|gap| gap.column).and_then(|column| ranges.get_mut(column)) {
        *range = (start, end);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::parse::pattern::{Pattern, compile};
    use datafusion::arrow::array::{Array, AsArray, StringViewArray};

    /// Numbers that look random.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }

        fn text(&mut self, longest: u64) -> String {
            let length = self.below(longest + 1);
            (0..length).map(|_| ["a", "b", "é", "\n", "."][self.below(5) as usize]).collect()
        }

        fn parts(&mut self) -> Vec<ParsePart> {
            let parts = self.below(7);
            let part = |numbers: &mut Self| match numbers.below(4) {
                0 => ParsePart::Star,
                1 => ParsePart::Column {
                    output: 0,
                    ty: [KqlType::String, KqlType::Long, KqlType::Dynamic][numbers.below(3) as usize],
                },
                _ => ParsePart::Text(numbers.text(2)),
            };
            (0..parts).map(|_| part(self)).collect()
        }
    }

    /// What each column takes, and whether the text matches.
    fn answer(pattern: Pattern, columns: usize, texts: &StringViewArray) -> Vec<Vec<String>> {
        let arrays = crate::parse::kernel::read(&pattern, columns, texts);
        let matched = arrays[columns].as_boolean();
        let row = |row: usize| {
            let cells = arrays[..columns].iter().map(|column| column.as_string_view().value(row).to_owned());
            cells.chain([matched.value(row).to_string()]).collect()
        };
        (0..texts.len()).map(row).collect()
    }

    #[test]
    fn they_find_what_the_regular_expression_finds() {
        let mut numbers = Numbers(7);
        let mut matches = 0;
        for _ in 0..3000 {
            let parts = numbers.parts();
            let columns = parts.iter().filter(|part| matches!(part, ParsePart::Column { .. })).count();
            let texts: Vec<String> = (0..20).map(|_| numbers.text(8)).collect();
            let texts = StringViewArray::from_iter_values(texts);
            let pattern = compile(ParseMode::Simple, "", &parts).unwrap();
            let regex = Pattern {
                literals: None,
                ..compile(ParseMode::Simple, "", &parts).unwrap()
            };
            if pattern.literals.is_none() {
                continue;
            }
            let (found, expected) = (answer(pattern, columns, &texts), answer(regex, columns, &texts));
            assert_eq!(found, expected, "{parts:?} on {texts:?}");
            matches += expected.iter().filter(|row| row[columns] == "true").count();
        }
        assert!(matches > 5000, "{matches}");
    }
}
