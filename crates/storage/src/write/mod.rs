//! Writing: cells become typed columns, columns become sorted Parquet files.

mod bounds;
mod canonical;
mod cells;
mod coerce;
mod hot;
mod order;
mod part;
mod properties;
mod rows;
mod sample;
mod statistics;
mod upload;

pub(crate) use canonical::container_end as canonical_end;
pub(crate) use cells::KeyCell;
pub(crate) use coerce::Cell;
pub(crate) use coerce::is_iso_time;
pub(crate) use coerce::string as text_of;
pub(crate) use order::{MOST_KINDS, Order};
pub(crate) use part::{Columns, PartWriter};
pub(crate) use rows::{TableRows, Taken, without_type_suffix};
