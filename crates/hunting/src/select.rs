//! Choosing hunts.

use quarry_content::{Hunt, HuntSeverity};

/// Which hunts of some content are meant. Empty lists allow everything.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Beginnings of ids, or parts of names, any case.
    pub only: Vec<String>,
    /// Tactic names.
    pub tactics: Vec<String>,
    /// Techniques; `T1566` stands for its sub-techniques too.
    pub techniques: Vec<String>,
    /// The least severity. Hunts without one pass.
    pub least: Option<HuntSeverity>,
}

impl Selection {
    /// Whether the hunt is meant.
    #[must_use]
    pub fn allows(&self, hunt: &Hunt) -> bool {
        let any = |wanted: &[String], test: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|one| test(one));
        let name = hunt.name.to_lowercase();
        let id = hunt.id.to_lowercase();
        any(&self.only, &|one| {
            let one = one.to_lowercase();
            name.contains(&one) || (!id.is_empty() && id.starts_with(&one))
        }) && any(&self.tactics, &|one| {
            hunt.tactics.iter().any(|tactic| tactic.eq_ignore_ascii_case(one))
        }) && any(&self.techniques, &|one| {
            hunt.techniques.iter().any(|technique| covers(one, technique))
        }) && self
            .least
            .is_none_or(|least| hunt.severity.is_none_or(|severity| severity <= least))
    }
}

fn covers(wanted: &str, technique: &str) -> bool {
    let base = technique.split('.').next().unwrap_or_default();
    technique.eq_ignore_ascii_case(wanted) || base.eq_ignore_ascii_case(wanted)
}
