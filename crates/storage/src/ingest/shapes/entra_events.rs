//! Sign-ins as the hunting tables `EntraIdSignInEvents` and `EntraIdSpnSignInEvents` have them: levels and states are numbers there.

use crate::ingest::mapping::{Mapping, Rest, Rule, always, codes, same};

const RISK_LEVELS: &[(&str, &str)] = &[("none", "1"), ("low", "10"), ("medium", "50"), ("high", "100")];

const RISK_STATES: &[(&str, &str)] = &[
    ("none", "0"),
    ("confirmedSafe", "1"),
    ("remediated", "2"),
    ("dismissed", "3"),
    ("atRisk", "4"),
    ("confirmedCompromised", "5"),
];

const ACCESS_STATES: &[(&str, &str)] = &[("success", "0"), ("failure", "1"), ("notApplied", "2")];

const ISSUERS: &[(&str, &str)] = &[("AzureAD", "0"), ("ADFederationServices", "1")];

const USER_TYPES: &[(&str, &str)] = &[("guest", "true"), ("member", "false")];

const COMMON: &[Rule] = &[
    same("Timestamp", &["createdDateTime", "Envelope.time"]),
    same("Application", &["appDisplayName"]),
    same("ApplicationId", &["appId"]),
    same("ErrorCode", &["status.errorCode", "Envelope.resultType"]),
    same("CorrelationId", &["correlationId", "Envelope.correlationId"]),
    same("SessionId", &["sessionId"]),
    same("ResourceDisplayName", &["resourceDisplayName"]),
    same("ResourceId", &["resourceId"]),
    same("ResourceTenantId", &["resourceTenantId"]),
    same("IPAddress", &["ipAddress", "Envelope.callerIpAddress"]),
    same("Country", &["location.countryOrRegion"]),
    same("State", &["location.state"]),
    same("City", &["location.city"]),
    same("Latitude", &["location.geoCoordinates.latitude"]),
    same("Longitude", &["location.geoCoordinates.longitude"]),
    same("RequestId", &["id"]),
    same("ReportId", &["id"]),
    same("UserAgent", &["userAgent"]),
    same("UniqueTokenId", &["uniqueTokenIdentifier"]),
    same("TenantId", &["tenantId", "Envelope.tenantId"]),
];

const USER: &[Rule] = &[
    same("AccountUpn", &["userPrincipalName"]),
    same("AccountObjectId", &["userId"]),
    same("AccountDisplayName", &["userDisplayName"]),
    same("AlternateSignInName", &["alternateSignInName", "signInIdentifier"]),
    codes("IsGuestUser", &["userType"], USER_TYPES),
    same("DeviceName", &["deviceDetail.displayName"]),
    same("EntraIdDeviceId", &["deviceDetail.deviceId"]),
    same("OSPlatform", &["deviceDetail.operatingSystem"]),
    same("Browser", &["deviceDetail.browser"]),
    same("IsManaged", &["deviceDetail.isManaged"]),
    same("IsCompliant", &["deviceDetail.isCompliant"]),
    same("DeviceTrustType", &["deviceDetail.trustType"]),
    codes("RiskLevelDuringSignIn", &["riskLevelDuringSignIn"], RISK_LEVELS),
    codes("RiskLevelAggregated", &["riskLevelAggregated"], RISK_LEVELS),
    codes("RiskState", &["riskState"], RISK_STATES),
    same("RiskEventTypes", &["riskEventTypes_v2", "riskEventTypes"]),
    codes("ConditionalAccessStatus", &["conditionalAccessStatus"], ACCESS_STATES),
    same("ConditionalAccessPolicies", &["appliedConditionalAccessPolicies"]),
    codes("TokenIssuerType", &["tokenIssuerType"], ISSUERS),
    same("ClientAppUsed", &["clientAppUsed"]),
    same("AuthenticationRequirement", &["authenticationRequirement"]),
    same("AuthenticationProcessingDetails", &["authenticationProcessingDetails"]),
    same("NetworkLocationDetails", &["networkLocationDetails"]),
];

const APPLICATION: &[Rule] = &[
    same("ServicePrincipalName", &["servicePrincipalName"]),
    same("ServicePrincipalId", &["servicePrincipalId"]),
];

const fn events(table: &'static str, rules: &'static [&'static [Rule]]) -> Mapping {
    Mapping {
        table,
        rules,
        rest: Rest::Drop,
    }
}

pub(super) const INTERACTIVE: Mapping = events(
    "EntraIdSignInEvents",
    &[USER, COMMON, &[always("LogonType", "[\"interactiveUser\"]")]],
);
pub(super) const NON_INTERACTIVE: Mapping = events(
    "EntraIdSignInEvents",
    &[USER, COMMON, &[always("LogonType", "[\"nonInteractiveUser\"]")]],
);
pub(super) const SERVICE_PRINCIPAL: Mapping = events(
    "EntraIdSpnSignInEvents",
    &[APPLICATION, COMMON, &[always("IsManagedIdentity", "false")]],
);
pub(super) const MANAGED_IDENTITY: Mapping = events(
    "EntraIdSpnSignInEvents",
    &[APPLICATION, COMMON, &[always("IsManagedIdentity", "true")]],
);
