//! The means of pruning, each of which can be turned off. Answers never depend on them.

use datafusion::execution::context::SessionConfig;

/// Which means of reading less a session uses: all of them, unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// Files and row groups by the least and greatest values of their columns.
    pub statistics: bool,
    /// What a filter implies of columns that it does not compare itself, such as `bin(Timestamp, 1h) == x`.
    pub implied: bool,
    /// Files and blocks of rows by the terms in them.
    pub terms: bool,
    /// Row groups by the Bloom filters of single columns.
    pub bloom: bool,
    /// Pages by the least and greatest values in them.
    pub pages: bool,
    /// Testing rows before the documents beside them are decoded.
    pub early: bool,
}

impl Default for Pruning {
    fn default() -> Self {
        Pruning {
            statistics: true,
            implied: true,
            terms: true,
            bloom: true,
            pages: true,
            early: true,
        }
    }
}

impl Pruning {
    /// No means at all: every row of a table is read and tested.
    pub const NONE: Pruning = Pruning {
        statistics: false,
        implied: false,
        terms: false,
        bloom: false,
        pages: false,
        early: false,
    };

    /// The names of the means, as `without` takes them.
    pub const NAMES: [&str; 6] = ["statistics", "implied", "terms", "bloom", "pages", "early"];

    /// These means without one of them; `None` when there is none of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Option<Pruning> {
        let means = match name {
            "statistics" => &mut self.statistics,
            "implied" => &mut self.implied,
            "terms" => &mut self.terms,
            "bloom" => &mut self.bloom,
            "pages" => &mut self.pages,
            "early" => &mut self.early,
            _ => return None,
        };
        *means = false;
        Some(self)
    }

    /// A session's configuration with these means.
    #[must_use]
    pub fn configure(self, config: SessionConfig) -> SessionConfig {
        config.with_extension(std::sync::Arc::new(self))
    }
}
