use quarry_storage::{Format, IngestOptions};

use crate::place::{Place, each};
use crate::support::ticks;

const SIGN_IN: &str = r#"{"id":"r1","createdDateTime":"2024-05-01T10:00:00Z","userDisplayName":"Mia","userPrincipalName":"mia@contoso.example","userId":"u1","appId":"a1","appDisplayName":"Portal","ipAddress":"192.0.2.7","clientAppUsed":"Browser","correlationId":"c1","conditionalAccessStatus":"success","isInteractive":true,"riskLevelDuringSignIn":"high","riskLevelAggregated":"none","riskState":"atRisk","riskEventTypes_v2":["unfamiliarFeatures"],"status":{"errorCode":50126,"failureReason":"Invalid"},"deviceDetail":{"deviceId":"d1","operatingSystem":"Windows 10","isManaged":true},"location":{"city":"Bonn","state":"NRW","countryOrRegion":"DE","geoCoordinates":{"latitude":50.7,"longitude":7.1}},"appliedConditionalAccessPolicies":[],"resourceId":"res","extra":1}"#;

async fn holds_the_sign_in(place: &Place) {
    let columns = [
        "TimeGenerated",
        "ResultType",
        "Location",
        "LocationDetails",
        "IPAddress",
        "UserDisplayName",
        "ResourceIdentity",
        "RiskEventTypes_V2",
        "DeviceDetail",
    ];
    assert_eq!(
        place.rows("SigninLogs", &columns).await,
        [[
            ticks("2024-05-01T10:00:00Z").to_string().as_str(),
            "50126",
            "DE",
            r#"{"city":"Bonn","state":"NRW","countryOrRegion":"DE","geoCoordinates":{"latitude":50.7,"longitude":7.1}}"#,
            "192.0.2.7",
            "Mia",
            "res",
            r#"["unfamiliarFeatures"]"#,
            r#"{"deviceId":"d1","operatingSystem":"Windows 10","isManaged":true}"#,
        ]]
    );
    let columns = [
        "AccountObjectId",
        "AccountUpn",
        "ErrorCode",
        "RiskLevelDuringSignIn",
        "RiskLevelAggregated",
        "RiskState",
        "ConditionalAccessStatus",
        "LogonType",
        "Country",
        "Latitude",
        "IsManaged",
        "EntraIdDeviceId",
    ];
    assert_eq!(
        place.rows("EntraIdSignInEvents", &columns).await,
        [[
            "u1",
            "mia@contoso.example",
            "50126",
            "100",
            "1",
            "4",
            "0",
            "[\"interactiveUser\"]",
            "DE",
            "50.7",
            "1",
            "d1"
        ]]
    );
}

#[tokio::test]
async fn sign_ins_from_graph_and_diagnostic_settings() {
    let enveloped = format!(
        r#"{{"time":"2024-05-01T10:00:00Z","resourceId":"/tenants/t","operationName":"Sign-in activity","category":"SignInLogs","tenantId":"t","resultType":"50126","correlationId":"c1","location":"DE","properties":{SIGN_IN}}}"#
    );
    let files = [
        ("graph.json", format!(r#"{{"value":[{SIGN_IN}]}}"#)),
        ("portal.json", format!("[\n{SIGN_IN}\n]")),
        ("insights-logs-signinlogs/PT1H.json", enveloped.clone()),
        ("hub.json", format!(r#"{{"records":[{enveloped}]}}"#)),
    ];
    for (name, content) in files {
        let place = Place::new().await;
        let report = place.file(name, content).await;
        assert_eq!(
            report.rows.into_iter().collect::<Vec<_>>(),
            each(&["EntraIdSignInEvents", "SigninLogs"]),
            "{name}"
        );
        assert_eq!(report.format, Some(Format::Entra), "{name}");
        holds_the_sign_in(&place).await;
    }
}

#[tokio::test]
async fn categories_choose_the_table() {
    let place = Place::new().await;
    let record = |category: &str, properties: &str| {
        format!(r#"{{"time":"2024-05-01T10:00:00Z","operationName":"op","category":"{category}","properties":{properties}}}"#)
    };
    let cases = [
        (
            "NonInteractiveUserSignInLogs",
            vec!["AADNonInteractiveUserSignInLogs", "EntraIdSignInEvents"],
        ),
        (
            "ServicePrincipalSignInLogs",
            vec!["AADServicePrincipalSignInLogs", "EntraIdSpnSignInEvents"],
        ),
        (
            "ManagedIdentitySignInLogs",
            vec!["AADManagedIdentitySignInLogs", "EntraIdSpnSignInEvents"],
        ),
        ("RiskyUsers", vec!["AADRiskyUsers"]),
    ];
    for (category, tables) in cases {
        let name = format!("{category}.log");
        assert_eq!(
            place.tables(&name, record(category, r#"{"id":"x","deviceDetail":{"a":1}}"#)).await,
            each(&tables)
        );
    }
    // Here documents are text.
    assert_eq!(
        place.rows("AADNonInteractiveUserSignInLogs", &["DeviceDetail"]).await,
        [[r#"{"a":1}"#]]
    );
    let audit = r#"{"id":"x","category":"UserManagement","activityDateTime":"2024-05-01T10:00:00Z","activityDisplayName":"Add user","result":"success","initiatedBy":{"user":{"id":"u"}},"targetResources":[]}"#;
    assert_eq!(place.tables("audit.log", record("AuditLogs", audit)).await, each(&["AuditLogs"]));
    let columns = ["OperationName", "Category", "ActivityDisplayName", "Result", "InitiatedBy"];
    assert_eq!(
        place.rows("AuditLogs", &columns).await,
        [["op", "UserManagement", "Add user", "success", r#"{"user":{"id":"u"}}"#]]
    );
    assert_eq!(place.tables("graph.json", format!("[{audit}]")).await, each(&["AuditLogs"]));
    let unknown = place.ingest("u.json", record("Weather", "{}"), IngestOptions::default()).await;
    assert_eq!(unknown.total_rows(), 0);
}

#[tokio::test]
async fn the_download_of_the_admin_center() {
    let place = Place::new().await;
    let content = "\u{feff}\"Date (UTC)\",\"Request ID\",\"User agent\",\"Correlation ID\",\"User ID\",\"User\",\"Username\",\"Application\",\"Application ID \",\"IP address\",\"Location\",\"Status\",\"Sign-in error code\",\"Failure reason\",\"Operating System\",\"Managed\"\n\
        \"2024-05-01T10:00:00Z\",\"r1\",\"UA\",\"c1\",\"u1\",\"Mia\",\"mia@contoso.example\",\"Portal\",\"a1\",\"192.0.2.7\",\"Bonn, NRW, DE\",\"Failure\",\"50126\",\"Invalid\",\"Windows10\",\"Yes\"\n";
    assert_eq!(
        place.tables("InteractiveSignIns.csv", content).await,
        each(&["EntraIdSignInEvents", "SigninLogs"])
    );
    let columns = [
        "UserPrincipalName",
        "AppId",
        "Location",
        "ResultType",
        "Status",
        "DeviceDetail",
        "LocationDetails",
    ];
    assert_eq!(
        place.rows("SigninLogs", &columns).await,
        [[
            "mia@contoso.example",
            "a1",
            "DE",
            "50126",
            r#"{"errorCode":50126,"failureReason":"Invalid"}"#,
            r#"{"operatingSystem":"Windows10","isManaged":true}"#,
            r#"{"city":"Bonn","state":"NRW","countryOrRegion":"DE"}"#,
        ]]
    );
}
