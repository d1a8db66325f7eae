//! `scan` compiles what reads its state; what it cannot compile runs as any other expression. Both give the same.

use std::fmt::Write as _;

use quarry_engine::Session;

use crate::choices::Choices;
use crate::{ask, cells, config, database, runtime};

/// Conditions over the row and the state of the first step.
const CONDITIONS: &[&str] = &[
    "a.n < 3",
    "t - a.t <= 2",
    "isnull(a.t) or t > a.t + 1",
    "v == a.v",
    "v != a.v",
    "v >= a.n and not(b and a.b)",
    "r > a.r",
    "r != a.r or isnotnull(a.x)",
    "r between (a.r .. a.r + 1.5)",
    "i !between (a.i .. a.i + 2)",
    "s == a.s",
    "s != a.s and isnotempty(a.w)",
    "isempty(a.s) or isnotempty(a.w)",
    "d - a.d > 1h",
    "d between (a.d .. 2h)",
    "(d - a.d) / 1h < 2.5",
    "p <= a.p or isnull(a.p)",
    "isnull(a.doc)",
    "isnull(a.g) or isnotnull(a.doc)",
    "coalesce(a.v, v) > 1",
    "case(a.b, v > 1, isnull(a.b), true, r < 0.5)",
];

/// What the declared columns are given.
const ASSIGNMENTS: &[&str] = &[
    "n = a.n + 1",
    "n = v - a.n * 2",
    "n = a.n / i",
    "n = a.n % v",
    "n = -a.v",
    "n = iff(isnull(a.n), v, a.n)",
    "n = coalesce(a.v, v, 7)",
    "n = i + a.i",
    "x = r + a.x",
    "x = a.x / v",
    "x = a.v * 0.5",
    "x = (d - a.d) / 1h",
    "x = -a.r % 3",
    "w = iff(a.b, s, a.w)",
    "w = coalesce(a.s, a.w, 'none')",
    "w = case(v > a.v, 'up', v < a.v, 'down', s)",
    "f = a.n > v",
    "f = iff(isnull(a.f), b, not(a.f))",
    "at = iff(isnull(a.at), d, a.at)",
    "at = a.d + p",
    "at = a.d - 1h",
    "span = d - a.d",
    "span = a.p * 2",
    "span = a.p / i",
    "span = -a.p",
    "doc2 = iff(isnull(a.doc), doc, a.doc)",
    "g2 = iff(t > a.t + 2, g, a.g)",
];

fn rows(choices: &mut Choices) -> String {
    let mut cells = String::new();
    let mut pick = |values: &[&str]| values[choices.below(values.len())].to_owned();
    for t in 0..40 {
        let v = pick(&["long(null)", "0", "1", "2", "9223372036854775807"]);
        let r = pick(&["real(null)", "real(nan)", "0.5", "-1.25", "2.0"]);
        let (i, b) = (
            pick(&["int(null)", "int(1)", "int(0)", "int(-3)"]),
            pick(&["true", "false", "bool(null)"]),
        );
        let s = pick(&["''", "'a'", "'B'", "'a longer text than twelve'"]);
        let d = pick(&[
            "datetime(null)",
            "datetime(2024-01-01)",
            "datetime(2024-01-01 01:30)",
            "datetime(9999-12-31 23:00)",
        ]);
        let p = pick(&["timespan(null)", "1h", "-30m", "2d"]);
        let doc = pick(&["dynamic(null)", "dynamic({'k': 1})", "dynamic('x')"]);
        let g = pick(&["guid(null)", "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"]);
        let _ = write!(cells, "{t}, {v}, {r}, {i}, {b}, {s}, {d}, {p}, {doc}, {g}, ");
    }
    let cells = cells.trim_end_matches(", ");
    format!("datatable(t:long, v:long, r:real, i:int, b:bool, s:string, d:datetime, p:timespan, doc:dynamic, g:guid)[{cells}]")
}

/// The query, and the same such that nothing of it is compiled.
fn queries(choices: &mut Choices) -> [String; 2] {
    let mut pick = |values: &[&'static str]| values[choices.below(values.len())];
    let first = pick(&["true", "t > 3", "a.n < 2 or r > 0", "isnull(a.t) or s != a.s"]);
    let (second, more) = (pick(CONDITIONS), pick(CONDITIONS));
    let output = pick(&["all", "last", "none"]);
    let [one, two, three] = [(); 3].map(|()| pick(ASSIGNMENTS));
    [false, true].map(|opaque| {
        let condition = |text: &str| match opaque {
            true => format!("({text}) and gettype(a.t) != ''"),
            false => text.to_owned(),
        };
        let assigned = |text: &str| match (opaque, text.split_once(" = ")) {
            (true, Some((name, value))) => format!("{name} = iff(gettype(a.t) == '', {value}, {value})"),
            _ => text.to_owned(),
        };
        let different: Vec<String> = [one, two, three]
            .into_iter()
            .enumerate()
            .filter(|(at, text)| {
                ![one, two, three][..*at]
                    .iter()
                    .any(|other| other.split(' ').next() == text.split(' ').next())
            })
            .map(|(_, text)| assigned(text))
            .collect();
        format!(
            "T | sort by t asc | scan with_match_id = id \
             declare (n: long = 1, x: real = 0.25, w: string = 'start', f: bool, at: datetime, span: timespan, doc2: dynamic, g2: guid) \
             with (step a output={output}: {} => {}; step b2: {} => {}; step c: {};)",
            condition(first),
            different.join(", "),
            condition(second),
            different.join(", "),
            condition(more)
        )
    })
}

#[test]
fn compiled_and_other_expressions_give_the_same() {
    let session = Session::new(&config(2)).unwrap();
    runtime().block_on(async {
        let mut matched = 0;
        for seed in 0..40 {
            let mut choices = Choices::seeded(seed);
            let table = rows(&mut choices);
            let database = database(&session, &[("T", &table)]).await;
            for _ in 0..4 {
                let [compiled, other] = queries(&mut choices);
                let answer = ask(&session, &compiled, &database)
                    .await
                    .unwrap_or_else(|error| panic!("{compiled}\n{error}"));
                let expected = ask(&session, &other, &database)
                    .await
                    .unwrap_or_else(|error| panic!("{other}\n{error}"));
                assert_eq!(cells(&answer[0]), cells(&expected[0]), "{compiled}\n{table}");
                matched += answer[0].row_count();
            }
        }
        assert!(matched > 1000, "{matched}");
    });
}
