//! Term filters, Bloom filters, pages and early tests: each leaves something out, and none of them changes an answer.

use datafusion::logical_expr::{Expr, col, lit};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use parquet::file::reader::{FileReader, SerializedFileReader};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use quarry_functions::operators::{self, MembershipCandidates, Segment};
use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, MembershipOp, TextOp};
use quarry_storage::{IngestOptions, Lake, Pruning, ScanReport};

use super::pruning::everything;
use super::support::{Fixture, ingest_into, ticks};

/// Two blocks of rows in one file, and a file of a few rows.
const ROWS: usize = 12_000;
const BLOCK: usize = 4096;

fn field(name: &str) -> Expr {
    col(format!("\"{name}\""))
}

fn text(text: &str) -> Expr {
    lit(ScalarValue::Utf8View(Some(text.to_owned())))
}

fn test(op: TextOp, case_sensitive: bool, value: Expr, ty: KqlType, needle: &str) -> Expr {
    let op = BinaryOp::Text {
        op,
        case_sensitive,
        negated: false,
    };
    operators::binary(op, value, ty, text(needle), KqlType::String, KqlType::Bool).unwrap()
}

fn has(column: &str, needle: &str) -> Expr {
    test(TextOp::Has, false, field(column), KqlType::String, needle)
}

fn among(op: MembershipOp, value: Expr, needles: &[&str]) -> Expr {
    let list = needles.iter().map(|needle| (text(needle), KqlType::String)).collect();
    operators::membership(op, false, value, KqlType::String, MembershipCandidates::List(list)).unwrap()
}

fn member(key: &str) -> Expr {
    operators::path(field("Bag"), vec![Segment::Key(key.to_owned())])
}

fn guid_of(row: usize) -> String {
    format!("{:08x}-1e4e-49d9-b579-{:012x}", row.wrapping_mul(2_654_435_761) & 0xffff_ffff, row)
}

/// Texts of all kinds, most of them rare.
fn name_of(row: usize) -> String {
    match row % 7 {
        0 => String::new(),
        1 => format!("user{row} logged-on_from 10.0.{}.{}", row % 3, row % 250),
        2 => format!("{}tail{row}", "a long beginning that all of these have in common ".repeat(2)),
        3 => format!("Grüße an Владимир{} K\u{212a}", row / 1000),
        4 => guid_of(row),
        5 => format!("C:\\\\Windows\\\\New\\\\tool{}.exe", row % 997),
        _ => "plain".to_owned(),
    }
}

async fn filled() -> Fixture {
    let fixture = Fixture::with(vec![("UserId", KqlType::String)]).await;
    for (file, rows) in [0..ROWS, ROWS..ROWS + 40].into_iter().enumerate() {
        let mut lines = String::new();
        let start = ticks("2024-05-01T00:00:00Z");
        for row in rows {
            let mut time = String::new();
            quarry_value::format::datetime(start + i64::try_from(row).unwrap() * 10_000_001, &mut time);
            let name = name_of(row);
            let missing = if file == 1 {
                String::new()
            } else {
                format!(",\"Name\":\"{name}\"")
            };
            let bag = format!(
                "{{\"who\":\"{}\",\"note\":\"first\\nsecond{row}\\u00e9x\",\"n\":{row},\"deep\":{{\"list\":[\"item{}\"]}}}}",
                name_of(row + 3),
                row % 500
            );
            lines.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"Key\":{row},\"Count\":{},\"Id\":\"{}\",\"UserId\":\"u{}\",\"Bag\":{bag}{missing}}}\n",
                row % 9000,
                guid_of(row),
                (row * 7919) % 100_000
            ));
        }
        let name = fixture.file(&format!("{file}/Events.json"), lines);
        // One thread makes one data file of each input.
        let options = IngestOptions {
            workers: 1,
            ..IngestOptions::default()
        };
        ingest_into(&fixture.lake, &[&name], options).await;
    }
    fixture
}

/// The keys of the rows that pass, and what the scan did.
async fn run(lake: &Lake, filter: &Expr, columns: &[&str], means: Pruning) -> (Vec<Vec<String>>, ScanReport) {
    let on = means != Pruning::NONE;
    let config = means
        .configure(everything(on))
        .set_bool("datafusion.execution.parquet.pushdown_filters", false);
    let context = SessionContext::new_with_config(config);
    let frame = context.read_table(lake.table("Events").await.unwrap().unwrap()).unwrap();
    let names: Vec<Expr> = columns.iter().map(|name| field(name)).collect();
    let plan = frame
        .filter(filter.clone())
        .unwrap()
        .select(names)
        .unwrap()
        .create_physical_plan()
        .await
        .unwrap();
    let batches = datafusion::physical_plan::collect(plan.clone(), context.task_ctx()).await.unwrap();
    let mut rows = Vec::new();
    for batch in &batches {
        let format = arrow::util::display::FormatOptions::default();
        let shown: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow::util::display::ArrayFormatter::try_new(column, &format).unwrap())
            .collect();
        rows.extend((0..batch.num_rows()).map(|row| shown.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>()));
    }
    rows.sort();
    // A filter that contradicts itself needs no scan.
    (rows, ScanReport::of_plan(plan.as_ref()).pop().unwrap_or_default())
}

async fn run_on(lake: &Lake, filter: &Expr) -> (usize, ScanReport) {
    let (rows, report) = run(lake, filter, &["Key"], Pruning::default()).await;
    let (all, plain) = run(lake, filter, &["Key"], Pruning::NONE).await;
    assert_eq!(rows, all, "{filter}");
    assert_eq!((plain.rows_out, plain.rows, plain.table.as_str()), (ROWS + 40, ROWS + 40, "Events"));
    (rows.len(), report)
}

#[tokio::test]
async fn each_means_leaves_something_out() {
    let fixture = filled().await;
    let lake = &fixture.lake;

    // A term of one row: one block of one file is left.
    let one = ROWS / 2 - ROWS / 2 % 7 + 1;
    for filter in [
        has("Name", &format!("USER{one}")),
        test(TextOp::Has, true, field("Name"), KqlType::String, &format!("user{one} logged")),
        test(
            TextOp::StartsWith,
            false,
            field("Name"),
            KqlType::String,
            &format!("user{one} logged-o"),
        ),
        test(TextOp::Equal, false, field("Name"), KqlType::String, &name_of(one).to_uppercase()),
        field("Name").eq(text(&name_of(one))),
        field("Name").in_list(vec![text(&name_of(one)), text("nowhere")], false),
        among(MembershipOp::HasAny, field("Name"), &[&format!("user{one}"), "nowhere"]),
        among(MembershipOp::HasAll, field("Name"), &[&format!("user{one}"), "logged"]),
        field("Id").eq(lit(ScalarValue::FixedSizeBinary(
            16,
            quarry_value::guid::parse(&guid_of(one)).map(|guid| guid.to_vec()),
        ))),
        test(TextOp::Has, false, member("note"), KqlType::Dynamic, &format!("second{one}éx")),
        operators::binary(
            BinaryOp::Equal,
            member("who"),
            KqlType::Dynamic,
            text(&name_of(one + 3)),
            KqlType::String,
            KqlType::Bool,
        )
        .unwrap(),
    ] {
        let (rows, report) = run_on(lake, &filter).await;
        assert_eq!(rows, 1, "{filter}");
        assert_eq!(report.files_pruned_by_terms, 1, "{filter} {report:?}");
        assert!(report.rows_out <= BLOCK && report.term_bytes > 0, "{filter} {report:?}");
        assert_eq!(report.rows_pruned_by_terms + report.rows_out, ROWS + 40, "{filter} {report:?}");
    }

    // No row can have it.
    let (rows, report) = run_on(lake, &has("Name", "nowheretobefound")).await;
    assert_eq!(
        (
            rows,
            report.files_pruned_by_terms,
            report.row_groups_pruned_by_terms,
            report.rows_out
        ),
        (0, 2, 2, 0)
    );

    // A search of every column, whatever its type, is as good.
    let columns = ["Timestamp", "Key", "Flag", "Count", "Name", "Id", "Bag", "Span", "Seen", "Type"];
    let types = [
        KqlType::DateTime,
        KqlType::Long,
        KqlType::Bool,
        KqlType::Int,
        KqlType::String,
        KqlType::Guid,
        KqlType::Dynamic,
        KqlType::TimeSpan,
        KqlType::DateTime,
        KqlType::String,
    ];
    let everywhere = |needle: &str| {
        let tests = columns.iter().zip(types).map(|(column, ty)| {
            let value = operators::convert(field(column), ty, KqlType::String).unwrap();
            test(TextOp::Has, false, value, KqlType::String, needle)
        });
        tests.reduce(Expr::or).unwrap()
    };
    let (rows, report) = run_on(lake, &everywhere(&format!("user{one}"))).await;
    assert_eq!((rows, report.rows_out), (2, BLOCK), "{report:?}");
    assert_eq!(run_on(lake, &everywhere("Events")).await.0, ROWS + 40);
    assert_eq!(run_on(lake, &everywhere("17")).await.1.rows_pruned_by_terms, 0);

    // Terms apart, ids have filters of their own.
    let means = Pruning::default().without("terms").unwrap();
    let (rows, report) = run(lake, &field("UserId").eq(text("u5000x")), &["Key"], means).await;
    assert_eq!((rows.len(), report.row_groups_pruned_by_bloom), (0, 2), "{report:?}");

    // Times leave out files, and pages of the others.
    let from = ticks("2024-05-01T00:00:00Z") + 11_000 * 10_000_001;
    let filter = field("Timestamp")
        .gt(lit(from))
        .and(field("Timestamp").lt(lit(from + 10 * 10_000_001)));
    let (rows, report) = run_on(lake, &filter).await;
    assert_eq!((rows, report.files_pruned_by_statistics), (9, 1));
    assert!(report.pages_pruned > 0 && report.rows_pruned_by_pages >= BLOCK, "{report:?}");
    assert!(report.rows_out < BLOCK, "{report:?}");

    // Documents are read only where a cheap test passes.
    let filter = field("Count").eq(lit(17i32));
    let bytes = |report: &ScanReport| report.bytes;
    let (rows, early) = run(lake, &filter, &["Key", "Bag"], Pruning::default().without("terms").unwrap()).await;
    let (same, late) = run(
        lake,
        &filter,
        &["Key", "Bag"],
        Pruning::default().without("terms").unwrap().without("early").unwrap(),
    )
    .await;
    assert_eq!((rows.len(), &rows), (2, &same));
    assert!(early.rows_filtered_early > ROWS / 2 && early.rows_out == 2 && late.rows_out > ROWS / 2);
    assert!(bytes(&early) < bytes(&late), "{early:?} {late:?}");
}

#[tokio::test]
async fn alternatives_are_not_looked_for_where_no_row_has_them() {
    let fixture = filled().await;
    let lake = &fixture.lake;
    let name = |op: TextOp, needle: &str| test(op, false, field("Name"), KqlType::String, needle);
    let user = |row: usize| format!("u{}", (row * 7919) % 100_000);

    // A part of a term is nothing to look for, but the beginning of a text is.
    let (rows, report) = run_on(lake, &name(TextOp::StartsWith, "zzzza")).await;
    assert_eq!((rows, report.rows_out, report.rows_pruned_by_terms), (0, 0, ROWS + 40));
    let (rows, report) = run_on(lake, &name(TextOp::StartsWith, "USERS")).await;
    assert_eq!((rows, report.rows_out, report.files_pruned_by_terms), (0, ROWS, 1));
    // The second file lacks the column.
    assert_eq!(run_on(lake, &name(TextOp::Contains, "zzzza")).await.1.rows_out, ROWS);

    let without_terms = Pruning::default().without("terms").unwrap();
    let often = || test(TextOp::HasPrefix, false, field("UserId"), KqlType::String, "u1");
    // Nowhere: the column is not read at all.
    let either = often().or(name(TextOp::StartsWith, "zzzza"));
    let (rows, report) = run(lake, &either, &["Key"], Pruning::default()).await;
    let (all, plain) = run(lake, &either, &["Key"], without_terms).await;
    assert!(rows.len() > 1000 && rows == all);
    assert!(report.bytes < plain.bytes, "{report:?} {plain:?}");
    assert_eq!(report.rows_out, ROWS + 40);
    // Wanted besides, it is.
    let (named, report) = run(lake, &either, &["Key", "Name"], Pruning::default()).await;
    assert_eq!(
        (named.len(), report.bytes),
        (all.len(), {
            let (_, plain) = run(lake, &either, &["Key", "Name"], without_terms).await;
            plain.bytes
        })
    );

    // In one of the files: there it is looked for.
    let either = name(TextOp::Contains, "plain").or(field("UserId").eq(text(&user(ROWS + 7))));
    let (rows, report) = run(lake, &either, &["Key"], Pruning::default()).await;
    let (all, plain) = run(lake, &either, &["Key"], Pruning::NONE).await;
    assert_eq!(rows, all);
    assert!(rows.contains(&vec![(ROWS + 7).to_string()]) && rows.len() > 1000);
    assert_eq!((report.files, report.row_groups, report.rows_out), (2, 2, ROWS + 40), "{report:?}");
    assert!(report.bytes < plain.bytes, "{report:?} {plain:?}");
    // No alternative is left.
    let neither = name(TextOp::StartsWith, "zzzza").or(field("UserId").eq(text("nobody")));
    assert_eq!(run_on(lake, &neither).await.1.rows_out, 0);
    // Another condition beside it, and nothing read but what is tested.
    let both = either.clone().and(field("Key").lt(lit(100i64)));
    let (rows, _) = run(lake, &both, &[], Pruning::default()).await;
    assert_eq!(rows.len(), run(lake, &both, &[], Pruning::NONE).await.0.len());
}

#[tokio::test]
async fn a_damaged_filter_is_no_filter() {
    let fixture = filled().await;
    let filter = has("Name", "user9997");
    let before = run(&fixture.lake, &filter, &["Key"], Pruning::default()).await;
    assert!(before.1.rows_pruned_by_terms > 0);
    for entry in std::fs::read_dir(fixture.path("lake/Events")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "parquet") {
            continue;
        }
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let entries = reader.metadata().file_metadata().key_value_metadata().unwrap();
        let directory = entries
            .iter()
            .find(|entry| entry.key == "quarry.terms")
            .unwrap()
            .value
            .clone()
            .unwrap();
        let section: Vec<usize> = directory
            .split(';')
            .nth(2)
            .unwrap()
            .split(':')
            .map(|number| number.parse().unwrap())
            .collect();
        let (offset, blocks, buckets) = (section[0], section[1].div_ceil(section[2]), section[3]);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[offset..offset + buckets * (blocks * 32 + 4)].fill(0);
        std::fs::write(&path, bytes).unwrap();
    }
    let after = run(&fixture.lake, &filter, &["Key"], Pruning::default()).await;
    assert_eq!(before.0, after.0);
    assert_eq!(after.1.rows_pruned_by_terms, 0);
}

#[test]
fn generated_filters_on_text() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let fixture = runtime.block_on(filled());
    const OPS: [TextOp; 7] = [
        TextOp::Equal,
        TextOp::Contains,
        TextOp::StartsWith,
        TextOp::EndsWith,
        TextOp::Has,
        TextOp::HasPrefix,
        TextOp::HasSuffix,
    ];
    // Parts of texts that are there, and their like that are not.
    let needle = (0..ROWS + 60, 0usize..40, 1usize..45, any::<bool>(), 0u8..4).prop_map(|(row, from, length, upper, source)| {
        let whole = match source {
            0 => format!("second{row}éx"),
            1 => format!("item{row}"),
            _ => name_of(row).replace("\\\\", "\\"),
        };
        let part: String = if row % 3 == 0 {
            whole
        } else {
            whole.chars().skip(from % (whole.chars().count() + 1)).take(length).collect()
        };
        if upper { part.to_uppercase() } else { part }
    });
    let value = (0usize..6).prop_map(|which| match which {
        0 => (field("Name"), KqlType::String),
        1 => (member("who"), KqlType::Dynamic),
        2 => (member("note"), KqlType::Dynamic),
        3 => (field("Bag"), KqlType::Dynamic),
        4 => (
            operators::convert(field("Id"), KqlType::Guid, KqlType::String).unwrap(),
            KqlType::String,
        ),
        _ => (
            operators::convert(field("Count"), KqlType::Int, KqlType::String).unwrap(),
            KqlType::String,
        ),
    });
    let leaf = prop_oneof![
        (value, needle.clone(), 0usize..7, any::<bool>())
            .prop_map(|((value, ty), needle, op, case)| test(OPS[op], case, value, ty, &needle)),
        needle.clone().prop_map(|needle| field("Name").eq(text(&needle))),
        (prop::collection::vec(needle.clone(), 1..4), 0usize..4).prop_map(|(needles, op)| {
            let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
            let op = [
                MembershipOp::HasAny,
                MembershipOp::HasAll,
                MembershipOp::In,
                MembershipOp::InIgnoreCase,
            ][op];
            among(op, field("Name"), &needles)
        }),
        (0..9100i32).prop_map(|count| field("Count").eq(lit(count))),
        (0..ROWS as i64).prop_map(|row| field("Timestamp").gt(lit(ticks("2024-05-01T00:00:00Z") + row * 10_000_001))),
    ];
    let filter = leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left.and(right)),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left.or(right)),
            inner.clone().prop_map(|filter| !filter),
        ]
    });
    let mut runner = TestRunner::new(Config::with_cases(16));
    let outcome = runner.run(&(filter, any::<bool>()), |(filter, wide)| {
        let columns: &[&str] = if wide { &["Key", "Bag", "Timestamp"] } else { &["Key"] };
        runtime.block_on(async {
            let (off, _) = run(&fixture.lake, &filter, columns, Pruning::NONE).await;
            let (on, _) = run(&fixture.lake, &filter, columns, Pruning::default()).await;
            assert_eq!(on, off, "{filter}");
        });
        Ok(())
    });
    outcome.unwrap();
}
