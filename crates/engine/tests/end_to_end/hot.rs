//! Hot columns never change an answer: lakes whose files have them, lack them, or have them in part answer every query alike.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use quarry_engine::{EngineConfig, LakeDatabase, QueryOptions, Session, Stage};
use quarry_schema::KqlType;
use quarry_storage::{ColumnOrigin, ColumnShape, HotPath, IngestOptions, Lake, OptimizeOptions, TableCatalogue, TableShape, ingest};
use quarry_value::dynamic::Segment;
use quarry_value::wire;

/// One table whose documents are kept as told.
#[derive(Debug)]
struct Catalogue(Vec<Vec<Segment>>);

impl TableCatalogue for Catalogue {
    fn table(&self, name: &str) -> Option<TableShape> {
        let column = |name: &str, ty| ColumnShape {
            name: name.to_owned(),
            ty,
            origin: ColumnOrigin::Stored,
        };
        (name == "Happenings").then(|| TableShape {
            name: name.to_owned(),
            columns: vec![
                column("TimeGenerated", KqlType::DateTime),
                column("Key", KqlType::Long),
                column("Bag", KqlType::Dynamic),
            ],
            time: Some("TimeGenerated".to_owned()),
            hot: self.0.iter().map(|path| HotPath::whole("Bag", path.clone())).collect(),
        })
    }

    fn spelling(&self, name: &str) -> Option<String> {
        name.eq_ignore_ascii_case("Happenings").then(|| "Happenings".to_owned())
    }

    fn names(&self) -> Vec<String> {
        vec!["Happenings".to_owned()]
    }

    fn closest(&self, _: &str) -> Option<String> {
        None
    }
}

fn path(steps: &[&str]) -> Vec<Segment> {
    let step = |step: &&str| step.parse().map_or_else(|_| Segment::Key((*step).to_owned()), Segment::Index);
    steps.iter().map(step).collect()
}

fn few() -> Vec<Vec<Segment>> {
    vec![path(&["a"]), path(&["list"])]
}

fn many() -> Vec<Vec<Segment>> {
    let paths: &[&[&str]] = &[
        &["a"],
        &["b"],
        &["o"],
        &["o", "k"],
        &["o", "k", "0"],
        &["list"],
        &["list", "-1"],
        &["odd key.'"],
        &["never"],
    ];
    paths.iter().map(|steps| path(steps)).collect()
}

/// JSON text of values with everything odd about them.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => prop::sample::select(vec!["x", "X", "y", "", "12", "null", "true", "it's \"so\" \\ \n é😀\u{1}", "2024-05-01T00:00:00Z"])
            .prop_map(|text| serde_json::to_string(text).unwrap()),
        3 => prop::sample::select(vec!["null", "true", "false", "0", "5", "-7", "1.50", "1e3", "12345678901234567890", "\"\\u0041\"", "\"\\/\""])
            .prop_map(str::to_owned),
    ];
    let nested = leaf.clone().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((prop::sample::select(vec!["k", "Path", "a", "K"]), inner), 0..4).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    prop_oneof![3 => leaf, 2 => nested]
}

/// Documents: mostly bags with the keys that queries look for, some twice; now and then something else, or nothing.
fn document() -> impl Strategy<Value = Option<String>> {
    let keys = vec!["a", "a", "A", "b", "o", "list", "odd key.'", "other"];
    let bag = prop::collection::vec((prop::sample::select(keys), value()), 0..6).prop_map(|members| {
        let members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        Some(format!("{{{}}}", members.join(", ")))
    });
    prop_oneof![10 => bag, 1 => value().prop_map(Some), 1 => Just(None)]
}

const QUERIES: &[&str] = &[
    "Happenings | project Key, Bag.a, Bag.b, Bag.o, Bag.list, Bag[\"odd key.'\"], Bag.never, Bag.list[-1]",
    "Happenings | project Key, t = gettype(Bag.a), n = isnull(Bag.a), e = isempty(Bag.a), s = tostring(Bag.a), l = tolower(Bag.a)",
    "Happenings | project Key, tolong(Bag.a), toreal(Bag.a), tobool(Bag.a), todatetime(Bag.a), strlen(tostring(Bag.b))",
    "Happenings | where Bag.a == 'x' | project Key",
    "Happenings | where Bag.a != 'x' | project Key",
    "Happenings | where not(Bag.a == 'x' and Bag.b == 'y') | project Key",
    "Happenings | project Key, i = Bag.a == 'x', u = Bag.a != 'x', v = tostring(Bag.a) in ('x', 'y'), w = Bag.a !in ('x', '12')",
    "Happenings | where tostring(Bag.a) == '' | project Key",
    "Happenings | where Bag.a == '' | project Key",
    "Happenings | where tostring(Bag.a) in ('x', '', '12') or Bag.b in~ ('Y') | project Key",
    "Happenings | where Bag.a has 'so' or Bag.b startswith 'X' or Bag.b endswith_cs 'x' | project Key",
    "Happenings | where Bag.a !has 'x' and Bag.b !contains 'y' | project Key",
    "Happenings | where Bag.a matches regex '^$' | project Key",
    "Happenings | where Bag.a =~ 'X' or Bag.a has_any ('true', 'y') | project Key",
    "Happenings | where Bag.a == 5 or Bag.a > 100 or Bag.b == true | project Key",
    "Happenings | where strcmp(tostring(Bag.a), 'w') > 0 | project Key",
    "Happenings | where tolower(tostring(Bag.a)) != tolower(tostring(Bag.b)) and isnotempty(Bag.list) | project Key, Bag.o.k",
    "Happenings | project Key, Bag.o.k, Bag.o.k[0], tostring(Bag.o.k[0]), Bag.o.K, Bag.list[0].Path, Bag.list[-1].Path, Bag.a.b",
    "Happenings | extend L = Bag.list | where isnotempty(L) | mv-expand L | extend P = tostring(L.Path), A = Bag.a, B = tostring(Bag.b) | project Key, L, P, A, B",
    "Happenings | extend L = Bag.list | mv-expand parse_json(L) | where Bag.a == 'x' | summarize count(), array_sort_asc(make_set(tostring(L.Path))) by tostring(Bag.a)",
    "Happenings | extend D = Bag | where D.a == 'x' | extend R = D.o | project Key, R.k, D.b",
    "Happenings | summarize count(), dcount(tostring(Bag.b)), max(tostring(Bag.b)), min(tostring(Bag.b)) by tostring(Bag.a)",
    "Happenings | summarize n = count() by a = tostring(Bag.a), k = tostring(Bag.o.k) | where a == 'x' or n > 2",
    "Happenings | distinct tostring(Bag.a), tostring(Bag['never'])",
    "Happenings | where isempty(Bag.never) | count",
    "Happenings | where isnotempty(Bag.never) | count",
    "Happenings | project Key, Bag | join kind=leftouter (Happenings | where Bag.a == 'x' | project Key, Other = Bag) on Key | project Key, Bag.a, Other.a, tostring(Other.a), tostring(Other.b)",
    "Happenings | join kind=leftanti (Happenings | where Bag.a == 'x' | extend k = tostring(Bag.b)) on Key | project Key, Bag.b",
    "union (Happenings | where Key % 2 == 0), (Happenings | where Bag.b == 'x') | where Bag.a != 'y' | project Key, tostring(Bag.a), Bag.list",
    "Happenings | sort by tostring(Bag.a) asc, Key asc | take 7 | project Key, Bag.b",
    "Happenings | extend b = tostring(Bag.b) | sort by b desc, Key desc | take 5 | project Key, Bag.a",
    "let E = materialize(Happenings | extend a = tostring(Bag.a)); E | where a == 'x' | project Key, Bag.b | union (E | where a == 'y' | project Key, Bag.b)",
    "Happenings | where TimeGenerated > datetime(2024-05-01 00:00:20) and Bag.a in ('x', 'y') | project Key, Bag.b",
    "Happenings | extend a = tostring(Bag.a) | sort by Key asc | extend before = prev(a) | project Key, before",
    "Happenings | extend A = Bag.a, O = Bag.o.k | where isnotempty(tostring(A)) or Key > 3 | project Key, tostring(A), A, s = strlen(tostring(O))",
    "Happenings | extend A = Bag.a, L = Bag.list | mv-expand L | project Key, tostring(A), tostring(L), tostring(L.Path)",
    "Happenings | extend A = Bag.a | join kind=leftouter (Happenings | where Bag.b == 'x' | project Key, B = Bag.b) on Key | project Key, tostring(A), tostring(B)",
    "Happenings | extend A = Bag.a, B = Bag | summarize count() by tostring(A), tostring(B)",
    "union (Happenings | extend A = Bag.a), (Happenings | extend A = Bag.b) | summarize count() by tostring(A)",
];

async fn lake(place: &Path, hot: Vec<Vec<Segment>>) -> Lake {
    Lake::create_with(place.to_str().unwrap(), Arc::new(Catalogue(hot))).await.unwrap()
}

async fn put(place: &Path, hot: Vec<Vec<Segment>>, file: &Path) {
    let lake = lake(place, hot).await;
    let names = [file.to_str().unwrap().to_owned()];
    let report = ingest(&lake, &IngestOptions::default(), &names, Arc::new(|_| {})).await.unwrap();
    assert_eq!(report.total_rows(), 12);
}

/// A lake whose files had no hot columns when they were written.
async fn optimized_later(folder: &Path, files: &[PathBuf]) -> LakeDatabase {
    let place = folder.join("optimized");
    for file in files {
        put(&place, Vec::new(), file).await;
    }
    let lake = lake(&place, few()).await;
    let rest = many().into_iter().map(|path| HotPath::whole("Bag", path));
    let options = OptimizeOptions {
        hot: [("Happenings".to_owned(), rest.collect())].into(),
        ..OptimizeOptions::default()
    };
    let done = lake.optimize(&options, Arc::new(|_| {})).await.unwrap();
    let done = done.iter().find(|table| table.table == "Happenings").unwrap();
    assert_eq!((done.rewritten, done.hot), (36, many().len()), "{done:?}");
    let again = lake.optimize(&options, Arc::new(|_| {})).await.unwrap();
    assert!(again.iter().all(|table| !table.changed()), "{again:?}");
    LakeDatabase::open(&lake).await.unwrap()
}

async fn answer(session: &Session, database: &LakeDatabase, query: &str) -> Vec<String> {
    let outcome = match session.query(query, database, &QueryOptions::default()).await {
        Ok(outcome) => outcome,
        Err(error) => return vec![format!("error: {error}")],
    };
    let mut rows = Vec::new();
    for batch in &outcome.tables[0].batches {
        for row in 0..batch.num_rows() {
            let mut shown = String::new();
            for (at, column) in outcome.tables[0].columns.iter().enumerate() {
                wire::cell(batch.column(at), column.ty, row, &mut shown);
                shown.push(' ');
            }
            rows.push(shown);
        }
    }
    rows.sort();
    rows
}

fn session() -> Session {
    Session::new(&EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(2),
        ..EngineConfig::default()
    })
    .unwrap()
}

#[test]
fn hot_columns_never_change_an_answer() {
    let mut runner = TestRunner::deterministic();
    let (optimized, plain) = (session(), Session::without_optimization(&EngineConfig::default()).unwrap());
    let runtime = crate::runtime();
    for _ in 0..2 {
        let documents = prop::collection::vec(document(), 36).new_tree(&mut runner).unwrap().current();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let mut files = Vec::new();
            for (number, chunk) in documents.chunks(12).enumerate() {
                let mut lines = String::new();
                for (at, document) in chunk.iter().enumerate() {
                    let key = number * 12 + at;
                    let bag = document
                        .as_ref()
                        .map(|document| format!(", \"Bag\": {document}"))
                        .unwrap_or_default();
                    let _ = writeln!(lines, "{{\"TimeGenerated\": \"2024-05-01T00:00:{key:02}Z\", \"Key\": {key}{bag}}}");
                }
                let file = folder.path().join(format!("{number}/Happenings.json"));
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, lines).unwrap();
                files.push(file);
            }
            let lakes = [
                ("none", [Vec::new(), Vec::new(), Vec::new()]),
                ("all", [many(), many(), many()]),
                ("mixed", [Vec::new(), few(), many()]),
            ];
            let mut databases = Vec::new();
            for (name, hot) in lakes {
                let place = folder.path().join(name);
                let last = hot.last().cloned().unwrap();
                for (file, hot) in files.iter().zip(hot) {
                    put(&place, hot, file).await;
                }
                databases.push((name, LakeDatabase::open(&lake(&place, last).await).await.unwrap()));
            }
            databases.push(("optimized", optimized_later(folder.path(), &files).await));
            let mut wrong = String::new();
            for query in QUERIES {
                let expected = answer(&plain, &databases[0].1, query).await;
                if expected.iter().any(|row| row.starts_with("error")) {
                    let _ = writeln!(wrong, "{query}\n{expected:?}");
                }
                for (name, database) in &databases {
                    let found = answer(&optimized, database, query).await;
                    if found != expected {
                        let _ = writeln!(wrong, "{name}: {query}\nexpected {expected:#?}\nfound {found:#?}");
                    }
                }
            }
            assert!(wrong.is_empty(), "{wrong}\n{documents:#?}");
        });
    }
}

#[test]
fn documents_are_not_read_where_files_keep_the_values() {
    crate::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Happenings.json");
        let lines: String = (0..12)
            .map(|key| format!("{{\"TimeGenerated\":\"2024-05-01T00:00:{key:02}Z\",\"Key\":{key},\"Bag\":{{\"a\":\"u{key}\",\"list\":[{{\"Path\":\"p\"}}]}}}}\n"))
            .collect();
        std::fs::write(&file, lines).unwrap();
        let place = folder.path().join("lake");
        put(&place, few(), &file).await;
        let database = LakeDatabase::open(&lake(&place, few()).await).await.unwrap();
        let query = "Happenings | where Bag.a == 'u3' | extend L = Bag.list | mv-expand L | extend u = tostring(Bag.a) | project Key, L.Path, u";
        let session = session();
        let plan = session.explain(query, Stage::Physical, &database, &QueryOptions::default()).await.unwrap();
        let scan = plan.lines().find(|line| line.contains("DataSourceExec")).unwrap();
        let projection = scan.split("projection=[").nth(1).unwrap().split(']').next().unwrap();
        assert!(projection.contains("Bag.list") && projection.contains("tostring(Bag.a)"), "{plan}");
        assert!(!projection.split(", ").any(|column| column == "Bag"), "{plan}");
        assert!(scan.contains("predicate=tostring(Bag.a)"), "{plan}");
        assert_eq!(answer(&session, &database, query).await, ["3 \"p\" \"u3\" "]);
    });
}
