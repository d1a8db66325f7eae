//! One page of the reference on a terminal. Examples are run when they are shown.

use std::io::Write;

use quarry_engine::{MemoryDatabase, QueryOptions, Session};
use quarry_hunting::ResultTable;
use quarry_schema::Function;
use quarry_schema::operators::Operator;
use quarry_schema::reference::TABLES;

use crate::exit::Failure;
use crate::input::MemoryArgs;
use crate::lake;
use crate::output::{Grid, Terminal, Times, result_grid};

const INDENT: &str = "  ";

pub struct Printer<'a> {
    out: &'a mut dyn Write,
    terminal: &'a Terminal,
    session: Session,
    database: MemoryDatabase,
    pages: usize,
}

impl<'a> Printer<'a> {
    pub async fn new(out: &'a mut dyn Write, terminal: &'a Terminal) -> Result<Self, Failure> {
        let session = lake::session(MemoryArgs::default())?;
        let mut database = MemoryDatabase::new();
        for (name, rows) in TABLES {
            let outcome = session.query(rows, &MemoryDatabase::new(), &QueryOptions::default()).await;
            for table in outcome.map_err(Failure::new)?.tables {
                let columns = table.columns.into_iter().map(|column| (column.name, column.ty)).collect();
                database.add(name, columns, table.batches).map_err(Failure::new)?;
            }
        }
        Ok(Self {
            out,
            terminal,
            session,
            database,
            pages: 0,
        })
    }

    pub async fn function(&mut self, function: &Function) -> Result<(), Failure> {
        self.title(function.name, super::kind(function.kind))?;
        if !function.aliases.is_empty() {
            writeln!(self.out, "also {}", function.aliases.join(", "))?;
        }
        writeln!(self.out, "\n{}\n", function.doc.summary)?;
        for signature in function.signatures {
            writeln!(self.out, "{INDENT}{}", function.usage(signature))?;
        }
        writeln!(self.out)?;
        let mut grid = Grid::new(["Parameter", "Type", ""], self.terminal.width);
        let parameters = function.parameters();
        for parameter in &parameters {
            grid.push([parameter.name, &plain(&parameter.types), &plain(&parameter.notes)]);
        }
        if !parameters.is_empty() {
            grid.write(self.out, &self.terminal.paint, INDENT)?;
            writeln!(self.out)?;
        }
        self.fact("Gives", &function.result())?;
        self.fact("Column", &function.column_name())?;
        self.fact("Null", &function.null_rule())?;
        self.example(function.doc.example).await?;
        self.source(function.doc.source)
    }

    pub async fn operator(&mut self, operator: &Operator) -> Result<(), Failure> {
        self.title(operator.name, super::operator_kind(operator.kind))?;
        writeln!(self.out, "\n{}\n\n{INDENT}{}", operator.summary, operator.syntax)?;
        self.example(operator.example).await?;
        self.source(operator.source)
    }

    fn title(&mut self, name: &str, kind: &str) -> Result<(), Failure> {
        if self.pages > 0 {
            writeln!(self.out)?;
        }
        self.pages += 1;
        let paint = &self.terminal.paint;
        writeln!(self.out, "{}  {}", paint.bold(name), paint.dim(kind))?;
        Ok(())
    }

    fn fact(&mut self, label: &str, text: &str) -> Result<(), Failure> {
        if !text.is_empty() {
            writeln!(
                self.out,
                "{INDENT}{} {}",
                self.terminal.paint.dim(format!("{label:<6}")),
                plain(text)
            )?;
        }
        Ok(())
    }

    async fn example(&mut self, query: &str) -> Result<(), Failure> {
        let paint = &self.terminal.paint;
        writeln!(self.out, "\n{}", paint.dim("Example"))?;
        writeln!(self.out, "{INDENT}{}\n", query.replace('\n', "\n  "))?;
        match self.session.query(query, &self.database, &QueryOptions::default()).await {
            Ok(outcome) => {
                for table in outcome.tables.into_iter().map(ResultTable::from) {
                    result_grid(&table, None, self.terminal.width, Times::Exact).write(self.out, paint, INDENT)?;
                }
            }
            Err(error) => writeln!(self.out, "{INDENT}Quarry does not run this yet: {error}.")?,
        }
        Ok(())
    }

    fn source(&mut self, page: &str) -> Result<(), Failure> {
        if !page.is_empty() {
            let link = format!("Reference: https://learn.microsoft.com/kusto/{page}");
            writeln!(self.out, "\n{}", self.terminal.paint.dim(link))?;
        }
        Ok(())
    }
}

/// Words of the declarations without the marks that Markdown gives to code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}
