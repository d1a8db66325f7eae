//! Of lists of bags files keep the members that content reads. Who reads others, or the list itself, reads the documents; every mix of files answers
//! alike.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use quarry_engine::{LakeDatabase, Pruning, QueryOptions, Stage};
use quarry_storage::{BuiltInCatalogue, Lake, OptimizeOptions, TableCatalogue, TableShape, WithoutHotColumns};

use super::asked::{put, rows, session};

/// The built-in catalogue as it was when lists were kept whole.
#[derive(Debug)]
struct WholeLists;

impl TableCatalogue for WholeLists {
    fn table(&self, name: &str) -> Option<TableShape> {
        let mut shape = BuiltInCatalogue.table(name)?;
        shape.hot.iter_mut().for_each(|hot| hot.members.clear());
        Some(shape)
    }

    fn spelling(&self, name: &str) -> Option<String> {
        BuiltInCatalogue.spelling(name)
    }

    fn names(&self) -> Vec<String> {
        BuiltInCatalogue.names()
    }

    fn closest(&self, name: &str) -> Option<String> {
        BuiltInCatalogue.closest(name)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kept {
    Nothing,
    Whole,
    Members,
}

async fn lake(place: &Path, kept: Kept) -> Lake {
    let catalogue: Arc<dyn TableCatalogue> = match kept {
        Kept::Nothing => Arc::new(WithoutHotColumns(BuiltInCatalogue)),
        Kept::Whole => Arc::new(WholeLists),
        Kept::Members => Arc::new(BuiltInCatalogue),
    };
    Lake::create_with(place.to_str().unwrap(), catalogue).await.unwrap()
}

/// Values that `Folders` has, lists or not.
const FOLDERS: &[&str] = &[
    r#"[{"Id":"x1","Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<1>"},{"InternetMessageId":"<2>"}]},{"Id":"x2","Path":"\\Sent"}]"#,
    r#"[{"Path":"\\Inbox","Path":"\\Second","Id":1}]"#,
    r#"[{"Id":"only"}]"#,
    r#"[{"Path":{"Id":5}},{"Path":null},{"Path":""},{"\u0050ath":"escaped"}]"#,
    r#"["text",5,null,["Path"],[{"Id":3,"Path":"deep"}]]"#,
    "[]",
    r#"{"Path":"no list","Id":7}"#,
    r#""Path""#,
    r#""[{\"Path\":\"in text\",\"Id\":1}]""#,
    "12",
    "null",
    "",
];

fn file(number: usize) -> String {
    let mut text = String::new();
    for (row, folders) in FOLDERS.iter().enumerate() {
        let folders = if folders.is_empty() {
            String::new()
        } else {
            format!(",\"Folders\":{folders}")
        };
        writeln!(
            text,
            "{{\"Timestamp\":\"2024-05-{:02}T{row:02}:00:00Z\",\"ActionType\":\"MailItemsAccessed\",\"ReportId\":\"{number}-{row:02}\",\
             \"RawEventData\":{{\"UserId\":\"u{row}\",\"ResultStatus\":\"Succeeded\"{folders}}}}}",
            number + 1
        )
        .unwrap();
    }
    text
}

/// Queries, and whether members that files keep are enough for them.
const QUERIES: &[(&str, bool)] = &[
    (
        "extend F = RawEventData.Folders | where isnotempty(F) | mv-expand parse_json(F) | extend P = tostring(F.Path) | where isnotempty(P) | project ReportId, P",
        true,
    ),
    ("mv-expand F = RawEventData['Folders'] | project ReportId, F.Path", true),
    (
        "mv-expand F = RawEventData.Folders | where F.Path has 'inbox' | summarize n = count() by tostring(F.Path)",
        true,
    ),
    ("mv-expand F = RawEventData.Folders limit 1 | project ReportId, F.Path.Id", true),
    ("where isempty(RawEventData.Folders) | project ReportId", true),
    (
        "extend F = RawEventData.Folders | extend G = F | mv-expand F, G | project ReportId, F.Path, P = tostring(G.Path)",
        true,
    ),
    (
        "project ReportId, RawEventData.Folders[0].Path, Last = RawEventData.Folders[-1].Path",
        true,
    ),
    (
        "extend F = RawEventData.Folders | project ReportId, F | mv-expand F | project ReportId, F.Path",
        true,
    ),
    ("mv-expand F = RawEventData.Folders | project ReportId, F.Id", false),
    ("mv-expand F = RawEventData.Folders | project ReportId, F", false),
    (
        "mv-expand F = RawEventData.Folders | project ReportId, P = F.Path, K = bag_keys(F)",
        false,
    ),
    ("mv-expand F = RawEventData.Folders | mv-expand F | project ReportId, F.Path", false),
    ("mv-expand F = RawEventData.Folders to typeof(string) | project ReportId, F", false),
    (
        "mv-expand F = RawEventData.Folders | mv-expand I = F.FolderItems | project ReportId, F.Path, I.InternetMessageId",
        false,
    ),
    (
        "extend F = RawEventData.Folders | mv-expand F | extend P = F.Path | project-rename Other = F | project ReportId, Other",
        false,
    ),
    ("project ReportId, RawEventData.Folders", false),
    ("where RawEventData.Folders has 'x1' | project ReportId", false),
    ("where tostring(RawEventData.Folders) == '[]' | project ReportId", false),
    ("project ReportId, RawEventData.Folders[0].Id", false),
    ("project ReportId, RawEventData.Folders[0]", false),
    ("project ReportId, RawEventData.Folders.Id", false),
    (
        "mv-apply F = RawEventData.Folders on (where F.Path != '' | summarize Ids = make_list(F.Id)) | project ReportId, Ids",
        false,
    ),
    ("extend F = RawEventData.Folders | distinct tostring(F)", false),
    (
        "extend F = RawEventData.Folders | mv-expand F | as T | union (T | project ReportId, F.Id), (T | project ReportId, F.Path)",
        false,
    ),
    (
        "mv-expand F = RawEventData.Folders | join kind=inner (CloudAppEvents | extend G = RawEventData.Folders | project ReportId, G) on ReportId | project ReportId, F.Path, G",
        false,
    ),
    (
        "mv-expand with_itemindex=at F = RawEventData.Folders | project ReportId, at, F.Path",
        false,
    ),
];

#[test]
fn every_mix_of_files_answers_alike() {
    super::super::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain");
        let mut lakes = Vec::new();
        for (number, order) in [
            [Kept::Members; 3],
            [Kept::Nothing, Kept::Members, Kept::Whole],
            [Kept::Whole, Kept::Nothing, Kept::Members],
        ]
        .into_iter()
        .enumerate()
        {
            let place = folder.path().join(format!("lake{number}"));
            for (at, kept) in order.into_iter().enumerate() {
                put(
                    &lake(&place, kept).await,
                    folder.path(),
                    &format!("{at}/CloudAppEvents.json"),
                    &file(at),
                )
                .await;
            }
            lakes.push(lake(&place, Kept::Members).await);
        }
        for at in 0..3 {
            put(
                &lake(&plain, Kept::Nothing).await,
                folder.path(),
                &format!("{at}/CloudAppEvents.json"),
                &file(at),
            )
            .await;
        }
        let expected = LakeDatabase::open(&lake(&plain, Kept::Nothing).await).await.unwrap();
        let options = QueryOptions::default();
        for round in 0..2 {
            for (number, lake) in lakes.iter().enumerate() {
                let database = LakeDatabase::open(lake).await.unwrap();
                for (query, _) in QUERIES {
                    let query = format!("CloudAppEvents | {query}");
                    let right = rows(&session(Pruning::NONE), &expected, &options, &query).await;
                    for pruning in [Pruning::NONE, Pruning::default()] {
                        let found = rows(&session(pruning), &database, &options, &query).await;
                        assert_eq!(found, right, "lake {number}, round {round}: {query}");
                    }
                }
                lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
            }
        }
    });
}

#[test]
fn members_are_read_where_they_are_enough() {
    super::super::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = lake(&folder.path().join("lake"), Kept::Members).await;
        put(&lake, folder.path(), "CloudAppEvents.json", &file(0)).await;
        let database = LakeDatabase::open(&lake).await.unwrap();
        let session = session(Pruning::default());
        for (query, enough) in QUERIES {
            let query = format!("CloudAppEvents | {query}");
            let plan = session
                .explain(&query, Stage::Physical, &database, &QueryOptions::default())
                .await
                .unwrap();
            assert_eq!(plan.contains("RawEventData.Folders[].Path"), *enough, "{query}\n{plan}");
        }
        let status = lake.status().await.unwrap();
        assert!(
            status[0].hot.iter().any(|hot| hot.path == "RawEventData.Folders[].Path"),
            "{status:?}"
        );
    });
}
