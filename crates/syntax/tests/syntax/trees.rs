//! Small trees of every construct.

use insta::assert_snapshot;

use crate::outlines;

#[test]
fn precedence() {
    assert_snapshot!(outlines(&[
        "print a or b and c or d",
        "print a and b and c",
        "print a == b < c + d * e",
        "print a == b + c has d",
        "print a + b has c + d",
        "print -a * b.c[0]",
        "print a -1 > 0",
        "print a < b in (c)",
        "print a =~ b != c",
        "print a matches regex @'x' and not(b)",
        "print a !has_cs b, a notcontains c, a containscs d",
        "print a between (1 .. 2) and b !between (c..d)",
        "print a !in~ ('x', 'y') or b has_any (T | project x)",
        "print (a) == ((b))",
    ]));
}

#[test]
fn paths_and_calls() {
    assert_snapshot!(outlines(&[
        "print a.b['c'][0].d[-1]",
        "print a.['b c'], a.[0].x, ['a b'].c",
        "print f(), f(a, b = 1), f(*), database('d').f(1).x",
        "cluster('c').database('d').['T x'] | take 1",
        "T | where $left.a == {parameter}",
        "print extract('a', 1, b, typeof(long)), typeof(a: long, ['b']: string), typeof(*)",
    ]));
}

#[test]
fn literals() {
    assert_snapshot!(outlines(&[
        "print 1, 0x1F, long(5), int(-5), 1.5, 1., 1.e2, 1e-3, real(nan), decimal(1.5)",
        "print 'a' \"b\" @'c''d' h'e' ```f\ng``` ~~~h~~~",
        "print true, bool(1), 1d, 1.5h, 10ticks, time(1.02:03:04), datetime(2020-01-01), datetime(null)",
        "print guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
        "print dynamic({'a': [1, -2.5, null, true, datetime(2020)], \"b\": dynamic({})}), dynamic('x')",
        "datatable (a: long, ['b c']: dynamic) [ -1, dynamic([1]), 2, 'x' 'y', ]",
        "externaldata (a: string) [@'https://host/a.csv', h'b'] with (format = 'csv', ignoreFirstRecord = true)",
        "print 1_0, 4624a, _x, $y",
    ]));
}

#[test]
fn statements() {
    assert_snapshot!(outlines(&[
        "let a = 1; let b = T | take 1; let ['c d'] = toscalar(b); a",
        "let f = (a: long, b: string = 'x', T: (c: long), U: (*)) { let d = a; T | where c == d }; f(1)",
        "let v = view () { T }; v",
        "let m = materialize (T | take 1); let s = toscalar kind=nooptimization (m | count); m",
        "set notruncation; set query_now = datetime(2020); T",
        "declare query_parameters (a: long, b: string = 'x'); T",
        "declare pattern P = (a: string)[b: string] { ('x').['y'] = { T | take 1 }; ('z').['w'] = { let c = 1; U }; }; P('x').y",
        "declare pattern Q; Q('x')",
        "alias database d = cluster('c').database('d'); database('d').T",
        "restrict access to (T, U*, database('d').*) with (x = true); T",
        "T; U;",
        "// a comment\nT // and one more\n| take 1",
    ]));
}

#[test]
fn rows_and_columns() {
    assert_snapshot!(outlines(&[
        "T | where a == 1 | filter * has 'x'",
        "T | take 5 | limit n | sample 5 | sample-distinct 3 of a | count | count as n",
        "T | extend a = 1, (b, c) = f(d), e | project | project a, b = c, d.e",
        "T | project-away a*, *b, ['c d'] | project-keep * | project-rename a = b, c = d",
        "T | project-reorder a asc, b* granny-desc | project-by-names 'a*', dynamic(['b'])",
        "T | distinct * | distinct hint.strategy = shuffle a, b",
        "T | summarize hint.strategy = shuffle count(), x = sum(a) by b, c = bin(d, 1h)",
        "T | summarize by a | summarize",
        "T | sort by a asc nulls last, b desc, c nulls first | order by d",
        "T | top 3 by x = a desc nulls last",
        "T | top-nested 3 of a with others = 'rest' by b = sum(c) desc, top-nested of d by count()",
        "T | top-hitters 3 of a by b | top-hitters 3 of a",
        "T | as hint.materialized = true x | consume | serialize a = 1 | getschema",
    ]));
}

#[test]
fn tables() {
    assert_snapshot!(outlines(&[
        "T | join kind=inner hint.strategy=shuffle (U | take 1) on a, $left.b == $right.c",
        "T | join kind = leftanti(U) on a and $left.b == $right.c | join V where a == b",
        "T | lookup kind=leftouter U on a",
        "union kind=outer withsource=S isfuzzy=true T*, (U | take 1), database('d').*",
        "T | union U, V",
        "search kind=case_sensitive in (T, U*) 'x' and a:'y' or b == 1",
        "find withsource=S in (T, U*) where a == 1 project a, b: string, pack_all()",
        "find 'x' project-smart",
        "range x from 1 to 10 step 2",
        "range(1, 2) | take 1",
    ]));
}

#[test]
fn arrays_and_text() {
    assert_snapshot!(outlines(&[
        "T | mv-expand kind=array with_itemindex=i a to typeof(string), b = c.d limit 5",
        "T | mvexpand bagexpansion=array a",
        "T | mv-apply with_itemindex=i x = a to typeof(long), b limit 5 on (where x > 1 | top 1 by x)",
        "T | parse kind=regex flags=Ui a with * 'x' b: long 'y' \"z\" ['c d'] *",
        "T | parse-where a.b with 'x' c",
        "T | parse-kv a as (b: string, c: long) with (pair_delimiter=';', quote='\"')",
        "T | make-series kind=nonempty c = count() default = 0, avg(b) on a from x to y step 1d by d, e = f",
        "T | make-series count() on a in range(x, y, 1d) by d",
        "T | reduce kind=source by a with threshold=0.1, characters='-'",
    ]));
}

#[test]
fn subqueries() {
    assert_snapshot!(outlines(&[
        "T | evaluate hint.distribution=single bag_unpack(a, 'x') : (*, b: string)",
        "T | invoke f(1) | invoke database('d').f()",
        "T | partition hint.strategy=native by a.b (top 1 by c | take 1)",
        "T | partition by a { U | where x == a }",
        "T | fork (where x) b = (take 1 | count)",
        "T | facet by a, b with (where x | take 1) | facet by a with take 1",
        "T | scan with_match_id=m declare (a: long = 0) with (step s output=all: x > 1 => a = 1, b = s.c; step t optional: true;)",
        "T | scan order by x asc partition by a with (step s: true;)",
        "macro-expand isfuzzy=true entity_group [cluster('a').database('b')] as X ( let y = 1; X.T | take y )",
        "T | assert-schema (a: long) | __executeAndCache",
        "T | render timechart with (title='x', ycolumns=a, b, kind=stacked) | render barchart title='x'",
    ]));
}

#[test]
fn graphs() {
    assert_snapshot!(outlines(&[
        "T | make-graph a --> b with N on id, (M | take 1) on key",
        "T | make-graph a -- b with_node_id=n partitioned-by c (graph-match (x) project x)",
        "G | graph-match cycles=none (a)-[e*1..3]->(b)<-[f]-(c)--(d)-->()<--(x), (b)-[]-(y) where a.k == 1 project a.b, c = d",
        "G | graph-shortest-paths output=all (a)-[e*1..5]->(b) where a.x project b",
        "G | graph-to-table nodes as N with_node_id=n, edges as E with_source_id=s with_target_id=t",
        "G | graph-mark-components kind=weak with_component_id=c | graph-where-nodes a == 1 | graph-where-edges e",
    ]));
}

#[test]
fn words_of_the_language_as_names() {
    assert_snapshot!(outlines(&[
        "T | extend title = 1, print = 2, count = 3, by = 4, where = 5",
        "T | where count > 1 and kind == 2 and top < 3 | summarize count = count() by step",
        "T | project ['where'], a.['in'], take, range, graph",
        "let take = 1; take",
    ]));
}
