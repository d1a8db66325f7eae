//! Hot columns: what files hold beside documents, and what readers may conclude from it.

use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, new_null_array};
use arrow::datatypes::{Field, Int64Type, Schema};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext, ident, lit};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_storage::{HotPath, Lake, LakeTable, Pruning, TableCatalogue, TableShape};
use quarry_value::dynamic::Segment;
use serde_json::{Value, json};

use super::support::{Fixture, TestCatalogue, ingest_into};

/// The small catalogue with paths to keep.
#[derive(Debug)]
struct Hot(TestCatalogue, Vec<&'static str>);

impl TableCatalogue for Hot {
    fn table(&self, name: &str) -> Option<TableShape> {
        let hot = self
            .1
            .iter()
            .map(|key| HotPath::whole("Bag", vec![Segment::Key((*key).to_owned())]));
        self.0.table(name).map(|shape| TableShape {
            hot: hot.collect(),
            ..shape
        })
    }

    fn spelling(&self, name: &str) -> Option<String> {
        self.0.spelling(name)
    }

    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    fn closest(&self, name: &str) -> Option<String> {
        self.0.closest(name)
    }
}

async fn with_hot(fixture: &Fixture, keys: &[&'static str]) -> Lake {
    let place = fixture.path("lake").display().to_string();
    Lake::create_with(&place, Arc::new(Hot(TestCatalogue { more: Vec::new() }, keys.to_vec())))
        .await
        .unwrap()
}

/// Two files: one written before the path was hot, one after. Both have users in their documents.
async fn half_old(fixture: &Fixture) -> LakeTable {
    fixture
        .ingest_text(
            "old/Events.json",
            "{\"Key\":1,\"Bag\":{\"user\":\"ada\",\"n\":1}}\n{\"Key\":2,\"Bag\":{\"user\":\"bob\"}}\n",
        )
        .await;
    let lake = with_hot(fixture, &["user", "n", "list"]).await;
    let new = "{\"Key\":3,\"Bag\":{\"user\":\"ada\",\"n\":2}}\n{\"Key\":4,\"Bag\":{\"n\":\"2\",\"list\":[{\"Path\":\"x\"}]}}\n";
    let name = fixture.file("new/Events.json", new);
    ingest_into(&lake, &[&name], Default::default()).await;
    lake.lake_table("Events").await.unwrap().unwrap()
}

fn frame(table: LakeTable, collect_statistics: bool) -> DataFrame {
    let config = SessionConfig::new()
        .with_collect_statistics(collect_statistics)
        .set_bool("datafusion.execution.parquet.pushdown_filters", true);
    let context = SessionContext::new_with_config(config);
    let plan = LogicalPlanBuilder::scan("Events", provider_as_source(Arc::new(table)), None);
    DataFrame::new(context.state(), plan.unwrap().build().unwrap())
}

async fn keys(frame: DataFrame) -> Vec<i64> {
    let batches = frame.select(vec![ident("Key")]).unwrap().collect().await.unwrap();
    let mut keys: Vec<i64> = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec())
        .collect();
    keys.sort_unstable();
    keys
}

/// A column that a file lacks is all null to who collects statistics, and a filter on it then drops rows without looking at them.
#[tokio::test]
async fn a_file_without_the_column_is_read_whatever_statistics_say() {
    let fixture = Fixture::new().await;
    let table = half_old(&fixture).await;
    let user = [Segment::Key("user".to_owned())];
    for collect in [true, false] {
        let (text, name) = table.with_path("Bag", &user, &[], true).unwrap();
        assert_eq!(
            keys(frame(text.clone(), collect).filter(ident(&name).eq(lit("ada"))).unwrap()).await,
            [1, 3]
        );
        assert_eq!(
            keys(frame(text.clone(), collect).filter(ident(&name).not_eq(lit("ada"))).unwrap()).await,
            [2, 4]
        );
        assert_eq!(
            keys(frame(text.clone(), collect).filter(ident(&name).eq(lit(""))).unwrap()).await,
            [4]
        );
        let either = ident(&name).in_list(vec![lit("bob"), lit("eve")], false);
        assert_eq!(keys(frame(text.clone(), collect).filter(either).unwrap()).await, [2]);
        let neither = ident(&name).in_list(vec![lit("bob"), lit("eve")], true);
        assert_eq!(keys(frame(text, collect).filter(neither).unwrap()).await, [1, 3, 4]);
        let (dynamic, name) = table.with_path("Bag", &user, &[], false).unwrap();
        assert_eq!(
            keys(frame(dynamic.clone(), collect).filter(ident(&name).is_null()).unwrap()).await,
            [4]
        );
        assert_eq!(
            keys(frame(dynamic, collect).filter(ident(&name).eq(lit("\"ada\""))).unwrap()).await,
            [1, 3]
        );
        let (number, name) = table.with_path("Bag", &[Segment::Key("n".to_owned())], &[], false).unwrap();
        assert_eq!(
            keys(frame(number.clone(), collect).filter(ident(&name).eq(lit("2"))).unwrap()).await,
            [3]
        );
        assert_eq!(
            keys(frame(number, collect).filter(ident(&name).eq(lit("\"2\""))).unwrap()).await,
            [4]
        );
    }
}

/// A program that knows nothing of hot columns writes the rows of all files into one: their hot columns are null, whatever the documents say.
async fn merged_by_another(fixture: &Fixture, table: &LakeTable) {
    let folder = fixture.path("lake/Events");
    let mut batches = Vec::new();
    for file in table.files() {
        let input = std::fs::File::open(fixture.path("lake").join(file.path.as_ref())).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(input).unwrap().build().unwrap();
        batches.extend(reader.map(Result::unwrap));
    }
    let widest = batches
        .iter()
        .map(|batch| batch.schema())
        .max_by_key(|schema| schema.fields().len())
        .unwrap();
    let nullable = widest.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
    let schema = Arc::new(Schema::new(nullable.collect::<Vec<_>>()));
    let output = std::fs::File::create(folder.join("merged.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), None).unwrap();
    for batch in &batches {
        let column = |field: &Arc<Field>| match batch.column_by_name(field.name()) {
            Some(column) if !field.name().starts_with("Bag__") => Arc::clone(column),
            _ => new_null_array(field.data_type(), batch.num_rows()),
        };
        let columns = schema.fields().iter().map(column).collect();
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()).unwrap();
    }
    writer.close().unwrap();
    let size = std::fs::metadata(folder.join("merged.parquet")).unwrap().len();
    let mut actions: Vec<Value> = table
        .files()
        .iter()
        .map(|file| json!({"remove": {"path": file.path.filename().unwrap(), "deletionTimestamp": 1, "dataChange": false}}))
        .collect();
    let stats = json!({"numRecords": 4}).to_string();
    actions.push(json!({"add": {"path": "merged.parquet", "partitionValues": {}, "size": size, "modificationTime": 1, "dataChange": false, "stats": stats}}));
    let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
    let commit = folder.join(format!("_delta_log/{:020}.json", table.version() + 1));
    std::fs::write(commit, lines.join("\n")).unwrap();
}

#[tokio::test]
async fn null_hot_columns_of_other_programs_are_not_believed() {
    let fixture = Fixture::new().await;
    let before = half_old(&fixture).await;
    merged_by_another(&fixture, &before).await;
    let lake = with_hot(&fixture, &["user", "n", "list"]).await;
    let table = lake.lake_table("Events").await.unwrap().unwrap();
    assert_eq!(table.files().len(), 1);
    let check = async |table: &LakeTable| {
        let (text, name) = table.with_path("Bag", &[Segment::Key("user".to_owned())], &[], true).unwrap();
        for collect in [true, false] {
            let of = |filter: Expr| keys(frame(text.clone(), collect).filter(filter).unwrap());
            assert_eq!(of(ident(&name).eq(lit("ada"))).await, [1, 3]);
            assert_eq!(of(ident(&name).not_eq(lit("ada"))).await, [2, 4]);
            assert_eq!(of(ident(&name).eq(lit(""))).await, [4]);
        }
    };
    check(&table).await;
    // Beside a file that has them, and after they were added.
    let more = fixture.file("more/Events.json", "{\"Key\":5,\"Bag\":{\"user\":\"eve\"}}\n");
    ingest_into(&lake, &[&more], Default::default()).await;
    let mixed = lake.lake_table("Events").await.unwrap().unwrap();
    let (text, name) = mixed.with_path("Bag", &[Segment::Key("user".to_owned())], &[], true).unwrap();
    assert_eq!(
        keys(frame(text.clone(), true).filter(ident(&name).eq(lit("ada"))).unwrap()).await,
        [1, 3]
    );
    assert_eq!(
        keys(frame(text, true).filter(ident(&name).not_eq(lit("bob"))).unwrap()).await,
        [1, 3, 4, 5]
    );
}

#[tokio::test]
async fn bounds_in_the_log_leave_out_files() {
    let fixture = Fixture::new().await;
    let table = half_old(&fixture).await;
    let (text, name) = table.with_path("Bag", &[Segment::Key("user".to_owned())], &[], true).unwrap();
    let without_terms = Pruning::default().without("terms").unwrap();
    let context = SessionContext::new_with_config(without_terms.configure(SessionConfig::new()));
    let scan = LogicalPlanBuilder::scan("Events", provider_as_source(Arc::new(text)), None);
    let frame = DataFrame::new(context.state(), scan.unwrap().build().unwrap());
    let plan = frame
        .filter(ident(&name).eq(lit("zoe")))
        .unwrap()
        .create_physical_plan()
        .await
        .unwrap();
    let shown = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    // The file with the column has no zoe; what the other holds nobody knows.
    assert!(shown.contains("file_groups={1 group: [["), "{shown}");
    assert_eq!(shown.matches(".parquet").count(), 1, "{shown}");
}

#[tokio::test]
async fn only_what_the_footer_names_is_trusted() {
    let fixture = Fixture::new().await;
    let table = half_old(&fixture).await;
    let hot: Vec<usize> = table.files().iter().map(|file| file.hot.len()).collect();
    assert!(hot.contains(&0) && hot.contains(&3), "{hot:?}");
    let kept = |column: &str, path: &[Segment]| table.kept(column, path, None).map(|kept| kept.steps);
    assert_eq!(kept("Bag", &[Segment::Key("user".to_owned()), Segment::Index(0)]), Some(1));
    assert_eq!(kept("Bag", &[Segment::Key("other".to_owned())]), None);
    assert_eq!(kept("Name", &[Segment::Key("user".to_owned())]), None);
}

#[tokio::test]
async fn the_log_declares_hot_columns_and_no_query_sees_them() {
    let fixture = Fixture::new().await;
    let table = half_old(&fixture).await;
    let schema = datafusion::catalog::TableProvider::schema(&table);
    assert!(schema.fields().iter().all(|field| !field.name().starts_with("Bag__")), "{schema:?}");
    let log = fixture.path("lake/Events/_delta_log");
    let mut declared = Vec::new();
    for entry in std::fs::read_dir(log).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        for action in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let Some(schema) = action.pointer("/metaData/schemaString").and_then(Value::as_str) else {
                continue;
            };
            let schema: Value = serde_json::from_str(schema).unwrap();
            let fields = schema["fields"].as_array().unwrap().clone();
            declared.extend(fields.into_iter().filter(|field| field["metadata"]["quarry.type"] == "hot"));
        }
    }
    let names: Vec<&str> = declared.iter().filter_map(|field| field["name"].as_str()).collect();
    assert_eq!(
        names,
        [
            "Bag__user",
            "Bag__user__long",
            "Bag__user__json",
            "Bag__n",
            "Bag__n__long",
            "Bag__n__json",
            "Bag__list",
            "Bag__list__long",
            "Bag__list__json"
        ]
    );
    // They are known again by who opens the lake without a catalogue that names them.
    let again = fixture.reopened(Vec::new()).await.lake_table("Events").await.unwrap().unwrap();
    assert_eq!(again.layout().hot.len(), 3);
}

#[tokio::test]
async fn paths_that_most_documents_have_can_be_made_hot() {
    let fixture = Fixture::new().await;
    let lines: String = (0..80)
        .map(|key| {
            format!(
                "{{\"Key\":{key},\"Bag\":{{\"user\":\"user number {key}\",\"text\":\"{}\"}}}}\n",
                "x".repeat(300)
            )
        })
        .collect();
    fixture.ingest_text("1/Events.json", &lines).await;
    let common = fixture.lake.common_paths("Events").await.unwrap();
    assert_eq!(
        common
            .iter()
            .map(|hot| quarry_storage::hot::shown(&hot.column, &hot.path))
            .collect::<Vec<_>>(),
        ["Bag.user"]
    );
    assert_eq!(fixture.lake.add_hot_columns("Events", &common).await.unwrap(), 1);
    assert_eq!(fixture.lake.add_hot_columns("Events", &common).await.unwrap(), 0);
    // What exists has none yet, what comes has.
    fixture.ingest_text("2/Events.json", lines.replace("user number", "person")).await;
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    let mut hot: Vec<usize> = table.files().iter().map(|file| file.hot.len()).collect();
    hot.sort_unstable();
    assert_eq!(hot, [0, 1]);
    let (text, name) = table.with_path("Bag", &common[0].path, &[], true).unwrap();
    let some = ident(&name).in_list(vec![lit("person 7"), lit("user number 8")], false);
    assert_eq!(keys(frame(text, true).filter(some).unwrap()).await, [7, 8]);
}
