//! Local files that stand for data outside, as queries use them.

use std::net::IpAddr;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_empty_array};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use quarry_functions::{AgentPart, Geography, UserAgents};
use quarry_semantics::ir::{OutsideRead, OutsideSource};
use quarry_semantics::{Outside, OutsideFile};
use quarry_storage::outside::{self, DataFile, DataFormat, DataRegister, ReadRequest, Source, Wanted};
use quarry_value::dynamic::Segment;

/// The registered files.
#[derive(Clone, Debug, Default)]
pub struct OutsideData {
    pub register: DataRegister,
}

impl OutsideData {
    /// Reads files into one batch of text columns.
    ///
    /// # Errors
    /// Names the file and says what is wrong with it.
    pub fn read(&self, read: &OutsideRead) -> Result<RecordBatch, String> {
        let format = match &read.format {
            Some(name) => DataFormat::named(name).ok_or_else(|| format!("externaldata: files of format {name} cannot be read here"))?,
            None => DataFormat::Delimited { delimiter: b',' },
        };
        let columns: Vec<Wanted> = read
            .columns
            .iter()
            .map(|column| Wanted {
                source: source(&column.source),
                json: column.json,
            })
            .collect();
        let request = ReadRequest {
            format,
            columns,
            skip_first: read.skip_first,
            header: read.header,
            zip_pattern: read.zip_pattern.clone(),
        };
        let mut batches = Vec::with_capacity(read.files.len());
        for id in &read.files {
            let file = self.register.get(id).ok_or_else(|| format!("{id} is not registered any more"))?;
            let batch = outside::read(&file.path, &request).map_err(|problem| format!("{}: {problem}", file.entry.origin))?;
            batches.push(batch);
        }
        match batches.first() {
            Some(first) => concat_batches(&first.schema(), &batches).map_err(|error| error.to_string()),
            None => empty(read.columns.len()),
        }
    }

    /// What the registered database knows of addresses.
    #[must_use]
    pub fn geography(&self) -> Option<Geography> {
        let database = Arc::clone(self.register.geo()?);
        Some(Arc::new(move |address: IpAddr| database.lookup(address).map(|place| place.bag())))
    }

    /// What the registered catalogue tells of user agents.
    ///
    /// # Errors
    /// Says what is wrong with the catalogue.
    pub fn user_agents(&self) -> Result<Option<UserAgents>, String> {
        let Some(catalogue) = self.register.agents().cloned() else {
            return Ok(None);
        };
        catalogue
            .check()
            .map_err(|problem| format!("the catalogue of user agents cannot be used: {problem}"))?;
        Ok(Some(Arc::new(move |text: &str, part| match part {
            AgentPart::Browser => catalogue.browser(text),
            AgentPart::OperatingSystem => catalogue.operating_system(text),
            AgentPart::Device => catalogue.device(text),
        })))
    }
}

fn source(source: &OutsideSource) -> Source {
    match source {
        OutsideSource::Place(at, name) => Source::Place(*at, name.clone()),
        OutsideSource::Name(name) => Source::Name(name.clone()),
        OutsideSource::Path(steps) => {
            let step = |step: &Result<String, i64>| match step {
                Ok(name) => Segment::Key(name.clone()),
                Err(index) => Segment::Index(*index),
            };
            Source::Path(steps.iter().map(step).collect())
        }
        OutsideSource::Row => Source::Row,
        OutsideSource::Nothing => Source::Nothing,
    }
}

fn empty(columns: usize) -> Result<RecordBatch, String> {
    let fields: Vec<Field> = (0..columns)
        .map(|at| Field::new(at.to_string(), DataType::Utf8View, true))
        .collect();
    let arrays: Vec<ArrayRef> = (0..columns).map(|_| new_empty_array(&DataType::Utf8View)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(0));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|error| error.to_string())
}

fn described(file: &DataFile, format: Option<DataFormat>) -> OutsideFile {
    OutsideFile {
        id: file.entry.id(),
        format: format.map(|format| format.to_string()),
        columns: file.columns.clone(),
        key: file.entry.key.clone(),
        added: file.entry.added,
    }
}

impl Outside for OutsideData {
    fn address(&self, address: &str) -> Option<OutsideFile> {
        let file = self.register.address(address)?;
        // What the query calls the data comes before what the user calls the file.
        Some(described(file, DataFormat::of_name(address).or(file.format)))
    }

    fn watchlist(&self, alias: &str) -> Option<OutsideFile> {
        self.register.watchlist(alias).map(|file| described(file, file.format))
    }

    fn watchlists(&self) -> Vec<String> {
        self.register.watchlists().into_iter().map(str::to_owned).collect()
    }

    fn profiles(&self) -> Option<OutsideFile> {
        self.register.profiles().map(|file| described(file, file.format))
    }

    fn has_geography(&self) -> bool {
        self.register.geo().is_some()
    }

    fn has_user_agents(&self) -> bool {
        self.register.agents().is_some()
    }
}
