//! Local files that stand for data from outside, as content and the people around it name them.

mod named;
mod watchlist;

use std::path::{Path, PathBuf};

use quarry_content::Document;
use quarry_content::sidecar::{Layer, Lookups};
use quarry_content::watchlist::TeamWatchlist;
use quarry_storage::outside::DataFile;
use quarry_text::Span;

pub use named::named;
pub use watchlist::defined_in;

/// What is wrong with a file that something names: the place of the name, and a sentence.
type Problem = (Span, String);

/// The files that some documents define or name, those that count most last; and what is wrong with some.
#[must_use]
pub fn of_documents(documents: &[Document]) -> (Vec<DataFile>, Vec<String>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    // Definitions that lie among the hunts, what a team says of all of them, what it says of one.
    for document in documents {
        for found in document
            .watchlists
            .iter()
            .map(|one| watchlist::open(one, Path::new(&document.name)))
        {
            match found {
                Ok(file) => files.push(file),
                Err(problem) => problems.push(problem),
            }
        }
    }
    for layer in [Layer::Team, Layer::Hunt] {
        for document in documents {
            for sidecar in document.sidecars.iter().filter(|sidecar| sidecar.layer == layer) {
                let (opened, wrong) = all_of(&sidecar.lookups, Path::new(&document.name));
                files.extend(opened);
                problems.extend(wrong.into_iter().map(|(_, problem)| problem));
            }
        }
    }
    (files, problems)
}

/// The files that a part of the file `path` names.
pub(crate) fn all_of(lookups: &Lookups, path: &Path) -> (Vec<DataFile>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let mut take = |span: Span, found: Result<Vec<DataFile>, String>| match found {
        Ok(found) => files.extend(found),
        Err(problem) => problems.push((span, problem)),
    };
    for named in &lookups.watchlists {
        match named {
            TeamWatchlist::Whole(one) => take(one.span, watchlist::open(one, path).map(|file| vec![file])),
            TeamWatchlist::Definition(definition, span) => take(*span, defined_in(&beside(path, definition))),
        }
    }
    for (argument, span) in &lookups.data {
        take(*span, named(argument, &beside(path, "")));
    }
    (files, problems)
}

/// A path beside a file.
fn beside(file: &Path, path: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(path)
}
