//! What custom detections of Defender XDR can say, as Microsoft Graph writes them: how often they run, and what their alerts are about.

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

/// How often rules over data of Defender can run, and how far back each run looks, in seconds.
pub const FREQUENCIES: [(u64, u64); 4] = [(HOUR, 4 * HOUR), (3 * HOUR, 12 * HOUR), (12 * HOUR, 48 * HOUR), (DAY, 30 * DAY)];

/// A kind of entity: its name in content, its collection, and the property for each identifier.
pub type EntityKind = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What alerts can be about. Identifiers that are not here have no property.
pub const ENTITIES: &[EntityKind] = &[
    (
        "Account",
        "accounts",
        &[
            // Content gives the user principal name under this name.
            ("FullName", "upnColumn"),
            ("Name", "nameColumn"),
            ("NTDomain", "ntDomainColumn"),
            ("DnsDomain", "dnsDomainColumn"),
            ("UPNSuffix", "upnSuffixColumn"),
            ("Sid", "sidColumn"),
            ("AadUserId", "aadUserIdColumn"),
        ],
    ),
    ("AzureResource", "azureResources", &[("ResourceId", "resourceIdColumn")]),
    (
        "CloudApplication",
        "cloudApplications",
        &[("AppId", "appIdColumn"), ("Name", "nameColumn")],
    ),
    ("DNS", "dns", &[("DomainName", "domainNameColumn")]),
    ("File", "files", &[("Name", "nameColumn")]),
    ("FileHash", "files", &[("SHA1", "sha1Column"), ("SHA256", "sha256Column")]),
    (
        "Host",
        "hosts",
        &[
            ("FullName", "nameColumn"),
            ("HostName", "nameColumn"),
            ("NetBiosName", "netBiosNameColumn"),
            ("NTDomain", "ntDomainColumn"),
            ("DnsDomain", "dnsDomainColumn"),
        ],
    ),
    ("IP", "ips", &[("Address", "addressColumn")]),
    ("Mailbox", "mailboxes", &[("MailboxPrimaryAddress", "primaryAddressColumn")]),
    (
        "MailMessage",
        "mailMessages",
        &[
            ("NetworkMessageId", "networkMessageIdColumn"),
            ("Recipient", "recipientColumn"),
            ("Sender", "senderColumn"),
            ("P1Sender", "senderColumn"),
            ("P2Sender", "senderColumn"),
            ("Subject", "subjectColumn"),
        ],
    ),
    ("RegistryKey", "registryValues", &[("Key", "keyColumn")]),
    ("RegistryValue", "registryValues", &[("Name", "valueNameColumn")]),
    (
        "SecurityGroup",
        "securityGroups",
        &[
            ("DistinguishedName", "distinguishedNameColumn"),
            ("SID", "sidColumn"),
            ("ObjectGuid", "objectIdColumn"),
        ],
    ),
    ("URL", "urls", &[("Url", "addressColumn")]),
];
