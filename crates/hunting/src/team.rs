//! What a team adds to content: values for tunables and exclusions, from sidecars and files for whole folders.

use std::path::{Path, PathBuf};

use quarry_content::sidecar::{ExclusionState, Layer, TeamExclusion};
use quarry_content::{Document, Hunt, Sidecar};

use crate::overrides::{Origin, Overrides};

/// The hunts that an addition is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    /// Hunts of a folder and below.
    Folder(PathBuf),
    /// The hunt of this id.
    Hunt(String),
}

impl Scope {
    /// Whether a hunt is among them.
    #[must_use]
    pub fn covers(&self, hunt: &Hunt) -> bool {
        match self {
            Self::All => true,
            Self::Folder(folder) => Path::new(&hunt.path).starts_with(folder),
            Self::Hunt(id) => !id.is_empty() && hunt.id.eq_ignore_ascii_case(id),
        }
    }
}

/// An exclusion, what it is for, and where it is written.
#[derive(Debug, Clone)]
pub struct ScopedExclusion {
    pub exclusion: TeamExclusion,
    pub scope: Scope,
    /// The file.
    pub path: String,
}

impl ScopedExclusion {
    /// Whether it is for a hunt.
    #[must_use]
    pub fn is_for(&self, hunt: &Hunt) -> bool {
        self.scope.covers(hunt) && self.exclusion.is_for(&hunt.id)
    }
}

/// What a run does with exclusions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExclusionMode {
    #[default]
    Apply,
    /// Findings as if there were none.
    Ignore,
    /// The findings that exclusions hide, and no others.
    OnlyExcluded,
}

/// What a team adds.
#[derive(Debug, Clone, Default)]
pub struct Team {
    pub overrides: Overrides,
    pub exclusions: Vec<ScopedExclusion>,
    pub mode: ExclusionMode,
    /// The moment, in ticks, at which exclusions must not be over yet: today, whatever time is hunted in.
    pub today: i64,
}

impl From<Overrides> for Team {
    fn from(overrides: Overrides) -> Self {
        Self {
            overrides,
            ..Self::default()
        }
    }
}

impl Team {
    /// What documents that lie among the content add, and documents from elsewhere, which are for all hunts.
    #[must_use]
    pub fn of(content: &[Document], elsewhere: &[Document], today: i64) -> Self {
        let mut team = Self { today, ..Self::default() };
        for document in content {
            let folder = Path::new(&document.name).parent().unwrap_or_else(|| Path::new("")).to_path_buf();
            team.add(document, &Scope::Folder(folder));
        }
        for document in elsewhere {
            team.add(document, &Scope::All);
        }
        team
    }

    fn add(&mut self, document: &Document, wide: &Scope) {
        for sidecar in &document.sidecars {
            let path = PathBuf::from(&document.name);
            let (origin, scope) = match sidecar.layer {
                Layer::Team => (Origin::TeamFile(path), wide.clone()),
                Layer::Hunt => (Origin::Sidecar(path), Scope::Hunt(sidecar.hunt.clone())),
            };
            self.overrides.add(&sidecar.tunables, &origin, &scope);
            self.exclusions.extend(sidecar.exclusions.iter().map(|exclusion| ScopedExclusion {
                exclusion: exclusion.clone(),
                scope: scope.clone(),
                path: document.name.clone(),
            }));
        }
    }

    /// The exclusions for a hunt that are in force.
    pub fn in_force<'t>(&'t self, hunt: &'t Hunt) -> impl Iterator<Item = &'t ScopedExclusion> {
        self.exclusions
            .iter()
            .filter(move |one| one.is_for(hunt) && one.exclusion.state(self.today) == ExclusionState::Active)
    }

    /// Exclusions for some of the hunts that do nothing because they are over or unfinished, and why.
    #[must_use]
    pub fn idle(&self, hunts: &[&Hunt]) -> Vec<(&ScopedExclusion, ExclusionState)> {
        let idle = self.exclusions.iter().filter_map(|one| {
            let state = one.exclusion.state(self.today);
            (state != ExclusionState::Active && hunts.iter().any(|hunt| one.is_for(hunt))).then_some((one, state))
        });
        idle.collect()
    }
}

/// The sidecars of some documents with the files they are in.
pub fn sidecars(documents: &[Document]) -> impl Iterator<Item = (&Document, &Sidecar)> {
    documents
        .iter()
        .flat_map(|document| document.sidecars.iter().map(move |sidecar| (document, sidecar)))
}
