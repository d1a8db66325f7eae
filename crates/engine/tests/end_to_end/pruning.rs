//! Queries as hunters write them reach the scan as bounds and terms, and answer the same without any pruning.

use quarry_engine::{Analysis, LakeDatabase, Pruning, QueryOptions, Session};
use quarry_storage::Lake;

use super::asked::{self, opened, put, session};

/// Days that have a file each; the clock stands at the end of the last.
const DAYS: u32 = 6;
const HOURS: u32 = 24;

struct Archive {
    database: LakeDatabase,
    now: i64,
    _folder: tempfile::TempDir,
}

/// A table of sign-ins, a file a day and a row an hour, and one of mails in a single file.
async fn archive() -> Archive {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
    for day in 1..=DAYS {
        let mut rows = String::new();
        for hour in 0..HOURS {
            rows.push_str(&format!(
                "{{\"TimeGenerated\":\"2024-05-{day:02}T{hour:02}:30:00.1234567Z\",\"UserPrincipalName\":\"user{hour}@day{day}.example\",\"ResultType\":\"0\",\
                 \"LocationDetails\":{{\"city\":\"City{day}\",\"countryOrRegion\":\"XX\"}}}}\n"
            ));
        }
        put(&lake, folder.path(), &format!("{day}/SigninLogs.json"), &rows).await;
    }
    let mails: String = (1..=DAYS)
        .map(|day| format!("{{\"Timestamp\":\"2024-05-{day:02}T01:00:00Z\",\"Subject\":\"mail {day}\",\"RecipientEmailAddress\":\"user1@day{day}.example\"}}\n"))
        .collect();
    put(&lake, folder.path(), "EmailEvents.json", &mails).await;
    Archive {
        database: LakeDatabase::open(&lake).await.unwrap(),
        now: quarry_value::parse::datetime("2024-05-07").unwrap(),
        _folder: folder,
    }
}

impl Archive {
    fn options(&self) -> QueryOptions {
        QueryOptions {
            now: Some(self.now),
            parameters: [("since".to_owned(), "datetime(2024-05-05)".to_owned())].into(),
            ..QueryOptions::default()
        }
    }

    async fn rows(&self, session: &Session, query: &str) -> Vec<String> {
        asked::rows(session, &self.database, &self.options(), query).await
    }

    async fn analysis(&self, query: &str) -> Analysis {
        asked::analysis(&session(Pruning::default()), &self.database, &self.options(), query).await
    }
}

/// Queries, and how many of the files of sign-ins their scans may open.
const BOUNDED: &[(&str, usize)] = &[
    ("SigninLogs | where TimeGenerated > ago(1d)", 1),
    ("SigninLogs | where TimeGenerated >= now() - 2d", 2),
    (
        "SigninLogs | where TimeGenerated between (datetime(2024-05-02) .. datetime(2024-05-03 23:59:59))",
        2,
    ),
    ("SigninLogs | where TimeGenerated between (datetime(2024-05-02) .. 1d)", 1),
    ("SigninLogs | where TimeGenerated between (ago(3d) .. ago(2d))", 1),
    ("SigninLogs | where bin(TimeGenerated, 1h) == datetime(2024-05-04 03:00)", 1),
    ("SigninLogs | where bin(TimeGenerated, 1d) >= datetime(2024-05-05)", 2),
    (
        "SigninLogs | where bin(TimeGenerated, 1d) in (datetime(2024-05-05), datetime(2024-05-06))",
        2,
    ),
    ("SigninLogs | where startofday(TimeGenerated) == datetime(2024-05-04)", 1),
    ("SigninLogs | where endofday(TimeGenerated) < datetime(2024-05-03)", 2),
    (
        "let start = ago(2d); let end = now() - 1d; SigninLogs | where TimeGenerated between (start .. end)",
        1,
    ),
    ("let window = 36h; SigninLogs | where TimeGenerated > ago(window)", 2),
    (
        "declare query_parameters(since:datetime = datetime(2024-01-01)); SigninLogs | where TimeGenerated >= since",
        2,
    ),
    (
        "let recent = (T:(TimeGenerated:datetime)) { T | where TimeGenerated > ago(1d) }; recent(SigninLogs)",
        1,
    ),
    ("SigninLogs | extend When = TimeGenerated | where When > ago(1d)", 1),
    ("SigninLogs | project-rename When = TimeGenerated | where When > ago(1d)", 1),
    (
        "SigninLogs | extend Hour = bin(TimeGenerated, 1h) | where Hour > datetime(2024-05-06 00:00)",
        1,
    ),
    (
        "SigninLogs | project TimeGenerated, UserPrincipalName | where TimeGenerated > ago(1d)",
        1,
    ),
    ("SigninLogs | where TimeGenerated + 1h > datetime(2024-05-06 01:00)", 1),
    ("SigninLogs | where TimeGenerated - 12h >= datetime(2024-05-06)", 1),
    ("SigninLogs | where now() - TimeGenerated < 1d", 1),
    ("SigninLogs | where datetime_diff('day', now(), TimeGenerated) <= 1", 1),
    ("SigninLogs | where datetime_add('day', 1, TimeGenerated) > now()", 1),
    ("SigninLogs | where not(TimeGenerated < ago(1d))", 1),
    (
        "SigninLogs | where TimeGenerated > ago(1d) or TimeGenerated < datetime(2024-05-02)",
        2,
    ),
    (
        "union (SigninLogs | where TimeGenerated > ago(1d)), (SigninLogs | where TimeGenerated < datetime(2024-05-02))",
        2,
    ),
    ("union SigninLogs | where TimeGenerated > ago(1d)", 1),
    ("materialize(SigninLogs | where TimeGenerated > ago(1d)) | count", 1),
    (
        "let T = SigninLogs | where TimeGenerated > ago(1d); T | summarize count() by UserPrincipalName | count",
        1,
    ),
    (
        "SigninLogs | where TimeGenerated > ago(1d) | join kind=inner (EmailEvents) on $left.UserPrincipalName == $right.RecipientEmailAddress",
        1,
    ),
    (
        "SigninLogs | join kind=inner (EmailEvents) on $left.UserPrincipalName == $right.RecipientEmailAddress | where TimeGenerated > ago(1d)",
        1,
    ),
    (
        "SigninLogs | summarize count() by bin(TimeGenerated, 1d) | where TimeGenerated >= datetime(2024-05-06)",
        1,
    ),
    (
        "SigninLogs | where TimeGenerated > toscalar(EmailEvents | summarize max(Timestamp))",
        1,
    ),
    ("SigninLogs | where UserPrincipalName has 'day3'", 1),
    ("SigninLogs | where UserPrincipalName == 'user7@day3.example'", 1),
    ("SigninLogs | where UserPrincipalName =~ 'USER7@DAY3.EXAMPLE'", 1),
    (
        "SigninLogs | where UserPrincipalName == 'user7@day3.example' or UserPrincipalName startswith 'nobody'",
        1,
    ),
    (
        "SigninLogs | where UserPrincipalName == 'user7@day3.example' or ResultType startswith 'none' | project TimeGenerated, Location | take 5",
        1,
    ),
    (
        "SigninLogs | where UserPrincipalName in ('user7@day3.example', 'user8@day2.example')",
        2,
    ),
    ("SigninLogs | where UserPrincipalName in~ ('USER7@day3.example')", 1),
    ("SigninLogs | where UserPrincipalName has_any ('day1', 'day2', 'nothing')", 2),
    ("SigninLogs | where UserPrincipalName has_any (dynamic(['day1', 'day6']))", 2),
    (
        "let names = dynamic(['day1']); SigninLogs | where UserPrincipalName has_all (names)",
        1,
    ),
    ("SigninLogs | where tolower(UserPrincipalName) == 'user7@day3.example'", 1),
    ("SigninLogs | where UserPrincipalName endswith '@day4.example'", 1),
    ("SigninLogs | where UserPrincipalName startswith 'user7@day4.ex'", 1),
    (
        "SigninLogs | where UserPrincipalName in ((EmailEvents | where Subject == 'mail 2' | project RecipientEmailAddress))",
        1,
    ),
    ("SigninLogs | where tostring(LocationDetails.city) == 'City5'", 1),
    ("SigninLogs | where LocationDetails.city == 'City5'", 1),
    ("SigninLogs | where LocationDetails has 'city5'", 1),
    ("search in (SigninLogs) 'city5'", 1),
    ("SigninLogs | search 'nowhere'", 0),
    ("SigninLogs | where UserPrincipalName !has 'day3'", 6),
    ("SigninLogs | where UserPrincipalName contains 'ay3'", 6),
    ("SigninLogs", 6),
];

#[test]
fn bounds_and_terms_reach_the_scan() {
    crate::runtime().block_on(async {
        let archive = archive().await;
        let all = session(Pruning::NONE);
        let some = session(Pruning::default());
        let mut wrong = Vec::new();
        for (query, most) in BOUNDED {
            let rows = archive.rows(&all, query).await;
            assert_eq!(archive.rows(&some, query).await, rows, "{query}");
            let analysis = archive.analysis(query).await;
            let opened: usize = analysis.scans.iter().filter(|scan| scan.table == "SigninLogs").map(opened).sum();
            if opened != *most {
                wrong.push(format!("{opened} files opened, not {most}: {query}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        // The time of ingestion is known of a file before its rows are read.
        let early = archive.analysis("SigninLogs | where ingestion_time() < datetime(2020-01-01)").await;
        assert_eq!(
            (early.rows, early.scans.iter().map(|scan| scan.rows_out).sum::<usize>()),
            (0, 0),
            "{early:?}"
        );
    });
}

/// Values that are said twice, and lists that meet, become simpler filters on the way to the scan: what it has taken upon itself to test it must know again.
#[test]
fn filters_that_become_simpler_are_tested_all_the_same() {
    crate::runtime().block_on(async {
        let archive = archive().await;
        let who = "UserPrincipalName";
        let one = "'user7@day3.example'";
        for (condition, count) in [
            (format!("{who} in ({one}, {one})"), 1),
            (format!("{who} !in ({one}, {one})"), 143),
            (format!("not({who} !in ({one}, {one}))"), 1),
            (format!("{who} in ({one}, 'user8@day3.example') or {who} in ({one}, {one})"), 2),
            (format!("{who} == {one} or ({who} == {one} and {who} has 'day3')"), 1),
            (format!("{who} in ({one}, 'nobody') and {who} in ({one}, 'other')"), 1),
            (format!("{who} == {one} or {who} == {one} or ResultType == 'none'"), 1),
        ] {
            let query = format!("SigninLogs | where {condition} | project TimeGenerated");
            for pruning in [Pruning::NONE, Pruning::default(), Pruning::default().without("terms").unwrap()] {
                assert_eq!(archive.rows(&session(pruning), &query).await.len(), count, "{query}");
            }
        }
    });
}
