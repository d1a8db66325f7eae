//! Laws that hold for any text.

use proptest::prelude::*;
use quarry_syntax::ast::AstNode as _;
use quarry_syntax::{SyntaxNode, parse, parse_expression};

const QUERIES: &[&str] = &[
    "T | where a == 1 and b has 'x' | summarize count() by bin(TimeGenerated, 1h) | sort by count_ desc",
    "let f = (a: long, T: (*)) { T | where x == a }; let y = dynamic({'a': [1, 2.5, null]}); f(1, U) | extend z = y.a[0]",
    "T | join kind=leftouter (U | project a, b = tostring(c.d)) on a, $left.x == $right.y | mv-expand e to typeof(string)",
    "union isfuzzy=true T*, (V | take 5) | parse-where x with * 'a=' b: long ';' * | make-series count() on t from a to b step 1d by c",
    "T | mv-apply x = y on (top 1 by z | project x) | scan with (step s: a > 1 => b = s.c + 1; step t: true;)",
    "search in (T) 'x*' or a:'y' | top-nested 3 of a by count(), top-nested 2 of b with others = 'c' by sum(d)",
    "print a = 1.5h, b = datetime(2020-01-01 10:00), c = @'x\\y', d = -0x1F in~ ('a', 'b'), e = f between (1 .. 2)",
    "G | graph-match cycles=none (a)-[e*1..3]->(b)<-[f]-(c) where a.k == 1 project a.b | evaluate bag_unpack(x) : (*, c: int)",
];

/// Fragments that mean something to the parser, so that random text gets far into it.
const FRAGMENTS: &[&str] = &[
    "T",
    " | ",
    "where ",
    "a",
    " == ",
    "1",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ".",
    " .. ",
    "=",
    "'x'",
    "\"",
    "'",
    "let ",
    "in ",
    "!in",
    "between ",
    "summarize ",
    " by ",
    "join ",
    " on ",
    "kind=",
    "union ",
    "*",
    "-",
    "+",
    "<",
    ">",
    "dynamic(",
    "datetime(",
    "typeof(",
    "toscalar(",
    "datatable(",
    "mv-expand ",
    " to ",
    "parse ",
    " with ",
    "@",
    "\\",
    "```",
    "~~~",
    "//",
    "\n",
    "h'",
    "0x",
    "1d",
    "1.",
    "e5",
    "!",
    ":",
    "=>",
    "step ",
    "scan ",
    "project-",
    "%",
    "and ",
    "or ",
    "not(",
    "asc ",
    "nulls ",
    "has_any ",
    "é",
    "\u{202e}",
    "\0",
    "#",
    "$left",
    "hint.",
    "declare pattern ",
    "make-graph ",
    "graph-match ",
    "-->",
    "view ",
    "set ",
    "function",
    "matches regex ",
    "top-nested ",
    " of ",
];

fn fragments() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(FRAGMENTS), 0..60).prop_map(|parts| parts.concat())
}

/// A real query with some of its characters cut out, doubled or replaced by a fragment.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0usize..6, prop::sample::select(FRAGMENTS));
    (prop::sample::select(QUERIES), prop::collection::vec(edit, 0..6)).prop_map(|(query, edits)| {
        let mut chars: Vec<char> = query.chars().collect();
        for (place, cut, fragment) in edits {
            let at = place.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, fragment.chars());
        }
        chars.into_iter().collect()
    })
}

fn text() -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    prop_oneof![any::<String>(), bytes, fragments(), mutated()]
}

fn shape(node: &SyntaxNode) -> String {
    format!("{node:#?}")
}

proptest! {
    #[test]
    fn the_tree_holds_every_byte(text in text()) {
        let parsed = parse(&text);
        prop_assert_eq!(parsed.syntax().text().to_string(), text.as_str());
        prop_assert_eq!(parse_expression(&text).syntax().text().to_string(), text);
    }

    #[test]
    fn diagnostics_stand_inside_the_text(text in text()) {
        for diagnostic in parse(&text).diagnostics() {
            prop_assert!(diagnostic.span.start <= diagnostic.span.end);
            prop_assert!(diagnostic.span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(diagnostic.span.start as usize));
            prop_assert!(text.is_char_boundary(diagnostic.span.end as usize));
        }
    }

    #[test]
    fn what_is_printed_parses_to_the_same_tree(text in text()) {
        let first = parse(&text);
        let second = parse(&first.syntax().text().to_string());
        prop_assert_eq!(shape(&first.syntax()), shape(&second.syntax()));
        prop_assert_eq!(first.diagnostics(), second.diagnostics());
    }

    #[test]
    fn nodes_start_and_end_with_text(text in text()) {
        let parsed = parse(&text);
        for node in parsed.syntax().descendants().skip(1) {
            let first = node.first_token();
            let last = node.last_token();
            prop_assert!(first.is_none_or(|token| !token.kind().is_trivia()), "{:?}", node);
            prop_assert!(last.is_none_or(|token| !token.kind().is_trivia()), "{:?}", node);
        }
    }
}

#[test]
fn statements_of_a_query_are_queries() {
    for query in QUERIES {
        let parsed = parse(query);
        assert!(parsed.is_ok(), "{:?}", parsed.diagnostics());
        for statement in parsed.root().unwrap().statements() {
            assert!(parse(&statement.text()).is_ok());
        }
    }
}
