//! `parse-kv`: values out of text that lists keys and values.

mod delimited;
mod kernel;
mod quoted;
mod words;

pub use kernel::{KvError, values};

use quarry_semantics::ir::KvRules;
use regex::Regex;

/// The rules, compiled.
#[derive(Clone, Debug)]
enum Reader {
    Delimited(delimited::Delimited),
    Words(words::Words),
    Regex(Regex),
}

impl Reader {
    fn new(rules: &KvRules) -> Result<Self, regex::Error> {
        Ok(match rules {
            KvRules::Delimited {
                pair,
                key,
                quoting,
                greedy,
            } => Reader::Delimited(delimited::Delimited {
                pair: pair.clone(),
                key: key.clone(),
                quoting: quoting.clone(),
                greedy: *greedy,
            }),
            KvRules::Words(quoting) => Reader::Words(words::Words { quoting: quoting.clone() }),
            KvRules::Regex(pattern) => Reader::Regex(Regex::new(pattern)?),
        })
    }

    /// Puts the first value of each key into its place; places of keys that do not occur stay empty.
    fn read(&self, text: &str, keys: &[String], found: &mut [Option<String>]) {
        match self {
            Reader::Delimited(rules) => rules.read(text, keys, found),
            Reader::Words(rules) => rules.read(text, keys, found),
            Reader::Regex(regex) => {
                for captures in regex.captures_iter(text) {
                    let group = |at| captures.get(at).map_or("", |group| group.as_str()).trim();
                    keep(group(1), group(2), keys, found);
                }
            }
        }
    }
}

/// Keeps a value if its key is looked for and has none yet.
fn keep(key: &str, value: &str, keys: &[String], found: &mut [Option<String>]) {
    for (wanted, place) in keys.iter().zip(found) {
        if wanted == key && place.is_none() {
            *place = Some(value.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_semantics::ir::Quoting;

    fn read(rules: &KvRules, text: &str, keys: &[&str]) -> Vec<Option<String>> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        let mut found = vec![None; keys.len()];
        Reader::new(rules).unwrap().read(text, &keys, &mut found);
        found
    }

    fn delimited(pair: &str, key: &str, quotes: &[(char, char)], escapes: &[char], greedy: bool) -> KvRules {
        KvRules::Delimited {
            pair: pair.to_owned(),
            key: key.to_owned(),
            quoting: Quoting {
                quotes: quotes.to_vec(),
                escapes: escapes.to_vec(),
            },
            greedy,
        }
    }

    fn some(values: &[&str]) -> Vec<Option<String>> {
        values.iter().map(|value| Some((*value).to_owned())).collect()
    }

    #[test]
    fn the_first_delimiter_ends_the_key_and_the_first_value_stays() {
        let rules = delimited(";", "=", &[], &[], false);
        assert_eq!(read(&rules, "a==b; c = d=e ;a=2;x;=y", &["a", "c"]), some(&["=b", "d=e"]));
        assert_eq!(read(&rules, "nothing here", &["a"]), [None]);
    }

    #[test]
    fn quotes_hold_delimiters_and_escapes_hold_quotes() {
        let rules = delimited(" ", "=", &[('"', '"')], &['\\'], false);
        let text = r#"a="x \"y\" z" "b c"=2 d="open"#;
        assert_eq!(read(&rules, text, &["a", "b c", "d"]), some(&["x \"y\" z", "2", "\"open"]));
        let rules = delimited(" ", "=", &[('(', ')')], &[], false);
        assert_eq!(read(&rules, "(b c)=(1 2) d=3", &["b c", "d"]), some(&["1 2", "3"]));
    }

    #[test]
    fn a_greedy_value_goes_on_to_the_next_key() {
        let rules = delimited(" ", "=", &[], &[], true);
        let text = "name=John Doe phone=555 5555 city=New York";
        assert_eq!(
            read(&rules, text, &["name", "phone", "city"]),
            some(&["John Doe", "555 5555", "New York"])
        );
    }

    #[test]
    fn words_stand_behind_their_keys() {
        let rules = KvRules::Words(Quoting {
            quotes: vec![('\'', '\'')],
            escapes: vec!['\\'],
        });
        let text = r"2021 [INFO] ThreadId:45, 'my key' -> v, Text: 'it \' is'";
        assert_eq!(read(&rules, text, &["Text", "ThreadId", "my key"]), some(&["it ' is", "45", "v"]));
        assert_eq!(read(&rules, "Text", &["Text"]), [None]);
    }

    #[test]
    fn the_groups_of_a_regex_are_key_and_value() {
        let rules = KvRules::Regex(r#""([\w ]+)\s*:\s*([^"]*)""#.to_owned());
        assert_eq!(read(&rules, r#"["a b: 1:2", "c : x"]"#, &["a b", "c"]), some(&["1:2", "x"]));
    }
}
