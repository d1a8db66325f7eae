//! Exports of Defender, Log Analytics and Entra as they lie in containers and downloads.

use quarry_storage::{Format, IngestOptions};

use crate::place::{Place, each};
use crate::support::ticks;

#[tokio::test]
async fn streamed_events_by_container_and_hub() {
    let place = Place::new().await;
    let row = |table: &str, properties: &str| {
        format!(
            "{{\"time\":\"2024-05-01T10:05:00.0675195Z\",\"tenantId\":\"b5e3c3f0-0000-4000-8000-000000000001\",\"operationName\":\"Publish\",\"category\":\"AdvancedHunting-{table}\",\
             \"Tenant\":\"DefaultTenant\",\"_TimeReceivedBySvc\":\"2024-05-01T10:04:00Z\",\"properties\":{{\"Timestamp\":\"2024-05-01T10:00:00.123Z\",{properties}}}}}"
        )
    };
    let cloud = |admin: &str, raw: &str| {
        row(
            "CloudAppEvents",
            &format!("\"ReportId\":\"r\",\"IsAdminOperation\":{admin},\"RawEventData\":{raw},\"Isp\":\"isp\",\"MachineGroup\":\"g\""),
        )
    };
    let lines = [
        cloud("0", "\"{\\\"UserId\\\":\\\"mia\\\"}\""),
        cloud("\"0\"", "{\"UserId\":\"mia\"}"),
        cloud("\"\"", "null"),
        cloud("false", "\"\""),
        row("DeviceNetworkEvents", "\"RemotePort\":\"\",\"DeviceName\":\"pc\""),
        row("DeviceNetworkEvents", "\"RemotePort\":58210,\"DeviceName\":\"pc\""),
        row("BehaviorEntities", "\"BehaviorId\":\"b\""),
    ];
    let blob = "insights-logs-advancedhunting-cloudappevents/tenantId=x/y=2024/m=05/d=01/h=10/m=00/PT1H.json";
    let report = place.file(blob, lines.join("\n")).await;
    assert_eq!(report.rows.values().sum::<u64>(), 7);
    assert_eq!(
        place.rows("CloudAppEvents", &["IsAdminOperation", "RawEventData", "ISP"]).await,
        [
            ["false", "null", "isp"],
            ["false", "{\"UserId\":\"mia\"}", "isp"],
            ["false", "{\"UserId\":\"mia\"}", "isp"],
            ["null", "null", "isp"]
        ]
    );
    assert_eq!(place.rows("DeviceNetworkEvents", &["RemotePort"]).await, [["58210"], ["null"]]);
    let hub = format!(
        "{{\"records\":[{}]}}",
        row("EmailEvents", "\"NetworkMessageId\":\"a\",\"AttachmentCount\":4")
    );
    assert_eq!(place.tables("hub/0.json", hub).await, each(&["EmailEvents"]));
}

/// Forwarders write documents as text, and spell names their way.
#[tokio::test]
async fn streamed_events_as_forwarders_write_them() {
    let place = Place::new().await;
    let row = |category: &str, properties: &str| {
        format!("{{\"time\":\"2024-05-01T10:05:00Z\",\"tenantId\":\"t\",\"category\":\"{category}\",\"properties\":{properties}}}\n")
    };
    let properties = "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"AlertId\":\"a\\\\b\"}";
    let as_text = serde_json::Value::String(properties.to_owned()).to_string();
    let content = row("AdvancedHunting-AlertInfo", properties)
        + &row("AdvancedHunting-AlertInfo", &as_text)
        + &row("advancedhunting-alertinfo", &as_text);
    assert_eq!(place.tables("in.json", content).await, [("AlertInfo".to_owned(), 3)]);
    assert_eq!(
        place.rows("AlertInfo", &["AlertId", "TenantId"]).await,
        [["a\\b", "t"], ["a\\b", "t"], ["a\\b", "t"]]
    );
    let other = row("AdvancedHunting-AlertInfo", properties) + &row("AdvancedHunting-AlertInfo", "\"no object\"");
    let report = place.ingest("other.json", other, IngestOptions::default()).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 1));
}

/// A result of several tables names none: its rows tell by what they have filled.
#[tokio::test]
async fn rows_of_a_union_find_their_tables() {
    let place = Place::new().await;
    let csv = "Timestamp,DeviceId,DeviceName,ActionType,FileName,FolderPath,SHA256,LogonType,AccountSid,LogonId,RemoteIPType,ProcessTokenElevation,ProcessIntegrityLevel,ProcessCommandLine,Subject,SenderFromAddress,RecipientEmailAddress,NetworkMessageId,EmailDirection,DeliveryAction\n\
        \"Oct 18, 2023 2:37:28 PM\",d,pc,ProcessCreated,cmd.exe,C:\\Windows,aa,,,,,TokenElevationTypeDefault,Low,cmd /c,,,,,,\n\
        2023-10-18T14:37:28.2012261Z,,,,,,,,,,,,,,hello,a@contoso.example,b@contoso.example,m,Inbound,Delivered\n";
    assert_eq!(
        place.tables("AdvancedHunting.csv", csv).await,
        each(&["DeviceProcessEvents", "EmailEvents"])
    );
}

#[tokio::test]
async fn exported_tables_of_a_workspace() {
    let place = Place::new().await;
    let folder = "am-signinlogs/WorkspaceResourceId=/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/ws/y=2026/m=02/d=01/h=10/m=00";
    let row = |id: &str| {
        format!(
            "{{\"TenantId\":\"b5e3c3f0-0000-4000-8000-000000000001\",\"TimeGenerated\":\"2026-02-01T10:00:03.1234567Z\",\"OperationName\":\"Sign-in activity\",\"ResultType\":\"0\",\"Id\":\"{id}\",\
             \"UserPrincipalName\":\"a@b.c\",\"DeviceDetail\":\"{{\\\"operatingSystem\\\":\\\"Windows 10\\\"}}\",\"Type\":\"SigninLogs\",\"_Internal_WorkspaceResourceId\":\"/subscriptions/s\"}}\n"
        )
    };
    assert_eq!(place.tables(&format!("{folder}/PT05M.json"), row("1")).await, each(&["SigninLogs"]));
    // Without its label the path tells.
    let bare = row("2").replace("\"Type\":\"SigninLogs\",", "");
    assert_eq!(place.tables(&format!("{folder}/PT05M_1.json"), bare).await, each(&["SigninLogs"]));
    assert_eq!(
        place.rows("SigninLogs", &["Id", "DeviceDetail", "_extra"]).await[0],
        [
            "1",
            "{\"operatingSystem\":\"Windows 10\"}",
            "{\"_Internal_WorkspaceResourceId\":\"/subscriptions/s\"}"
        ]
    );
}

#[tokio::test]
async fn an_answer_that_is_incomplete_says_so() {
    let place = Place::new().await;
    let answer = r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Type","type":"string"},{"name":"Id","type":"string"}],
        "rows":[["2026-02-01T10:00:03Z","SigninLogs","1"]]}],"error":{"code":"PartialError","message":"There were some errors when processing your query."}}"#;
    let report = place.ingest("answer.json", answer, IngestOptions::default()).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 1));
    assert!(
        report.files[0].examples[0]
            .reason
            .starts_with("the answer is incomplete: There were")
    );
}

#[tokio::test]
async fn what_an_audit_search_says_beside_the_record() {
    let place = Place::new().await;
    let csv = "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\n\
        a,2024-05-01T10:00:00.0000000Z,2,Send,mia,\"{\"\"CreationTime\"\":\"\"2024-05-01T10:00:00\"\",\"\"Id\"\":\"\"a\"\",\"\"Operation\"\":\"\"Send\"\",\"\"Workload\"\":\"\"Exchange\"\",\"\"RecordType\"\":2}\",u1,North\n";
    assert_eq!(place.tables("search.csv", csv).await, each(&["CloudAppEvents", "OfficeActivity"]));
    assert_eq!(
        place.rows("OfficeActivity", &["OfficeId", "_extra"]).await,
        [["a", "{\"AssociatedAdminUnits\":\"u1\",\"AssociatedAdminUnitsNames\":\"North\"}"]]
    );
}

#[tokio::test]
async fn provisioning_and_risk_from_graph() {
    let place = Place::new().await;
    let provisioning = r#"{"id":"p","activityDateTime":"2024-05-01T10:00:00Z","tenantId":"t","jobId":"j","cycleId":"c","changeId":"x","provisioningAction":"create","durationInMilliseconds":100,
        "initiatedBy":{"id":"","displayName":"Service"},"sourceSystem":{"displayName":"HR"},"targetSystem":{"displayName":"App"},"sourceIdentity":{"id":"1"},"targetIdentity":{"id":"2"},"provisioningSteps":[],"modifiedProperties":[]}"#;
    assert_eq!(
        place.tables("provisioning.json", format!("[{provisioning}]")).await,
        each(&["AADProvisioningLogs"])
    );
    assert_eq!(
        place.rows("AADProvisioningLogs", &["Id", "ProvisioningAction", "JobId"]).await,
        [["p", "create", "j"]]
    );
    let detection = r#"{"id":"d","requestId":"r","correlationId":"c","riskEventType":"unfamiliarFeatures","riskState":"atRisk","riskLevel":"high","riskDetail":"none","source":"IdentityProtection","detectionTimingType":"realtime",
        "activity":"signin","ipAddress":"1.2.3.4","activityDateTime":"2024-05-01T10:00:00Z","detectedDateTime":"2024-05-01T10:01:00Z","lastUpdatedDateTime":"2024-05-01T10:02:00Z","userId":"u","userDisplayName":"Mia","userPrincipalName":"mia@contoso.example","location":{"city":"Oslo"}}"#;
    assert_eq!(
        place
            .tables("detections.json", format!("{{\"@odata.context\":\"x\",\"value\":[{detection}]}}"))
            .await,
        each(&["AADUserRiskEvents"])
    );
    let columns = [
        "Id",
        "RiskLevel",
        "ActivityDateTime",
        "DetectedDateTime",
        "UserPrincipalName",
        "UserDisplayName",
    ];
    let time = |text: &str| crate::support::ticks(text).to_string();
    assert_eq!(
        place.rows("AADUserRiskEvents", &columns).await,
        [[
            "d",
            "high",
            &time("2024-05-01T10:00:00Z"),
            &time("2024-05-01T10:01:00Z"),
            "mia@contoso.example",
            "Mia"
        ]]
    );
    let user = r#"{"id":"u","isDeleted":false,"isProcessing":false,"riskLevel":"high","riskState":"atRisk","riskDetail":"none","riskLastUpdatedDateTime":"2024-05-01T10:00:00Z","userDisplayName":"Mia","userPrincipalName":"mia@contoso.example"}"#;
    assert_eq!(place.tables("users.json", user).await, each(&["AADRiskyUsers"]));
    assert_eq!(
        place.rows("AADRiskyUsers", &["Id", "TimeGenerated", "UserDisplayName"]).await,
        [["u", &time("2024-05-01T10:00:00Z"), "Mia"]]
    );
}

const ACTIVITY: &str = r#"{"time":"2024-05-01T10:00:00.1234567Z","resourceId":"/SUBSCRIPTIONS/S1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/LOGS","operationName":"MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE","category":"Administrative","resultType":"Success","resultSignature":"Succeeded.Created","durationMs":"120","callerIpAddress":"192.0.2.9","correlationId":"c1","identity":{"authorization":{"scope":"/subscriptions/S1","action":"w"},"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"mia@contoso.example","appid":"a1"}},"level":"Information","properties":{"statusCode":"Created","hierarchy":"t/S1"}}"#;

#[tokio::test]
async fn the_azure_activity_log_from_diagnostic_settings() {
    let person = ACTIVITY.replace("c1", "c2");
    for (name, content) in [
        ("insights-activity-logs/resourceId=/x/PT1H.json", format!("{ACTIVITY}\n{person}\n")),
        ("hub.json", format!(r#"{{"records":[{ACTIVITY},{person}]}}"#)),
    ] {
        let place = Place::new().await;
        let report = place.file(name, content).await;
        assert_eq!(report.format, Some(Format::AzureActivity), "{report:?}");
        let columns = [
            "TimeGenerated",
            "OperationNameValue",
            "CategoryValue",
            "ActivityStatusValue",
            "ActivitySubstatusValue",
            "Caller",
            "CallerIpAddress",
            "SubscriptionId",
            "ResourceGroup",
            "ResourceProviderValue",
            "Resource",
            "Authorization",
            "Properties_d",
            "Hierarchy",
            "_ResourceId",
            "_extra",
        ];
        let rows = place.rows("AzureActivity", &columns).await;
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0],
            [
                ticks("2024-05-01T10:00:00.1234567Z").to_string().as_str(),
                "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE",
                "Administrative",
                "Success",
                "Created",
                "mia@contoso.example",
                "192.0.2.9",
                "S1",
                "RG",
                "MICROSOFT.STORAGE",
                "LOGS",
                r#"{"scope":"/subscriptions/S1","action":"w"}"#,
                r#"{"statusCode":"Created","hierarchy":"t/S1"}"#,
                "t/S1",
                "/subscriptions/s1/resourcegroups/rg/providers/microsoft.storage/storageaccounts/logs",
                r#"{"resultSignature":"Succeeded.Created","durationMs":"120","identity":{"authorization":{"scope":"/subscriptions/S1","action":"w"},"claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"mia@contoso.example","appid":"a1"}}}"#,
            ]
        );
    }
}
