//! What user agent strings tell, from a catalogue of regular expressions in the format of the uap-core project.

use std::path::Path;
use std::sync::OnceLock;

use quarry_value::dynamic::BagWriter;
use saphyr_parser::{Event, Parser};
use ua_parser::{Extractor, Regexes, device, os, user_agent};

/// Largest catalogue that is read; the published one has a quarter of a megabyte.
const MOST_BYTES: u64 = 16 << 20;
/// What is not recognised is called so.
const OTHER: &str = "Other";

/// A catalogue. Its expressions are compiled when the first query asks.
#[derive(Debug)]
pub struct AgentCatalogue {
    text: String,
    compiled: OnceLock<Result<Compiled, String>>,
}

struct Compiled(Extractor<'static>);

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compiled")
    }
}

impl AgentCatalogue {
    /// Reads a file; a glance tells whether it can be a catalogue.
    ///
    /// # Errors
    /// Says in one sentence what is wrong with the file.
    pub fn open(path: &Path) -> Result<AgentCatalogue, String> {
        let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
        if size > MOST_BYTES {
            return Err(format!("a catalogue of user agents has {} MB at most", MOST_BYTES >> 20));
        }
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        if !text.lines().any(|line| line.trim_end() == "user_agent_parsers:") {
            return Err("this is not a catalogue of user agents: it has no list `user_agent_parsers`".to_owned());
        }
        Ok(AgentCatalogue {
            text,
            compiled: OnceLock::new(),
        })
    }

    fn extractor(&self) -> Result<&Extractor<'static>, String> {
        let compiled = self.compiled.get_or_init(|| {
            let rules = rules(&self.text)?;
            Extractor::try_from(rules).map(Compiled).map_err(|error| error.to_string())
        });
        compiled.as_ref().map(|compiled| &compiled.0).map_err(Clone::clone)
    }

    /// Compiles the expressions.
    ///
    /// # Errors
    /// Says which of them cannot be used.
    pub fn check(&self) -> Result<(), String> {
        self.extractor().map(|_| ())
    }

    /// The browser, as the bag that queries see; what is not known is empty.
    #[must_use]
    pub fn browser(&self, text: &str) -> String {
        let found = self.extractor().ok().and_then(|catalogue| catalogue.ua.extract(text));
        let found = found.unwrap_or_else(|| user_agent::ValueRef {
            family: OTHER.into(),
            ..user_agent::ValueRef::default()
        });
        bag(&[
            ("Family", Some(&found.family)),
            ("MajorVersion", found.major),
            ("MinorVersion", found.minor),
            ("Patch", found.patch),
        ])
    }

    /// The operating system.
    #[must_use]
    pub fn operating_system(&self, text: &str) -> String {
        let found = self.extractor().ok().and_then(|catalogue| catalogue.os.extract(text));
        let found = found.unwrap_or_else(|| os::ValueRef {
            os: OTHER.into(),
            ..os::ValueRef::default()
        });
        bag(&[
            ("Family", Some(&found.os)),
            ("MajorVersion", found.major.as_deref()),
            ("MinorVersion", found.minor.as_deref()),
            ("Patch", found.patch.as_deref()),
            ("PatchMinor", found.patch_minor.as_deref()),
        ])
    }

    /// The device.
    #[must_use]
    pub fn device(&self, text: &str) -> String {
        let found = self.extractor().ok().and_then(|catalogue| catalogue.dev.extract(text));
        let found = found.unwrap_or_else(|| device::ValueRef {
            device: OTHER.into(),
            ..device::ValueRef::default()
        });
        bag(&[
            ("Family", Some(&found.device)),
            ("Brand", found.brand.as_deref()),
            ("Model", found.model.as_deref()),
        ])
    }
}

fn bag(members: &[(&str, Option<&str>)]) -> String {
    let mut out = String::new();
    let mut writer = BagWriter::new(&mut out);
    for (name, text) in members {
        quarry_value::json::quote(text.unwrap_or_default(), writer.key(name));
    }
    writer.finish();
    out
}

/// The lists of rules: each rule is a map of texts.
fn rules(text: &str) -> Result<Regexes<'static>, String> {
    let mut all = Regexes {
        user_agent_parsers: Vec::new(),
        os_parsers: Vec::new(),
        device_parsers: Vec::new(),
    };
    let (mut list, mut rule, mut key) = (String::new(), Vec::new(), None);
    let mut parser = Parser::new_from_str(text);
    // 1: the map of lists, 2: a list, 3: a rule.
    let mut depth = 0;
    while let Some(next) = parser.next_event() {
        let (event, _) = next.map_err(|error| format!("not valid YAML: {}", error.info()))?;
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                depth += 1;
                if depth > 3 {
                    return Err("a rule of a catalogue is a map of texts".to_owned());
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if depth == 3 {
                    add(&mut all, &list, std::mem::take(&mut rule))?;
                }
                depth -= 1;
            }
            Event::Scalar(scalar, ..) => match (depth, key.take()) {
                (1, _) => list = scalar.into_owned(),
                (3, None) => key = Some(scalar.into_owned()),
                (3, Some(name)) => rule.push((name, scalar.into_owned())),
                _ => return Err("a catalogue is a map of lists of rules".to_owned()),
            },
            Event::Alias(_) => return Err("a catalogue has no use for aliases".to_owned()),
            _ => {}
        }
    }
    Ok(all)
}

fn add(all: &mut Regexes<'static>, list: &str, rule: Vec<(String, String)>) -> Result<(), String> {
    let text = |name: &str| rule.iter().find(|(own, _)| own == name).map(|(_, text)| text.clone().into());
    let regex = text("regex").ok_or_else(|| format!("a rule of {list} has no `regex`"))?;
    match list {
        "user_agent_parsers" => all.user_agent_parsers.push(user_agent::Parser {
            regex,
            family_replacement: text("family_replacement"),
            v1_replacement: text("v1_replacement"),
            v2_replacement: text("v2_replacement"),
            v3_replacement: text("v3_replacement"),
            v4_replacement: text("v4_replacement"),
        }),
        "os_parsers" => all.os_parsers.push(os::Parser {
            regex,
            os_replacement: text("os_replacement"),
            os_v1_replacement: text("os_v1_replacement"),
            os_v2_replacement: text("os_v2_replacement"),
            os_v3_replacement: text("os_v3_replacement"),
            os_v4_replacement: text("os_v4_replacement"),
        }),
        "device_parsers" => all.device_parsers.push(device::Parser {
            regex,
            regex_flag: text("regex_flag").map(|_| device::Flag::IgnoreCase),
            device_replacement: text("device_replacement"),
            brand_replacement: text("brand_replacement"),
            model_replacement: text("model_replacement"),
        }),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn catalogue(text: &str) -> Result<AgentCatalogue, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("regexes.yaml");
        std::fs::write(&path, text).unwrap();
        AgentCatalogue::open(&path)
    }

    const RULES: &str = "user_agent_parsers:
  # the newest first
  - regex: '(Fox)Browse/(\\d+)\\.(\\d+)'
  - regex: 'Hen/(\\d+)'
    family_replacement: 'Hen \"$1\"'
    v1_replacement: '7'

os_parsers:
  - regex: 'Wind(ow|ing)s (\\d+)'
    os_replacement: 'Windows'
    os_v1_replacement: '$2'

device_parsers:
  - regex: 'acme (\\w+)'
    regex_flag: 'i'
    device_replacement: 'Acme $1'
    brand_replacement: 'Acme'
    model_replacement: '$1'
";

    #[test]
    fn the_first_rule_that_matches_tells() {
        let agents = catalogue(RULES).unwrap();
        agents.check().unwrap();
        let text = "FoxBrowse/12.3 (Windows 11; ACME X2)";
        assert_eq!(
            agents.browser(text),
            r#"{"Family":"Fox","MajorVersion":"12","MinorVersion":"3","Patch":""}"#
        );
        assert_eq!(
            agents.operating_system(text),
            r#"{"Family":"Windows","MajorVersion":"11","MinorVersion":"","Patch":"","PatchMinor":""}"#
        );
        assert_eq!(agents.device(text), r#"{"Family":"Acme X2","Brand":"Acme","Model":"X2"}"#);
        assert!(agents.browser("Hen/5").starts_with(r#"{"Family":"Hen \"5\"","MajorVersion":"7""#));
        assert!(agents.browser("curl/8").starts_with(r#"{"Family":"Other","MajorVersion":"""#));
        assert_eq!(agents.device(""), r#"{"Family":"Other","Brand":"","Model":""}"#);
    }

    #[test]
    fn files_that_are_no_catalogue_are_refused() {
        assert!(catalogue("a,b\n1,2\n").unwrap_err().contains("user_agent_parsers"));
        let problem = |text: &str| catalogue(text).unwrap().check().unwrap_err();
        assert!(problem("user_agent_parsers:\n  - regex: '(a'\n").contains("Parse"));
        assert!(problem("user_agent_parsers:\n  - family_replacement: 'a'\n").contains("no `regex`"));
        assert!(problem("user_agent_parsers:\n  - regex: [a]\n").contains("map of texts"));
        assert!(problem("user_agent_parsers:\n  - regex: 'a\n").contains("YAML"));
    }
}
