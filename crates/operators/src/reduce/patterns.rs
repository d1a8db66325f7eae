//! Patterns of texts, after the way of Vaarandi's log clustering: a word is frequent when enough texts have it in the same place; the
//! pattern of a text is its frequent words with wildcards between them; and a pattern stands when enough texts have it.

use std::collections::HashMap;

/// How texts fall apart, and what is frequent.
#[derive(Debug)]
pub(super) struct Rules<'c> {
    threshold: f64,
    characters: Option<&'c str>,
}

impl<'c> Rules<'c> {
    pub(super) fn new(threshold: f64, characters: Option<&'c str>) -> Self {
        Self { threshold, characters }
    }

    /// How many of `rows` texts it takes. One text is never a pattern.
    fn support(&self, rows: usize) -> usize {
        ((rows as f64 * self.threshold).ceil() as usize).max(2)
    }

    fn separates(&self, c: char) -> bool {
        match self.characters {
            Some(characters) => characters.contains(c),
            None => !c.is_ascii_alphanumeric(),
        }
    }

    /// The words of a text, each with what separates it from the one before, and what follows the last.
    fn words<'t>(&self, text: &'t str) -> (Vec<(&'t str, &'t str)>, &'t str) {
        let mut words = Vec::new();
        let mut rest = text;
        loop {
            let start = rest.find(|c| !self.separates(c)).unwrap_or(rest.len());
            let (separator, after) = rest.split_at(start);
            if after.is_empty() {
                return (words, separator);
            }
            let end = after.find(|c| self.separates(c)).unwrap_or(after.len());
            let (word, after) = after.split_at(end);
            words.push((separator, word));
            rest = after;
        }
    }

    /// The pattern of a text; nothing when none of its words is frequent. Given separators give way to the wildcard beside them.
    fn pattern(&self, text: &str, is_frequent: impl Fn(usize, &str) -> bool) -> Option<String> {
        let (words, tail) = self.words(text);
        let frequent: Vec<bool> = words.iter().enumerate().map(|(at, (_, word))| is_frequent(at, word)).collect();
        if !frequent.contains(&true) {
            return None;
        }
        let keeps_separators = self.characters.is_none();
        let mut pattern = String::new();
        let mut before = true;
        for ((separator, word), own) in words.iter().zip(frequent) {
            if keeps_separators || (before && own) {
                pattern.push_str(separator);
            }
            if own {
                pattern.push_str(word);
            } else if !pattern.ends_with('*') {
                pattern.push('*');
            }
            before = own;
        }
        if keeps_separators || before {
            pattern.push_str(tail);
        }
        Some(pattern)
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Texts of one pattern.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) pattern: String,
    pub(super) count: usize,
    /// The first of the texts.
    pub(super) first: usize,
}

/// The patterns of some texts.
#[derive(Debug)]
pub(super) struct Clusters {
    clusters: Vec<Cluster>,
    /// The cluster of each text.
    of: Vec<Option<usize>>,
}

impl Clusters {
    pub(super) fn new(texts: &[&str], rules: &Rules<'_>) -> Self {
        let support = rules.support(texts.len());
        let mut counts: HashMap<(usize, &str), usize> = HashMap::new();
        for text in texts {
            let (words, _) = rules.words(text);
            let only_numbers = words.iter().all(|(_, word)| is_number(word));
            for (at, (_, word)) in words.into_iter().enumerate() {
                // Beside words, a number is a value and not part of the message.
                if only_numbers || !is_number(word) {
                    *counts.entry((at, word)).or_default() += 1;
                }
            }
        }
        counts.retain(|_, count| *count >= support);

        let mut known: HashMap<String, usize> = HashMap::new();
        let mut candidates: Vec<Cluster> = Vec::new();
        let mut of = Vec::with_capacity(texts.len());
        for (row, text) in texts.iter().enumerate() {
            let pattern = rules.pattern(text, |at, word| counts.contains_key(&(at, word)));
            of.push(pattern.map(|pattern| {
                let cluster = *known.entry(pattern.clone()).or_insert_with(|| {
                    candidates.push(Cluster {
                        pattern,
                        count: 0,
                        first: row,
                    });
                    candidates.len() - 1
                });
                if let Some(cluster) = candidates.get_mut(cluster) {
                    cluster.count += 1;
                }
                cluster
            }));
        }
        let mut kept = Vec::new();
        let places: Vec<Option<usize>> = candidates
            .into_iter()
            .map(|cluster| {
                (cluster.count >= support).then(|| {
                    kept.push(cluster);
                    kept.len() - 1
                })
            })
            .collect();
        for place in &mut of {
            *place = place.and_then(|cluster| places.get(cluster).copied().flatten());
        }
        Self { clusters: kept, of }
    }

    pub(super) fn all(&self) -> &[Cluster] {
        &self.clusters
    }

    pub(super) fn of_row(&self, row: usize) -> Option<&Cluster> {
        self.clusters.get((*self.of.get(row)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], threshold: f64, characters: Option<&str>) -> Vec<(String, usize)> {
        let clusters = Clusters::new(texts, &Rules::new(threshold, characters));
        clusters
            .all()
            .iter()
            .map(|cluster| (cluster.pattern.clone(), cluster.count))
            .collect()
    }

    #[test]
    fn frequent_words_stand_and_the_rest_becomes_a_wildcard() {
        let texts = ["San Jose", "San Diego", "San Bruno", "Moscow", "Moscow", "Paris"];
        assert_eq!(found(&texts, 0.3, None), [("San *".to_owned(), 3), ("Moscow".to_owned(), 2)]);
    }

    #[test]
    fn a_given_separator_gives_way_to_the_wildcard() {
        let texts = ["fooZ1", "fooZ2", "fooZ3"];
        assert_eq!(found(&texts, 0.1, Some("Z")), [("foo*".to_owned(), 3)]);
        assert!(found(&texts, 0.1, None).is_empty());
    }

    #[test]
    fn numbers_are_values() {
        let texts = ["job 7 done", "job 7 done", "job 9 done"];
        assert_eq!(found(&texts, 0.1, None), [("job * done".to_owned(), 3)]);
        assert_eq!(found(&["7", "7"], 0.1, None), [("7".to_owned(), 2)]);
    }
}
