use quarry_storage::{Format, IngestOptions};

use crate::place::Place;
use crate::support::ticks;

#[tokio::test]
async fn messages_and_cef_come_mixed() {
    let place = Place::new().await;
    let content = "<34>1 2024-05-01T10:00:00.003Z web su 77 ID47 - 'su root' failed\n\
        <134>May  1 2024 10:00:01 fw01 CEF:0|Contoso|Fire\\|wall|1.0|100|Blocked|7|src=192.0.2.7 spt=4711 dst=192.0.2.8 dpt=443 act=deny cs1=rule 5 cs1Label=Rule flow=abc deviceDirection=0 msg=a \\= b\n\
        no time here\n";
    let report = place.ingest("messages.log", content, IngestOptions::default()).await;
    assert_eq!(
        report.rows().into_iter().collect::<Vec<_>>(),
        crate::place::each(&["CommonSecurityLog", "Syslog"])
    );
    assert_eq!(report.files[0].format, Some(Format::Syslog));
    assert_eq!(report.files[0].examples[0].reason, "not a syslog line: it has no time");
    let columns = [
        "TimeGenerated",
        "Computer",
        "Facility",
        "SeverityLevel",
        "ProcessName",
        "ProcessID",
        "SyslogMessage",
    ];
    let time = ticks("2024-05-01T10:00:00.003Z").to_string();
    assert_eq!(
        place.rows("Syslog", &columns).await,
        [[time.as_str(), "web", "auth", "crit", "su", "77", "'su root' failed"]]
    );
    let columns = [
        "TimeGenerated",
        "DeviceVendor",
        "DeviceProduct",
        "Activity",
        "LogSeverity",
        "SourceIP",
        "SourcePort",
        "DestinationPort",
        "DeviceAction",
        "DeviceCustomString1",
        "AdditionalExtensions",
        "CommunicationDirection",
        "Message",
        "Computer",
    ];
    let time = ticks("2024-05-01T10:00:01Z").to_string();
    assert_eq!(
        place.rows("CommonSecurityLog", &columns).await,
        [[
            time.as_str(),
            "Contoso",
            "Fire|wall",
            "Blocked",
            "7",
            "192.0.2.7",
            "4711",
            "443",
            "deny",
            "rule 5",
            "flow=abc",
            "Inbound",
            "a = b",
            "fw01"
        ]]
    );
}

#[tokio::test]
async fn what_a_message_says_beside_its_text_is_kept() {
    let place = Place::new().await;
    let content = "<165>1 2024-05-01T10:00:00Z web app 8 ID47 [a@1 x=\"] y\"][b] text\n\
        65 <34>1 2024-05-01T10:00:01Z web app - - - counted by its collector\n";
    place.file("messages", content).await;
    assert_eq!(
        place.rows("Syslog", &["SyslogMessage", "_extra"]).await,
        [
            ["counted by its collector", "null"],
            ["text", "{\"MessageId\":\"ID47\",\"StructuredData\":\"[a@1 x=\\\"] y\\\"][b]\"}"]
        ]
    );
}

#[tokio::test]
async fn a_named_format_overrides_what_the_content_looks_like() {
    let place = Place::new().await;
    let options = IngestOptions {
        format: Some("syslog".parse().unwrap()),
        ..IngestOptions::default()
    };
    let content = "2024-05-01T10:00:00Z web app: a,b,c\n";
    let report = place.ingest("x.csv", content, options).await;
    assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), crate::place::each(&["Syslog"]));
    assert!("tea".parse::<Format>().unwrap_err().contains("office365"));
}
