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
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let folded = candidate.to_lowercase();
        let distance = if folded == wanted {
            0
        } else {
            strsim::osa_distance(&wanted, &folded)
        };
        // One edit turns any one-letter name into any other: no evidence.
        if distance > allowed || (length == 1 && distance > 0) {
            continue;
        }
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

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
    fn is_silent_when_nothing_is_close() {
        assert_eq!(closest("frobnicate", OPERATORS), None);
        assert_eq!(closest("x", ["y"]), None);
        assert_eq!(closest("", OPERATORS), None);
    }
}
