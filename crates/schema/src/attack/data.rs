//! Which data techniques are hunted for in, as far as published hunting content tells.

static DATA: &str = include_str!("../../data/technique_tables.txt");

/// Tables in which published hunts look for a technique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechniqueData {
    /// A base technique.
    pub technique: &'static str,
    /// All of them are read together.
    pub tables: Vec<&'static str>,
    /// How many published hunts for the technique read just these.
    pub hunts: usize,
}

impl TechniqueData {
    /// Reads a line: technique, tables, number of hunts.
    fn parse(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        Some(Self {
            technique: fields.next()?,
            tables: fields.next()?.split('+').collect(),
            hunts: fields.next()?.parse().ok()?,
        })
    }
}

/// Every technique with each set of tables, by technique, the most used set first.
pub fn technique_data() -> impl Iterator<Item = TechniqueData> {
    DATA.lines().filter_map(TechniqueData::parse)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_list_is_in_order_and_names_known_things() {
        let mut last = None;
        for line in DATA.lines() {
            let data = TechniqueData::parse(line).unwrap();
            assert_eq!(crate::attack::base_technique(data.technique), Some(data.technique), "{line}");
            assert!(
                data.hunts > 0 && data.tables.iter().all(|table| crate::catalogue::table(table).is_some()),
                "{line}"
            );
            let key = (data.technique, std::cmp::Reverse(data.hunts));
            assert!(last.is_none_or(|last| last <= key), "{line} is out of order");
            last = Some(key);
        }
        assert!(technique_data().any(|data| data.technique == "T1110" && data.tables == ["SigninLogs"]));
    }
}
