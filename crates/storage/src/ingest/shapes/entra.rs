//! Entra ID: sign-ins and audit events, as Graph gives them, and in the envelope of diagnostic settings.
//!
//! Columns are the keys of the Graph object in another case, but for what the rules name. Sign-ins also fill `EntraIdSignInEvents`, which
//! answers for `AADSignInEventsBeta` too.

use super::entra_events::{INTERACTIVE, MANAGED_IDENTITY, NON_INTERACTIVE, SERVICE_PRINCIPAL};
use super::{Mapped, Shape, azure_activity, nothing};
use crate::ingest::fields::{Fields, Names, Scope};
use crate::ingest::mapping::{Mapping, Rest, Rule, always, same};
use crate::ingest::report::Format;

/// `{"time":…, "category":"SignInLogs", "properties":{…}}`
pub(super) const ENVELOPE: Shape = Shape {
    format: Format::Entra,
    is: is_envelope,
    inside: nothing,
    read: read_envelope,
};

/// A `signIn` of Graph.
pub(super) const SIGN_IN: Shape = Shape {
    format: Format::Entra,
    is: is_sign_in,
    inside: nothing,
    read: read_sign_in,
};

/// A `directoryAudit` of Graph.
pub(super) const AUDIT: Shape = Shape {
    format: Format::Entra,
    is: |names| names.all(&["activityDateTime", "activityDisplayName"]),
    inside: nothing,
    read: |fields| single(fields, &AUDIT_LOGS),
};

/// A `provisioningObjectSummary` of Graph.
pub(super) const PROVISIONING: Shape = Shape {
    format: Format::Entra,
    is: |names| names.all(&["activityDateTime", "provisioningAction", "provisioningSteps"]),
    inside: nothing,
    read: |fields| single(fields, &PROVISIONING_LOGS),
};

/// A `riskDetection` of Graph.
pub(super) const RISK_DETECTION: Shape = Shape {
    format: Format::Entra,
    is: |names| names.all(&["riskEventType", "detectedDateTime", "riskState", "userPrincipalName"]),
    inside: nothing,
    read: |fields| single(fields, &USER_RISK_EVENTS),
};

/// A `riskyUser` of Graph.
pub(super) const RISKY_USER: Shape = Shape {
    format: Format::Entra,
    is: |names| names.all(&["riskLastUpdatedDateTime", "riskLevel", "riskState", "userPrincipalName"]),
    inside: nothing,
    read: |fields| single(fields, &RISKY_USERS),
};

#[expect(clippy::unnecessary_wraps, reason = "every shape is read by such a function")]
fn single<'t>(fields: Fields<'t>, mapping: &'static Mapping) -> Result<Mapped<'t>, String> {
    Ok(Mapped {
        fields,
        views: vec![mapping],
        on_request: &[],
        format: None,
    })
}

fn is_sign_in(names: Names<'_>) -> bool {
    names.all(&["createdDateTime", "appId", "status"]) && names.any(&["userPrincipalName", "servicePrincipalId", "userId"])
}

/// Whether a record is what diagnostic settings write.
pub(super) fn is_envelope(names: Names<'_>) -> bool {
    names.all(&["category", "properties", "time"]) && names.any(&["operationName", "resourceId"])
}

/// Categories of diagnostic settings, and where their records go.
const CATEGORIES: &[(&str, &[&Mapping])] = &[
    ("SignInLogs", &[&SIGNIN_LOGS, &INTERACTIVE]),
    ("NonInteractiveUserSignInLogs", &[&NON_INTERACTIVE_LOGS, &NON_INTERACTIVE]),
    ("ServicePrincipalSignInLogs", &[&SERVICE_PRINCIPAL_LOGS, &SERVICE_PRINCIPAL]),
    ("ManagedIdentitySignInLogs", &[&MANAGED_IDENTITY_LOGS, &MANAGED_IDENTITY]),
    ("AuditLogs", &[&AUDIT_LOGS]),
    ("ADFSSignInLogs", &[&ADFS_LOGS]),
    ("ProvisioningLogs", &[&PROVISIONING_LOGS]),
    ("RiskyUsers", &[&RISKY_USERS]),
    ("UserRiskEvents", &[&USER_RISK_EVENTS]),
    ("RiskyServicePrincipals", &[&RISKY_SERVICE_PRINCIPALS]),
    ("ServicePrincipalRiskEvents", &[&SERVICE_PRINCIPAL_RISK_EVENTS]),
    ("MicrosoftGraphActivityLogs", &[&GRAPH_ACTIVITY]),
    ("B2CRequestLogs", &[&B2C_REQUESTS]),
    ("EnrichedOffice365AuditLogs", &[&ENRICHED_AUDIT]),
    ("NetworkAccessTrafficLogs", &[&NETWORK_TRAFFIC]),
];

fn read_envelope(fields: Fields<'_>) -> Result<Mapped<'_>, String> {
    let category = fields.own("category").unwrap_or_default();
    if azure_activity::is_activity(&category) {
        drop(category);
        return azure_activity::read(fields);
    }
    let views = CATEGORIES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&category));
    let Some((_, views)) = views else {
        return Err(format!("no table is known for the category `{category}`"));
    };
    let properties = fields.nested("properties").ok_or("properties is no object")?;
    let mut flat = Fields {
        whole: fields.whole,
        ..Fields::default()
    };
    flat.add_object(Scope::Own, properties);
    for mut field in fields.list {
        if field.name != "properties" {
            field.scope = Scope::Envelope;
            flat.list.push(field);
        }
    }
    Ok(Mapped {
        fields: flat,
        views: views.to_vec(),
        on_request: &[],
        format: None,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "every shape is read by such a function")]
fn read_sign_in(fields: Fields<'_>) -> Result<Mapped<'_>, String> {
    let kinds = fields.own("signInEventTypes").unwrap_or_default();
    let interactive = fields.own("isInteractive");
    let views: Vec<&'static Mapping> = if kinds.contains("managedIdentity") {
        vec![&MANAGED_IDENTITY_LOGS, &MANAGED_IDENTITY]
    } else if kinds.contains("servicePrincipal") {
        vec![&SERVICE_PRINCIPAL_LOGS, &SERVICE_PRINCIPAL]
    } else if kinds.contains("nonInteractiveUser") || (kinds.is_empty() && interactive.as_deref() == Some("false")) {
        vec![&NON_INTERACTIVE_LOGS, &NON_INTERACTIVE]
    } else {
        vec![&SIGNIN_LOGS, &INTERACTIVE]
    };
    drop((kinds, interactive));
    Ok(Mapped {
        fields,
        views,
        on_request: &[&SIGNIN_LOGS, &NON_INTERACTIVE_LOGS],
        format: None,
    })
}

/// What the envelope says, for every table.
const COMMON: &[Rule] = &[
    same(
        "TimeGenerated",
        &[
            "Envelope.time",
            "createdDateTime",
            "activityDateTime",
            "detectedDateTime",
            "riskLastUpdatedDateTime",
        ],
    ),
    same("ResourceId", &["Envelope.resourceId"]),
    same("OperationName", &["Envelope.operationName"]),
    same("OperationVersion", &["Envelope.operationVersion"]),
    same("Category", &["Envelope.category"]),
    same("ResultType", &["status.errorCode", "Envelope.resultType"]),
    same("ResultSignature", &["Envelope.resultSignature"]),
    same("ResultDescription", &["Envelope.resultDescription", "status.failureReason"]),
    same("DurationMs", &["Envelope.durationMs"]),
    same("CorrelationId", &["correlationId", "Envelope.correlationId"]),
    same("Identity", &["Envelope.identity", "userDisplayName"]),
    same("Level", &["Envelope.Level", "Envelope.level"]),
    same("AADTenantId", &["tenantId", "Envelope.tenantId"]),
    always("SourceSystem", "Azure AD"),
];

/// What sign-ins have besides: the Graph object's `location` is a document that the column `Location` takes the country of.
const SIGN_IN_RULES: &[Rule] = &[
    same("Location", &["location.countryOrRegion", "Envelope.location"]),
    same("LocationDetails", &["location"]),
    same("Status", &["status"]),
    same("ResourceIdentity", &["resourceId"]),
    same("ConditionalAccessPolicies", &["appliedConditionalAccessPolicies"]),
    same("IPAddress", &["ipAddress", "Envelope.callerIpAddress"]),
    same("CreatedDateTime", &["createdDateTime"]),
    same("UserDisplayName", &["userDisplayName"]),
];

const fn sign_ins(table: &'static str) -> Mapping {
    Mapping {
        table,
        rules: &[SIGN_IN_RULES, COMMON],
        rest: Rest::Keep,
    }
}

const fn other(table: &'static str) -> Mapping {
    Mapping {
        table,
        rules: &[COMMON],
        rest: Rest::Keep,
    }
}

/// Times and names that other tables take for their own columns stay under their names, too.
const RISK_RULES: &[Rule] = &[
    same("ActivityDateTime", &["activityDateTime"]),
    same("DetectedDateTime", &["detectedDateTime"]),
    same("RiskLastUpdatedDateTime", &["riskLastUpdatedDateTime"]),
    same("UserDisplayName", &["userDisplayName"]),
];

const fn risk(table: &'static str) -> Mapping {
    Mapping {
        table,
        rules: &[COMMON, RISK_RULES],
        rest: Rest::Keep,
    }
}

const SIGNIN_LOGS: Mapping = sign_ins("SigninLogs");
const NON_INTERACTIVE_LOGS: Mapping = sign_ins("AADNonInteractiveUserSignInLogs");
const SERVICE_PRINCIPAL_LOGS: Mapping = sign_ins("AADServicePrincipalSignInLogs");
const MANAGED_IDENTITY_LOGS: Mapping = sign_ins("AADManagedIdentitySignInLogs");
const ADFS_LOGS: Mapping = sign_ins("ADFSSignInLogs");
const PROVISIONING_LOGS: Mapping = other("AADProvisioningLogs");
const RISKY_USERS: Mapping = risk("AADRiskyUsers");
const USER_RISK_EVENTS: Mapping = risk("AADUserRiskEvents");
const RISKY_SERVICE_PRINCIPALS: Mapping = other("AADRiskyServicePrincipals");
const SERVICE_PRINCIPAL_RISK_EVENTS: Mapping = other("AADServicePrincipalRiskEvents");
const GRAPH_ACTIVITY: Mapping = other("MicrosoftGraphActivityLogs");

const B2C_REQUESTS: Mapping = other("AADB2CRequestLogs");
const ENRICHED_AUDIT: Mapping = other("EnrichedMicrosoft365AuditLogs");
const NETWORK_TRAFFIC: Mapping = other("NetworkAccessTraffic");

const AUDIT_LOGS: Mapping = Mapping {
    table: "AuditLogs",
    rules: &[
        &[
            same("ActivityDateTime", &["activityDateTime"]),
            same("ActivityDisplayName", &["activityDisplayName"]),
            same("OperationName", &["Envelope.operationName", "activityDisplayName"]),
            same("Category", &["category", "Envelope.category"]),
            same("AADOperationType", &["operationType"]),
            same("ResultReason", &["resultReason"]),
        ],
        COMMON,
    ],
    rest: Rest::Keep,
};
