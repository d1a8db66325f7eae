//! Unions of many tables with few columns in common: planned in another way than others, with the same answers.

use std::fmt::Write as _;

use quarry_engine::{EngineConfig, MemoryDatabase, QueryOptions, Session, Stage};

use super::{runtime, table};

const TABLES: usize = 16;
/// Columns that only one table has: a text, a number and a document in turn. All together are more than an ordinary projection is made for.
const OWN: usize = 38;

fn columns(place: usize) -> impl Iterator<Item = (String, &'static str)> {
    let own = (0..OWN).map(move |at| (format!("c{place:02}_{at:02}"), ["string", "long", "dynamic"][at % 3]));
    [("Id".to_owned(), "long"), ("User".to_owned(), "string")].into_iter().chain(own)
}

/// Three rows of a table, as a query.
fn rows(place: usize) -> String {
    let declared: Vec<String> = columns(place).map(|(name, ty)| format!("{name}:{ty}")).collect();
    let mut cells = String::new();
    for row in 0..3 {
        for (name, ty) in columns(place) {
            let _ = match ty {
                "string" if name == "User" => write!(cells, "'u{row}', "),
                "string" => write!(cells, "'{name} r{row}', "),
                "long" => write!(cells, "{}, ", place * 10 + row),
                _ => write!(cells, "dynamic({{\"place\": {place}}}), "),
            };
        }
    }
    format!("datatable({})[{}]", declared.join(", "), cells.trim_end_matches(", "))
}

/// The answer as text, one line for the columns and one for each row.
async fn answer(session: &Session, database: &MemoryDatabase, query: &str) -> Vec<String> {
    let outcome = session.query(query, database, &QueryOptions::default()).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{query}: {:?}", error.diagnostics));
    table(&outcome.tables[0]).lines().map(str::to_owned).collect()
}

async fn database(session: &Session) -> MemoryDatabase {
    let mut database = MemoryDatabase::new();
    for place in 0..TABLES {
        let outcome = session
            .query(&rows(place), &MemoryDatabase::new(), &QueryOptions::default())
            .await
            .unwrap();
        let result = &outcome.tables[0];
        let columns = result.columns.iter().map(|column| (column.name.clone(), column.ty)).collect();
        database.add(&format!("T{place:02}"), columns, result.batches.clone()).unwrap();
    }
    database
}

#[test]
fn wide_unions_answer_as_narrow_ones_do() {
    let config = EngineConfig::default();
    let (session, plain) = (Session::new(&config).unwrap(), Session::without_optimization(&config).unwrap());
    runtime().block_on(async {
        let database = database(&session).await;
        let plan = session
            .explain("union T*", Stage::Plan, &database, &QueryOptions::default())
            .await
            .unwrap();
        assert!(plan.contains("WideUnion"), "{plan}");
        let cases: &[(&str, &[&str])] = &[
            ("union T* | count", &["Count:long", "48"]),
            (
                "union withsource = From T* | where c03_00 has 'r1' | project From, Id, User, c03_00, c04_00, c04_01",
                &[
                    "From:string | Id:long | User:string | c03_00:string | c04_00:string | c04_01:long",
                    "\"T03\" | 31 | \"u1\" | \"c03_00 r1\" | \"\" | null",
                ],
            ),
            (
                "union T* | summarize arg_max(Id, *) | project Id, User, c15_00, c03_00",
                &[
                    "Id:long | User:string | c15_00:string | c03_00:string",
                    "152 | \"u2\" | \"c15_00 r2\" | \"\"",
                ],
            ),
            (
                "union T* | summarize arg_min(Id, *) by User | sort by User asc | project User, Id, c00_01, c01_01",
                &[
                    "User:string | Id:long | c00_01:long | c01_01:long",
                    "\"u0\" | 0 | 0 | null",
                    "\"u1\" | 1 | 1 | null",
                    "\"u2\" | 2 | 2 | null",
                ],
            ),
            (
                "union T* | where Id > 1000 | summarize arg_max(Id, *) | project Id, User, c03_00, c03_01",
                &["Id:long | User:string | c03_00:string | c03_01:long", "null | \"\" | \"\" | null"],
            ),
            ("union T* | where isempty(c03_00) | count", &["Count:long", "45"]),
            ("union T* | where isnull(c03_01) and isnull(c04_02) | count", &["Count:long", "42"]),
            (
                "union T* | where c03_01 > 30 or c05_00 has 'c05' | summarize sum(Id)",
                &["sum_Id:long", "216"],
            ),
            (
                "union T* | where User == 'u2' and Id > 140 | project Id",
                &["Id:long", "142", "152"],
            ),
            (
                "union T* | summarize n = count(), d = max(tolong(c07_02.place)) by User | sort by User asc",
                &[
                    "User:string | n:long | d:long",
                    "\"u0\" | 16 | 7",
                    "\"u1\" | 16 | 7",
                    "\"u2\" | 16 | 7",
                ],
            ),
            ("union T* | take 5 | count", &["Count:long", "5"]),
            (
                "union T* | top 1 by c09_01 desc nulls last | project Id, c09_01",
                &["Id:long | c09_01:long", "92 | 92"],
            ),
            (
                "union T* | project-reorder c09_01 | getschema | summarize count(), max(iff(ColumnOrdinal == 0, ColumnName, ''))",
                &["count_:long | max_:string", "610 | \"c09_01\""],
            ),
            (
                "search 'c11_03' | project $table, Id | sort by Id asc | take 2",
                &["$table:string | Id:long", "\"T11\" | 110", "\"T11\" | 111"],
            ),
            (
                "union T* | extend Id = Id + 1000, m = c03_01 * 2 | where m > 62 and User == 'u2' | project Id, m, c03_00",
                &["Id:long | m:long | c03_00:string", "1032 | 64 | \"c03_00 r2\""],
            ),
            (
                "union T* | project-away c00_* | project-rename Who = User | where Who == 'u1' and c04_01 > 0 | project Who, c04_00",
                &["Who:string | c04_00:string", "\"u1\" | \"c04_00 r1\""],
            ),
            (
                "union T* | extend a = strcat(User, c05_00) | sort by Id asc | extend n = row_number() | where c05_01 == 51 | project a, n",
                &["a:string | n:long", "\"u1c05_00 r1\" | 17"],
            ),
            (
                "let t = materialize(union T* | extend twice = Id * 2); t | union t | where twice == 20 | summarize count() by User",
                &["User:string | count_:long", "\"u0\" | 2"],
            ),
            (
                "union T* | parse c06_00 with * ' r' k:long | where k == 1 | project-reorder k | take 1 | project k, c06_00",
                &["k:long | c06_00:string", "1 | \"c06_00 r1\""],
            ),
            (
                "union T* | lookup (datatable(Id:long, Note:string)[21, 'x']) on Id | where isnotempty(Note) | project Id, Note, c02_00",
                &["Id:long | Note:string | c02_00:string", "21 | \"x\" | \"c02_00 r1\""],
            ),
            (
                "T03 | join kind=inner (union T* | where c03_00 has 'r2') on Id | project Id, c03_00",
                &["Id:long | c03_00:string", "32 | \"c03_00 r2\""],
            ),
        ];
        for (query, expected) in cases {
            let mut sorted = answer(&session, &database, query).await;
            let mut slow = answer(&plain, &database, query).await;
            sorted[1..].sort();
            slow[1..].sort();
            assert_eq!(sorted, *expected, "{query}");
            assert_eq!(slow, *expected, "{query} without optimization");
        }
    });
}

#[test]
fn rows_that_the_query_holds_keep_their_order() {
    let session = Session::new(&EngineConfig::default()).unwrap();
    let legs: Vec<String> = (0..TABLES).rev().map(|place| format!("({})", rows(place))).collect();
    let query = format!("union {} | project Id", legs.join(", "));
    let expected: Vec<String> = (0..TABLES)
        .rev()
        .flat_map(|place| (0..3).map(move |row| (place * 10 + row).to_string()))
        .collect();
    runtime().block_on(async {
        let ids = answer(&session, &MemoryDatabase::new(), &query).await;
        assert_eq!(ids[1..], expected);
    });
}

/// A leg of which no row can pass is not read.
#[test]
fn filters_reach_the_legs() {
    let session = Session::new(&EngineConfig::default()).unwrap();
    runtime().block_on(async {
        let database = database(&session).await;
        let query = "union T* | where c03_00 == 'c03_00 r1' | project Id";
        let plan = session
            .explain(query, Stage::Physical, &database, &QueryOptions::default())
            .await
            .unwrap();
        let (read, empty) = (plan.matches("DataSourceExec").count(), plan.matches("EmptyExec").count());
        assert_eq!((read, empty), (1, TABLES - 1), "{plan}");
    });
}
