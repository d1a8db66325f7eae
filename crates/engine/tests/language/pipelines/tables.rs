//! The tables that pipelines read, and the columns at a place of one.

use quarry_schema::KqlType;

use crate::choices::Choices;
use crate::values;

/// The columns of the tables that pipelines read. Keys are few, so that joins meet.
pub const T: &[(&str, KqlType)] = &[
    ("k", KqlType::Long),
    ("s", KqlType::String),
    ("r", KqlType::Real),
    ("b", KqlType::Bool),
    ("t", KqlType::DateTime),
    ("d", KqlType::TimeSpan),
    ("i", KqlType::Int),
    ("x", KqlType::Dynamic),
];
pub const U: &[(&str, KqlType)] = &[
    ("k", KqlType::Long),
    ("s", KqlType::String),
    ("v", KqlType::Real),
    ("w", KqlType::Dynamic),
];

/// Values of cells: few, so that groups and matches come about, and reals whose sums are exact in any order.
pub fn domain(ty: KqlType) -> &'static [&'static str] {
    match ty {
        KqlType::Long => &["1", "2", "3", "4", "-5", "long(null)"],
        KqlType::Int => &["int(1)", "int(2)", "int(300)", "int(null)"],
        KqlType::Real => &["1.5", "-2.25", "0.0", "8.0", "real(null)"],
        KqlType::Bool => &["true", "false", "bool(null)"],
        KqlType::String => &["'a'", "'b'", "''", "'key=7; user=ann'", "'Ab c'", "'10.0.0.1'"],
        KqlType::DateTime => &[
            "datetime(2024-03-01)",
            "datetime(2024-03-01 10:30)",
            "datetime(2024-04-02 23:59:59.9999999)",
            "datetime(null)",
        ],
        KqlType::TimeSpan => &["1h", "90m", "-1d", "0s", "time(null)"],
        KqlType::Dynamic => &[
            "dynamic([1, 2, 3])",
            "dynamic(['a', 'b'])",
            "dynamic({'a': 1, 'b': 'x'})",
            "dynamic([])",
            "dynamic(5)",
            "dynamic(null)",
        ],
        other => values::values(other),
    }
}

/// A table as a query.
pub fn rows(columns: &[(&str, KqlType)], choices: &mut Choices) -> String {
    let header: Vec<String> = columns.iter().map(|(name, ty)| format!("{name}:{}", ty.name())).collect();
    let count = choices.below(40);
    let cells: Vec<String> = (0..count)
        .flat_map(|_| {
            columns
                .iter()
                .map(|(_, ty)| (*choices.pick(domain(*ty))).to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    format!("datatable({})[{}]", header.join(", "), cells.join(", "))
}

/// The columns at one place of a pipeline.
#[derive(Clone)]
pub struct Columns {
    pub columns: Vec<(String, KqlType)>,
    /// Numbers new names.
    next: usize,
}

impl Columns {
    pub fn new(columns: &[(&str, KqlType)]) -> Self {
        let columns = columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
        Self { columns, next: 0 }
    }

    pub fn fresh(&mut self) -> String {
        self.next += 1;
        format!("n{}", self.next)
    }

    pub fn of(&self, accept: impl Fn(KqlType) -> bool) -> Vec<String> {
        let fitting = self.columns.iter().filter(|(_, ty)| accept(*ty));
        fitting.map(|(name, _)| name.clone()).collect()
    }

    pub fn type_of(&self, name: &str) -> KqlType {
        self.columns.iter().find(|(column, _)| column == name).unwrap().1
    }
}
