//! The reference of the language, written from the declarations: a page for each family of functions, one for the operators, one for what is
//! missing. The answers to examples come from whoever can run them.

mod pages;
mod words;

pub use pages::{Page, pages};
pub use words::{Parameter, type_words};

/// Tables that examples may read: name and rows.
pub const TABLES: &[(&str, &str)] = &[(
    "Logons",
    "datatable(Time:datetime, User:string, Device:string)[\
     datetime(2024-03-01 08:00), 'ann', 'laptop', datetime(2024-03-01 09:30), 'bob', 'server', datetime(2024-03-02 08:05), 'ann', 'phone']",
)];

/// What became of an example.
#[derive(Clone, Debug)]
pub enum Answer {
    Tables(Vec<AnswerTable>),
    /// It is declared but does not run yet, for this reason.
    Refused(String),
}

/// One result of an example, as text.
#[derive(Clone, Debug, Default)]
pub struct AnswerTable {
    /// Name and type of each column.
    pub columns: Vec<(String, crate::KqlType)>,
    pub rows: Vec<Vec<String>>,
}
