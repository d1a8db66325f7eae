//! Sign-ins as the Entra admin center lets them be downloaded as CSV: headers are labels for people.

use quarry_value::json;

use super::{Mapped, Shape, nothing};
use crate::ingest::fields::Fields;
use crate::ingest::mapping::{Mapping, Rest, Rule, always, codes, made, same};
use crate::ingest::report::Format;

pub(super) const SIGN_IN_CSV: Shape = Shape {
    format: Format::Entra,
    is: |names| names.all(&["Request ID", "Correlation ID", "Sign-in error code"]) && names.any(&["Date (UTC)", "Date"]),
    inside: nothing,
    read: |fields| {
        let interactive = fields.own("Incoming token type").is_some() || fields.own("Username").is_some();
        let views: Vec<&'static Mapping> = if interactive || fields.own("Service principal ID").is_none() {
            vec![&SIGNIN_LOGS, &EVENTS]
        } else {
            vec![&SERVICE_PRINCIPAL]
        };
        Ok(Mapped {
            fields,
            views,
            on_request: &[&NON_INTERACTIVE],
            format: None,
        })
    },
};

const RULES: &[Rule] = &[
    same("TimeGenerated", &["Date (UTC)", "Date"]),
    same("CreatedDateTime", &["Date (UTC)", "Date"]),
    same("Id", &["Request ID"]),
    same("CorrelationId", &["Correlation ID"]),
    same("UserAgent", &["User agent"]),
    same("UserId", &["User ID"]),
    same("UserDisplayName", &["User"]),
    same("Identity", &["User"]),
    same("UserPrincipalName", &["Username"]),
    same("UserType", &["User type"]),
    same("AppDisplayName", &["Application"]),
    same("AppId", &["Application ID"]),
    same("ResourceDisplayName", &["Resource"]),
    same("ResourceIdentity", &["Resource ID"]),
    same("ResourceTenantId", &["Resource tenant ID"]),
    same("HomeTenantId", &["Home tenant ID"]),
    same("HomeTenantName", &["Home tenant name"]),
    same("IPAddress", &["IP address"]),
    made("Location", country),
    made("LocationDetails", location),
    same("ResultType", &["Sign-in error code"]),
    same("ResultDescription", &["Failure reason"]),
    made("Status", status),
    same("ClientAppUsed", &["Client app"]),
    made("DeviceDetail", device),
    same("AuthenticationRequirement", &["Authentication requirement"]),
    same("AuthenticationProtocol", &["Authentication Protocol"]),
    same("IncomingTokenType", &["Incoming token type"]),
    same("UniqueTokenIdentifier", &["Unique token identifier"]),
    same("SessionId", &["Session ID"]),
    same("SignInIdentifier", &["Sign-in identifier"]),
    same("CrossTenantAccessType", &["Cross tenant access type"]),
    same("ConditionalAccessStatus", &["Conditional Access"]),
    same("TokenIssuerType", &["Token issuer type"]),
    same("TokenIssuerName", &["Token issuer name"]),
    same("AutonomousSystemNumber", &["Autonomous system number", "Autonomous system  number"]),
    same("FlaggedForReview", &["Flagged for review"]),
    same("ServicePrincipalId", &["Service principal ID"]),
    same("ServicePrincipalName", &["Service principal name"]),
    always("OperationName", "Sign-in activity"),
    always("SourceSystem", "Azure AD"),
];

const fn logs(table: &'static str) -> Mapping {
    Mapping {
        table,
        rules: &[RULES],
        rest: Rest::Keep,
    }
}

const SIGNIN_LOGS: Mapping = logs("SigninLogs");
const NON_INTERACTIVE: Mapping = logs("AADNonInteractiveUserSignInLogs");
const SERVICE_PRINCIPAL: Mapping = logs("AADServicePrincipalSignInLogs");

/// The download tells no risk.
const EVENTS: Mapping = Mapping {
    table: "EntraIdSignInEvents",
    rules: &[&[
        same("Timestamp", &["Date (UTC)", "Date"]),
        same("Application", &["Application"]),
        same("ApplicationId", &["Application ID"]),
        same("ErrorCode", &["Sign-in error code"]),
        same("CorrelationId", &["Correlation ID"]),
        same("RequestId", &["Request ID"]),
        same("ReportId", &["Request ID"]),
        same("SessionId", &["Session ID"]),
        same("AccountObjectId", &["User ID"]),
        same("AccountDisplayName", &["User"]),
        same("AccountUpn", &["Username"]),
        codes("IsGuestUser", &["User type"], &[("guest", "true"), ("member", "false")]),
        same("ResourceDisplayName", &["Resource"]),
        same("ResourceId", &["Resource ID"]),
        same("ResourceTenantId", &["Resource tenant ID"]),
        same("IPAddress", &["IP address"]),
        made("Country", country),
        same("UserAgent", &["User agent"]),
        same("ClientAppUsed", &["Client app"]),
        same("Browser", &["Browser"]),
        same("OSPlatform", &["Operating System"]),
        same("EntraIdDeviceId", &["Device ID"]),
        same("DeviceTrustType", &["Join Type"]),
        same("AuthenticationRequirement", &["Authentication requirement"]),
        always("LogonType", "[\"interactiveUser\"]"),
    ]],
    rest: Rest::Drop,
};

/// `City, State, Country`
fn country(fields: &Fields<'_>) -> Option<String> {
    let place = fields.own("Location")?;
    Some(place.rsplit(',').next()?.trim().to_owned())
}

fn location(fields: &Fields<'_>) -> Option<String> {
    let place = fields.own("Location")?;
    let parts: Vec<&str> = place.split(',').map(str::trim).collect();
    let (city, state) = match parts.as_slice() {
        [city, state, _] => (*city, *state),
        [city, _] => (*city, ""),
        _ => ("", ""),
    };
    let country = parts.last().copied().unwrap_or_default();
    Some(bag(&[("city", city), ("state", state), ("countryOrRegion", country)]))
}

fn status(fields: &Fields<'_>) -> Option<String> {
    let code = fields.own("Sign-in error code").unwrap_or_default();
    let number = if code.bytes().all(|byte| byte.is_ascii_digit()) && !code.is_empty() {
        code.as_ref()
    } else {
        "0"
    };
    let reason = fields.own("Failure reason").unwrap_or_default();
    let mut out = format!("{{\"errorCode\":{number},\"failureReason\":");
    json::quote(&reason, &mut out);
    out.push('}');
    Some(out)
}

fn device(fields: &Fields<'_>) -> Option<String> {
    let text = |name: &str| fields.own(name).unwrap_or_default().into_owned();
    let (id, system, browser, trust) = (text("Device ID"), text("Operating System"), text("Browser"), text("Join Type"));
    let (compliant, managed) = (text("Compliant"), text("Managed"));
    Some(bag(&[
        ("deviceId", &id),
        ("operatingSystem", &system),
        ("browser", &browser),
        ("isCompliant", &compliant),
        ("isManaged", &managed),
        ("trustType", &trust),
    ]))
}

/// A bag of what there is.
fn bag(members: &[(&str, &str)]) -> String {
    let mut out = String::from("{");
    for (name, text) in members.iter().filter(|(_, text)| !text.is_empty()) {
        if out.len() > 1 {
            out.push(',');
        }
        json::quote(name, &mut out);
        out.push(':');
        match *text {
            "Yes" | "True" | "true" => out.push_str("true"),
            "No" | "False" | "false" => out.push_str("false"),
            text => json::quote(text, &mut out),
        }
    }
    out.push('}');
    out
}
