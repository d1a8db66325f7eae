//! Writing: cells become typed columns, columns become sorted Parquet files.

mod canonical;
mod cells;
mod coerce;
mod hot;
mod part;
mod properties;
mod rows;
mod statistics;
mod upload;

pub(crate) use canonical::container_end as canonical_end;
pub(crate) use cells::KeyCell;
pub(crate) use coerce::Cell;
pub(crate) use coerce::is_iso_time;
pub(crate) use coerce::string as text_of;
pub(crate) use part::PartWriter;
pub(crate) use rows::{TableRows, Taken, without_type_suffix};
