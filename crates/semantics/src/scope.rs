//! What names mean at a place in a query.

use std::collections::HashSet;
use std::rc::Rc;

use quarry_schema::KqlType;

use crate::functions::UserFunction;
use crate::ir::{Column, ColumnId, Expr, Rel};
use crate::kinds::Kind;
use crate::pattern::Pattern;
use crate::restriction::Restriction;

/// What a declared name stands for.
#[derive(Clone)]
pub(crate) enum Binding {
    /// A scalar: its expression is filled in wherever the name stands.
    Scalar(Rc<ScalarBinding>),
    /// A table: a copy with column ids of its own is filled in wherever the name stands.
    Table(Rc<TableBinding>),
    Function(Rc<UserFunction>),
    /// Another database or cluster given a name.
    Elsewhere,
    /// The databases that `entity_group` lists.
    EntityGroup(Rc<Vec<quarry_syntax::ast::Expr>>),
    /// The database that the body of `macro-expand` stands for at the moment.
    Entity(Rc<quarry_syntax::ast::Expr>),
    Pattern(Rc<Pattern>),
    /// Its declaration was wrong; uses of it stay silent.
    Invalid,
}

impl Binding {
    /// Whether it stands for rows, so that `restrict access` can hide it.
    pub(crate) fn gives_rows(&self) -> bool {
        match self {
            Binding::Table(_) | Binding::Pattern(_) => true,
            Binding::Function(function) => function.kind == Kind::Table,
            _ => false,
        }
    }
}

pub(crate) struct ScalarBinding {
    pub expr: Expr,
    pub size: usize,
    /// How many subqueries surround the declaration: a value of the current row must not be carried into a deeper one.
    pub subquery_depth: usize,
    pub reads_row: bool,
}

pub(crate) struct TableBinding {
    pub rel: Rel,
    /// How many operators it holds, for the limit on filled-in copies.
    pub size: usize,
    /// What `union withsource` calls it: the table's own name when the name merely stands for a table.
    pub label: Option<String>,
}

/// Declared names, innermost first. Cheap to copy: a function keeps the one of its declaration.
#[derive(Clone, Default)]
pub(crate) struct Env(Option<Rc<Node>>);

struct Node {
    entry: Entry,
    parent: Env,
}

enum Entry {
    Declared(String, Binding),
    /// Of what was declared before, and of the database, only this can be seen.
    Restricted(Rc<Restriction>),
}

impl Env {
    pub(crate) fn with(&self, name: impl Into<String>, binding: Binding) -> Env {
        self.then(Entry::Declared(name.into(), binding))
    }

    pub(crate) fn restricted(&self, restriction: Restriction) -> Env {
        self.then(Entry::Restricted(Rc::new(restriction)))
    }

    fn then(&self, entry: Entry) -> Env {
        Env(Some(Rc::new(Node {
            entry,
            parent: self.clone(),
        })))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.iter().find(|(declared, _)| *declared == name).map(|(_, binding)| binding)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Binding)> {
        let mut restrictions: Vec<&Restriction> = Vec::new();
        self.entries().filter_map(move |entry| match entry {
            Entry::Restricted(restriction) => {
                restrictions.push(restriction);
                None
            }
            Entry::Declared(name, binding) => {
                let seen = !binding.gives_rows() || restrictions.iter().all(|restriction| restriction.admits_declared(name));
                seen.then_some((name.as_str(), binding))
            }
        })
    }

    /// Whether a table or function of the database may be named.
    pub(crate) fn admits_stored(&self, name: &str) -> bool {
        self.restrictions().all(|restriction| restriction.admits_stored(name))
    }

    /// Nothing declared, and the same restrictions.
    pub(crate) fn without_names(&self) -> Env {
        self.restrictions().fold(Env::default(), |env, restriction| {
            env.then(Entry::Restricted(Rc::clone(restriction)))
        })
    }

    fn restrictions(&self) -> impl Iterator<Item = &Rc<Restriction>> {
        self.entries().filter_map(|entry| match entry {
            Entry::Restricted(restriction) => Some(restriction),
            Entry::Declared(..) => None,
        })
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        let mut next = self.0.as_deref();
        std::iter::from_fn(move || {
            let node = next?;
            next = node.parent.0.as_deref();
            Some(&node.entry)
        })
    }
}

impl Drop for Env {
    /// Takes a long chain apart in a loop: ten thousand lets must not need ten thousand stack frames.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(node) = next {
            match Rc::try_unwrap(node) {
                Ok(mut node) => next = node.parent.0.take(),
                Err(_) => return,
            }
        }
    }
}

/// The columns of the current row.
#[derive(Clone, Default)]
pub(crate) struct Rows {
    pub columns: Vec<Column>,
    /// Names that are not listed may be columns too.
    pub open: bool,
    /// Window functions may be used.
    pub serialized: bool,
    /// The two sides of a join, as `$left` and `$right`.
    pub sides: Option<(Vec<Column>, Vec<Column>)>,
    /// Records that are referred to by name: the steps of `scan`.
    pub records: Vec<(String, Vec<Column>)>,
    /// The elements of the graph pattern at hand can be referred to by name.
    pub in_graph_pattern: bool,
}

impl Rows {
    pub(crate) fn of(rel: &Rel) -> Rows {
        Rows {
            columns: rel.columns.clone(),
            open: rel.open,
            serialized: rel.serialized,
            ..Rows::default()
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        find(&self.columns, name)
    }

    pub(crate) fn record(&self, name: &str) -> Option<&[Column]> {
        self.records
            .iter()
            .find(|(record, _)| record == name)
            .map(|(_, columns)| columns.as_slice())
    }
}

pub(crate) fn find<'c>(columns: &'c [Column], name: &str) -> Option<&'c Column> {
    columns.iter().find(|column| column.name == name)
}

/// The ids of some columns, to ask about many of them.
pub(crate) fn ids<'c>(columns: impl IntoIterator<Item = &'c Column>) -> HashSet<ColumnId> {
    columns.into_iter().map(|column| column.id).collect()
}

/// Every column once, where it first stands.
pub(crate) fn each_once(columns: impl IntoIterator<Item = Column>) -> Vec<Column> {
    let mut seen = HashSet::new();
    columns.into_iter().filter(|column| seen.insert(column.id)).collect()
}

/// Everything an expression can see.
#[derive(Clone, Default)]
pub(crate) struct Context {
    pub env: Env,
    pub rows: Option<Rc<Rows>>,
}

impl Context {
    pub(crate) fn new(env: &Env, rows: Rows) -> Context {
        Context {
            env: env.clone(),
            rows: Some(Rc::new(rows)),
        }
    }

    /// The same names without a current row.
    pub(crate) fn without_rows(&self) -> Context {
        Context {
            env: self.env.clone(),
            rows: None,
        }
    }
}

/// Hands out column ids.
#[derive(Default)]
pub(crate) struct Ids {
    pub next: ColumnId,
}

impl Ids {
    pub(crate) fn fresh(&mut self) -> ColumnId {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        id
    }

    pub(crate) fn column(&mut self, name: impl Into<String>, ty: KqlType) -> Column {
        Column {
            id: self.fresh(),
            name: name.into(),
            ty,
        }
    }
}
