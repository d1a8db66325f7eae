//! Hot columns for files that were written without them.

use std::sync::Arc;

use quarry_storage::{HotPath, OptimizeOptions, TableOptimized};
use quarry_value::dynamic::Segment;

use super::super::support::Fixture;
use super::{ALL, filled, optimized};

fn path(keys: &[&str]) -> HotPath {
    HotPath::whole("Bag", keys.iter().map(|key| Segment::Key((*key).to_owned())).collect())
}

fn asked(paths: &[HotPath]) -> OptimizeOptions {
    OptimizeOptions {
        hot: [("Events".to_owned(), paths.to_vec())].into(),
        ..OptimizeOptions::default()
    }
}

async fn events(fixture: &Fixture, options: OptimizeOptions) -> TableOptimized {
    let done = optimized(&fixture.lake, options).await;
    done.into_iter().find(|table| table.table == "Events").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_is_added_once() {
    let fixture = filled(8).await;
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    let before = fixture.events(&ALL).await;
    let options = asked(&[path(&["a"]), path(&["b", "c"])]);
    let dry = OptimizeOptions {
        dry_run: true,
        ..options.clone()
    };
    let would = events(&fixture, dry).await;
    assert_eq!((would.hot, would.rewritten, would.files), (2, 48, (1, 1)));
    let done = events(&fixture, options.clone()).await;
    assert_eq!((done.hot, done.rewritten, done.files), (2, 48, (1, 1)));
    assert_eq!(fixture.events(&ALL).await, before);
    let status = fixture.lake.status_of(&["Events".to_owned()]).await.unwrap();
    let shown: Vec<(&str, usize)> = status[0].hot.iter().map(|hot| (hot.path.as_str(), hot.files)).collect();
    assert_eq!(shown, [("Bag.a", 1), ("Bag.b.c", 1)]);
    // Nothing is left to do: neither with these paths nor without.
    assert!(!events(&fixture, options).await.changed());
    assert!(!events(&fixture, OptimizeOptions::default()).await.changed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_is_looked_at_when_there_is_twice_as_much() {
    let fixture = Fixture::new().await;
    let put = async |name: &str, first: usize, key: &str| {
        let line = |row: usize| {
            let filling = "long text ".repeat(20);
            format!(
                "{{\"Key\":{},\"Bag\":{{\"{key}\":\"v{row}\",\"text\":\"{filling}\"}}}}\n",
                first + row
            )
        };
        let lines: String = (0..100).map(line).collect();
        fixture.ingest_text(&format!("{name}/Events.json"), lines).await;
    };
    put("1", 0, "user").await;
    let before = fixture.events(&ALL).await;
    assert_eq!(events(&fixture, OptimizeOptions::default()).await.hot, 1);
    assert_eq!(fixture.events(&ALL).await, before);
    assert!(!events(&fixture, OptimizeOptions::default()).await.changed());
    let paths = async || {
        let status = fixture.lake.status_of(&["Events".to_owned()]).await.unwrap();
        status[0].hot.iter().map(|hot| hot.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(paths().await, ["Bag.user"]);
    // Half of the documents have the other key now.
    put("2", 100, "person").await;
    let merged = events(&fixture, OptimizeOptions::default()).await;
    assert_eq!(
        (merged.hot, paths().await),
        (1, vec!["Bag.user".to_owned(), "Bag.person".to_owned()])
    );
    assert!(!events(&fixture, OptimizeOptions::default()).await.changed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_add_paths_at_once_agree() {
    let fixture = Arc::new(filled(4).await);
    let before = fixture.events(&ALL).await;
    // Names of columns differ in more than the case of letters: these paths want the same one.
    let adders = ["Name", "NAME", "name", "nAme"].map(|key| {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move {
            let lake = fixture.reopened(Vec::new()).await;
            lake.optimize(&asked(&[path(&[key])]), Arc::new(|_| {})).await
        })
    });
    for adder in adders {
        // One that declares a name second may be told to try again; nothing is wrong then.
        let _ = adder.await.unwrap();
    }
    assert_eq!(fixture.events(&ALL).await, before);
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    let mut texts: Vec<String> = table.layout().hot.iter().map(|hot| hot.text.to_lowercase()).collect();
    texts.sort();
    let all = texts.len();
    texts.dedup();
    assert_eq!((texts.len(), all), (all, 4), "{texts:?}");
}
