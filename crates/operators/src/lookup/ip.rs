//! `ipv4_lookup` and `ipv6_lookup`: the networks that an address lies in.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringViewArray};
use datafusion::arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::cast::as_string_view_array;
use datafusion::common::{Result, exec_err};
use quarry_functions::lookup::{Family, Networks};

use super::{Finder, Index, Probe};

/// Positions of the address and of further keys, which must be equal, in both inputs.
#[derive(Debug)]
pub struct IpFinder {
    pub family: Family,
    pub source_address: usize,
    pub table_address: usize,
    pub source_keys: Vec<usize>,
    pub table_keys: Vec<usize>,
}

#[derive(Debug)]
struct IpIndex {
    networks: Networks,
    /// The combinations of further keys in the table, numbered.
    keys: HashMap<Box<[u8]>, u32>,
    converter: RowConverter,
    source_address: usize,
    source_keys: Vec<usize>,
}

struct IpProbe {
    index: Arc<IpIndex>,
    addresses: StringViewArray,
    keys: Option<Rows>,
}

fn column(batch: &RecordBatch, at: usize) -> Result<&ArrayRef> {
    match batch.columns().get(at) {
        Some(column) => Ok(column),
        None => exec_err!("a lookup lacks column {at}"),
    }
}

fn columns(batch: &RecordBatch, at: &[usize]) -> Result<Vec<ArrayRef>> {
    at.iter().map(|at| column(batch, *at).cloned()).collect()
}

impl Finder for IpFinder {
    fn name(&self) -> &'static str {
        match self.family {
            Family::Ipv4 => "ipv4_lookup",
            Family::Ipv6 => "ipv6_lookup",
        }
    }

    fn index(&self, table: &RecordBatch) -> Result<Arc<dyn Index>> {
        let key_columns = columns(table, &self.table_keys)?;
        let fields = key_columns
            .iter()
            .map(|column| SortField::new(column.data_type().clone()))
            .collect();
        let converter = RowConverter::new(fields)?;
        let mut keys: HashMap<Box<[u8]>, u32> = HashMap::new();
        let mut key_of_row = vec![0; table.num_rows()];
        if !key_columns.is_empty() {
            let rows = converter.convert_columns(&key_columns)?;
            for (row, number) in rows.iter().zip(&mut key_of_row) {
                let next = u32::try_from(keys.len()).unwrap_or(u32::MAX);
                *number = match keys.get(row.as_ref()) {
                    Some(known) => *known,
                    None => *keys.entry(row.as_ref().into()).or_insert(next),
                };
            }
        }
        let addresses = as_string_view_array(column(table, self.table_address)?)?;
        let rows = addresses.iter().map(Option::unwrap_or_default).zip(key_of_row);
        Ok(Arc::new(IpIndex {
            networks: Networks::new(self.family, rows),
            keys,
            converter,
            source_address: self.source_address,
            source_keys: self.source_keys.clone(),
        }))
    }
}

impl Index for IpIndex {
    fn probe(self: Arc<Self>, batch: &RecordBatch) -> Result<Box<dyn Probe>> {
        let addresses = as_string_view_array(column(batch, self.source_address)?)?.clone();
        let key_columns = columns(batch, &self.source_keys)?;
        let keys = if key_columns.is_empty() {
            None
        } else {
            Some(self.converter.convert_columns(&key_columns)?)
        };
        Ok(Box::new(IpProbe {
            index: self,
            addresses,
            keys,
        }))
    }
}

impl Probe for IpProbe {
    fn find(&mut self, row: usize, found: &mut Vec<u32>) {
        let key = match &self.keys {
            None => 0,
            Some(keys) => match self.index.keys.get(keys.row(row).as_ref()) {
                Some(key) => *key,
                None => return,
            },
        };
        self.index.networks.find(self.addresses.value(row), key, found);
    }
}
