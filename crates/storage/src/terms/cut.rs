//! Cutting texts into terms.

use memchr::{memchr, memchr_iter};
use quarry_functions::operators::{fold_char, is_term};

use super::hash::{BEGINNING, FOREIGN, PLAIN, hash, hash_at};
use super::runs;

/// A term in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub start: usize,
    pub end: usize,
    /// Equal for equal terms, whatever their case.
    pub hash: u64,
    pub kind: Kind,
}

/// What a term is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII letters and digits.
    Plain,
    /// The 36 characters of a guid, its dashes included: one term, which would be five.
    Guid,
    /// Letters and digits beyond ASCII.
    Foreign,
    /// ASCII too, but not worth keeping: what may be a part of a guid, and fractions of seconds. Nobody looks for them.
    Passing,
}

const GUID: usize = 36;
/// Bytes of a beginning.
const START: usize = 4;

/// Cuts a text into its terms.
pub(super) fn cut(text: &str, found: &mut impl FnMut(Cut)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            let end = at + run(bytes.get(at..).unwrap_or_default());
            if end - at == 8 && is_guid(bytes, at) {
                let end = at + GUID;
                found(term(bytes, at, end, Kind::Guid));
                at = end;
            } else {
                let passing = is_passing(bytes.get(at..end).unwrap_or_default());
                found(term(bytes, at, end, if passing { Kind::Passing } else { Kind::Plain }));
                at = end;
            }
        } else if byte.is_ascii() {
            at += 1;
        } else {
            at = foreign(text, at, found);
        }
    }
}

/// The same for text that is all ASCII, as nearly all is.
fn cut_ascii(bytes: &[u8], found: &mut impl FnMut(Cut)) {
    // Of a guid the first part is told, and the others are passed over.
    let mut behind = 0;
    runs::each(bytes, |start, end| {
        if start < behind {
            return;
        }
        if end - start == 8 && is_guid(bytes, start) {
            behind = start + GUID;
            found(term(bytes, start, behind, Kind::Guid));
        } else {
            let passing = is_passing(bytes.get(start..end).unwrap_or_default());
            found(term(bytes, start, end, if passing { Kind::Passing } else { Kind::Plain }));
        }
    });
}

/// Cuts the text of a document: the terms of the text as it is, and those of the strings in it, which escapes can divide differently.
pub(super) fn cut_document(json: &str, found: &mut impl FnMut(Cut)) {
    cut_text(json, found);
    if has_telling_escape(json) {
        cut_text(&unescaped(json), found);
    }
}

/// Cuts a text as it is, and in the forms that `tolower()` and `toupper()` give it where those make ASCII letters of others. There are three such
/// characters.
pub(super) fn cut_text(text: &str, found: &mut impl FnMut(Cut)) {
    if text.is_ascii() {
        cut_ascii(text.as_bytes(), found);
        return;
    }
    cut(text, found);
    for from in [&['\u{212a}'][..], &['\u{17f}', '\u{131}']] {
        if text.contains(from) {
            let changed: String = text
                .chars()
                .map(|c| match c {
                    '\u{212a}' if from.contains(&c) => 'k',
                    '\u{17f}' if from.contains(&c) => 's',
                    '\u{131}' if from.contains(&c) => 'i',
                    other => other,
                })
                .collect();
            cut(&changed, found);
        }
    }
}

/// The term that a whole number is in a text, without its sign.
pub(super) fn of_number(value: i64) -> u64 {
    let mut digits = [b'0'; 20];
    let mut rest = value.unsigned_abs();
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    hash(digits.get(digits.len() - used..).unwrap_or_default(), PLAIN)
}

/// What values of a column begin with, told apart from what those of others do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginnings {
    seed: u64,
}

impl Beginnings {
    /// Of a column, by its name in files.
    pub fn of(column: &str) -> Beginnings {
        Beginnings {
            seed: hash(column.as_bytes(), BEGINNING),
        }
    }

    /// The beginning of a text, whatever its case. Nothing for a short text, for one that does not begin in ASCII, and for hexadecimal digits: most ids
    /// begin with them, each with others, and few ask for them.
    pub fn hash(self, text: &str) -> Option<u64> {
        let start = text.as_bytes().first_chunk::<START>()?;
        let telling = start.is_ascii() && !start.iter().all(u8::is_ascii_hexdigit);
        telling.then(|| hash(start, self.seed))
    }
}

/// Eight bytes at a time: each a 1, and the high bit of each.
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x80 * ONES;

/// The high bit of each byte that lies between two of ASCII; of bytes beyond ASCII it tells nothing.
fn within(word: u64, least: u8, most: u8) -> u64 {
    // With the high bit set a byte can be compared without borrowing from the next.
    let above = (word | HIGHS) - ONES * u64::from(least);
    let below = ((ONES * u64::from(most)) | HIGHS) - (word & !HIGHS);
    above & below
}

/// How many bytes from the start are ASCII letters and digits, looked at eight at a time.
fn run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let telling = within(word | (ONES * 0x20), b'a', b'z') | within(word, b'0', b'9');
        let others = (!telling | word) & HIGHS;
        if others != 0 {
            return at * 8 + (others.trailing_zeros() / 8) as usize;
        }
    }
    let in_rest = rest.iter().position(|byte| !byte.is_ascii_alphanumeric());
    bytes.len() - rest.len() + in_rest.unwrap_or(rest.len())
}

fn term(bytes: &[u8], start: usize, end: usize, kind: Kind) -> Cut {
    Cut {
        start,
        end,
        hash: hash_at(bytes, start..end, PLAIN),
        kind,
    }
}

/// Whether a run is left out of filters, wherever it stands: then a guid can be one term, and times do not fill the filters.
fn is_passing(run: &[u8]) -> bool {
    match run {
        _ if matches!(run.len(), 4 | 8 | 12) && run.iter().all(u8::is_ascii_hexdigit) => true,
        [digits @ .., b'z' | b'Z'] => matches!(digits.len(), 6 | 7) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether a guid starts at a run of eight letters and digits.
fn is_guid(bytes: &[u8], at: usize) -> bool {
    let Some(guid) = bytes.get(at..).and_then(|rest| rest.first_chunk::<GUID>()) else {
        return false;
    };
    let dashes = [8, 13, 18, 23].iter().all(|place| guid.get(*place) == Some(&b'-'));
    let word = |low: usize, high: usize| {
        let half = |place: usize| guid.get(place..place + 4).and_then(|half| half.first_chunk::<4>());
        let half = |place: usize| half(place).map_or(0, |half| u64::from(u32::from_le_bytes(*half)));
        half(low) | (half(high) << 32)
    };
    dashes
        && [(0, 4), (9, 14), (19, 24), (28, 32)]
            .into_iter()
            .all(|(low, high)| is_hexadecimal(word(low, high)))
        && !bytes.get(at + GUID).is_some_and(u8::is_ascii_alphanumeric)
}

/// Whether eight bytes are hexadecimal digits.
fn is_hexadecimal(word: u64) -> bool {
    let digits = within(word | (ONES * 0x20), b'a', b'f') | within(word, b'0', b'9');
    (digits & !word & HIGHS) == HIGHS
}

/// Takes the characters beyond ASCII from `at` on; gives the place of the first that is ASCII.
fn foreign(text: &str, at: usize, found: &mut impl FnMut(Cut)) -> usize {
    let mut folded = String::new();
    let mut start = at;
    let mut place = at;
    let mut close = |folded: &mut String, start: usize, end: usize| {
        if !folded.is_empty() {
            let hash = hash(folded.as_bytes(), FOREIGN);
            found(Cut {
                start,
                end,
                hash,
                kind: Kind::Foreign,
            });
            folded.clear();
        }
    };
    for c in text.get(at..).unwrap_or_default().chars() {
        if c.is_ascii() {
            break;
        }
        let upper = fold_char(c);
        if is_term(upper) {
            if folded.is_empty() {
                start = place;
            }
            folded.push(upper);
        } else {
            close(&mut folded, start, place);
        }
        place += c.len_utf8();
    }
    close(&mut folded, start, place);
    place
}

/// Whether an escape stands beside letters as a letter: `\n` divides a string, but not its JSON. `\\`, `\"` and `\/` divide both.
fn has_telling_escape(json: &str) -> bool {
    let bytes = json.as_bytes();
    if memchr(b'\\', bytes).is_none() {
        return false;
    }
    let mut next = 0;
    memchr_iter(b'\\', bytes).any(|at| {
        if at < next {
            return false;
        }
        next = at + 2;
        !matches!(bytes.get(at + 1), Some(b'\\' | b'"' | b'/') | None)
    })
}

/// The text with its escapes read. Only what divides terms matters.
fn unescaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, behind)) = rest.split_once('\\') {
        text.push_str(before);
        let Some(escape) = behind.chars().next() else { return text };
        rest = behind.get(escape.len_utf8()..).unwrap_or_default();
        match escape {
            'u' => rest = code_point(rest, &mut text),
            'b' | 'f' | 'n' | 'r' | 't' => text.push(' '),
            other => text.push(other),
        }
    }
    text.push_str(rest);
    text
}

/// Reads the digits behind `\u`, with the second half of a pair; half a pair alone is the replacement character.
fn code_point<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let unit = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let Some((first, behind)) = rest.split_at_checked(4).and_then(|(digits, behind)| Some((unit(digits)?, behind))) else {
        return rest;
    };
    let second = behind
        .strip_prefix("\\u")
        .and_then(|behind| behind.split_at_checked(4))
        .and_then(|(digits, behind)| Some((unit(digits)?, behind)));
    if let (0xd800..=0xdbff, Some((low @ 0xdc00..=0xdfff, behind))) = (first, second) {
        let joined = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        text.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        return behind;
    }
    text.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    behind
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<&str> {
        let mut terms = Vec::new();
        cut(text, &mut |cut| terms.push(&text[cut.start..cut.end]));
        terms
    }

    fn hashes(text: &str, by: fn(&str, &mut dyn FnMut(Cut))) -> Vec<u64> {
        let mut terms = Vec::new();
        by(text, &mut |cut| terms.push(cut.hash));
        terms
    }

    fn plain(text: &str) -> Vec<u64> {
        hashes(text, |text, found| cut(text, &mut |term| found(term)))
    }

    fn document(text: &str) -> Vec<u64> {
        hashes(text, |text, found| cut_document(text, &mut |term| found(term)))
    }

    proptest! {
        #[test]
        fn ascii_is_cut_alike_both_ways(text in "([a-zA-Z0-9:\" ._-]{0,20}|[0-9a-f]{7,9}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-fx]{12}|[0-9]{6,7}Z){0,8}") {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            cut(&text, &mut |cut| one.push(cut));
            cut_ascii(text.as_bytes(), &mut |cut| other.push(cut));
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn terms_are_runs() {
        assert_eq!(shown("a_b-c d1.é2 x"), ["a", "b", "c", "d1", "é", "2", "x"]);
        assert_eq!(shown("«привет»мир"), ["привет", "мир"]);
        assert!(shown(" _-«» ").is_empty());
    }

    #[test]
    fn words_are_read_as_their_bytes_are() {
        for byte in 0..=255u8 {
            for before in 0..20 {
                let bytes = [vec![b'q'; before], vec![byte], vec![b'7'; 9]].concat();
                let expected = if byte.is_ascii_alphanumeric() { bytes.len() } else { before };
                assert_eq!(run(&bytes), expected, "{byte} behind {before}");
            }
        }
    }

    #[test]
    fn beginnings_are_of_their_column_and_take_no_notice_of_case() {
        let column = Beginnings::of("Subject");
        assert_eq!(column.hash("<One at a time"), column.hash("<oNE"));
        assert_ne!(column.hash("<One"), column.hash("<Two"));
        assert_ne!(column.hash("<One"), Beginnings::of("InternetMessageId").hash("<One"));
        for silent in ["", "abc", "74be27de", "2026-11-20", "éabc", "abé"] {
            assert_eq!(column.hash(silent), None, "{silent}");
        }
    }

    #[test]
    fn a_guid_is_one_term_where_it_stands_alone() {
        let guid = "74be27de-1e4e-49d9-b579-fe0b331d3642";
        assert_eq!(shown(&format!("{{{guid}}}")), [guid]);
        assert_eq!(shown(&format!("{guid}-1")), [guid, "1"]);
        assert_eq!(shown(&format!("x{guid}")).len(), 5);
        assert_eq!(shown(&format!("{guid}0")).len(), 5);
        assert_eq!(shown("74be27de-1e4e-49d9-b579-fe0b331d364").len(), 5);
        assert_eq!(plain(&guid.to_uppercase()), plain(guid));
    }

    #[test]
    fn case_does_not_matter() {
        for (one, other) in [
            ("Abc-Z9", "aBC z9"),
            ("ПРИВЕТ é", "привет É"),
            ("ABCDEFGHIJKLMNOP", "abcdefghijklmnop"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        assert_ne!(plain("abc"), plain("abd"));
        assert_ne!(plain("abcdefgh"), plain("abcdefghi"));
        assert_ne!(plain("é"), plain("e"));
    }

    #[test]
    fn escapes_divide() {
        let all = document(r#"{"a":"one\ntwo\u0041\u00e9 C:\\new"}"#);
        for term in ["one", "ntwo", "twoA", "é", "new", "c", "a"] {
            assert!(plain(term).iter().all(|hash| all.contains(hash)), "{term}");
        }
        assert_eq!(document(r#"{"a":"C:\\new"}"#), plain(r#"{"a":"C:\\new"}"#));
        for broken in ["\\", "\\u", "\\ud800", "\\ud800\\u0041", "\\u12", "\\ud83d\\ude00x", "é\\"] {
            document(broken);
        }
    }

    #[test]
    fn numbers_are_their_digits() {
        for value in [0, 7, -7, 42, 1_000_000, i64::MAX, i64::MIN] {
            assert_eq!(vec![of_number(value)], plain(&value.to_string()));
        }
    }

    #[test]
    fn hashes_stay_the_same() {
        // Stored filters depend on it: another hash needs another version of the directory.
        assert_eq!(plain("rareterm 4624"), [11_315_855_898_262_173_865, 15_565_022_624_206_341_758]);
    }
}
