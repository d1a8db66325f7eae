//! Paths into dynamic columns that published hunting content follows: what is worth keeping beside the documents.

static DATA: &str = include_str!("../../data/hot_paths.txt");

/// A path into a dynamic column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HotPath {
    pub table: &'static str,
    pub column: &'static str,
    /// Keys and positions, as a JSON array: `["Status","errorCode"]`, `["TargetResources",0]`.
    pub path: &'static str,
    /// How many published queries follow it.
    pub queries: u32,
    /// Where they read lists there, and of the bags in them these members alone: the members, as a JSON array.
    pub members: Option<&'static str>,
}

impl HotPath {
    /// Reads a line: table, column, path, number of queries, and members where there are some.
    fn parse(line: &'static str) -> Option<HotPath> {
        let mut fields = line.split('\t');
        Some(HotPath {
            table: fields.next()?,
            column: fields.next()?,
            path: fields.next()?,
            queries: fields.next()?.parse().ok()?,
            members: fields.next(),
        })
    }
}

/// The paths into columns of a table, those that most queries follow first.
pub fn hot_paths(table: &str) -> impl Iterator<Item = HotPath> {
    let of_table = move |line: &&'static str| line.strip_prefix(table).is_some_and(|rest| rest.starts_with('\t'));
    DATA.lines().filter(of_table).filter_map(HotPath::parse)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::KqlType;

    #[test]
    fn paths_lead_into_dynamic_columns_of_known_tables() {
        let mut last = None;
        for line in DATA.lines() {
            let path = HotPath::parse(line).unwrap();
            let table = crate::catalogue::table(path.table).unwrap();
            let column = table.columns.iter().find(|column| column.name == path.column).unwrap();
            assert_eq!(column.ty, KqlType::Dynamic, "{line}");
            assert!(path.path.starts_with('[') && path.path.ends_with(']') && path.queries > 0, "{line}");
            assert!(
                path.members
                    .is_none_or(|members| members.starts_with("[\"") && members.ends_with("\"]")),
                "{line}"
            );
            let key = (path.table, std::cmp::Reverse(path.queries));
            assert!(last.is_none_or(|last| last <= key), "{line} is out of order");
            last = Some(key);
        }
    }

    #[test]
    fn a_table_has_its_own_paths_only() {
        assert!(hot_paths("CloudAppEvents").any(|path| path.column == "RawEventData" && path.path == r#"["UserId"]"#));
        assert!(hot_paths("CloudAppEvents").all(|path| path.table == "CloudAppEvents"));
        assert_eq!(hot_paths("CloudApp").count(), 0);
    }
}
