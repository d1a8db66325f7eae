//! The paths into dynamic columns that content follows, by table of the lake.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quarry_content::{Hunt, parallel};
use quarry_engine::Database as _;
use quarry_semantics::{Followed, followed_paths, together, worth_keeping};
use quarry_storage::HotPath;
use quarry_value::dynamic::Segment;

use crate::exit::Failure;
use crate::input::BesideArgs;
use crate::lake;

/// What the hunts in these files and folders follow; functions among the content count too.
pub async fn paths(location: &str, content: &[PathBuf]) -> Result<BTreeMap<String, Vec<HotPath>>, Failure> {
    if content.is_empty() {
        return Ok(BTreeMap::new());
    }
    let documents = quarry_content::load_paths(content);
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    if hunts.is_empty() {
        return Err(Failure::with_hint(
            "no hunts in this content",
            "`quarry check` tells what the files are",
        ));
    }
    let database = lake::database(location, &BesideArgs::default(), &documents).await?;
    database.fetch_all().await?;
    let each = parallel::map(&hunts, |hunt| followed_paths([hunt.query.text.as_str()], &database));
    // Those that most hunts follow come first: a table has room for so many.
    let followed = together(each.into_iter().flatten());
    let mut of_tables: BTreeMap<String, Vec<HotPath>> = BTreeMap::new();
    for Followed {
        path: followed, members, ..
    } in worth_keeping(followed)
    {
        let steps = followed
            .steps
            .into_iter()
            .map(|step| step.map_or_else(Segment::Index, Segment::Key));
        of_tables.entry(followed.table).or_default().push(HotPath {
            column: followed.column,
            path: steps.collect(),
            members: members.into_iter().flatten().collect(),
        });
    }
    Ok(of_tables)
}
