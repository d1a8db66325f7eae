//! The typed views.

use quarry_syntax::ast::*;
use quarry_syntax::literal::{DynamicValue, LiteralType, LiteralValue};
use quarry_syntax::{parse, parse_expression};
use quarry_text::Span;

use crate::{expression, operator};

fn literal(text: &str) -> LiteralValue {
    let parsed = parse_expression(text);
    assert!(parsed.is_ok(), "{text}: {:?}", parsed.diagnostics());
    let Some(Expr::Literal(literal)) = parsed.expression() else {
        panic!("{text} is no literal")
    };
    literal.value().unwrap()
}

#[test]
fn literals_have_values() {
    assert_eq!(literal("5"), LiteralValue::Long(5));
    assert_eq!(literal("0x8000000000000000"), LiteralValue::Long(i64::MIN));
    assert_eq!(literal("int(0xFFFFFFFF)"), LiteralValue::Int(-1));
    assert_eq!(literal("1.e2"), LiteralValue::Real(100.0));
    assert_eq!(literal("decimal(1.50)"), LiteralValue::Decimal("1.50".into()));
    assert_eq!(literal("bool(null)"), LiteralValue::Null(LiteralType::Bool));
    assert_eq!(literal("time(2)"), LiteralValue::TimeSpan(2 * 864_000_000_000));
    assert_eq!(literal("datetime(2020-01-01)"), LiteralValue::DateTime(637_134_336_000_000_000));
    assert_eq!(literal("datetime(now)"), LiteralValue::Now);
    assert_eq!(literal("'a' \"b\" @'c''d'"), LiteralValue::String("abc'd".into()));
    assert_eq!(literal("h'secret'"), LiteralValue::String("secret".into()));
}

#[test]
fn documents_have_values() {
    let Some(Expr::Dynamic(document)) = parse_expression("dynamic({'a': [1, -2.5, null], 'b': 1d, 'c': 'x' 'y'})").expression() else {
        panic!()
    };
    let array = DynamicValue::Array(vec![DynamicValue::Long(1), DynamicValue::Real(-2.5), DynamicValue::Null]);
    assert_eq!(
        document.value(),
        Some(DynamicValue::Object(vec![
            ("a".into(), array),
            ("b".into(), DynamicValue::TimeSpan(864_000_000_000)),
            ("c".into(), DynamicValue::String("xy".into())),
        ]))
    );
}

#[test]
fn the_least_long_may_stand_in_a_datatable() {
    let Expr::Datatable(table) = expression("datatable (a: long) [-9223372036854775808, 1]") else {
        panic!()
    };
    let values: Vec<_> = table
        .values()
        .map(|value| match value {
            Expr::Literal(literal) => literal.value(),
            _ => None,
        })
        .collect();
    assert_eq!(values, [Some(LiteralValue::Long(i64::MIN)), Some(LiteralValue::Long(1))]);
}

#[test]
fn names_lose_their_quotes() {
    let Expr::Name(name) = expression("['a b']") else { panic!() };
    assert_eq!(name.value(), "a b");
    assert!(name.name().unwrap().is_bracketed());
    let Operator::ProjectAway(away) = operator("T | project-away a*_b, c, ['d*']") else {
        panic!()
    };
    let names: Vec<_> = away
        .items()
        .filter_map(|item| match item.expr()? {
            Expr::Name(name) => name.name(),
            _ => None,
        })
        .map(|name| (name.value(), name.is_wildcard()))
        .collect();
    assert_eq!(names, [("a*_b".into(), true), ("c".into(), false), ("d*".into(), true)]);
}

#[test]
fn spans_leave_blanks_and_comments_out() {
    let query = "  T // all\n | where   a  ==  1  // one\n  ";
    let Expr::Pipeline(pipeline) = expression(query) else { panic!() };
    assert_eq!(pipeline.span().text(query), "T // all\n | where   a  ==  1");
    let Some(Operator::Where(filter)) = pipeline.operators().next() else {
        panic!()
    };
    assert_eq!(filter.predicate().unwrap().span().text(query), "a  ==  1");
    assert_eq!(Operator::Where(filter).keyword_span(), Span::new(14, 19));
}

#[test]
fn pipelines_are_flat() {
    let Expr::Pipeline(pipeline) = expression("T | take 1 | count | extend a = 1") else {
        panic!()
    };
    assert!(matches!(pipeline.source(), Some(Expr::Name(_))));
    let words: Vec<_> = pipeline.operators().map(|operator| operator.keyword()).collect();
    assert_eq!(words, ["take", "count", "extend"]);
    let Expr::Pipeline(pipeline) = expression("print a = 1 | take 1") else {
        panic!()
    };
    assert!(pipeline.source().is_none());
    assert!(matches!(pipeline.operators().next(), Some(Operator::Print(_))));
}

#[test]
fn chains_of_and_are_flat() {
    let Some(Expr::Logical(all)) = parse_expression("a and b == 1 and (c or d)").expression() else {
        panic!()
    };
    assert_eq!(all.op(), Some(LogicalOp::And));
    assert_eq!(
        all.operands().map(|operand| operand.text()).collect::<Vec<_>>(),
        ["a", "b == 1", "(c or d)"]
    );
}

#[test]
fn string_operators_tell_how_they_compare() {
    let op = |text: &str| match parse_expression(text).expression() {
        Some(Expr::Binary(binary)) => binary.op(),
        _ => None,
    };
    let string = |kind, case_sensitive, negated| {
        Some(BinaryOp::String {
            kind,
            case_sensitive,
            negated,
        })
    };
    assert_eq!(op("a has b"), string(StringMatch::Has, false, false));
    assert_eq!(op("a !startswith_cs b"), string(StringMatch::StartsWith, true, true));
    assert_eq!(op("a notcontainscs b"), string(StringMatch::Contains, true, true));
    assert_eq!(op("a <> b"), Some(BinaryOp::NotEqual));
    assert_eq!(op("a matches regex b"), Some(BinaryOp::MatchesRegex));
}

#[test]
fn let_functions_have_parameters() {
    let parsed = parse("let f = (a: long = 1, T: (b: string, *), U: (*)) { T }; f()");
    let Some(Statement::Let(statement)) = parsed.root().unwrap().statements().next() else {
        panic!()
    };
    assert_eq!(statement.name().unwrap().value(), "f");
    let Some(Expr::Function(function)) = statement.value() else {
        panic!()
    };
    let parameters: Vec<_> = function.parameters().collect();
    assert_eq!(parameters[0].type_name().unwrap().canonical(), Some("long"));
    assert_eq!(parameters[0].default().unwrap().text(), "1");
    let schema = parameters[1].schema().unwrap();
    assert!(schema.has_star());
    assert_eq!(schema.columns().next().unwrap().name().unwrap().value(), "b");
    assert!(parameters[2].schema().unwrap().has_star());
    assert_eq!(function.body().unwrap().statements().count(), 1);
}

#[test]
fn summarize_has_aggregates_keys_and_hints() {
    let query = "T | summarize hint.strategy=shuffle n = count(), (a, b) = arg_max(c, *) by d, e = bin(f, 1h)";
    let Operator::Summarize(summarize) = operator(query) else {
        panic!()
    };
    let hints: Vec<_> = summarize.hints().map(|hint| (hint.name(), hint.word())).collect();
    assert_eq!(hints, [("hint.strategy".into(), Some("shuffle".into()))]);
    let names: Vec<Vec<String>> = summarize
        .aggregates()
        .map(|item| item.names().map(|name| name.value()).collect())
        .collect();
    assert_eq!(names, [vec!["n".to_owned()], vec!["a".to_owned(), "b".to_owned()]]);
    let keys: Vec<_> = summarize.by().unwrap().items().map(|item| item.expr().unwrap().text()).collect();
    assert_eq!(keys, ["d", "bin(f, 1h)"]);
}

#[test]
fn joins_have_a_kind_and_conditions() {
    let Operator::Join(join) = operator("T | join kind=leftouter hint.remote=left (U | take 1) on a, $left.b == $right.c") else {
        panic!()
    };
    assert_eq!(join.kind().as_deref(), Some("leftouter"));
    assert_eq!(join.params().count(), 2);
    assert_eq!(join.right().unwrap().text(), "(U | take 1)");
    assert_eq!(
        join.on_clauses().map(|on| on.text()).collect::<Vec<_>>(),
        ["a", "$left.b == $right.c"]
    );
}

#[test]
fn expansions_have_items() {
    let Operator::MvExpand(expand) = operator("T | mv-expand kind=array with_itemindex=i x = a.b to typeof(long), c limit 7") else {
        panic!()
    };
    assert_eq!(expand.kind().as_deref(), Some("array"));
    assert_eq!(expand.with_item_index().as_deref(), Some("i"));
    assert_eq!(expand.limit().unwrap().text(), "7");
    let items: Vec<_> = expand.items().collect();
    assert_eq!(items[0].name().unwrap().value(), "x");
    assert_eq!(items[0].expr().unwrap().text(), "a.b");
    assert_eq!(items[0].to_type().unwrap().type_name().unwrap().value(), "long");
    assert!(items[1].name().is_none() && items[1].to_type().is_none());
}

#[test]
fn parse_has_parts() {
    let Operator::Parse(parse) = operator("T | parse kind=regex flags=Ui a with * 'x' b: long 'y' c *") else {
        panic!()
    };
    assert_eq!((parse.kind().as_deref(), parse.flags().as_deref()), (Some("regex"), Some("Ui")));
    let parts: Vec<_> = parse
        .parts()
        .map(|part| match part {
            ParsePart::Star(_) => "*".to_owned(),
            ParsePart::Literal(literal) => format!("{:?}", literal.value()),
            ParsePart::Column(column) => column.name().unwrap().value(),
        })
        .collect();
    assert_eq!(parts, ["*", "Some(String(\"x\"))", "b", "Some(String(\"y\"))", "c", "*"]);
}

#[test]
fn sorting_has_directions() {
    let Operator::Sort(sort) = operator("T | sort by a asc nulls last, b") else {
        panic!()
    };
    let keys: Vec<_> = sort
        .keys()
        .map(|key| (key.expr().unwrap().text(), key.ordering(), key.nulls()))
        .collect();
    assert_eq!(keys[0], ("a".into(), Some(Ordering::Asc), Some(Nulls::Last)));
    assert_eq!(keys[1], ("b".into(), None, None));
}

#[test]
fn top_nested_has_levels() {
    let Operator::TopNested(top) = operator("T | top-nested 3 of a with others = 'rest' by n = count() asc, top-nested of b by max(c)")
    else {
        panic!()
    };
    let levels: Vec<_> = top.levels().collect();
    assert_eq!(levels[0].count().unwrap().text(), "3");
    assert_eq!(levels[0].others().unwrap().text(), "'rest'");
    assert_eq!(levels[0].by().unwrap().ordering(), Some(Ordering::Asc));
    assert!(levels[1].count().is_none());
    assert_eq!(levels[1].of().unwrap().named().unwrap().expr().unwrap().text(), "b");
}

#[test]
fn series_have_a_range() {
    let Operator::MakeSeries(series) = operator("T | make-series n = count() default = 0 on t from a to b step 1d by c") else {
        panic!()
    };
    assert_eq!(series.items().next().unwrap().default().unwrap().text(), "0");
    let parts = [series.from(), series.to(), series.step(), series.on().unwrap().expr()];
    assert_eq!(parts.map(|part| part.unwrap().text()), ["a", "b", "1d", "t"]);
    let Operator::MakeSeries(series) = operator("T | make-series count() on t in range(a, b, 1d)") else {
        panic!()
    };
    assert_eq!(series.in_range().unwrap().arguments().count(), 3);
}

#[test]
fn graph_patterns_have_nodes_and_edges() {
    let Operator::GraphMatch(found) = operator("G | graph-match (a)-[e*1..3]->(b)<--(c)-[f]-() project a.x") else {
        panic!()
    };
    let elements: Vec<_> = found.patterns().next().unwrap().elements().collect();
    assert_eq!(elements.len(), 7);
    let edges: Vec<_> = elements
        .iter()
        .filter_map(|element| match element {
            GraphElement::Edge(edge) => Some((edge.direction(), edge.name().map(|name| name.value()))),
            GraphElement::Node(_) => None,
        })
        .collect();
    assert_eq!(
        edges,
        [
            (EdgeDirection::Forward, Some("e".into())),
            (EdgeDirection::Backward, None),
            (EdgeDirection::Any, Some("f".into())),
        ]
    );
}

#[test]
fn render_properties_may_be_lists() {
    let Operator::Render(render) = operator("T | render timechart with (title='x', ycolumns=a, b, kind=stacked)") else {
        panic!()
    };
    assert_eq!(render.chart().unwrap().value(), "timechart");
    let properties: Vec<_> = render
        .properties()
        .map(|property| (property.name(), property.values().count()))
        .collect();
    assert_eq!(properties, [("title".into(), 1), ("ycolumns".into(), 2), ("kind".into(), 1)]);
}
