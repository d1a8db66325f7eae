//! "Did you mean": the candidate that a misspelt name most likely stands for.

/// The closest candidate to `name`, or `None` when nothing is close enough to be worth saying.
///
/// A candidate that differs only by case wins. Otherwise the one with the fewest edits
/// (insertions, deletions, replacements, swaps of neighbours, ignoring case) wins, if that is
/// at most a third of the length of the name; the first of several equals is taken.
pub fn closest<'a, I>(name: &str, candidates: I) -> Option<&'a str>
where
    I: IntoIterator<Item = &'a str>,
{
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    // Edit distance is quadratic: text this long is no misspelt name.
    if length == 0 || length > 128 {
        return None;
    }
    let letters = Letters::of(&wanted);
    let mut best = None;
    // Most edits that a candidate may have to be taken.
    let mut most = (length / 3).max(1);
    for candidate in candidates {
        if candidate == name || length_of(candidate).abs_diff(length) > most {
            continue;
        }
        let folded = candidate.to_lowercase();
        if folded == wanted {
            return Some(candidate);
        }
        // One edit turns any one-letter name into any other: no evidence. Most names differ in so many letters that nothing need be aligned.
        if length == 1 || most == 0 || letters.least_edits(&folded) > most {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &folded);
        if distance <= most {
            best = Some(candidate);
            most = distance - 1;
        }
    }
    best
}

/// Characters of a text; of ASCII, its bytes.
fn length_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// How often letters occur, several letters to a place.
struct Letters([i16; 32]);

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Letters([0; 32]);
        text.chars().for_each(|letter| letters.add(letter, 1));
        letters
    }

    fn add(&mut self, letter: char, times: i16) {
        if let Some(place) = self.0.get_mut(letter as usize % 32) {
            *place = place.saturating_add(times);
        }
    }

    /// So many edits are needed at least: each takes away one letter too many, or adds one that is missing, or does both.
    fn least_edits(&self, other: &str) -> usize {
        let mut left = Letters(self.0);
        other.chars().for_each(|letter| left.add(letter, -1));
        let (mut many, mut few) = (0, 0);
        for count in left.0 {
            if count > 0 {
                many += usize::from(count.unsigned_abs());
            } else {
                few += usize::from(count.unsigned_abs());
            }
        }
        many.max(few)
    }
}

#[cfg(test)]
mod tests {
    use super::{Letters, closest};

    const OPERATORS: [&str; 6] = ["summarize", "where", "extend", "project", "project-away", "top"];

    #[test]
    fn finds_misspelt_names() {
        assert_eq!(closest("summarise", OPERATORS), Some("summarize"));
        assert_eq!(closest("Timestmp", ["TimeGenerated", "Timestamp"]), Some("Timestamp"));
        assert_eq!(closest("wehre", OPERATORS), Some("where"), "a swap is one edit");
    }

    #[test]
    fn case_alone_wins_over_fewer_edits() {
        assert_eq!(closest("timestamp", ["timestamps", "TimeStamp"]), Some("TimeStamp"));
    }

    #[test]
    fn letters_tell_of_no_more_edits_than_there_are() {
        let names = [
            "",
            "a",
            "summarize",
            "summarise",
            "smumarize",
            "EmailEvents",
            "éé",
            "SigninLogs",
            "signinlog",
            "AADSignInEventsBeta",
        ];
        for one in names {
            for other in names {
                let least = Letters::of(one).least_edits(other);
                assert!(least <= strsim::osa_distance(one, other), "{one} {other}");
            }
        }
    }

    #[test]
    fn fewer_edits_win_over_an_earlier_candidate() {
        assert_eq!(closest("Timestamp", ["Timestmps", "Timestam", "Timestamps"]), Some("Timestam"));
        assert_eq!(closest("SigninLog", ["SignInLogs2", "SigninLogs", "signinlog"]), Some("signinlog"));
    }

    #[test]
    fn is_silent_when_nothing_is_close() {
        assert_eq!(closest("frobnicate", OPERATORS), None);
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(closest("", OPERATORS), None);
    }
}
