//! What lists and tables call a kind of indicator, and the pattern that says the same.

use std::net::IpAddr;

/// Names of kinds, with the property that each value of it is compared with. Values of several properties stand between bars: `a.exe|<md5>`.
const KINDS: &[(&str, &[&str])] = &[
    ("as", &["autonomous-system:number"]),
    ("asn", &["autonomous-system:number"]),
    ("cidr", &["ipv4-addr:value"]),
    ("domain", &["domain-name:value"]),
    ("domain-ip", &["domain-name:value", "domain-name:resolves_to_refs[*].value"]),
    ("domain-name", &["domain-name:value"]),
    ("email", &["email-addr:value"]),
    ("email-addr", &["email-addr:value"]),
    ("email-dst", &["email-message:to_refs[*].value"]),
    ("email-src", &["email-message:from_ref.value"]),
    ("email-src-display-name", &["email-message:from_ref.display_name"]),
    ("email-subject", &["email-message:subject"]),
    ("email-x-mailer", &["email-message:additional_header_fields.'X-Mailer'"]),
    ("file", &["file:name"]),
    ("filehash-imphash", &["file:hashes.IMPHASH"]),
    ("filehash-md5", &["file:hashes.MD5"]),
    ("filehash-pehash", &["file:hashes.PEHASH"]),
    ("filehash-sha1", &["file:hashes.'SHA-1'"]),
    ("filehash-sha256", &["file:hashes.'SHA-256'"]),
    ("filename", &["file:name"]),
    ("filename-imphash", &["file:name", "file:hashes.IMPHASH"]),
    ("filename-md5", &["file:name", "file:hashes.MD5"]),
    ("filename-sha1", &["file:name", "file:hashes.'SHA-1'"]),
    ("filename-sha256", &["file:name", "file:hashes.'SHA-256'"]),
    ("filename-sha512", &["file:name", "file:hashes.'SHA-512'"]),
    ("filepath", &["file:parent_directory_ref.path"]),
    ("hostname", &["domain-name:value"]),
    ("hostname-port", &["domain-name:value", "network-traffic:dst_port"]),
    ("imphash", &["file:hashes.IMPHASH"]),
    ("ip", &["ipv4-addr:value"]),
    ("ip-dst", &["network-traffic:dst_ref.value"]),
    ("ip-dst-port", &["network-traffic:dst_ref.value", "network-traffic:dst_port"]),
    ("ip-src", &["network-traffic:src_ref.value"]),
    ("ip-src-port", &["network-traffic:src_ref.value", "network-traffic:src_port"]),
    ("ip:port", &["network-traffic:dst_ref.value", "network-traffic:dst_port"]),
    ("ipv4", &["ipv4-addr:value"]),
    ("ipv4-addr", &["ipv4-addr:value"]),
    ("ipv6", &["ipv6-addr:value"]),
    ("ipv6-addr", &["ipv6-addr:value"]),
    ("mac-address", &["mac-addr:value"]),
    ("md5", &["file:hashes.MD5"]),
    ("md5-hash", &["file:hashes.MD5"]),
    ("mutex", &["mutex:name"]),
    ("regkey", &["windows-registry-key:key"]),
    ("regkey-value", &["windows-registry-key:key", "windows-registry-key:values[*].data"]),
    ("sha1", &["file:hashes.'SHA-1'"]),
    ("sha1-hash", &["file:hashes.'SHA-1'"]),
    ("sha256", &["file:hashes.'SHA-256'"]),
    ("sha256-hash", &["file:hashes.'SHA-256'"]),
    ("sha512", &["file:hashes.'SHA-512'"]),
    ("ssdeep", &["file:hashes.SSDEEP"]),
    ("uri", &["url:value"]),
    ("url", &["url:value"]),
    (
        "user-agent",
        &["network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"],
    ),
    ("x509-fingerprint-md5", &["x509-certificate:hashes.MD5"]),
    ("x509-fingerprint-sha1", &["x509-certificate:hashes.'SHA-1'"]),
    ("x509-fingerprint-sha256", &["x509-certificate:hashes.'SHA-256'"]),
];

/// The name of a kind as [`KINDS`] has it: `FileHash-SHA256`, `filename|md5` and `email_addr` are spellings.
fn spelled(name: &str) -> String {
    name.trim().to_lowercase().replace(['|', '_', ' '], "-")
}

/// The properties of a kind, by whatever spelling.
pub(super) fn find(name: &str) -> Option<&'static [&'static str]> {
    let name = spelled(name);
    KINDS.iter().find(|(known, _)| *known == name).map(|(_, paths)| *paths)
}

/// The name of a kind, by whatever spelling.
pub(super) fn name_of(name: &str) -> Option<&'static str> {
    let name = spelled(name);
    KINDS.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
}

/// The name of the kind that comes nearest.
pub(super) fn closest(name: &str) -> Option<&'static str> {
    let name = spelled(name);
    let near = |known: &str| known.starts_with(&name) || name.starts_with(known) || known.contains(&name);
    KINDS.iter().map(|(known, _)| *known).find(|known| near(known))
}

/// The kind that a value looks like.
pub(super) fn guessed(value: &str) -> Option<&'static str> {
    let hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    match value.len() {
        32 if hexadecimal => return Some("md5"),
        40 if hexadecimal => return Some("sha1"),
        64 if hexadecimal => return Some("sha256"),
        128 if hexadecimal => return Some("sha512"),
        _ => {}
    }
    if is_address(value) {
        return Some("ip");
    }
    if value.contains("://") && !value.contains(char::is_whitespace) {
        return Some("url");
    }
    if let Some((_, domain)) = value.split_once('@') {
        return is_domain(domain).then_some("email");
    }
    is_domain(value).then_some("domain")
}

fn is_address(value: &str) -> bool {
    let (address, bits) = value.split_once('/').unwrap_or((value, "0"));
    address.parse::<IpAddr>().is_ok() && bits.parse::<u8>().is_ok_and(|bits| bits <= 128)
}

fn is_domain(value: &str) -> bool {
    let mut labels = value.trim_end_matches('.').split('.');
    let last = labels.next_back().unwrap_or_default();
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    labels.clone().next().is_some() && labels.all(label) && last.len() > 1 && last.chars().any(char::is_alphabetic) && label(last)
}

/// The value as it was before somebody made it harmless: `hxxps://bad[.]example` is an address nobody visits.
fn armed(value: &str) -> String {
    let value = value
        .replace("[.]", ".")
        .replace("(.)", ".")
        .replace("[dot]", ".")
        .replace("[:]", ":")
        .replace("[@]", "@");
    match value.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("hxxp") => format!("http{}", value.get(4..).unwrap_or_default()),
        _ => value,
    }
}

/// The pattern of a value of a kind; the kind that it looks like when none is named.
pub(super) fn pattern(kind: Option<&str>, value: &str) -> Result<String, String> {
    let value = armed(value.trim());
    if value.is_empty() {
        return Err("the value is empty".to_owned());
    }
    let kind = match kind {
        Some(kind) => kind,
        None => guessed(&value).ok_or_else(|| {
            let shown: String = value.chars().take(60).collect();
            format!("what kind of indicator `{shown}` is cannot be told from it")
        })?,
    };
    let paths = find(kind).ok_or_else(|| format!("`{kind}` is no kind of indicator that can be looked for"))?;
    let separator = if kind.contains(':') { ':' } else { '|' };
    let values: Vec<&str> = match paths {
        [_] => vec![value.as_str()],
        _ => value.splitn(paths.len(), separator).map(str::trim).collect(),
    };
    if values.len() != paths.len() || values.iter().any(|value| value.is_empty()) {
        return Err(format!("a value of kind {kind} has {} parts between `{separator}`", paths.len()));
    }
    let mut pattern = String::from("[");
    for (path, value) in paths.iter().zip(values) {
        if pattern.len() > 1 {
            pattern.push_str(" AND ");
        }
        checked(path, value)?;
        let path = match *path {
            // One name for both families.
            "ipv4-addr:value" if value.contains(':') => "ipv6-addr:value",
            path => path,
        };
        pattern.push_str(&format!("{path} = '{}'", value.replace('\\', "\\\\").replace('\'', "\\'")));
    }
    pattern.push(']');
    Ok(pattern)
}

/// Refuses what can be no value of a property.
fn checked(path: &str, value: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("`{value}` is no {what}"));
    let length = match path {
        "file:hashes.MD5" => 32,
        "file:hashes.'SHA-1'" => 40,
        "file:hashes.'SHA-256'" => 64,
        "file:hashes.'SHA-512'" => 128,
        "ipv4-addr:value" | "ipv6-addr:value" | "network-traffic:dst_ref.value" | "network-traffic:src_ref.value" if !is_address(value) => {
            return wrong("address");
        }
        "network-traffic:dst_port" | "network-traffic:src_port" if value.parse::<u16>().is_err() => return wrong("port"),
        _ => return Ok(()),
    };
    if value.len() == length && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    wrong(&format!("hash of {length} hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn kinds_become_patterns() {
        assert_eq!(
            pattern(Some("ip-dst|port"), "198.51.100.7|443").unwrap(),
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = '443']"
        );
        assert_eq!(pattern(Some("IPv4"), "2001:db8::1").unwrap(), "[ipv6-addr:value = '2001:db8::1']");
        assert_eq!(
            pattern(Some("ip:port"), "198.51.100.7:80").unwrap(),
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = '80']"
        );
        let hash = "ab".repeat(32);
        assert_eq!(
            pattern(Some("FileHash-SHA256"), &hash).unwrap(),
            format!("[file:hashes.'SHA-256' = '{hash}']")
        );
        assert_eq!(pattern(Some("filename"), r"it's\").unwrap(), r"[file:name = 'it\'s\\']");
    }

    #[test]
    fn kinds_are_told_by_the_value() {
        let kind = |value: &str| guessed(value);
        assert_eq!(kind("198.51.100.7"), Some("ip"));
        assert_eq!(kind("198.51.100.0/24"), Some("ip"));
        assert_eq!(kind("https://bad.example/a?b=c"), Some("url"));
        assert_eq!(kind("a@bad.example"), Some("email"));
        assert_eq!(kind("xn--bd-lka.example"), Some("domain"));
        assert_eq!(kind(&"0f".repeat(16)), Some("md5"));
        assert_eq!(kind("two words"), None);
        assert_eq!(kind("localhost"), None);
        assert_eq!(
            pattern(None, "hxxps://bad[.]example/x").unwrap(),
            "[url:value = 'https://bad.example/x']"
        );
    }

    #[test]
    fn what_is_no_value_of_its_kind_is_refused() {
        assert!(pattern(Some("ip"), "300.1.1.1").unwrap_err().contains("no address"));
        assert!(pattern(Some("sha1"), "abc").unwrap_err().contains("40 hexadecimal"));
        assert!(pattern(Some("filename|md5"), "a.exe").unwrap_err().contains("2 parts"));
        assert!(pattern(Some("comment"), "x").unwrap_err().contains("no kind of indicator"));
        assert!(pattern(None, "").is_err());
    }

    #[test]
    fn every_path_is_one_that_patterns_have() {
        for (name, paths) in KINDS {
            assert_eq!(spelled(name), *name);
            for path in *paths {
                let pattern = format!("[{path} = 'x']");
                let found = super::super::pattern::Pattern::parse(&pattern).unwrap().alternatives();
                assert_eq!(found.lists.concat(), [((*path).to_owned(), "x".to_owned())], "{name}");
            }
        }
    }
}
