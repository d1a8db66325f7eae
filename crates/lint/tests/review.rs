//! Reviews of whole documents.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use quarry_content::load_text;
use quarry_lint::{fix, review};
use quarry_semantics::SchemaCatalog;
use quarry_text::{Diagnostic, Severity, render};

fn found(name: &str, text: &str) -> Vec<Diagnostic> {
    review(&load_text(name, text), &SchemaCatalog).diagnostics
}

fn codes(query: &str) -> Vec<String> {
    let found = found("a.kql", query);
    found
        .iter()
        .filter(|found| found.severity != Severity::Hint)
        .map(|found| found.code.to_string())
        .collect()
}

const MAILBOXES: &str = "id: 6a927d9a-66c3-4491-815d-a31d4bbb2948
name: Access to other people's mailboxes
description: Accounts that read mail of others.
tactics:
  - Collection
query: |
  let UserThreshold = 1;
  let FolderThreshold = 5;
  let items = materialize(
      CloudAppEvents
      | where Timestamp > ago(14d)
      | extend Owner = tostring(RawEventData['MailboxOwnerUPN']), Box = RawEventData['MailboxGuid'], Path = tostring(RawEventData.Path)
      | project Timestamp, AccountId, Owner, Path, tostring(Box)
  );
  items
  | join kind=rightanti (items | where Timestamp > ago(7d)) on Owner, AccountId
  | summarize FolderCount = dcount(Path), UserCount = dcount(Box) by AccountId
  | where UserCount > UserThreshold or FolderCount > FolderThreshold
  | extend Reason = case(
      UserCount > UserThreshold and FolderCount > FolderThreshold, \"Both\",
      FolderCount > FolderThreshold and UserCount < UserThreshold, \"Folders\",
      \"Users\")
";

#[test]
fn a_branch_is_proved_unreachable_from_the_constants() {
    let document = load_text("mailboxes.yaml", MAILBOXES);
    let found = review(&document, &SchemaCatalog).diagnostics;
    insta::assert_snapshot!(render::terminal("mailboxes.yaml", MAILBOXES, &found, false));
    let other = MAILBOXES.replace("let UserThreshold = 1;", "let UserThreshold = 2;");
    assert!(review(&load_text("a.yaml", &other), &SchemaCatalog).diagnostics.is_empty());
}

#[test]
fn what_an_unknown_parser_gives_is_not_held_against_a_query() {
    let errors = |query: &str| {
        let found = found("a.kql", query);
        found.into_iter().filter(Diagnostic::is_error).collect::<Vec<_>>()
    };
    let starred = "Parsed_CL_Parser\n| summarize arg_max(Count, *) by Host\n| project Time, Host, User";
    assert_eq!(errors(starred), []);
    let joined = "let seen = SigninLogs | project EventTime = TimeGenerated, IPAddress;\nseen\n| join kind=inner (Parser | summarize Total = \
                  sum(Bytes) by bin(EventTime, 1h), Host) on EventTime\n| project Host, Total";
    assert_eq!(errors(joined), []);
    assert!(!errors("Parser | summarize max(Count) by Host | project User").is_empty());
    assert_eq!(
        errors("Parser | extend Image = Details.[4].['#text'] | summarize count() by Image"),
        []
    );
    let misspelt = errors("Event | extend Image = EventDetail.[4].Text | summarize count() by Image");
    assert_eq!(misspelt.len(), 1, "what follows from a mistake is no other one: {misspelt:?}");
    let named = "SigninLogs | where TimeGenerated > ago(1d) | project round(Share = 1.5) | where Share > 1";
    assert_eq!(errors(named), []);
}

#[test]
fn nulls_and_empty_groups_are_thought_of() {
    // The count of all rows may be 0, numbers may be null, and only texts are counted wherever they are.
    assert!(codes("SigninLogs | where TimeGenerated > ago(1d) | summarize n = count() | extend r = iff(n < 1, 'none', 'some')").is_empty());
    assert!(
        codes("SecurityEvent | where TimeGenerated > ago(1d) | extend r = case(EventID > 5, 'a', EventID <= 5, 'b', 'null')").is_empty()
    );
    assert_eq!(
        codes(
            "SecurityEvent | where TimeGenerated > ago(1d) | extend r = case(isnull(EventID), 'n', EventID > 5, 'a', EventID <= 5, 'b', 'rest')"
        ),
        ["Q0401"]
    );
    assert!(codes("T | where 1 == 1").iter().all(|code| code != "Q0403"));
}

#[test]
fn what_a_function_is_called_with_proves_nothing_about_its_body() {
    let query = "let Level = (n: long) { case(n > 10, 'high', n > 0, 'low', 'none') };\n\
                 SigninLogs | where TimeGenerated > ago(1d) | extend a = Level(20), b = Level(0)";
    assert!(codes(query).is_empty(), "{:?}", codes(query));
}

#[test]
fn contradictions_through_lets_joins_and_renames() {
    let early = "let Wanted = 4624;\nSecurityEvent\n| where TimeGenerated > ago(1d) and EventID == Wanted\n| project Id = EventID, Account";
    assert_eq!(codes(&format!("{early}\n| where Id == 4625")), ["Q0402"]);
    assert!(codes(&format!("{early}\n| where Id == 4624")).is_empty());
    let outer = format!("SigninLogs | where TimeGenerated > ago(1d) | join kind=leftouter ({early}) on $left.Identity == $right.Account");
    let outer = outer.replace("let Wanted = 4624;\n", "").replace("Wanted", "4624");
    assert!(
        codes(&format!("{outer} | where isempty(Account)")).is_empty(),
        "an outer join leaves sides empty"
    );
    assert_eq!(
        codes("SigninLogs | where TimeGenerated > ago(1d) | where Location == 'NL' and Location == 'DE'"),
        ["Q0402"]
    );
    assert_eq!(
        codes("SigninLogs | where TimeGenerated > ago(1d) | where Location =~ 'nl' and Location =~ 'DE'"),
        ["Q0402"]
    );
    assert!(codes("SigninLogs | where TimeGenerated > ago(1d) | where Location =~ 'NL' and Location == 'nl'").is_empty());
}

#[test]
fn windows_of_time_that_are_empty() {
    let empty = [
        "SigninLogs | where TimeGenerated > ago(1d) and TimeGenerated < ago(7d)",
        "SigninLogs | where TimeGenerated between (ago(1d) .. ago(14d))",
        "let Recent = 7d; let Baseline = 14d; SigninLogs | where TimeGenerated >= now() - Recent | where TimeGenerated < now(-2 * Recent)",
        "SigninLogs | where TimeGenerated > ago(1d) | project Seen = TimeGenerated, Location | where Seen <= ago(2d)",
        "SigninLogs | where TimeGenerated > ago(1d) | where not(TimeGenerated > ago(2d))",
        "SigninLogs | where TimeGenerated > datetime(2026-11-02) and TimeGenerated < datetime(2026-11-01)",
    ];
    for query in empty {
        assert!(codes(query).contains(&"Q0402".to_owned()), "{query}: {:?}", codes(query));
    }
    let possible = [
        "SigninLogs | where TimeGenerated < ago(1d) and TimeGenerated > ago(7d)",
        "SigninLogs | where TimeGenerated between (ago(14d) .. ago(1d))",
        "SigninLogs | where TimeGenerated > ago(1d) | join kind=inner (SigninLogs | where TimeGenerated < ago(7d)) on UserId",
        "SigninLogs | where TimeGenerated > ago(1d) or TimeGenerated < ago(7d)",
        // Midnight may be before the hour, and nobody knows where now is among the dates.
        "SigninLogs | where TimeGenerated >= startofday(ago(1d)) and TimeGenerated < ago(1d)",
        "SigninLogs | where TimeGenerated > ago(1d) and TimeGenerated < datetime(2026-11-01)",
        "SigninLogs | where TimeGenerated > ago(1d) and CreatedDateTime < ago(7d)",
    ];
    for query in possible {
        assert!(!codes(query).contains(&"Q0402".to_owned()), "{query}: {:?}", codes(query));
    }
}

#[test]
fn places_are_those_of_the_document() {
    let source = "id: 6a927d9a-66c3-4491-815d-a31d4bbb2948\nname: a\ndescription: b\nquery: >\n  SigninLogs\n  | where TimeGenerated > ago(1d)\n  | where NoSuchColumn == 1\n";
    let diagnostics = found("a.yaml", source);
    assert_eq!(diagnostics[0].span.text(source), "NoSuchColumn");
    let quoted = "id: 6a927d9a-66c3-4491-815d-a31d4bbb2948\nname: a\ndescription: b\nquery: \"SigninLogs | where TimeGenerated > ago(1d) | where Location == \\\"x\\\" and NoSuch == 1\"\n";
    assert_eq!(found("a.yaml", quoted)[0].span.text(quoted), "NoSuch");
}

#[test]
fn fixes_change_their_place_alone() {
    let source = "id: 6a927d9a-66c3-4491-815d-a31d4bbb2948\r\nname:  'two  blanks' # kept\r\ndescription: b\r\ntactics:\r\n  - Initial access\r\nrelevantTechniques:\r\n  - t1078\r\nquery: |\r\n  SigninLogs   // odd  blanks\r\n  | where TimeGenerated > ago(1d) and Location in ('a','b',  'a')\r\n  | join   AuditLogs on CorrelationId\r\n";
    let fixed = fix(source, &found("a.yaml", source));
    let expected = source
        .replace("Initial access", "InitialAccess")
        .replace("t1078", "T1078")
        .replace(",  'a')", ")")
        .replace("| join   Audit", "| join kind=innerunique   Audit");
    assert_eq!(fixed.text, expected);
    assert_eq!(fixed.made, 4);
    assert_eq!(fix(&fixed.text, &found("a.yaml", &fixed.text)).made, 0);
}

#[test]
fn an_edit_in_a_quoted_query_is_left_to_a_person() {
    let source = "id: 6a927d9a-66c3-4491-815d-a31d4bbb2948\nname: a\ndescription: b\nquery: \"SigninLogs | where TimeGenerated > ago(1d) and Location in (\\\"a\\\", \\\"a\\\")\"\n";
    let diagnostics = found("a.yaml", source);
    assert!(diagnostics.iter().any(|found| found.code == "Q0417"));
    assert_eq!(fix(source, &diagnostics).made, 0);
}

#[test]
fn comments_allow() {
    let query = "SigninLogs | where TimeGenerated > ago(1d)\n// quarry: allow join-kind - one row a key\n| join AuditLogs on CorrelationId";
    let review = review(&load_text("a.kql", query), &SchemaCatalog);
    assert_eq!(review.suppressed, 1);
    assert!(review.diagnostics.is_empty());
}

#[test]
fn what_is_unknown_is_no_certain_mistake() {
    let parser = found("a.kql", "CiscoUmbrellaParser | where TimeGenerated > ago(1d)");
    assert_eq!(parser[0].severity, Severity::Warning, "{parser:?}");
    let typo = found("a.kql", "SigninLog | where TimeGenerated > ago(1d)");
    assert_eq!(typo[0].severity, Severity::Error, "{typo:?}");
}
