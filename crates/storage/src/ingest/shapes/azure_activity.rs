//! The Azure activity log as diagnostic settings write it: `AzureActivity`.

use quarry_value::{dynamic, json};

use super::{Mapped, Shape, entra, nothing};
use crate::ingest::fields::{Fields, Scope};
use crate::ingest::mapping::{Mapping, Rest, Rule, always, by, made, same};
use crate::ingest::report::Format;

/// `{"time":…, "category":"Administrative", "properties":{…}}`: Entra ID's logs look the same but for the category, which its shape hands on.
pub(super) const ACTIVITY: Shape = Shape {
    format: Format::AzureActivity,
    is: entra::is_envelope,
    inside: nothing,
    read,
};

/// The log's categories: an envelope of one of these is an activity.
const CATEGORIES: [&str; 8] = [
    "Administrative",
    "Alert",
    "Autoscale",
    "Policy",
    "Recommendation",
    "ResourceHealth",
    "Security",
    "ServiceHealth",
];

pub(super) fn is_activity(category: &str) -> bool {
    CATEGORIES.iter().any(|known| known.eq_ignore_ascii_case(category))
}

#[expect(clippy::unnecessary_wraps, reason = "every shape is read by such a function")]
pub(super) fn read(fields: Fields<'_>) -> Result<Mapped<'_>, String> {
    Ok(Mapped {
        fields,
        views: vec![&AZURE_ACTIVITY],
        on_request: &[],
        format: Some(Format::AzureActivity),
    })
}

const AZURE_ACTIVITY: Mapping = Mapping {
    table: "AzureActivity",
    rules: &[RULES],
    rest: Rest::Keep,
};

const RULES: &[Rule] = &[
    same("TimeGenerated", &["time"]),
    same("OperationNameValue", &["operationName"]),
    same("CategoryValue", &["category"]),
    same("Category", &["category"]),
    same("Level", &["level"]),
    same("ActivityStatusValue", &["resultType"]),
    by("ActivitySubstatusValue", &["resultSignature"], substatus),
    same("CallerIpAddress", &["callerIpAddress"]),
    same("CorrelationId", &["correlationId"]),
    same("OperationId", &["operationId"]),
    same("EventDataId", &["eventDataId", "properties.eventDataId"]),
    same("EventSubmissionTimestamp", &["submissionTimestamp"]),
    same("Hierarchy", &["hierarchy", "properties.hierarchy"]),
    made("Caller", caller),
    same("Authorization", &["identity.authorization"]),
    same("Authorization_d", &["identity.authorization"]),
    same("Claims", &["identity.claims"]),
    same("Claims_d", &["identity.claims"]),
    same("Properties", &["properties"]),
    same("Properties_d", &["properties"]),
    same("ResourceId", &["resourceId"]),
    by("_ResourceId", &["resourceId"], |id| Some(id.to_ascii_lowercase())),
    by("SubscriptionId", &["resourceId"], |id| part_behind(id, "subscriptions")),
    by("ResourceGroup", &["resourceId"], |id| part_behind(id, "resourcegroups")),
    by("ResourceProviderValue", &["resourceId"], |id| part_behind(id, "providers")),
    by("Resource", &["resourceId"], resource),
    always("SourceSystem", "Azure"),
];

/// `Created` of `Succeeded.Created`.
fn substatus(signature: &str) -> Option<String> {
    let status = signature.split_once('.').map_or("", |(_, substatus)| substatus);
    (!status.is_empty()).then(|| status.to_owned())
}

/// Claims that name who acted, the best first: a person, then an application.
const NAMES: [&str; 4] = [
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "upn",
    "appid",
];

fn caller(fields: &Fields<'_>) -> Option<String> {
    let identity = fields.find(Scope::Own, "identity")?;
    let claims = dynamic::member(identity.value.document()?, "claims")?;
    let claim = |name: &&str| Some(json::text(dynamic::member(claims, name)?).into_owned());
    NAMES.iter().find_map(claim).filter(|name| !name.is_empty())
}

/// The part of a resource's identifier that follows this one, in whatever case.
fn part_behind(id: &str, name: &str) -> Option<String> {
    let mut parts = id.split('/');
    parts.by_ref().find(|part| part.eq_ignore_ascii_case(name))?;
    parts.next().filter(|part| !part.is_empty()).map(str::to_owned)
}

/// The resource's own name; a subscription or a group is none.
fn resource(id: &str) -> Option<String> {
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("providers")).skip(3);
    let named = parts.next().filter(|part| !part.is_empty())?;
    // Behind the first name there are types and names in turn.
    Some(parts.skip(1).step_by(2).last().unwrap_or(named).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_resources_are_taken_apart() {
        let id = "/SUBSCRIPTIONS/s1/RESOURCEGROUPS/g1/PROVIDERS/MICROSOFT.SQL/SERVERS/db/DATABASES/main";
        assert_eq!(part_behind(id, "subscriptions").as_deref(), Some("s1"));
        assert_eq!(part_behind(id, "resourcegroups").as_deref(), Some("g1"));
        assert_eq!(part_behind(id, "providers").as_deref(), Some("MICROSOFT.SQL"));
        assert_eq!(resource(id).as_deref(), Some("main"));
        assert_eq!(resource("/subscriptions/s/providers/Microsoft.X/servers/db").as_deref(), Some("db"));
        assert_eq!(resource("/subscriptions/s/resourcegroups/g"), None);
        assert_eq!(part_behind("/subscriptions/s", "resourcegroups"), None);
        assert_eq!(
            (substatus("Succeeded.Created").as_deref(), substatus("Started.")),
            (Some("Created"), None)
        );
    }
}
