use quarry_storage::{Format, IngestOptions};

use crate::place::{Place, each};
use crate::support::ticks;

const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

fn process_xml() -> String {
    format!(
        "<Event xmlns=\"{NAMESPACE}\"><System><Provider Name=\"Microsoft-Windows-Security-Auditing\" Guid=\"{{54849625-5478-4994-a5ba-3e3b0328c30d}}\"/>\
         <EventID>4688</EventID><Version>2</Version><Level>0</Level><Task>13312</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords>\
         <TimeCreated SystemTime=\"2024-05-01T10:00:00.1234567Z\"/><EventRecordID>42</EventRecordID><Correlation/><Execution ProcessID=\"4\" ThreadID=\"8\"/>\
         <Channel>Security</Channel><Computer>PC1.contoso.example</Computer><Security/></System><EventData>\
         <Data Name=\"SubjectUserSid\">S-1-5-18</Data><Data Name=\"SubjectUserName\">mia</Data><Data Name=\"SubjectDomainName\">CONTOSO</Data><Data Name=\"SubjectLogonId\">0x3e7</Data>\
         <Data Name=\"NewProcessId\">0x1a4</Data><Data Name=\"NewProcessName\">C:\\Windows\\cmd.exe</Data><Data Name=\"TokenElevationType\">%%1937</Data><Data Name=\"ProcessId\">0x10</Data>\
         <Data Name=\"CommandLine\">cmd /c &quot;a&quot; &amp; b</Data><Data Name=\"TargetUserName\">-</Data><Data Name=\"ParentProcessName\">C:\\Windows\\explorer.exe</Data><Data Name=\"MandatoryLabel\">S-1-16-12288</Data></EventData></Event>"
    )
}

/// The same event as other tools write it.
fn process_json(form: &str) -> String {
    let data = r#""SubjectUserSid":"S-1-5-18","SubjectUserName":"mia","SubjectDomainName":"CONTOSO","SubjectLogonId":"0x3e7","NewProcessId":"0x1a4","NewProcessName":"C:\\Windows\\cmd.exe","TokenElevationType":"%%1937","ProcessId":"0x10","CommandLine":"cmd /c \"a\" & b","TargetUserName":"-","ParentProcessName":"C:\\Windows\\explorer.exe","MandatoryLabel":"S-1-16-12288""#;
    match form {
        "dump" => format!(
            r##"{{"Event":{{"#attributes":{{"xmlns":"x"}},"System":{{"Provider":{{"#attributes":{{"Name":"Microsoft-Windows-Security-Auditing","Guid":"g"}}}},"EventID":4688,"Version":2,"Level":0,"Task":13312,"Opcode":0,"Keywords":"0x8020000000000000","TimeCreated":{{"#attributes":{{"SystemTime":"2024-05-01T10:00:00.1234567Z"}}}},"EventRecordID":42,"Correlation":null,"Execution":{{"#attributes":{{"ProcessID":4,"ThreadID":8}}}},"Channel":"Security","Computer":"PC1.contoso.example","Security":null}},"EventData":{{{data}}}}}}}"##
        ),
        "beats" => format!(
            r#"{{"@timestamp":"2024-05-01T10:00:00.1234567Z","message":"A new process","log":{{"level":"information"}},"winlog":{{"channel":"Security","computer_name":"PC1.contoso.example","event_id":"4688","provider_name":"Microsoft-Windows-Security-Auditing","record_id":42,"version":2,"process":{{"pid":4,"thread":{{"id":8}}}},"event_data":{{{data}}}}}}}"#
        ),
        _ => format!(
            r#"{{"@timestamp":"2024-05-01T12:00:00Z","EventTime":"2024-05-01 10:00:00.1234567","EventReceivedTime":"2024-05-01 12:00:00","Hostname":"PC1.contoso.example","Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing","EventID":4688,"RecordNumber":42,"ProcessID":4,"ThreadID":8,"Severity":"INFO","Task":13312,"SourceModuleType":"im_msvistalog","Message":"A new process",{data}}}"#
        ),
    }
}

async fn holds_the_process(place: &Place, name: &str) {
    let columns = [
        "TimeGenerated",
        "EventID",
        "Computer",
        "Activity",
        "Account",
        "Process",
        "NewProcessName",
        "CommandLine",
        "SubjectAccount",
        "EventRecordId",
        "SystemProcessId",
        "ProcessId",
        "EventSourceName",
    ];
    let time = ticks("2024-05-01T10:00:00.1234567Z").to_string();
    assert_eq!(
        place.rows("SecurityEvent", &columns).await,
        [[
            time.as_str(),
            "4688",
            "PC1.contoso.example",
            "4688 - A new process has been created.",
            "CONTOSO\\mia",
            "cmd.exe",
            "C:\\Windows\\cmd.exe",
            "cmd /c \"a\" & b",
            "CONTOSO\\mia",
            "42",
            "4",
            "0x10",
            "Microsoft-Windows-Security-Auditing",
        ]],
        "{name}"
    );
    let data = place.rows("SecurityEvent", &["EventData"]).await;
    assert!(
        data[0][0].contains("<Data Name=\"CommandLine\">cmd /c &quot;a&quot; &amp; b</Data>"),
        "{name}: {data:?}"
    );
    let columns = [
        "Timestamp",
        "DeviceName",
        "ActionType",
        "FileName",
        "FolderPath",
        "ProcessId",
        "ProcessCommandLine",
        "AccountName",
        "AccountSid",
        "LogonId",
        "ProcessIntegrityLevel",
        "InitiatingProcessId",
        "InitiatingProcessFileName",
        "ReportId",
    ];
    assert_eq!(
        place.rows("DeviceProcessEvents", &columns).await,
        [[
            time.as_str(),
            "pc1.contoso.example",
            "ProcessCreated",
            "cmd.exe",
            "C:\\Windows\\cmd.exe",
            "420",
            "cmd /c \"a\" & b",
            "mia",
            "S-1-5-18",
            "999",
            "High",
            "16",
            "explorer.exe",
            "42",
        ]],
        "{name}"
    );
}

#[tokio::test]
async fn one_event_in_every_form() {
    let utf16 = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-16\"?><Events>{}</Events>",
        process_xml()
    );
    let files: Vec<(&str, Vec<u8>)> = vec![
        (
            "saved.xml",
            format!("<?xml version=\"1.0\"?>\r\n<Events>{}</Events>", process_xml()).into(),
        ),
        ("utf16.xml", utf16.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("wevtutil.txt", process_xml().into()),
        ("dump.json", process_json("dump").into()),
        (
            "record.json",
            format!("Record 1\n{}\nRecord 2\n", process_json("dump").replace(",\"", ",\n  \"")).into(),
        ),
        ("record.xml", format!("Record 1\n{}\n", process_xml()).into()),
        (
            "hit.json",
            format!("{{\"_index\":\"winlogbeat\",\"_id\":\"1\",\"_source\":{}}}", process_json("dump")).into(),
        ),
        ("beats.json", process_json("beats").into()),
        ("nxlog.json", process_json("flat").into()),
    ];
    for (name, content) in files {
        let place = Place::new().await;
        let report = place.file(name, content).await;
        assert_eq!(
            report.rows.into_iter().collect::<Vec<_>>(),
            each(&["DeviceProcessEvents", "SecurityEvent"]),
            "{name}"
        );
        assert_eq!(report.format, Some(Format::WindowsEvents), "{name}");
        holds_the_process(&place, name).await;
    }
}

fn sysmon(id: u32, data: &str) -> String {
    format!(
        r#"{{"EventID":{id},"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","Hostname":"PC1","EventTime":"2024-05-01 10:00:01","RecordNumber":{id},"UtcTime":"2024-05-01 10:00:00.500","Image":"C:\\x\\a.exe","ProcessId":"12","User":"CONTOSO\\mia",{data}}}"#
    ) + "\n"
}

#[tokio::test]
async fn sysmon_fills_event_and_the_device_tables() {
    let place = Place::new().await;
    let content = [
        sysmon(1, r#""CommandLine":"a.exe -x","Hashes":"SHA1=AA,MD5=BB,SHA256=CC","ParentImage":"C:\\x\\p.exe","ParentProcessId":"11""#),
        sysmon(3, r#""Initiated":"true","Protocol":"tcp","SourceIp":"192.0.2.1","SourcePort":"5000","DestinationIp":"192.0.2.2","DestinationPort":"443","DestinationHostname":"h.example""#),
        sysmon(3, r#""Initiated":"false","Protocol":"udp","SourceIp":"192.0.2.9","SourcePort":"53","DestinationIp":"192.0.2.1","DestinationPort":"99""#),
        sysmon(7, r#""ImageLoaded":"C:\\x\\m.dll","Hashes":"MD5=DD""#),
        sysmon(11, r#""TargetFilename":"C:\\t\\f.txt""#),
        sysmon(12, r#""EventType":"CreateKey","TargetObject":"HKLM\\Software\\K""#),
        sysmon(13, r#""EventType":"SetValue","TargetObject":"HKLM\\Software\\K\\V","Details":"1""#),
        sysmon(22, r#""QueryName":"x.example""#),
    ]
    .concat();
    let rows = place.tables("sysmon.json", content).await;
    let expected = [
        ("DeviceFileEvents", 1),
        ("DeviceImageLoadEvents", 1),
        ("DeviceNetworkEvents", 2),
        ("DeviceProcessEvents", 1),
        ("DeviceRegistryEvents", 2),
        ("Event", 8),
    ];
    assert_eq!(rows, expected.map(|(table, rows)| (table.to_owned(), rows)));
    assert_eq!(
        place
            .rows(
                "DeviceNetworkEvents",
                &[
                    "ActionType",
                    "RemoteIP",
                    "RemotePort",
                    "LocalPort",
                    "Protocol",
                    "InitiatingProcessFileName"
                ]
            )
            .await,
        [
            ["ConnectionSuccess", "192.0.2.2", "443", "5000", "Tcp", "a.exe"],
            ["InboundConnectionAccepted", "192.0.2.9", "53", "99", "Udp", "a.exe"]
        ]
    );
    assert_eq!(
        place
            .rows(
                "DeviceRegistryEvents",
                &["ActionType", "RegistryKey", "RegistryValueName", "RegistryValueData"]
            )
            .await,
        [
            ["RegistryKeyCreated", "HKEY_LOCAL_MACHINE\\Software\\K", "", ""],
            ["RegistryValueSet", "HKEY_LOCAL_MACHINE\\Software\\K", "V", "1"]
        ]
    );
    let time = ticks("2024-05-01T10:00:00.5Z").to_string();
    assert_eq!(
        place
            .rows(
                "DeviceProcessEvents",
                &["Timestamp", "SHA256", "MD5", "AccountDomain", "InitiatingProcessId"]
            )
            .await,
        [[time.as_str(), "cc", "bb", "CONTOSO", "11"]]
    );
    let event = place
        .rows(
            "Event",
            &["EventID", "Source", "EventLog", "EventLevelName", "ParameterXml", "EventData"],
        )
        .await;
    let query = event.iter().find(|row| row[0] == "22").unwrap();
    assert_eq!(query[1..3], ["Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"]);
    assert!(query[5].starts_with("<DataItem type=\"System.XmlData\"") && query[5].contains("<Data Name=\"QueryName\">x.example</Data>"));
}

#[tokio::test]
async fn logons_and_the_forwarded_table() {
    let place = Place::new().await;
    let logon = |id: u32| {
        format!(
            r#"{{"EventID":{id},"Channel":"Security","Hostname":"PC1","SourceName":"Microsoft-Windows-Security-Auditing","EventTime":"2024-05-01 10:00:00","TargetUserName":"PC2$","TargetDomainName":"CONTOSO","TargetLogonId":"0x10","LogonType":3,"IpAddress":"::ffff:192.0.2.7","IpPort":"-","WorkstationName":"-","SubStatus":"0xc000006a","SubjectUserName":"-","ProcessName":"-"}}"#
        ) + "\n"
    };
    let content = logon(4624) + &logon(4625);
    let rows = place.tables("logons.json", &content).await;
    assert_eq!(rows, [("DeviceLogonEvents".to_owned(), 2), ("SecurityEvent".to_owned(), 2)]);
    assert_eq!(
        place
            .rows(
                "DeviceLogonEvents",
                &["ActionType", "LogonType", "AccountName", "RemoteIP", "RemotePort", "FailureReason"]
            )
            .await,
        [
            ["LogonFailed", "Network", "PC2$", "192.0.2.7", "null", "InvalidUserNameOrPassword"],
            ["LogonSuccess", "Network", "PC2$", "192.0.2.7", "null", ""]
        ]
    );
    assert_eq!(
        place
            .rows(
                "SecurityEvent",
                &["EventID", "Account", "AccountType", "LogonType", "LogonTypeName", "IpAddress"]
            )
            .await,
        [
            ["4624", "CONTOSO\\PC2$", "Machine", "3", "3 - Network", "::ffff:192.0.2.7"],
            ["4625", "CONTOSO\\PC2$", "Machine", "3", "3 - Network", "::ffff:192.0.2.7"]
        ]
    );
    let options = IngestOptions {
        table: Some("WindowsEvent".to_owned()),
        ..IngestOptions::default()
    };
    let report = place.ingest("forwarded.json", logon(4624), options).await;
    assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), each(&["WindowsEvent"]));
    let data = place.rows("WindowsEvent", &["Provider", "EventData"]).await;
    assert!(data[0][1].contains(r#""TargetUserName":"PC2$""#), "{data:?}");
}

#[tokio::test]
async fn broken_events_do_not_stop_a_file() {
    let place = Place::new().await;
    let content = format!(
        "<Events>{}<Event><System></Event>{}<Event><System><EventID>1",
        process_xml(),
        process_xml().replace("42", "43")
    );
    let report = place.ingest("events.xml", content, IngestOptions::default()).await;
    assert_eq!((report.rows()["SecurityEvent"], report.set_aside()), (2, 2));
}

/// `Get-WinEvent | ConvertTo-Json`: Windows PowerShell writes times as numbers, its successor as text, and identifiers as objects where it goes deep enough.
#[tokio::test]
async fn events_as_powershell_shows_them() {
    let event = |time: &str, sid: &str, record: u32| {
        format!(
            r#"{{"Id":4688,"Version":2,"Qualifiers":null,"Level":0,"Task":13312,"Opcode":0,"Keywords":-9214364837600034816,"RecordId":{record},"ProviderName":"Microsoft-Windows-Security-Auditing","ProviderId":"54849625-5478-4994-a5ba-3e3b0328c30d","LogName":"Security","ProcessId":4,"ThreadId":8,"MachineName":"PC1.contoso.example","UserId":null,"TimeCreated":{time},"ActivityId":null,"Bookmark":{{}},"LevelDisplayName":"Information","OpcodeDisplayName":"Info","TaskDisplayName":"Process Creation","KeywordsDisplayNames":["Audit Success"],"Properties":[{{"Value":{sid}}},{{"Value":"mia"}},{{"Value":"CONTOSO"}},{{"Value":999}},{{"Value":420}},{{"Value":"C:\\Windows\\cmd.exe"}},{{"Value":"%%1937"}},{{"Value":16}},{{"Value":"cmd /c x"}}],"Message":"A new process has been created."}}"#
        )
    };
    let object = r#"{"BinaryLength":12,"AccountDomainSid":null,"Value":"S-1-5-18"}"#;
    let place = Place::new().await;
    let list = format!(
        "[{},{}]",
        event(r#""\/Date(1714557600123)\/""#, r#""S-1-5-18""#, 1),
        event(r#""2024-05-01T12:00:00.1230000+02:00""#, object, 2)
    );
    assert_eq!(
        place.tables("events.json", list).await,
        [("DeviceProcessEvents".to_owned(), 2), ("SecurityEvent".to_owned(), 2)]
    );
    let columns = [
        "TimeGenerated",
        "Computer",
        "Account",
        "SubjectUserSid",
        "SubjectLogonId",
        "NewProcessId",
        "Process",
        "CommandLine",
        "Keywords",
        "SystemProcessId",
    ];
    let time = ticks("2024-05-01T10:00:00.123Z").to_string();
    let row = [
        time.as_str(),
        "PC1.contoso.example",
        "CONTOSO\\mia",
        "S-1-5-18",
        "0x3e7",
        "0x1a4",
        "cmd.exe",
        "cmd /c x",
        "0x8020000000000000",
        "4",
    ];
    assert_eq!(place.rows("SecurityEvent", &columns).await, [row, row]);

    // Of an event that is not known by heart the data stay in their order; one alone is no list.
    let other = event("\"2024-05-01T10:00:01Z\"", object, 3).replace("4688", "5379");
    place.file("other.json", other).await;
    let rows = place.rows("SecurityEvent", &["EventID", "EventData"]).await;
    assert!(
        rows.iter()
            .any(|row| row[0] == "5379" && row[1].contains("<Data>S-1-5-18</Data><Data>mia</Data>")),
        "{rows:?}"
    );
}
