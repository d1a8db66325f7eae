//! The values by which a pattern can be looked up: alternatives, each of values that occur together.

use super::{Condition, Pattern, Test};

/// Alternatives of one pattern.
const MOST: usize = 256;

/// What can be said of a pattern in values alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest::intel) struct Alternatives {
    /// Paths with values; those of one list occur together.
    pub lists: Vec<Vec<(String, String)>>,
    /// The pattern says more than that: a negation, a comparison, an order of events, or more alternatives than are kept.
    pub in_part: bool,
}

impl Pattern {
    /// The values of all observations.
    pub fn alternatives(&self) -> Alternatives {
        let mut found = Alternatives {
            lists: Vec::new(),
            in_part: self.combined,
        };
        for observation in &self.observations {
            for list in expanded(observation, &mut found.in_part) {
                if found.lists.len() == MOST {
                    found.in_part = true;
                    return found;
                }
                if !list.is_empty() && !found.lists.contains(&list) {
                    found.lists.push(list);
                }
            }
        }
        found
    }
}

type Lists = Vec<Vec<(String, String)>>;

/// A condition that tells no value is an empty list: it takes nothing away from the values beside it.
fn expanded(condition: &Condition, in_part: &mut bool) -> Lists {
    match condition {
        Condition::Test(test) => tested(test, in_part),
        Condition::Any(parts) => {
            let mut lists: Lists = Vec::new();
            for part in parts {
                for list in expanded(part, in_part) {
                    if lists.len() == MOST {
                        *in_part = true;
                        return lists;
                    }
                    lists.push(list);
                }
            }
            lists
        }
        Condition::All(parts) => parts.iter().fold(vec![Vec::new()], |lists, part| {
            let more = expanded(part, in_part);
            joined(&lists, &more, in_part)
        }),
    }
}

fn tested(test: &Test, in_part: &mut bool) -> Lists {
    // `network-traffic:dst_ref.type = 'ipv4-addr'` says how to read the value beside it.
    if test.path.ends_with("_ref.type") || test.path.ends_with("_refs[*].type") {
        return vec![Vec::new()];
    }
    if !test.equals || test.values.is_empty() {
        *in_part = true;
        return vec![Vec::new()];
    }
    if test.values.len() > MOST {
        *in_part = true;
    }
    let values = test.values.iter().take(MOST);
    values.map(|value| vec![(test.path.clone(), value.clone())]).collect()
}

fn joined(left: &Lists, right: &Lists, in_part: &mut bool) -> Lists {
    let mut lists = Vec::new();
    for one in left {
        for other in right {
            if lists.len() == MOST {
                *in_part = true;
                return lists;
            }
            let mut both = one.clone();
            both.extend(other.iter().filter(|pair| !one.contains(pair)).cloned());
            lists.push(both);
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Alternatives on lines, values that occur together joined by ` & `; `…` at the end when the pattern says more.
    fn said(pattern: &str) -> Vec<String> {
        let found = Pattern::parse(pattern).unwrap().alternatives();
        let pair = |(path, value): &(String, String)| format!("{path}={value}");
        let mut lines: Vec<String> = found
            .lists
            .iter()
            .map(|list| list.iter().map(pair).collect::<Vec<_>>().join(" & "))
            .collect();
        if found.in_part {
            lines.push("…".to_owned());
        }
        lines
    }

    #[test]
    fn values_that_must_be_equal_are_found() {
        assert_eq!(said("[ipv4-addr:value = '198.51.100.7']"), ["ipv4-addr:value=198.51.100.7"]);
        assert_eq!(said(r"[file:name = 'it\'s \\ here']"), [r"file:name=it's \ here"]);
        assert_eq!(said("[file:size = 25536 /* bytes */]"), ["file:size=25536"]);
        assert_eq!(
            said("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
            ["ipv4-addr:value=198.51.100.0/24"]
        );
        assert_eq!(
            said("[domain-name:value IN ('a.example', 'b.example')]"),
            ["domain-name:value=a.example", "domain-name:value=b.example"]
        );
    }

    #[test]
    fn paths_are_spelled_in_one_way() {
        assert_eq!(said("[file:hashes.MD5 = 'x']"), said("[file:hashes.'MD5' = 'x']"));
        assert_eq!(said("[file:hashes.SHA-256 = 'x']"), ["file:hashes.'SHA-256'=x"]);
        assert_eq!(
            said("[email-message:to_refs[*].value = 'a@b']"),
            ["email-message:to_refs[*].value=a@b"]
        );
        assert_eq!(
            said("[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'x']"),
            ["network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'=x"]
        );
    }

    #[test]
    fn and_binds_before_or() {
        assert_eq!(
            said("[file:name = 'a' AND file:size = 1 OR file:name = 'b']"),
            ["file:name=a & file:size=1", "file:name=b"]
        );
        assert_eq!(
            said("[file:name = 'a' AND (file:hashes.MD5 = 'x' OR file:hashes.'SHA-1' = 'y')]"),
            ["file:name=a & file:hashes.MD5=x", "file:name=a & file:hashes.'SHA-1'=y"]
        );
    }

    #[test]
    fn every_observation_counts() {
        assert_eq!(
            said("[url:value = 'u'] OR [domain-name:value = 'd']"),
            ["url:value=u", "domain-name:value=d"]
        );
        assert_eq!(
            said("([url:value = 'u'] FOLLOWEDBY [domain-name:value = 'd']) WITHIN 300 SECONDS REPEATS 2 TIMES"),
            ["url:value=u", "domain-name:value=d", "…"]
        );
        assert_eq!(
            said("[url:value = 'u'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'"),
            ["url:value=u", "…"]
        );
    }

    #[test]
    fn what_values_cannot_say_is_told() {
        for pattern in [
            "[file:name LIKE '%.exe']",
            "[file:name MATCHES '^a']",
            "[file:name != 'a']",
            "[file:name NOT = 'a']",
            "[file:name NOT IN ('a')]",
            "[file:size > 10]",
            "[EXISTS file:name]",
            "[ipv4-addr:value ISSUPERSET '1.2.3.4']",
        ] {
            assert_eq!(said(pattern), ["…"], "{pattern}");
        }
        assert_eq!(
            said(
                "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port > 1024]"
            ),
            ["network-traffic:dst_ref.value=198.51.100.7", "…"]
        );
        assert_eq!(said("[file:name = 'a' OR file:size > 10]"), ["file:name=a", "…"]);
    }

    #[test]
    fn broken_patterns_are_refused() {
        for pattern in [
            "",
            "ipv4-addr:value = '1.2.3.4'",
            "[ipv4-addr:value = ]",
            "[ipv4-addr:value = '1.2.3.4'",
            "[ipv4-addr:value = '1.2.3.4]",
            "[ipv4-addr:value '1.2.3.4']",
            "[ipv4-addr = '1.2.3.4']",
            "[a:b = 1] AND",
            "[a:b = 1] [a:c = 2]",
            "[a:b[x] = 1]",
            "[a:b = 1] WITHIN x SECONDS",
            "[a:b = #]",
            "[a:b = 1 /* ]",
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_end() {
        let deep = format!("[{}a:b = 1{}]", "(".repeat(100_000), ")".repeat(100_000));
        assert!(Pattern::parse(&deep).unwrap_err().contains("within each other"));
        let doubled = "(a:b = 1 OR a:b = 2)";
        let wide = format!("[{}]", vec![doubled; 40].join(" AND "));
        let found = Pattern::parse(&wide).unwrap().alternatives();
        assert!(found.lists.len() <= MOST && !found.lists.is_empty());
        let numbers: Vec<String> = (0..2000).map(|n| format!("a:b = {n}")).collect();
        let found = Pattern::parse(&format!("[{}]", numbers.join(" OR "))).unwrap().alternatives();
        assert_eq!((found.lists.len(), found.in_part), (MOST, true));
    }
}
