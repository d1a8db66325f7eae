//! Which contents the workers of one ingest have taken on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

/// Contents by their marks, each with the file that it came from.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashMap<String, String>>);

impl Claims {
    /// Takes a content on. Where it came before, from whichever file of the ingest, that file is told.
    pub fn claim(&self, mark: &str, path: &str) -> Option<String> {
        let mut claimed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match claimed.entry(mark.to_owned()) {
            Entry::Occupied(first) => Some(first.get().clone()),
            Entry::Vacant(place) => {
                place.insert(path.to_owned());
                None
            }
        }
    }
}
