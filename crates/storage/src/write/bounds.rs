//! The smallest and the largest text of a column, in one pass.

use arrow::array::{Array, StringViewArray};

/// Both; nothing where all is null.
pub(super) fn of_texts(texts: &StringViewArray) -> Option<(&str, &str)> {
    let mut bounds: Option<(Text<'_>, Text<'_>)> = None;
    let mut last = None;
    for (row, view) in texts.views().iter().enumerate() {
        // The same view is the same text.
        if texts.is_null(row) || last.replace(*view) == Some(*view) {
            continue;
        }
        let beginning = beginning(*view);
        if let Some((least, most)) = &bounds
            && least.beginning < beginning
            && beginning < most.beginning
        {
            continue;
        }
        let text = Text {
            beginning,
            text: texts.value(row),
        };
        bounds = Some(match bounds.take() {
            Some((least, most)) => (least.min(text), most.max(text)),
            None => (text, text),
        });
    }
    bounds.map(|(least, most)| (least.text, most.text))
}

/// In the order of texts: beginnings are compared first because that is soon done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Text<'a> {
    beginning: u32,
    text: &'a str,
}

/// The first four bytes of a text as a number, in the order of texts; zeros behind a short one.
fn beginning(view: u128) -> u32 {
    #[allow(clippy::cast_possible_truncation)]
    ((view >> 32) as u32).swap_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::compute::{max_string_view, min_string_view};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bounds_are_those_of_each_pass(texts in proptest::collection::vec(proptest::option::of("[ab\u{0}é]{0,5}|user[a-c]{1,3}@contoso\\.com"), 0..40)) {
            let array: StringViewArray = texts.iter().map(Option::as_deref).collect();
            prop_assert_eq!(of_texts(&array), min_string_view(&array).zip(max_string_view(&array)));
        }
    }
}
