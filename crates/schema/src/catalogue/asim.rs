//! Filter parameters of the normalising ASIM parsers (`_Im_Dns(starttime=…)`).

use crate::KqlType::{self, DateTime, Dynamic, Int, String};

/// A named parameter of a filtering parser. Parameters are passed by name: their order is not a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsimParameter {
    pub name: &'static str,
    pub ty: KqlType,
    /// The column that it filters; empty when the schema has no single one.
    pub filters: &'static str,
}

impl AsimParameter {
    /// The default that filters nothing, as KQL.
    #[must_use]
    pub fn default_kql(&self) -> &'static str {
        match self.ty {
            DateTime => "datetime(null)",
            Int => "int(null)",
            Dynamic => "dynamic([])",
            _ => "'*'",
        }
    }
}

const fn p(name: &'static str, ty: KqlType, filters: &'static str) -> AsimParameter {
    AsimParameter { name, ty, filters }
}

/// Every filtering schema has these two.
const START: AsimParameter = p("starttime", DateTime, "EventStartTime");
const END: AsimParameter = p("endtime", DateTime, "EventEndTime");

const ALERT_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("ipaddr_has_any_prefix", Dynamic, "DvcIpAddr"),
    p("hostname_has_any", Dynamic, "DvcHostname"),
    p("username_has_any", Dynamic, "Username"),
    p("attacktactics_has_any", Dynamic, "AttackTactics"),
    p("attacktechniques_has_any", Dynamic, "AttackTechniques"),
    p("threatcategory_has_any", Dynamic, "ThreatCategory"),
    p("alertverdict_has_any", Dynamic, "AlertVerdict"),
    p("eventseverity_has_any", Dynamic, "EventSeverity"),
];

const AUDIT_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("actorusername_has_any", Dynamic, "ActorUsername"),
    p("eventresult", String, "EventResult"),
    p("eventtype_in", Dynamic, "EventType"),
    p("newvalue_has_any", Dynamic, "NewValue"),
    p("object_has_any", Dynamic, "Object"),
    p("operation_has_any", Dynamic, "Operation"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
];

const AUTHENTICATION: &[AsimParameter] = &[
    START,
    END,
    p("eventresult", String, "EventResult"),
    p("eventresultdetails_in", Dynamic, "EventResultDetails"),
    p("eventtype_in", Dynamic, "EventType"),
    p("srchostname_has_any", Dynamic, "SrcHostname"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
    p("targetappname_has_any", Dynamic, "TargetAppName"),
    p("username_has_any", Dynamic, "User"),
];

const DHCP_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("eventresult", String, "EventResult"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
    p("srchostname_has_any", Dynamic, "SrcHostname"),
    p("srcusername_has_any", Dynamic, "SrcUsername"),
];

const DNS: &[AsimParameter] = &[
    START,
    END,
    p("domain_has_any", Dynamic, "Domain"),
    p("eventtype", String, "EventType"),
    p("response_has_any_prefix", Dynamic, "DnsResponseName"),
    p("response_has_ipv4", String, "DnsResponseName"),
    p("responsecodename", String, "DnsResponseCodeName"),
    p("srcipaddr", String, "SrcIpAddr"),
];

const FILE_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("actorusername_has_any", Dynamic, "ActorUsername"),
    p("eventtype_in", Dynamic, "EventType"),
    p("srcfilepath_has_any", Dynamic, "SrcFilePath"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
    p("targetfilepath_has_any", Dynamic, "TargetFilePath"),
    p("hashes_has_any", Dynamic, "Hash"),
    p("dvchostname_has_any", Dynamic, "DvcHostname"),
];

const NETWORK_SESSION: &[AsimParameter] = &[
    START,
    END,
    p("dstipaddr_has_any_prefix", Dynamic, "DstIpAddr"),
    p("dstportnumber", Int, "DstPortNumber"),
    p("dvcaction", String, "DvcAction"),
    p("eventresult", String, "EventResult"),
    p("hostname_has_any", Dynamic, "Hostname"),
    p("ipaddr_has_any_prefix", Dynamic, "IpAddr"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
];

const PROCESS_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("actingprocess_has_any", Dynamic, "ActingProcessName"),
    p("actorusername", String, "ActorUsername"),
    p("commandline_has_all", Dynamic, "CommandLine"),
    p("commandline_has_any", Dynamic, "CommandLine"),
    p("commandline_has_any_ip_prefix", Dynamic, "CommandLine"),
    p("dvchostname_has_any", Dynamic, "DvcHostname"),
    p("dvcipaddr_has_any_prefix", Dynamic, "DvcIpAddr"),
    p("dvcname_has_any", Dynamic, ""),
    p("eventtype", String, "EventType"),
    p("hashes_has_any", Dynamic, "Hash"),
    p("parentprocess_has_any", Dynamic, "ParentProcessName"),
    p("targetprocess_has_any", Dynamic, "TargetProcessName"),
    p("targetusername", String, "TargetUsername"),
];

const REGISTRY_EVENT: &[AsimParameter] = &[
    START,
    END,
    p("actorusername_has_any", Dynamic, "ActorUsername"),
    p("dvchostname_has_any", Dynamic, "DvcHostname"),
    p("eventtype_in", Dynamic, "EventType"),
    p("registrykey_has_any", Dynamic, "RegistryKey"),
    p("registryvalue_has_any", Dynamic, "RegistryValue"),
    p("registrydata_has_any", Dynamic, "RegistryValueData"),
];

const USER_MANAGEMENT: &[AsimParameter] = &[
    START,
    END,
    p("actorusername_has_any", Dynamic, "ActorUsername"),
    p("eventtype_in", Dynamic, "EventType"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
    p("targetusername_has_any", Dynamic, "TargetUsername"),
];

const WEB_SESSION: &[AsimParameter] = &[
    START,
    END,
    p("eventresult", String, "EventResult"),
    p("eventresultdetails_in", Dynamic, "EventResultDetails"),
    p("eventresultdetails_has_any", Dynamic, "EventResultDetails"),
    p("httpuseragent_has_any", Dynamic, "HttpUserAgent"),
    p("ipaddr_has_any_prefix", Dynamic, "IpAddr"),
    p("srcipaddr_has_any_prefix", Dynamic, "SrcIpAddr"),
    p("url_has_any", Dynamic, "Url"),
];

/// The schemas whose parsers filter, with their parameters, in alphabetical order.
const SCHEMAS: &[(&str, &[AsimParameter])] = &[
    ("AlertEvent", ALERT_EVENT),
    ("AuditEvent", AUDIT_EVENT),
    ("Authentication", AUTHENTICATION),
    ("DhcpEvent", DHCP_EVENT),
    ("Dns", DNS),
    ("FileEvent", FILE_EVENT),
    ("NetworkSession", NETWORK_SESSION),
    ("ProcessEvent", PROCESS_EVENT),
    ("RegistryEvent", REGISTRY_EVENT),
    ("UserManagement", USER_MANAGEMENT),
    ("WebSession", WEB_SESSION),
];

/// The filter parameters of a schema's parsers (`Dns`, `NetworkSession`).
#[must_use]
pub fn asim_parameters(schema: &str) -> Option<&'static [AsimParameter]> {
    SCHEMAS.iter().find(|(name, _)| *name == schema).map(|(_, parameters)| *parameters)
}

/// The names of the schemas whose parsers filter.
pub fn asim_schemas() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}
