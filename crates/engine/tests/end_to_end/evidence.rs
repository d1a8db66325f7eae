//! Bundled hunts with evidence.

use datafusion::common::cast::as_string_view_array;
use quarry_engine::{Database as _, MemoryDatabase, QueryOptions, ResultTable};
use quarry_schema::KqlType;
use quarry_semantics::Catalog;

use super::{Tenant, rows, tenant};
use crate::rebuilt;

/// More events than any finding has here.
const ALL: usize = 5_000;
/// Findings of each hunt that are rebuilt.
const REBUILT: usize = 2;

#[test]
fn bundled_hunts_find_again_what_their_evidence_holds() {
    crate::runtime().block_on(async {
        let tenant = tenant().await;
        let (mut again, mut absent) = (0, 0);
        for path in super::bundled_hunts() {
            let text = std::fs::read_to_string(&path).unwrap();
            let query = super::query_of(path.to_str().unwrap(), &text);
            let options = QueryOptions {
                now: Some(tenant.now),
                evidence: Some(ALL),
                ..QueryOptions::default()
            };
            let outcome = tenant.session.query(&query, &tenant.database, &options).await.unwrap();
            let found = &outcome.tables[0];
            let visible = rows(found);
            assert_eq!(visible, tenant.run(&query).await, "{}", path.display());
            for (row, evidence) in evidence(found).into_iter().enumerate().take(REBUILT) {
                assert!(!evidence.contains("{\"Untraced\""), "{}: {evidence}", path.display());
                assert!(evidence.contains("{\"Table\""), "{}: {evidence}", path.display());
                absent += usize::from(evidence.contains("{\"Absent\":[\"CloudAppEvents\"],\"On\":[\"Reader\",\"Owner\"]}"));
                let database = from(&tenant, &evidence).await;
                let answer = tenant.session.query(&query, &database, &options).await.unwrap();
                let found_again: Vec<_> = rows(&answer.tables[0]).into_iter().map(without_order).collect();
                assert!(
                    found_again.contains(&without_order(visible[row].clone())),
                    "{}: {:?} is not found again, but {found_again:?}, in {evidence}",
                    path.display(),
                    visible[row]
                );
                again += 1;
            }
        }
        println!("{again} findings were found again");
        assert!(again >= 10, "{again} findings");
        assert!(
            absent > 0,
            "a mailbox is read for the first time: that earlier readings are absent is not named"
        );
    });
}

/// The row with its sets in one order: in what order a set collects its elements is not promised.
fn without_order(mut row: serde_json::Map<String, serde_json::Value>) -> serde_json::Map<String, serde_json::Value> {
    for cell in row.values_mut() {
        if let Some(elements) = cell.as_array_mut() {
            elements.sort_by_key(ToString::to_string);
        }
    }
    row
}

fn evidence(table: &ResultTable) -> Vec<String> {
    let batches = table.evidence.as_ref().unwrap();
    let texts = batches.iter().flat_map(|array| as_string_view_array(array).unwrap().iter());
    texts.map(|text| text.unwrap().to_owned()).collect()
}

/// The tenant's tables with the events of some evidence only.
async fn from(tenant: &Tenant, evidence: &str) -> MemoryDatabase {
    let events = rebuilt::events(evidence);
    let mut database = MemoryDatabase::new();
    tenant.database.fetch_all().await.unwrap();
    for name in ["AADSignInEventsBeta", "CloudAppEvents", "EmailEvents"] {
        let columns: Vec<(String, KqlType)> = tenant.database.table(name).unwrap().columns;
        let query = rebuilt::table(&columns, events.get(name).map(Vec::as_slice).unwrap_or_default());
        let answer = tenant
            .session
            .query(&query, &MemoryDatabase::new(), &QueryOptions::default())
            .await
            .unwrap();
        let batches = answer.tables[0].batches.clone();
        database.add(name, columns, batches).unwrap();
    }
    database
}
