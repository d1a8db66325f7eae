//! The hunts that come with Quarry.

use include_dir::{Dir, include_dir};
use quarry_content::{Document, load_bytes};

static CONTENT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../content");

/// The bundled hunts and their sidecars, in the order of their file names.
pub fn documents() -> Vec<Document> {
    let mut files: Vec<_> = CONTENT
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort_by_key(|file| file.path());
    files
        .into_iter()
        .map(|file| load_bytes(&format!("content/{}", file.path().display()), file.contents()))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bundled_hunts_are_clean() {
        let documents = super::documents();
        assert!(documents.len() >= 10);
        for document in documents {
            if !document.sidecars.is_empty() {
                assert!(document.diagnostics.is_empty(), "{}: {:?}", document.name, document.diagnostics);
                continue;
            }
            assert_eq!(document.hunts.len(), 1, "{}", document.name);
            assert!(document.diagnostics.is_empty(), "{}: {:?}", document.name, document.diagnostics);
        }
    }
}
