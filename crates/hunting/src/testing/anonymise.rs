//! Made-up names in the place of real ones, the same one for the same name everywhere.

use std::collections::HashMap;

use quarry_syntax::literal::parse_datetime;
use serde_json::{Map, Value as Json};

/// Parts of the names of columns and members whose whole value names a person, a machine or a place.
const NAMING: [&str; 12] = [
    "accountname",
    "computer",
    "devicename",
    "displayname",
    "filename",
    "hostname",
    "latitude",
    "longitude",
    "samaccount",
    "subject",
    "username",
    "city",
];

/// What a piece of text is, where it names somebody or something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Mail,
    Domain,
    Address,
    Address6,
    Guid,
    Sid,
    Name,
}

pub(super) struct Anonymiser {
    /// What stays, in lower case.
    kept: Vec<String>,
    /// How far times move back, in ticks.
    shift: i64,
    made_up: HashMap<(Kind, String), String>,
    counts: HashMap<Kind, usize>,
    /// Beginnings of mail addresses: they are in paths and texts too.
    local_parts: Vec<(String, String)>,
}

impl Anonymiser {
    pub fn new(kept: Vec<String>, shift: i64) -> Self {
        Self {
            kept,
            shift,
            made_up: HashMap::new(),
            counts: HashMap::new(),
            local_parts: Vec::new(),
        }
    }

    /// How many names were made up.
    pub fn replaced(&self) -> usize {
        self.made_up.len()
    }

    pub fn event(&mut self, event: &mut Map<String, Json>) {
        for (name, value) in event {
            self.value(name, value);
        }
    }

    /// Replaces what was found since in texts that were passed over.
    pub fn again(&self, event: &mut Map<String, Json>) {
        event.values_mut().for_each(|value| self.local(value));
    }

    fn local(&self, value: &mut Json) {
        match value {
            Json::String(text) => {
                for (real, made_up) in &self.local_parts {
                    *text = replaced_ignoring_case(text, real, made_up);
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.local(item)),
            Json::Object(members) => members.values_mut().for_each(|member| self.local(member)),
            _ => {}
        }
    }

    fn value(&mut self, name: &str, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(name, text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.value(name, item)),
            Json::Object(members) => members.iter_mut().for_each(|(name, value)| self.value(name, value)),
            _ => {}
        }
    }

    fn text(&mut self, name: &str, text: &str) -> String {
        if self.is_kept(text) {
            return text.to_owned();
        }
        if text.len() >= 19
            && text.as_bytes().get(4) == Some(&b'-')
            && let Some(ticks) = parse_datetime(text)
        {
            let mut moved = String::new();
            quarry_value::format::datetime(ticks - self.shift, &mut moved);
            return moved;
        }
        let lower = name.to_lowercase();
        let names = NAMING.iter().any(|part| lower.contains(part));
        let whole = names && kind_of(text).is_none() && !self.kept.iter().any(|word| text.to_lowercase().contains(word));
        if whole {
            return self.instead(Kind::Name, text);
        }
        self.pieces(text)
    }

    /// The text with every piece that names somebody replaced.
    fn pieces(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut piece = String::new();
        for c in text.chars().chain(['\0']) {
            if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | ':') {
                piece.push(c);
                continue;
            }
            out.push_str(&self.piece(&piece));
            piece.clear();
            if c != '\0' {
                out.push(c);
            }
        }
        out
    }

    fn piece(&mut self, piece: &str) -> String {
        let bare = piece.trim_matches(['.', ':', '-']);
        if self.is_kept(bare) {
            return piece.to_owned();
        }
        match kind_of(bare) {
            Some(kind) => piece.replacen(bare, &self.instead(kind, bare), 1),
            None => piece.to_owned(),
        }
    }

    fn is_kept(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        self.kept.contains(&lower)
    }

    fn instead(&mut self, kind: Kind, real: &str) -> String {
        let key = (kind, real.to_lowercase());
        if let Some(known) = self.made_up.get(&key) {
            return known.clone();
        }
        let made_up = match kind {
            Kind::Mail => self.mail(real),
            _ => {
                let count = self.counts.entry(kind).or_default();
                *count += 1;
                new_name(kind, *count)
            }
        };
        self.made_up.insert(key, made_up.clone());
        made_up
    }

    fn mail(&mut self, real: &str) -> String {
        let (local, domain) = real.split_once('@').unwrap_or((real, ""));
        let domain = if self.is_kept(domain) {
            domain.to_owned()
        } else {
            self.instead(Kind::Domain, domain)
        };
        let count = self.counts.entry(Kind::Mail).or_default();
        *count += 1;
        let made_up = format!("user{count}");
        // Shorter ones are words of their own.
        if local.len() >= 4 && !self.kept.iter().any(|word| word.eq_ignore_ascii_case(local)) {
            self.local_parts.push((local.to_owned(), made_up.clone()));
        }
        format!("{made_up}@{domain}")
    }
}

fn new_name(kind: Kind, number: usize) -> String {
    match kind {
        Kind::Domain => format!("company{number}.example"),
        // Ranges that are set aside for documentation.
        Kind::Address => {
            let net = ["192.0.2", "198.51.100", "203.0.113"];
            let place = number.saturating_sub(1);
            match net.get(place / 254) {
                Some(net) => format!("{net}.{}", place % 254 + 1),
                None => format!("198.18.{}.{}", place / 254 % 256, place % 254 + 1),
            }
        }
        Kind::Address6 => format!("2001:db8::{number:x}"),
        Kind::Guid => format!("00000000-0000-4000-8000-{number:012x}"),
        Kind::Sid => format!("S-1-5-21-1-1-1-{}", 1000 + number),
        Kind::Mail | Kind::Name => format!("name-{number}"),
    }
}

fn kind_of(text: &str) -> Option<Kind> {
    let (local, domain) = text.split_once('@').unwrap_or(("", ""));
    if !local.is_empty() && !domain.is_empty() {
        return Some(Kind::Mail);
    }
    if text.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some(Kind::Address);
    }
    if text.contains("::") || text.matches(':').count() == 7 {
        return text.parse::<std::net::Ipv6Addr>().is_ok().then_some(Kind::Address6);
    }
    if text.starts_with("S-1-5-21-") {
        return Some(Kind::Sid);
    }
    (text.len() == 36 && quarry_value::guid::parse(text).is_some()).then_some(Kind::Guid)
}

fn replaced_ignoring_case(text: &str, real: &str, made_up: &str) -> String {
    // Lower case may have other lengths outside ASCII: such texts are compared as they are.
    let lower = text.to_ascii_lowercase();
    let real = real.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower.get(at..).and_then(|rest| rest.find(&real)) {
        out.push_str(text.get(at..at + found).unwrap_or_default());
        out.push_str(made_up);
        at += found + real.len();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_same_name_gets_the_same_stand_in_and_words_of_the_hunt_stay() {
        let mut anonymiser = Anonymiser::new(vec!["no-reply@dropbox.com".to_owned(), "inbox".to_owned()], 0);
        let mut event = serde_json::json!({
            "SenderFromAddress": "no-reply@dropbox.com",
            "RecipientEmailAddress": "Mia.Koch@contoso.com",
            "Subject": "For Mia",
            "ActionType": "MailItemsAccessed",
            "ObjectId": "https://files/personal/mia.koch/plan.docx",
            "RawEventData": {"UserId": "mia.koch@contoso.com", "ClientIP": "[10.1.2.3]:443", "Id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"},
        });
        let event = event.as_object_mut().unwrap();
        anonymiser.event(event);
        anonymiser.again(event);
        assert_eq!(event["SenderFromAddress"], "no-reply@dropbox.com");
        assert_eq!(event["RecipientEmailAddress"], "user1@company1.example");
        assert_eq!(event["RawEventData"]["UserId"], "user1@company1.example");
        assert_eq!(event["RawEventData"]["ClientIP"], "[192.0.2.1]:443");
        assert_eq!(event["ActionType"], "MailItemsAccessed");
        let text = serde_json::to_string(event).unwrap().to_lowercase();
        for real in ["mia", "contoso", "10.1.2.3", "6f9619ff"] {
            assert!(!text.contains(real), "{real} in {text}");
        }
    }

    #[test]
    fn times_move() {
        let mut anonymiser = Anonymiser::new(Vec::new(), 864_000_000_000);
        assert_eq!(anonymiser.text("Timestamp", "2026-11-20T08:00:00Z"), "2026-11-19T08:00:00.0000000Z");
    }
}
