//! What columns mean: which entity a value identifies, told by the column's name, for results that no entity mapping describes.

/// An entity and what of it a value is, under the names of Sentinel's entity mappings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Meaning {
    pub entity: &'static str,
    pub identifier: &'static str,
}

/// Entities, their identifiers, and names of columns, in lower case, that hold them.
const MEANINGS: &[(&str, &str, &[&str])] = &[
    ("Account", "AadUserId", &["aaduserid", "accountobjectid", "userobjectid"]),
    (
        "Account",
        "FullName",
        &[
            "account",
            "accountupn",
            "actor",
            "actorupn",
            "caller",
            "initiatingprocessaccountupn",
            "initiatingaccountupn",
            "subjectaccount",
            "targetaccount",
            "targetuserprincipalname",
            "upn",
            "user",
            "userid",
            "username",
            "userprincipalname",
        ],
    ),
    (
        "Account",
        "Name",
        &[
            "accountname",
            "initiatingprocessaccountname",
            "samaccountname",
            "subjectusername",
            "targetusername",
        ],
    ),
    ("Account", "Sid", &["accountsid", "initiatingprocessaccountsid", "targetusersid"]),
    ("AzureResource", "ResourceId", &["_resourceid", "azureresourceid", "resourceid"]),
    ("CloudApplication", "AppId", &["appid", "applicationid", "clientappid"]),
    ("CloudApplication", "Name", &["appdisplayname", "application", "applicationname"]),
    (
        "DNS",
        "DomainName",
        &["dnsquery", "domain", "domainname", "senderfromdomain", "sendermailfromdomain"],
    ),
    ("File", "Name", &["filename", "sourcefilename"]),
    ("FileHash", "Value", &["filehash", "md5", "sha1", "sha256"]),
    (
        "Host",
        "FullName",
        &["computer", "devicename", "dvchostname", "host", "hostname", "remotedevicename"],
    ),
    (
        "IP",
        "Address",
        &[
            "callerip",
            "calleripaddress",
            "clientip",
            "clientipaddress",
            "destinationip",
            "dstipaddr",
            "ip",
            "ipaddress",
            "ipaddr",
            "localip",
            "remoteip",
            "senderipv4",
            "senderipv6",
            "sourceip",
            "sourceipaddress",
            "srcipaddr",
        ],
    ),
    (
        "Mailbox",
        "MailboxPrimaryAddress",
        &[
            "mailbox",
            "mailboxownerupn",
            "recipientemailaddress",
            "senderfromaddress",
            "sendermailfromaddress",
        ],
    ),
    ("MailMessage", "NetworkMessageId", &["networkmessageid"]),
    (
        "Process",
        "CommandLine",
        &["commandline", "initiatingprocesscommandline", "processcommandline"],
    ),
    ("URL", "Url", &["remoteurl", "requesturl", "url"]),
];

/// What aggregates put before and after the name of the column that they collect.
const COLLECTED: (&[&str], &[&str]) = (
    &["set_", "list_", "any_", "take_any_", "make_set_", "make_list_"],
    &["set", "list", "_set", "_list", "es", "s"],
);

/// What the values of a column identify: by its name, or by the name of the column that they were collected from (`ClientIPSet`, `set_Url`).
#[must_use]
pub fn meaning(column: &str) -> Option<Meaning> {
    let name = column.to_lowercase();
    let exact = |name: &str| {
        let found = MEANINGS.iter().find(|(_, _, names)| names.contains(&name));
        found.map(|(entity, identifier, _)| Meaning { entity, identifier })
    };
    let (before, after) = COLLECTED;
    let stems = before.iter().filter_map(|prefix| name.strip_prefix(prefix));
    let stems = stems.chain(after.iter().filter_map(|suffix| name.strip_suffix(suffix)));
    exact(&name).or_else(|| stems.into_iter().find_map(exact))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_found_whatever_their_case_and_whatever_collected_them() {
        assert_eq!(meaning("AccountUpn").unwrap().entity, "Account");
        assert_eq!(meaning("ClientIPSet").unwrap().identifier, "Address");
        assert_eq!(meaning("set_IPAddress").unwrap().entity, "IP");
        assert_eq!(meaning("IPAddresses").unwrap().entity, "IP");
        assert_eq!(meaning("RiskLevelDuringSignIn"), None);
    }

    #[test]
    fn a_name_means_one_thing() {
        let mut names: Vec<&str> = MEANINGS.iter().flat_map(|(_, _, names)| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| name.chars().all(|c| !c.is_uppercase())));
    }
}
