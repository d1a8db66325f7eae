//! Tables of a lake are read when a query asks for them, and stay as they were then.

use std::path::Path;

use quarry_engine::{Database as _, LakeDatabase, Pruning, QueryOptions, Session};
use quarry_storage::Lake;

use super::asked::{put, rows, session};

/// An event of a day.
fn row(day: usize, who: &str) -> String {
    format!("{{\"Timestamp\":\"2024-05-{day:02}T01:00:00Z\",{who},\"ActionType\":\"x\"}}\n")
}

const ACCOUNT: &str = "\"AccountId\":\"a\"";
const DEVICE: &str = "\"DeviceName\":\"d\"";

struct Place {
    folder: tempfile::TempDir,
    lake: Lake,
    session: Session,
}

impl Place {
    /// A lake with a row in each of two tables.
    async fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
        put(&lake, folder.path(), "1/CloudAppEvents.json", &row(1, ACCOUNT)).await;
        put(&lake, folder.path(), "2/DeviceEvents.json", &row(1, DEVICE)).await;
        Place {
            folder,
            lake,
            session: session(Pruning::default()),
        }
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn count(&self, database: &LakeDatabase, query: &str) -> String {
        let counted = rows(&self.session, database, &QueryOptions::default(), query).await;
        counted.concat().trim().to_owned()
    }

    async fn refusal(&self, database: &LakeDatabase, query: &str) -> String {
        let refused = self.session.query(query, database, &QueryOptions::default()).await;
        refused.expect_err(query).to_string()
    }
}

#[test]
fn only_what_is_asked_for_is_read() {
    crate::runtime().block_on(async {
        let place = Place::new().await;
        let database = LakeDatabase::open(&place.lake).await.unwrap();
        let read = |database: &LakeDatabase| database.tables().map(|(table, _)| table.name.clone()).collect::<Vec<_>>();
        assert_eq!(place.count(&database, "print 1").await, "1");
        assert_eq!(read(&database), Vec::<String>::new());
        assert_eq!(place.count(&database, "DeviceEvents | count").await, "1");
        assert_eq!(read(&database), ["DeviceEvents"]);
        assert_eq!(place.count(&database, "union (['CloudAppEvents']), _quarantine | count").await, "1");
        assert_eq!(read(&database), ["CloudAppEvents", "DeviceEvents", "_quarantine"]);
        let all = LakeDatabase::open(&place.lake).await.unwrap();
        all.fetch_all().await.unwrap();
        assert!(all.tables().count() > 3, "the journals are there: {:?}", read(&all));
    });
}

#[test]
fn wildcards_find_tables_that_nobody_has_named() {
    crate::runtime().block_on(async {
        let place = Place::new().await;
        for query in [
            "union * | count",
            "union *Events | count",
            "search * | count",
            "search 'x' | count",
            "find where ActionType == 'x' project ActionType | count",
            "union withsource=table Cloud*, Dev* | count",
        ] {
            let database = LakeDatabase::open(&place.lake).await.unwrap();
            assert_eq!(place.count(&database, query).await, "2", "{query}");
        }
    });
}

#[test]
fn a_table_stays_as_it_was_first_read() {
    crate::runtime().block_on(async {
        let place = Place::new().await;
        let database = LakeDatabase::open(&place.lake).await.unwrap();
        assert_eq!(place.count(&database, "CloudAppEvents | count").await, "1");
        put(&place.lake, place.folder(), "3/CloudAppEvents.json", &row(2, ACCOUNT)).await;
        put(&place.lake, place.folder(), "4/DeviceEvents.json", &row(2, DEVICE)).await;
        assert_eq!(place.count(&database, "CloudAppEvents | count").await, "1");
        // Nobody had looked at this one.
        assert_eq!(place.count(&database, "DeviceEvents | count").await, "2");
        assert_eq!(place.count(&database, "union * | count").await, "3");
        let again = LakeDatabase::open(&place.lake).await.unwrap();
        assert_eq!(place.count(&again, "union * | count").await, "4");
    });
}

#[test]
fn a_damaged_log_stops_the_queries_that_need_it() {
    crate::runtime().block_on(async {
        let place = Place::new().await;
        let log = place.folder().join("lake/DeviceEvents/_delta_log/00000000000000000000.json");
        std::fs::write(log, "this is no commit").unwrap();
        // Another lake, since this one remembers what it wrote.
        let lake = Lake::open(place.folder().join("lake").to_str().unwrap()).await.unwrap();
        let database = LakeDatabase::open(&lake).await.unwrap();
        assert_eq!(place.count(&database, "CloudAppEvents | count").await, "1");
        assert_eq!(
            place.count(&database, "CloudAppEvents | extend DeviceEvents = 5 | count").await,
            "1"
        );
        for query in [
            "DeviceEvents | count",
            "union * | count",
            "union isfuzzy=true CloudAppEvents, DeviceEvents",
            "search 'x'",
        ] {
            let refusal = place.refusal(&database, query).await;
            assert!(refusal.contains("DeviceEvents"), "{query}: {refusal}");
        }
    });
}

/// Fields that no column takes are kept. They are seen by who asks for them by name, and by nobody else.
#[test]
fn fields_without_a_column_can_be_asked_for() {
    crate::runtime().block_on(async {
        let place = Place::new().await;
        let more = "{\"Timestamp\":\"2024-05-03T01:00:00Z\",\"AccountId\":\"b\",\"ActionType\":\"y\",\"Brand\":{\"New\":7}}\n";
        put(&place.lake, place.folder(), "3/CloudAppEvents.json", more).await;
        let database = LakeDatabase::open(&place.lake).await.unwrap();
        for (query, expected) in [
            ("CloudAppEvents | where _extra.Brand.New == 7 | project AccountId", "\"b\""),
            ("CloudAppEvents | where isnull(_extra) | project AccountId", "\"a\""),
            (
                "CloudAppEvents | where isnotempty(_extra) | project tostring(_extra)",
                r#""{\"Brand\":{\"New\":7}}""#,
            ),
            ("union * | where isnotempty(_extra.Brand) | count", "1"),
            ("CloudAppEvents | getschema | where ColumnName startswith '_e' | count", "0"),
        ] {
            assert_eq!(place.count(&database, query).await, expected, "{query}");
        }
        let refusal = place.refusal(&database, "print x = 1 | project _extra").await;
        assert!(refusal.contains("_extra"), "{refusal}");
    });
}
