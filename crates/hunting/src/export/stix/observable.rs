//! What entities and events are in STIX.

use quarry_schema::meaning::meaning;
use serde_json::{Value, json};

use crate::finding::Entity;

/// STIX has no type for a record of a log.
pub const LOG_EVENT: &str = "x-quarry-log-event";

/// What the type for records of logs means.
pub fn extension_definition() -> Value {
    json!({
        "name": "Log event", "version": "1.0.0", "extension_types": ["new-sco"],
        "description": "A record of a log table, as a hunt read it",
        "schema": "table: the name of the table (string); time: when it happened (timestamp, optional); \
                   fields: names of columns with their values as text (dictionary)",
    })
}

/// The type of an entity and the properties that identify it; `None` for what STIX has no type of.
pub fn of(entity: &Entity) -> Option<(&'static str, Value)> {
    let (identifier, value) = entity.identifiers.first()?;
    let value = value.as_str();
    Some(match entity.kind.as_str() {
        "Account" if matches!(identifier.as_str(), "AadUserId" | "Sid" | "ObjectGuid" | "PUID") => {
            ("user-account", json!({ "user_id": value }))
        }
        "Account" => ("user-account", json!({ "account_login": value })),
        "IP" => {
            let address: std::net::IpAddr = value.parse().ok()?;
            let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
            (kind, json!({ "value": value }))
        }
        "Mailbox" => ("email-addr", json!({ "value": value })),
        "DNS" => ("domain-name", json!({ "value": value })),
        "URL" if is_uri(value) => ("url", json!({ "value": value })),
        // Logs of connections have bare names where they speak of URLs.
        "URL" if is_domain(value) => ("domain-name", json!({ "value": value })),
        "File" => ("file", json!({ "name": value })),
        "FileHash" => {
            let hash = entity
                .identifiers
                .iter()
                .find(|(name, _)| name == "Value")
                .map_or(value, |(_, hash)| hash);
            ("file", json!({ "hashes": { algorithm(hash)?: hash } }))
        }
        "Process" if identifier == "CommandLine" => ("process", json!({ "command_line": value })),
        _ => return None,
    })
}

/// Whether a text is a URI, by the letters that one may have.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let mut escapes = rest.split('%').skip(1);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(letter)
        && !rest.is_empty()
        && rest.chars().all(allowed)
        && rest.matches('#').count() < 2
        && escapes.all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

fn is_domain(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(part) && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The algorithm that gives hashes of this length.
fn algorithm(hash: &str) -> Option<&'static str> {
    if !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match hash.len() {
        32 => Some("MD5"),
        40 => Some("SHA-1"),
        64 => Some("SHA-256"),
        _ => None,
    }
}

/// What a field of an event names, by the name of its column.
pub fn entity_of(column: &str, value: &str) -> Option<Entity> {
    let meaning = meaning(column).filter(|_| !value.is_empty())?;
    Some(Entity {
        kind: meaning.entity.to_owned(),
        identifiers: vec![(meaning.identifier.to_owned(), value.to_owned())],
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_name_things() {
        let kind = |column: &str, value: &str| of(&entity_of(column, value).unwrap()).map(|(kind, _)| kind);
        assert_eq!(kind("IPAddress", "2001:db8::1"), Some("ipv6-addr"));
        assert_eq!(kind("IPAddress", "unknown"), None);
        assert_eq!(kind("SHA256", &"ab".repeat(32)), Some("file"));
        assert_eq!(kind("SHA256", "not a hash"), None);
        assert_eq!(kind("AccountUpn", "a@contoso.example"), Some("user-account"));
        assert!(entity_of("RiskState", "4").is_none());
        assert_eq!(kind("Url", "https://x.example/a?b=%20c#d"), Some("url"));
        assert_eq!(kind("Url", "cdn.x.example"), Some("domain-name"));
        for text in ["-", "x y", "203.0.113.9", "2001:db8::1", "https://x.example/%zz", "http://x/\u{2028}", "a:<b>"] {
            assert_eq!(kind("Url", text), None, "{text}");
        }
    }
}
