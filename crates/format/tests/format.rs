//! What the formatter does to queries and documents, and what holds for any text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use quarry_format::{format_document, format_query, format_within};
use quarry_syntax::parse;

#[test]
fn cases() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "kql"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let formatted = format_query(&text).unwrap_or_else(|errors| panic!("{path:?}: {errors:?}"));
        assert_eq!(format_query(&formatted).unwrap(), formatted, "{path:?}");
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, formatted) });
    }
}

#[test]
fn a_query_with_errors_is_left_alone() {
    let errors = format_query("T | summarise count()").unwrap_err();
    assert!(errors[0].is_error());
    let document = format_document("a.kql", "T |\n");
    assert_eq!(document.text, "T |\n");
    assert_eq!(document.left.len(), 1);
}

const YAML: &str = "id: 1\r\nname:   two  words # kept\r\nquery: |\r\n  // first\r\n  SigninLogs|where a==1 // why\r\n\r\n  |take 5\r\n\r\n\r\nversion: 1.0.0";

#[test]
fn yaml_keeps_all_but_its_query() {
    let formatted = format_document("a.yaml", YAML);
    assert_eq!(
        formatted.text,
        "id: 1\r\nname:   two  words # kept\r\nquery: |\r\n  // first\r\n  SigninLogs\r\n  | where a == 1 // why\r\n\r\n  | take 5\r\n\r\n\r\nversion: 1.0.0"
    );
    assert!(formatted.left.is_empty());
    assert_eq!(format_document("a.yaml", &formatted.text).text, formatted.text);
}

#[test]
fn a_query_that_is_no_block_is_left_alone() {
    for source in [
        "id: 1\nquery: T|take 5\n",
        "id: 1\nquery: \"T|take 5\"\n",
        "id: 1\nquery: >\n  T|take 5\n",
    ] {
        let formatted = format_document("a.yaml", source);
        assert_eq!(formatted.text, source);
        assert_eq!(formatted.left.len(), 1, "{source}");
    }
}

/// Parts of queries, comments and line breaks that make queries when they are put in a row.
fn queries() -> impl Strategy<Value = String> {
    let source = prop::sample::select(vec![
        "SigninLogs",
        "union A, B",
        "print a = 1",
        "let x = 5; T",
        "let f = (a: long) { a + 1 };\nT",
        "let T2 = materialize(T | where a > 1 | take 3);\n\n// text\nT2",
        "range x from 1 to 5 step 1",
        "datatable(a: long, b: string) [1, 'x', 2, 'y']",
    ]);
    let operator = prop::sample::select(vec![
        "where a==1 and(b>2 or c has 'x')",
        "where t between(ago(1d)..now())",
        "extend y=iff(a>1,'long text number one',strcat('long text number two',tostring(b))),z=-5",
        "summarize n=count(),m=dcount(a) by b,bin(t,1h)",
        "join kind=inner(U|where a>1|project a,b)on a,$left.b==$right.c",
        "where a in('one','two','three','four') and b !in~((U|project b))",
        "extend d=dynamic({'a':[1,2,{'b':null}]})",
        "project a,b,c=d.e.f[0]['g'],h=todynamic(i).j",
        "mv-expand e=parse_json(f) to typeof(string)",
        "extend r=case(a==1,'one',a==2,'two','many')",
        "parse a with * 'x=' b:long ';' *",
        "sort by a desc nulls last,b asc",
        "make-series count() default=0 on t from ago(1d) to now() step 1h by a",
        "evaluate bag_unpack(d)",
        "mv-apply x=y on(top 1 by z|project x)",
        "extend s=@'\\path', u='it''s'",
    ]);
    let between = prop::sample::select(vec![
        "|",
        "\n| ",
        " // behind\n|",
        "\n// above\n|",
        "\n\n|\n",
        "\n\n// one\n\n// two\n\n| // three\n",
    ]);
    (
        source,
        prop::collection::vec((between, operator), 0..7),
        prop::sample::select(vec!["", "\n", ";", " // end", "\n// end\n"]),
    )
        .prop_map(|(source, operators, end)| {
            let mut text = source.to_owned();
            for (between, operator) in operators {
                text.push_str(between);
                text.push_str(operator);
            }
            text + end
        })
}

fn said(text: &str) -> (Vec<String>, Vec<String>) {
    let tree = parse(text).syntax();
    let tokens: Vec<_> = tree.descendants_with_tokens().filter_map(|element| element.into_token()).collect();
    let words = tokens
        .iter()
        .filter(|token| !token.kind().is_trivia())
        .map(|token| token.text().to_owned());
    let comments = tokens
        .iter()
        .filter(|token| token.text().starts_with("//"))
        .map(|token| token.text().trim_end().to_owned());
    (words.collect(), comments.collect())
}

proptest! {
    #[test]
    fn nothing_is_lost_and_a_second_time_changes_nothing(text in queries(), width in 20usize..140) {
        prop_assume!(parse(&text).is_ok());
        let formatted = format_within(&text, width);
        prop_assert!(formatted.is_ok(), "{text}\n{formatted:?}");
        let formatted = formatted.unwrap();
        prop_assert_eq!(said(&formatted), said(&text), "{}", formatted);
        prop_assert_eq!(&format_within(&formatted, width).unwrap(), &formatted, "from {}", text);
    }

    #[test]
    fn any_text_is_survived(text in ".{0,200}") {
        let _ = format_query(&text);
        let _ = format_document("a.yaml", &text);
    }
}
