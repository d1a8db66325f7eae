//! Files of the names that examples use.

use std::fs;
use std::path::Path;
use std::process::Command;

const RULE: &str = "id: 11111111-0000-0000-0000-000000000001
name: Mail of a day
description: Counts mails of each sender.
kind: Scheduled
severity: Low
requiredDataConnectors:
  - connectorId: MicrosoftThreatProtection
    dataTypes:
      - EmailEvents
queryFrequency: 1d
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 0
tactics:
  - InitialAccess
relevantTechniques:
  - T1566
query: |
  EmailEvents
  | summarize Mails = count() by SenderFromAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: SenderFromAddress
version: 1.0.0
";
const HUNT: &str = "id: 11111111-0000-0000-0000-000000000002
name: Senders of many mails
description: Counts mails of each sender.
severity: Low
tactics:
  - InitialAccess
relevantTechniques:
  - T1566
query: |
  let LookBack = 30d;
  let Threshold = 2;
  let MailboxThreshold = 1;
  let UserThreshold = 1;
  EmailEvents
  | where Timestamp > ago(LookBack)
  | summarize Mails = count(), Mailboxes = dcount(RecipientEmailAddress) by SenderFromAddress
  | where Mails > Threshold and Mailboxes >= MailboxThreshold and Mails >= UserThreshold
version: 1.0.0
";
const PAGE: &str = "Somebody may send many invoices. Look for it.
KQL Query
EmailEvents
| where Subject has \"invoice\"
| summarize Mails = count() by SenderFromAddress
id: 11111111-0000-0000-0000-000000000003
name: Many invoices
description: |
Counts invoices by sender.
tactics:
- InitialAccess
version: 1.0.0
Scenario: The end of the month
Description: Invoices are sent by a machine.
Filter/Exclusion: Exclude the machine by its address.
";
const SCHEDULE: &str = "content: [rule.yaml]
notify: [log]
sinks:
  - name: log
    file: alerts.jsonl
";
const FEED: &str = r#"{"type":"bundle","id":"bundle--5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0001","objects":[
{"type":"indicator","spec_version":"2.1","id":"indicator--5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0002","created":"2026-11-01T00:00:00Z",
"modified":"2026-11-01T00:00:00Z","pattern":"[domain-name:value = 'bad.example']","pattern_type":"stix","valid_from":"2026-11-01T00:00:00Z"}]}"#;
const MISP: &str = "uuid,event_id,category,type,value,comment,to_ids,date\n5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0003,1,Network activity,domain,worse.example,,1,1793000000\n";
const TEMPLATE: &str = r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
"resources":[{"type":"Microsoft.OperationalInsights/workspaces/providers/Watchlists","name":"x/Microsoft.SecurityInsights/Sites",
"properties":{"displayName":"Sites","source":"sites.csv","provider":"Ours","itemsSearchKey":"Site","rawContent":"Site,City\r\nA,Berlin\r\n"}}]}"#;
const AGENTS: &str = "user_agent_parsers:\n  - regex: '(Firefox)/(\\d+)'\nos_parsers:\n  - regex: '(Linux)'\ndevice_parsers:\n  - regex: '(iPhone)'\n";
const PARSER: &str = "Parser:
  Title: DNS of all sources
  Version: '0.1'
  LastUpdated: Nov 1, 2026
ParserName: _Im_Dns
ParserParams:
  - Name: starttime
    Type: datetime
    Default: datetime(null)
ParserQuery: |
  datatable(TimeGenerated: datetime, DnsQuery: string)[datetime(2026-11-19), 'x.example']
  | where isnull(starttime) or TimeGenerated >= starttime
";
/// Hunts of the repository that examples name, by parts of them or by their tunables.
const BUNDLED: [&str; 3] = ["password-spray-success", "new-legacy-protocol-sign-in", "reading-other-mailboxes"];

/// Writes them to the folder `work`.
pub fn write(place: &Path) {
    let work = place.join("work");
    let put = |name: &str, text: &str| {
        let path = work.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    for name in BUNDLED {
        for ending in ["yaml", "quarry.yaml"] {
            let file = format!("{name}.{ending}");
            put(&format!("hunts/{file}"), &fs::read_to_string(content.join(&file)).unwrap());
        }
    }
    put("hunts/sigma/rule.kql", "DeviceProcessEvents\n| where FileName endswith 'powershell.exe'\n");
    put("../Azure-Sentinel/other.yaml", &HUNT.replace("000000000002", "000000000009"));
    put("Threat Intelligence/Analytic Rules/rule.yaml", &RULE.replace("000000000001", "000000000008"));
    put("ASIM/vim.yaml", PARSER);
    for (name, text) in [
        ("rule.yaml", RULE),
        ("hunt.yaml", HUNT),
        ("page.md", PAGE),
        ("soc.yaml", SCHEDULE),
        ("hunt.kql", "EmailEvents\n| take 3\n"),
        ("query.kql", "EmailEvents | take 3\n"),
        ("feed.json", FEED),
        ("misp.csv", MISP),
        ("azuredeploy.json", TEMPLATE),
        ("regexes.yaml", AGENTS),
        ("vips.csv", "UserPrincipalName,Department\nmia@contoso.example,Sales\n"),
        ("vips.yaml", "alias: VIPs\nsearchKey: UserPrincipalName\n"),
        ("lists/vips.yaml", "alias: VIPUsers\nsearchKey: UserPrincipalName\n"),
        ("lists/vips.csv", "UserPrincipalName,Department\nmia@contoso.example,Sales\n"),
        ("lists/networks.csv", "Network,Site\n10.0.0.0/8,Berlin\n"),
        ("iocs.csv", "value,type,confidence\n198.51.100.7,ip,90\n"),
        ("domains.txt", "bad[.]example\n"),
        ("known-files.csv", "SHA1,GlobalPrevalence\nda39a3ee5e6b4b0d3255bfef95601890afd80709,5\n"),
        ("known.csv", "value\nmia.koch@contoso.example\n"),
        ("cases.jsonl", "{\"id\":\"a\",\"query\":\"print 1\"}\n"),
        ("queries.jsonl", "{\"id\":\"a\",\"query\":\"EmailEvents | count\"}\n"),
        (
            "audit.csv",
            "CreationDate,UserIds,Operations,AuditData\n2026-11-19T08:00:00Z,mia@contoso.example,Send,\"{\"\"CreationTime\"\":\"\"2026-11-19T08:00:00\"\",\"\"Id\"\":\"\"a1\"\",\"\"Operation\"\":\"\"Send\"\",\"\"Workload\"\":\"\"Exchange\"\",\"\"RecordType\"\":2,\"\"UserId\"\":\"\"mia@contoso.example\"\"}\"\n",
        ),
        (
            "exports/SigninLogs.json",
            "{\"TimeGenerated\":\"2026-11-19T08:00:00Z\",\"Type\":\"SigninLogs\",\"ResultType\":\"0\",\"UserPrincipalName\":\"mia@contoso.example\"}\n",
        ),
        (
            "exports/DeviceProcessEvents.json",
            "{\"Timestamp\":\"2026-11-19T08:00:00Z\",\"Type\":\"DeviceProcessEvents\",\"FileName\":\"powershell.exe\",\"DeviceName\":\"a\"}\n",
        ),
        (
            "exports/EmailEvents.json",
            "{\"Timestamp\":\"2026-11-19T08:00:00Z\",\"Type\":\"EmailEvents\",\"NetworkMessageId\":\"m1\",\"RecipientEmailAddress\":\"mia@contoso.example\"}\n{\"Timestamp\":\"never\",\"Type\":\"EmailEvents\"}\n",
        ),
        ("firewall.json", "{\"TimeGenerated\":\"2026-11-19T08:00:00Z\",\"Action_s\":\"deny\"}\n"),
        ("logs/a.json", "{\"Timestamp\":\"2026-11-19T08:00:00Z\",\"Type\":\"EmailEvents\",\"NetworkMessageId\":\"m2\"}\n"),
    ] {
        put(name, text);
    }
    for name in ["firewall.json", "logs/a.json"] {
        let packed = Command::new("gzip").arg(work.join(name)).status().unwrap();
        assert!(packed.success());
    }
}
