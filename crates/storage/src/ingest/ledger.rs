//! The lake's own tables: which files went in, and which records were set aside.

use std::collections::{HashMap, HashSet};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::error::DataFusionError;
use datafusion::prelude::{SessionContext, col};
use futures::TryStreamExt;
use quarry_schema::KqlType;

use super::source::Prior;
use crate::catalogue::TableShape;
use crate::error::{Result, StorageError};
use crate::lake::Lake;

/// The table of files that were ingested. A file's mark is committed here last: then everything of it is in the lake.
pub(super) const LEDGER: &str = "_ingest";
/// The table of records that were set aside.
pub(crate) const QUARANTINE: &str = "_quarantine";

pub(super) fn ledger_shape() -> TableShape {
    TableShape::own(
        LEDGER,
        &[
            ("TimeGenerated", KqlType::DateTime),
            ("Path", KqlType::String),
            ("ContentHash", KqlType::String),
            ("Bytes", KqlType::Long),
            ("Format", KqlType::String),
            ("Rows", KqlType::Dynamic),
            ("SetAside", KqlType::Long),
        ],
    )
}

/// `Header` and `Format` say how `Raw` is to be read again; of a record that is `Cut` only the beginning was kept.
pub(crate) fn quarantine_shape() -> TableShape {
    TableShape::own(
        QUARANTINE,
        &[
            ("TimeGenerated", KqlType::DateTime),
            ("Path", KqlType::String),
            ("ContentHash", KqlType::String),
            ("Table", KqlType::String),
            ("Record", KqlType::Long),
            ("Line", KqlType::Long),
            ("Offset", KqlType::Long),
            ("Reason", KqlType::String),
            ("Encoding", KqlType::String),
            ("Raw", KqlType::String),
            ("Format", KqlType::String),
            ("Header", KqlType::String),
            ("Cut", KqlType::Bool),
        ],
    )
}

/// The contents that came from these places before, the shortest first.
pub(super) async fn priors(lake: &Lake, places: HashSet<String>) -> Result<HashMap<String, Vec<Prior>>> {
    let mut found: HashMap<String, Vec<Prior>> = HashMap::new();
    let Some(table) = lake.table(LEDGER).await? else {
        return Ok(found);
    };
    let unreadable = |error: DataFusionError| StorageError::Table {
        table: LEDGER.to_owned(),
        reason: format!("it cannot be read: {error}"),
    };
    let columns = ["Path", "ContentHash", "Bytes"].map(|name| col(format!("\"{name}\"")));
    let frame = SessionContext::new().read_table(table).and_then(|frame| frame.select(columns));
    let rows = async { frame?.execute_stream().await }.await;
    let mut rows = rows.map_err(unreadable)?;
    while let Some(batch) = rows.try_next().await.map_err(unreadable)? {
        let [paths, hashes, sizes] = batch.columns() else { continue };
        let (Some(paths), Some(hashes)) = (paths.as_string_view_opt(), hashes.as_string_view_opt()) else {
            continue;
        };
        let Some(sizes) = sizes.as_primitive_opt::<Int64Type>() else {
            continue;
        };
        for ((path, hash), bytes) in paths.iter().zip(hashes).zip(sizes) {
            let (Some(path), Some(hash), Some(bytes)) = (path, hash, bytes.and_then(|bytes| u64::try_from(bytes).ok())) else {
                continue;
            };
            if bytes > 0 && places.contains(path) {
                let prior = Prior {
                    bytes,
                    hash: hash.to_owned(),
                };
                found.entry(path.to_owned()).or_default().push(prior);
            }
        }
    }
    found.values_mut().for_each(|priors| priors.sort_by_key(|prior| prior.bytes));
    Ok(found)
}
