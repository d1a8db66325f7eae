//! `quarry simulate`: random rows for tables of the catalogue, to try queries on.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use quarry_schema::catalogue::{self, Origin};
use quarry_simulator::{RandomRows, Vocabulary, write_table};

use crate::exit::{Exit, Failure, Outcome};

/// Write random rows of the right types and shapes for tables of the catalogue
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tables of the catalogue
    #[arg(required = true, value_name = "TABLE")]
    tables: Vec<String>,
    /// Folder for the files, `<Table>.json`
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Rows in each table
    #[arg(long, default_value_t = 300, value_name = "N")]
    rows: u32,
    #[arg(long, default_value_t = 7, value_name = "N")]
    seed: u64,
    /// Days that the rows spread over, up to now
    #[arg(long, default_value_t = 14, value_name = "N")]
    days: u32,
    /// JSON of what columns hold: `{"values": {"Column": ["a"]}, "paths": {"Column": ["b.c[0]"]}}`
    #[arg(long, value_name = "FILE")]
    vocabulary: Option<PathBuf>,
}

pub fn run(args: &Args) -> Outcome {
    let vocabulary = match &args.vocabulary {
        Some(path) => read(path)?,
        None => Vocabulary::default(),
    };
    let wanted = RandomRows {
        rows: args.rows,
        seed: args.seed,
        end_ticks: quarry_value::time::system_now(),
        days: args.days,
    };
    fs::create_dir_all(&args.out)?;
    for name in &args.tables {
        let Some(table) = catalogue::table(name) else {
            return Err(Failure::new(format!("the catalogue has no table {name}")));
        };
        let columns: Vec<_> = table
            .columns
            .iter()
            .filter(|column| column.origin == Origin::Stored)
            .map(|column| (column.name, column.ty))
            .collect();
        let mut out = BufWriter::new(File::create(args.out.join(format!("{name}.json")))?);
        write_table(name, &columns, &vocabulary, &wanted, &mut out)?;
    }
    Ok(Exit::Clean)
}

fn read(path: &Path) -> Result<Vocabulary, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}
