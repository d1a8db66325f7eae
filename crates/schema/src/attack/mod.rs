//! ATT&CK tactics and techniques and Sentinel's entity types: what the fields of a hunt may hold.

mod data;
mod entities;
mod tactic;
mod techniques;
#[cfg(test)]
mod tests;

pub use data::{TechniqueData, technique_data};
pub use entities::{EntityType, closest_entity_type, entity_type, entity_types};
pub use tactic::Tactic;

/// The base of a technique id: `T1078` of `T1078.004`. `None` unless it is written as `T` and four digits, with an
/// optional dot and three digits.
#[must_use]
pub fn base_technique(id: &str) -> Option<&str> {
    let (base, sub) = id.split_once('.').map_or((id, None), |(base, sub)| (base, Some(sub)));
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let well_formed = base.strip_prefix('T').is_some_and(|number| digits(number, 4)) && sub.is_none_or(|sub| digits(sub, 3));
    well_formed.then_some(base)
}

/// The tactics that a technique or sub-technique serves. Empty when the technique is not known: ATT&CK grows, so an
/// unknown one is no proof of a mistake.
#[must_use]
pub fn tactics_of(technique: &str) -> Vec<Tactic> {
    let Some(base) = base_technique(technique) else { return Vec::new() };
    let serves = techniques::TECHNIQUES.iter().filter(|(_, techniques)| techniques.contains(&base));
    serves.map(|(tactic, _)| *tactic).collect()
}

/// The base techniques of a tactic, in the order of their ids.
#[must_use]
pub fn techniques_of(tactic: Tactic) -> &'static [&'static str] {
    techniques::TECHNIQUES
        .iter()
        .find(|(candidate, _)| *candidate == tactic)
        .map_or(&[], |(_, techniques)| *techniques)
}
