//! Entity types of Sentinel, and what identifies an entity.

/// A type of entity that `entityMappings` may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityType {
    pub name: &'static str,
    /// What may identify an entity of this type.
    pub identifiers: &'static [&'static str],
    /// A mapping needs all identifiers of at least one of these.
    pub required: &'static [&'static [&'static str]],
}

impl EntityType {
    /// Whether identifiers suffice to tell an entity of this type from others.
    #[must_use]
    pub fn is_identified_by(&self, given: &[&str]) -> bool {
        self.required
            .iter()
            .any(|needed| needed.iter().all(|identifier| given.contains(identifier)))
    }

    /// The identifier that a misspelt one most likely stands for.
    #[must_use]
    pub fn closest_identifier(&self, name: &str) -> Option<&'static str> {
        quarry_text::suggest::closest(name, self.identifiers.iter().copied())
    }
}

const ENTITY_TYPES: &[EntityType] = &[
    EntityType {
        name: "Account",
        identifiers: &[
            "Name",
            "FullName",
            "NTDomain",
            "DnsDomain",
            "UPNSuffix",
            "Sid",
            "AadTenantId",
            "AadUserId",
            "PUID",
            "IsDomainJoined",
            "DisplayName",
            "ObjectGuid",
            "CloudAppAccountId",
        ],
        required: &[&["FullName"], &["Sid"], &["Name"], &["AadUserId"], &["PUID"], &["ObjectGuid"]],
    },
    EntityType {
        name: "AzureResource",
        identifiers: &["ResourceId"],
        required: &[&["ResourceId"]],
    },
    EntityType {
        name: "CloudApplication",
        identifiers: &["AppId", "Name", "InstanceName"],
        required: &[&["AppId"], &["Name"]],
    },
    EntityType {
        name: "DNS",
        identifiers: &["DomainName"],
        required: &[&["DomainName"]],
    },
    EntityType {
        name: "File",
        identifiers: &["Directory", "Name"],
        required: &[&["Name"]],
    },
    EntityType {
        name: "FileHash",
        identifiers: &["Algorithm", "Value"],
        required: &[&["Algorithm", "Value"]],
    },
    EntityType {
        name: "Host",
        identifiers: &[
            "DnsDomain",
            "NTDomain",
            "HostName",
            "FullName",
            "NetBiosName",
            "AzureID",
            "OMSAgentID",
            "OSFamily",
            "OSVersion",
            "IsDomainJoined",
        ],
        required: &[&["FullName"], &["HostName"], &["NetBiosName"], &["AzureID"], &["OMSAgentID"]],
    },
    EntityType {
        name: "IP",
        identifiers: &["Address"],
        required: &[&["Address"]],
    },
    EntityType {
        name: "IoTDevice",
        identifiers: &[
            "DeviceId",
            "DeviceName",
            "Manufacturer",
            "Model",
            "FirmwareVersion",
            "OperatingSystem",
            "MacAddress",
            "Protocols",
            "SerialNumber",
            "Source",
            "IoTSecurityAgentId",
            "DeviceType",
        ],
        required: &[&["DeviceId"]],
    },
    EntityType {
        name: "MailCluster",
        identifiers: &[
            "NetworkMessageIds",
            "CountByDeliveryStatus",
            "CountByThreatType",
            "CountByProtectionStatus",
            "Threats",
            "Query",
            "QueryTime",
            "MailCount",
            "IsVolumeAnomaly",
            "Source",
            "ClusterSourceIdentifier",
            "ClusterSourceType",
            "ClusterQueryStartTime",
            "ClusterQueryEndTime",
            "ClusterGroup",
        ],
        required: &[&["Query"], &["Source"]],
    },
    EntityType {
        name: "MailMessage",
        identifiers: &[
            "Recipient",
            "Urls",
            "Threats",
            "Sender",
            "P1Sender",
            "P1SenderDisplayName",
            "P1SenderDomain",
            "SenderIP",
            "P2Sender",
            "P2SenderDisplayName",
            "P2SenderDomain",
            "ReceivedDate",
            "NetworkMessageId",
            "InternetMessageId",
            "Subject",
            "BodyFingerprintBin1",
            "BodyFingerprintBin2",
            "BodyFingerprintBin3",
            "BodyFingerprintBin4",
            "BodyFingerprintBin5",
            "AntispamDirection",
            "DeliveryAction",
            "DeliveryLocation",
            "Language",
            "ThreatDetectionMethods",
        ],
        required: &[&["NetworkMessageId"], &["Recipient"]],
    },
    EntityType {
        name: "Mailbox",
        identifiers: &[
            "MailboxPrimaryAddress",
            "DisplayName",
            "Upn",
            "ExternalDirectoryObjectId",
            "RiskLevel",
        ],
        required: &[&["MailboxPrimaryAddress"]],
    },
    EntityType {
        name: "Malware",
        identifiers: &["Name", "Category"],
        required: &[&["Name"]],
    },
    EntityType {
        name: "Process",
        identifiers: &["ProcessId", "CommandLine", "ElevationToken", "CreationTimeUtc"],
        required: &[&["CommandLine"], &["ProcessId"]],
    },
    EntityType {
        name: "RegistryKey",
        identifiers: &["Hive", "Key"],
        required: &[&["Key"], &["Hive"]],
    },
    EntityType {
        name: "RegistryValue",
        identifiers: &["Name", "Value", "ValueType"],
        required: &[&["Name"]],
    },
    EntityType {
        name: "SecurityGroup",
        identifiers: &["DistinguishedName", "SID", "ObjectGuid"],
        required: &[&["DistinguishedName"], &["SID"], &["ObjectGuid"]],
    },
    EntityType {
        name: "SubmissionMail",
        identifiers: &[
            "NetworkMessageId",
            "Timestamp",
            "Recipient",
            "Sender",
            "SenderIp",
            "Subject",
            "ReportType",
            "SubmissionId",
            "SubmissionDate",
            "Submitter",
        ],
        required: &[&["SubmissionId"], &["NetworkMessageId"], &["Recipient"], &["Submitter"]],
    },
    EntityType {
        name: "URL",
        identifiers: &["Url"],
        required: &[&["Url"]],
    },
];

/// Every entity type, in alphabetical order.
#[must_use]
pub fn entity_types() -> &'static [EntityType] {
    ENTITY_TYPES
}

/// The entity type of this name, with attention to case.
#[must_use]
pub fn entity_type(name: &str) -> Option<&'static EntityType> {
    ENTITY_TYPES.iter().find(|entity| entity.name == name)
}

/// The name of the entity type that a misspelt one most likely stands for.
#[must_use]
pub fn closest_entity_type(name: &str) -> Option<&'static str> {
    quarry_text::suggest::closest(name, ENTITY_TYPES.iter().map(|entity| entity.name))
}
