//! What files have, as their footers tell.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore};

use crate::hot::{FOOTER_KEY, HotPart, read_footer};
use crate::lake::DataFile;
use crate::layout::Layout;
use crate::write::Columns;

/// Footers that are read at a time.
const FOOTERS: usize = 16;

/// What the files of a rewrite hold together.
pub(super) struct Held {
    /// The places of the stored columns that at least one of them has; the last is the time of ingestion.
    pub columns: Vec<usize>,
    /// What the new files may need: these, and hot columns.
    pub written: Columns,
}

impl Held {
    pub async fn read(store: Arc<dyn ObjectStore>, files: &[DataFile], layout: &Layout) -> Result<Held, DataFusionError> {
        // Made before any is waited for: a future that holds a closure over references could not go to another thread.
        let reads = files.iter().map(|file| {
            let store = Arc::clone(&store);
            let meta = ObjectMeta {
                location: file.path.clone(),
                last_modified: chrono::DateTime::UNIX_EPOCH,
                size: file.bytes,
                e_tag: None,
                version: None,
            };
            async move { DFParquetMetadata::new(store.as_ref(), &meta).fetch_schema().await }
        });
        let reads: Vec<_> = reads.collect();
        let footers: Vec<Schema> = futures::stream::iter(reads).buffer_unordered(FOOTERS).try_collect().await?;
        Ok(Held::of(&footers, layout))
    }

    fn of(footers: &[Schema], layout: &Layout) -> Held {
        let names: HashSet<&str> = footers
            .iter()
            .flat_map(|schema| schema.fields())
            .map(|field| field.name().as_str())
            .collect();
        let last = layout.stored.len().saturating_sub(1);
        let present = layout.stored.iter().enumerate();
        let present = present.filter(|(at, column)| *at == last || Some(*at) == layout.time || names.contains(column.physical.as_str()));
        let columns: Vec<usize> = present.map(|(at, _)| at).collect();
        let mut written = Columns::new();
        for at in &columns {
            let residuals = layout
                .stored
                .get(*at)
                .is_some_and(|column| names.contains(column.residual().as_str()));
            written.insert(*at, residuals);
        }
        let kept: Vec<_> = footers
            .iter()
            .map(|schema| {
                schema
                    .metadata()
                    .get(FOOTER_KEY)
                    .map(|entry| read_footer(entry))
                    .unwrap_or_default()
            })
            .collect();
        for (place, hot) in layout.hot.iter().enumerate() {
            if !names.contains(hot.physical.as_str()) {
                continue;
            }
            // A file whose documents nobody looked into may have anything there.
            let known = kept
                .iter()
                .all(|kept| kept.iter().any(|kept| kept.is_same(hot) && kept.long.is_some()));
            for part in HotPart::ALL {
                if !known || part.name(hot).is_some_and(|name| names.contains(name)) {
                    written.insert(layout.hot_place(place, part), false);
                }
            }
        }
        Held { columns, written }
    }
}
