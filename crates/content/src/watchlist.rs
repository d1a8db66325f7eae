//! Definitions of watchlists: in YAML, in JSON, in a team's file, and in the templates that Sentinel deploys.

use std::path::Path;

use quarry_text::{Diagnostic, Span};
use serde_json::Value;

use crate::code;
use crate::node::{self, Node};
use crate::strict::Strict;
use crate::yaml;

/// A watchlist, and where its items are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchlist {
    /// What `_GetWatchlist` calls it.
    pub alias: String,
    /// The column that `SearchKey` shows; the first when empty.
    pub search_key: String,
    pub display_name: String,
    pub provider: String,
    pub description: String,
    /// Lines before the header.
    pub skip_lines: usize,
    pub items: WatchlistItems,
    pub span: Span,
}

/// Where the items of a watchlist are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchlistItems {
    /// In a file, by its path beside the definition.
    File(String),
    /// In the definition, as CSV.
    Text(String),
    /// In a file that is called like the definition, or like the alias, but for its ending.
    Beside,
}

/// A watchlist as a team's file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamWatchlist {
    Whole(Watchlist),
    /// Defined in a file, by its path beside the team's.
    Definition(String, Span),
}

const FIELDS: &[&str] = &[
    "alias",
    "watchlistAlias",
    "searchKey",
    "itemsSearchKey",
    "displayName",
    "provider",
    "description",
    "file",
    "items",
    "rawContent",
    "skipLines",
    "numberOfLinesToSkip",
];

/// Whether a file of this name may define watchlists.
#[must_use]
pub fn may_define(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("yaml" | "yml" | "json"))
}

/// Whether all of a file's documents define watchlists: no hunt has such fields.
pub(crate) fn is_definition(documents: &[Node]) -> bool {
    let own = ["searchKey", "itemsSearchKey", "watchlistAlias", "file", "items", "rawContent"];
    let defines = |node: &Node| {
        let has = |key: &&str| node.entries().iter().any(|entry| entry.key == **key);
        (has(&"alias") || has(&"watchlistAlias")) && own.iter().any(has) && !has(&"query")
    };
    let mut all = documents.iter().filter(|node| !node.is_blank()).flat_map(|node| match &node.value {
        node::Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    });
    let first = all.next();
    first.is_some_and(defines) && all.all(defines)
}

/// The watchlists that a file defines.
///
/// # Errors
/// What is wrong with the file, with its places.
pub fn read_watchlists(name: &str, text: &str) -> Result<Vec<Watchlist>, Vec<Diagnostic>> {
    let text = text.trim_start_matches('\u{feff}');
    if Path::new(name)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
    {
        return of_json(text).map_err(|message| vec![Diagnostic::error(code::WRONG_SHAPE, message, Span::default())]);
    }
    let parsed = yaml::parse(text);
    let mut diagnostics = parsed.diagnostics;
    let mut found = Vec::new();
    for node in parsed.documents.iter().filter(|node| !node.is_blank()) {
        let nodes = match &node.value {
            node::Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for node in nodes {
            found.extend(of_node(node, &mut diagnostics));
        }
    }
    if found.is_empty() && diagnostics.is_empty() {
        diagnostics.push(Diagnostic::error(
            code::MISSING_FIELD,
            "the file defines no watchlist",
            Span::default(),
        ));
    }
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    Ok(found)
}

/// The watchlists of a team's file.
pub(crate) fn of_team(items: &[Node], diagnostics: &mut Vec<Diagnostic>) -> Vec<TeamWatchlist> {
    let mut found = Vec::new();
    for item in items {
        match item.as_text() {
            Some(path) => found.push(TeamWatchlist::Definition(path.trim().to_owned(), item.span)),
            None => found.extend(of_node(item, diagnostics).map(TeamWatchlist::Whole)),
        }
    }
    found
}

fn of_node(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Watchlist> {
    let mut fields = Strict::new(node, "a watchlist", FIELDS, diagnostics)?;
    let mut either = |one: &str, other: &str| {
        let found = fields.text(one).or_else(|| fields.text(other));
        found.map(|(text, _)| text.to_owned()).unwrap_or_default()
    };
    let alias = either("alias", "watchlistAlias");
    let search_key = either("searchKey", "itemsSearchKey");
    let skip = either("skipLines", "numberOfLinesToSkip");
    let span = fields.head();
    if alias.is_empty() {
        fields.error(code::MISSING_FIELD, "a watchlist has an `alias`", span);
    }
    let skip_lines = if skip.is_empty() { Ok(0) } else { skip.parse() };
    let skip_lines = skip_lines.unwrap_or_else(|_| {
        fields.error(code::UNKNOWN_VALUE, "`skipLines` is the number of lines before the header", span);
        0
    });
    let raw = fields
        .entry("rawContent")
        .and_then(|entry| entry.value.as_text())
        .map(str::to_owned);
    let file = fields.owned("file");
    let items = if !file.is_empty() {
        WatchlistItems::File(file)
    } else if let Some(raw) = raw {
        WatchlistItems::Text(raw)
    } else if let Some(entry) = fields.entry("items") {
        match &entry.value.value {
            node::Value::Text(text) => WatchlistItems::Text(text.clone()),
            node::Value::List(rows) => WatchlistItems::Text(table(rows, fields.diagnostics)),
            node::Value::Map(_) => {
                fields.error(code::WRONG_SHAPE, "`items` is CSV text or a list of rows", entry.key_span);
                return None;
            }
        }
    } else {
        WatchlistItems::Beside
    };
    Some(Watchlist {
        alias,
        search_key,
        display_name: fields.owned("displayName"),
        provider: fields.owned("provider"),
        description: fields.owned("description"),
        skip_lines,
        items,
        span,
    })
}

/// Rows of named values as CSV; a column is where it is first named.
fn table(rows: &[Node], diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut columns: Vec<&str> = Vec::new();
    for entry in rows.iter().flat_map(Node::entries) {
        if !columns.contains(&entry.key.as_str()) {
            columns.push(&entry.key);
        }
        if entry.value.as_text().is_none() {
            let message = format!("`{}` of an item is a single value, not {}", entry.key, entry.value.describe());
            diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, entry.key_span));
        }
    }
    let mut out = line(columns.iter().copied());
    for row in rows {
        let value = |column: &&str| {
            let entry = row.entries().iter().find(|entry| entry.key == **column)?;
            entry.value.as_text().filter(|_| !entry.value.is_blank())
        };
        out.push_str(&line(columns.iter().map(|column| value(column).unwrap_or_default())));
    }
    out
}

fn line<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    cells.join(",") + "\n"
}

/// The watchlists of JSON: a definition, a list of them, a resource of Sentinel, or a template with such resources.
fn of_json(text: &str) -> Result<Vec<Watchlist>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))?;
    let mut found = Vec::new();
    resources(&value, 0, &mut found)?;
    if found.is_empty() {
        return Err("the file defines no watchlist: none has `watchlistAlias` and `itemsSearchKey`".to_owned());
    }
    Ok(found)
}

/// How deep templates lie within templates.
const DEEPEST: usize = 12;

fn resources(value: &Value, depth: usize, found: &mut Vec<Watchlist>) -> Result<(), String> {
    if depth > DEEPEST {
        return Ok(());
    }
    if let Value::Array(items) = value {
        return items.iter().try_for_each(|item| resources(item, depth + 1, found));
    }
    let text = |of: &Value, names: &[&str]| {
        let found = names.iter().find_map(|name| of.get(name)?.as_str());
        found.map(str::to_owned).unwrap_or_default()
    };
    let properties = value.get("properties").unwrap_or(value);
    let key = text(properties, &["itemsSearchKey", "searchKey"]);
    let raw = properties.get("rawContent").and_then(Value::as_str);
    if !key.is_empty() || raw.is_some() {
        let mut alias = text(properties, &["watchlistAlias", "alias"]);
        if alias.is_empty() {
            alias = name_at_end(&text(value, &["name"]));
        }
        if alias.is_empty() || alias.contains('[') {
            return Err("a watchlist has no `watchlistAlias` that is plain text".to_owned());
        }
        let file = text(properties, &["file"]);
        let skip = ["numberOfLinesToSkip", "skipLines"].iter().find_map(|name| properties.get(name));
        let skip = skip
            .and_then(|skip| skip.as_u64().or_else(|| skip.as_str()?.parse().ok()))
            .unwrap_or_default();
        found.push(Watchlist {
            alias,
            search_key: key,
            display_name: text(properties, &["displayName"]),
            provider: text(properties, &["provider"]),
            description: text(properties, &["description"]),
            skip_lines: usize::try_from(skip).unwrap_or(usize::MAX),
            items: match raw {
                Some(raw) => WatchlistItems::Text(raw.to_owned()),
                None if file.is_empty() => WatchlistItems::Beside,
                None => WatchlistItems::File(file),
            },
            span: Span::default(),
        });
        return Ok(());
    }
    for inside in ["resources", "template", "mainTemplate", "value"] {
        if let Some(inside) = properties.get(inside).or_else(|| value.get(inside)) {
            resources(inside, depth + 1, found)?;
        }
    }
    Ok(())
}

/// `HighValueAssets` of `[concat(parameters('workspace'), '/Microsoft.SecurityInsights/HighValueAssets')]`.
fn name_at_end(name: &str) -> String {
    let name = name.trim_end_matches([']', ')', '\'', ' ']);
    name.rsplit(['/', '\'']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn definitions_name_a_file_or_hold_their_items() {
        let text = "alias: VIPs\nsearchKey: Mail\nfile: vips.csv\nprovider: HR\n---\nalias: Nets\nitems:\n  - {Net: 10.0.0.0/8, Site: \"a \\\"b\\\"\"}\n  - {Net: 192.168.0.0/16, Owner: me}\n";
        let found = read_watchlists("lists.yaml", text).unwrap();
        assert_eq!(
            (found[0].alias.as_str(), found[0].search_key.as_str(), found[0].provider.as_str()),
            ("VIPs", "Mail", "HR")
        );
        assert_eq!(found[0].items, WatchlistItems::File("vips.csv".to_owned()));
        let table = "\"Net\",\"Site\",\"Owner\"\n\"10.0.0.0/8\",\"a \"\"b\"\"\",\"\"\n\"192.168.0.0/16\",\"\",\"me\"\n";
        assert_eq!(found[1].items, WatchlistItems::Text(table.to_owned()));
    }

    #[test]
    fn templates_of_sentinel_are_read() {
        let text = r#"{"resources":[{"name":"[concat(parameters('workspace'), '/Microsoft.SecurityInsights/Assets')]",
            "type":"Microsoft.OperationalInsights/workspaces/providers/Watchlists",
            "properties":{"displayName":"Assets","provider":"SOC","itemsSearchKey":"Host","contentType":"Text/Csv",
            "numberOfLinesToSkip":"1","rawContent":"made by hand\r\nHost,Owner\r\na,b\r\n"}}]}"#;
        let found = read_watchlists("azuredeploy.json", text).unwrap();
        assert_eq!(
            (found[0].alias.as_str(), found[0].search_key.as_str(), found[0].skip_lines),
            ("Assets", "Host", 1)
        );
        assert!(matches!(&found[0].items, WatchlistItems::Text(text) if text.contains("Host,Owner")));
        let bare = r#"{"watchlistAlias":"A","displayName":"A","itemsSearchKey":"Host","provider":"Custom","description":""}"#;
        assert_eq!(read_watchlists("watchlist.json", bare).unwrap()[0].items, WatchlistItems::Beside);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let told = |name: &str, text: &str| read_watchlists(name, text).unwrap_err()[0].message.clone();
        assert!(told("a.yaml", "searchKey: x\n").contains("`alias`"));
        assert!(told("a.yaml", "alias: x\nserchKey: y\n").contains("serchKey"));
        assert!(told("a.yaml", "alias: x\nskipLines: many\n").contains("skipLines"));
        assert!(told("a.yaml", "").contains("no watchlist"));
        assert!(told("a.json", "{\"a\": 1}").contains("no watchlist"));
        assert!(told("a.json", "{").contains("not valid JSON"));
    }
}
