//! The events that findings come from, as the engine hands them over; see `quarry_semantics::evidence` for what writes them.

use quarry_value::{dynamic, json};

/// A piece of the evidence of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A row of a table.
    Event(Event),
    /// Nothing in these tables met the finding's values of these columns.
    Absent { tables: Vec<String>, on: Vec<String> },
    /// Values computed from these tables played a part.
    Consulted(Vec<String>),
    /// Rows of local files that stand for data outside.
    Outside(Vec<String>),
    /// What this operator did with rows of these tables was not followed.
    Untraced { operator: String, tables: Vec<String> },
    /// Events of a table that were more than the limit; some may be counted several times.
    Omitted { table: String, count: u64 },
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Event {
    pub table: String,
    /// When it happened, as JSON writes times; empty where the table has no time.
    pub time: String,
    /// The columns that mattered and what identifies the row, as people read them. Empty values are left out.
    pub fields: Vec<(String, String)>,
}

impl Event {
    /// What sorts as its time does: fractions of seconds are written as far as they go, and the `Z` behind them would come after any digit.
    #[must_use]
    pub fn order(&self) -> &str {
        in_order(&self.time)
    }
}

/// A time as text that sorts.
pub(crate) fn in_order(time: &str) -> &str {
    time.trim_end_matches('Z')
}

impl Evidence {
    /// Reads an array of entries. What is no entry is left out.
    #[must_use]
    pub fn read_all(array: &str) -> Vec<Self> {
        dynamic::elements(array).into_iter().flatten().filter_map(Self::read).collect()
    }

    /// The event, where this is one.
    #[must_use]
    pub const fn event(&self) -> Option<&Event> {
        match self {
            Self::Event(event) => Some(event),
            _ => None,
        }
    }

    /// What it says besides events, in words; `None` for an event.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        let list = |names: &[String]| {
            if names.is_empty() {
                "no table".to_owned()
            } else {
                names.join(", ")
            }
        };
        Some(match self {
            Self::Event(_) => return None,
            Self::Absent { tables, on } => format!("absent: nothing that fits in {} with the same {}", list(tables), on.join(", ")),
            Self::Consulted(tables) => format!("consulted: values computed from {}", list(tables)),
            Self::Outside(files) => format!("from local files: {}", list(files)),
            Self::Untraced { operator, tables } => format!("not followed: {operator}, over {}", list(tables)),
            Self::Omitted { table, count } => format!("not shown: up to {count} more of {table}"),
        })
    }

    /// Reads one entry.
    #[must_use]
    pub fn read(entry: &str) -> Option<Self> {
        let part = |key: &str| dynamic::member(entry, key);
        let text = |key: &str| part(key).map(|raw| json::text(raw).into_owned());
        let list = |key: &str| {
            let elements = part(key).and_then(dynamic::elements).into_iter().flatten();
            elements.map(|element| json::text(element).into_owned()).collect::<Vec<_>>()
        };
        let first = dynamic::members(entry)?.next()?;
        Some(match &*first.key() {
            "Table" => Self::Event(Event {
                table: text("Table")?,
                time: text("Time").unwrap_or_default(),
                fields: dynamic::members(part("Fields")?)?
                    .map(|member| (member.key().into_owned(), json::text(member.value).into_owned()))
                    .collect(),
            }),
            "Absent" => Self::Absent {
                tables: list("Absent"),
                on: list("On"),
            },
            "Consulted" => Self::Consulted(list("Consulted")),
            "Outside" => Self::Outside(list("Outside")),
            "Untraced" => Self::Untraced {
                operator: text("Untraced")?,
                tables: list("Tables"),
            },
            "Omitted" => Self::Omitted {
                count: part("Omitted")?.parse().ok()?,
                table: text("Table")?,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_their_fields_in_order() {
        let read = Evidence::read_all(
            r#"[{"Table":"T","Time":"2026-11-19T08:00:00.0000000Z","Fields":{"b":"x\"y","a":[1]}},{"Absent":["U"],"On":["b"]},
                {"Omitted":3,"Table":"T"},{"Untraced":"scan","Tables":["V"]},{"Consulted":["W"]},{"Else":1},7]"#,
        );
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read,
            [
                Evidence::Event(Event {
                    table: "T".to_owned(),
                    time: "2026-11-19T08:00:00.0000000Z".to_owned(),
                    fields: vec![("b".to_owned(), "x\"y".to_owned()), ("a".to_owned(), "[1]".to_owned())],
                }),
                Evidence::Absent {
                    tables: texts(&["U"]),
                    on: texts(&["b"]),
                },
                Evidence::Omitted {
                    table: "T".to_owned(),
                    count: 3,
                },
                Evidence::Untraced {
                    operator: "scan".to_owned(),
                    tables: texts(&["V"]),
                },
                Evidence::Consulted(texts(&["W"])),
            ]
        );
    }
}
