//! The columns of `ThreatIntelligenceIndicator` that hold the values of properties.

use std::net::IpAddr;

/// Columns with the text that each holds.
pub(super) type Row = Vec<(&'static str, String)>;

/// Properties whose value is the column's as it is.
const PLAIN: &[(&str, &str)] = &[
    ("autonomous-system:number", "NetworkDestinationAsn"),
    ("domain-name:value", "DomainName"),
    ("email-addr:display_name", "EmailSenderName"),
    ("email-addr:value", "EmailSenderAddress"),
    ("email-message:additional_header_fields.'X-Mailer'", "EmailXMailer"),
    ("email-message:from_ref.display_name", "EmailSenderName"),
    ("email-message:from_ref.value", "EmailSenderAddress"),
    ("email-message:sender_ref.value", "EmailSenderAddress"),
    ("email-message:subject", "EmailSubject"),
    ("email-message:to_refs[*].value", "EmailRecipient"),
    ("file:created", "FileCreatedDateTime"),
    ("file:ctime", "FileCreatedDateTime"),
    ("file:mime_type", "FileType"),
    ("file:name", "FileName"),
    ("file:parent_directory_ref.path", "FilePath"),
    ("file:size", "FileSize"),
    ("mutex:name", "FileMutexName"),
    ("network-traffic:dst_port", "NetworkDestinationPort"),
    (
        "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
        "UserAgent",
    ),
    ("network-traffic:src_port", "NetworkSourcePort"),
    ("url:value", "Url"),
];

/// Properties that hold an address or a network: the column of each.
const ADDRESSES: &[(&str, &str, &str)] = &[
    ("domain-name:resolves_to_refs[*].value", "NetworkIP", "NetworkCidrBlock"),
    ("ipv4-addr:value", "NetworkIP", "NetworkCidrBlock"),
    ("ipv6-addr:value", "NetworkIP", "NetworkCidrBlock"),
    (
        "network-traffic:dst_ref.value",
        "NetworkDestinationIP",
        "NetworkDestinationCidrBlock",
    ),
    ("network-traffic:src_ref.value", "NetworkSourceIP", "NetworkSourceCidrBlock"),
];

/// Numbers of the protocols that indicators name.
const PROTOCOLS: &[(&str, &str)] = &[("icmp", "1"), ("tcp", "6"), ("udp", "17"), ("ipv6-icmp", "58"), ("sctp", "132")];

/// The rows that hold values which occur together: one, unless a column would have to hold two of them.
pub(super) fn rows(values: &[(String, String)]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (path, value) in values {
        let cells = cells(path, value);
        if cells.is_empty() || rows.iter().any(|row| cells.iter().all(|cell| row.contains(cell))) {
            continue;
        }
        let free = |row: &&mut Row| !row.iter().any(|(column, _)| cells.iter().any(|(wanted, _)| wanted == column));
        match rows.iter_mut().find(free) {
            Some(row) => row.extend(cells),
            None => rows.push(cells),
        }
    }
    rows
}

fn cells(path: &str, value: &str) -> Row {
    if let Some((_, column)) = PLAIN.iter().find(|(known, _)| *known == path) {
        return vec![(column, value.to_owned())];
    }
    if let Some((_, single, network)) = ADDRESSES.iter().find(|(known, ..)| *known == path) {
        return vec![match address(value) {
            Some(address) => (single, address),
            None => (network, value.to_owned()),
        }];
    }
    if let Some(name) = path.strip_prefix("file:hashes.") {
        return vec![
            ("FileHashType", name.trim_matches('\'').to_owned()),
            ("FileHashValue", value.to_owned()),
        ];
    }
    if path.starts_with("network-traffic:protocols") {
        let number = PROTOCOLS.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
        return number
            .map(|(_, number)| ("NetworkProtocol", (*number).to_owned()))
            .into_iter()
            .collect();
    }
    Vec::new()
}

/// The one address that a value stands for, also as a network of one; what is a larger network is none.
fn address(value: &str) -> Option<String> {
    let Some((address, bits)) = value.split_once('/') else {
        return Some(value.to_owned());
    };
    let whole = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => "32",
        IpAddr::V6(_) => "128",
    };
    (bits == whole).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(values: &[(&str, &str)]) -> Vec<String> {
        let values: Vec<_> = values
            .iter()
            .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
            .collect();
        let line = |row: Row| {
            row.iter()
                .map(|(column, value)| format!("{column}={value}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        rows(&values).into_iter().map(line).collect()
    }

    #[test]
    fn values_that_occur_together_share_a_row() {
        assert_eq!(
            made(&[("file:name", "a.exe"), ("file:hashes.'SHA-256'", "f00d"), ("file:size", "12")]),
            ["FileName=a.exe FileHashType=SHA-256 FileHashValue=f00d FileSize=12"]
        );
        assert_eq!(
            made(&[
                ("network-traffic:dst_ref.value", "198.51.100.7"),
                ("network-traffic:protocols[*]", "TCP")
            ]),
            ["NetworkDestinationIP=198.51.100.7 NetworkProtocol=6"]
        );
    }

    #[test]
    fn two_values_of_one_column_are_two_rows() {
        assert_eq!(
            made(&[
                ("file:name", "a.exe"),
                ("file:hashes.MD5", "1"),
                ("file:hashes.'SHA-1'", "2"),
                ("file:name", "a.exe")
            ]),
            [
                "FileName=a.exe FileHashType=MD5 FileHashValue=1",
                "FileHashType=SHA-1 FileHashValue=2"
            ]
        );
    }

    #[test]
    fn networks_have_columns_of_their_own() {
        assert_eq!(
            made(&[("ipv4-addr:value", "198.51.100.0/24")]),
            ["NetworkCidrBlock=198.51.100.0/24"]
        );
        assert_eq!(made(&[("ipv4-addr:value", "198.51.100.7/32")]), ["NetworkIP=198.51.100.7"]);
        assert_eq!(made(&[("ipv6-addr:value", "2001:db8::1/128")]), ["NetworkIP=2001:db8::1"]);
        assert!(made(&[("windows-registry-key:key", "x")]).is_empty());
    }
}
