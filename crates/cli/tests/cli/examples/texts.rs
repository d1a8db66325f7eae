//! The examples that stand in the help of every command, and in the documents.

use std::fs;
use std::path::{Path, PathBuf};

use super::{code, err, out, run};

/// Where examples are: the command or the file, and the command line.
pub fn examples(place: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    of_help(place, "quarry", &mut found);
    for (name, text) in documents() {
        let fenced = text.split("```").skip(1).step_by(2);
        let lines = fenced.flat_map(|block| block.lines().skip(1)).filter_map(command_line);
        found.extend(lines.map(|line| (name.clone(), line)));
    }
    found
}

/// The help of a command and of those below it.
fn of_help(place: &Path, command: &str, found: &mut Vec<(String, String)>) {
    let shown = run(place, &format!("{command} --help"));
    assert_eq!(code(&shown), 0, "{command} --help: {}", err(&shown));
    let text = out(&shown);
    let own = text.split_once("Examples:").or_else(|| text.split_once("Start here:")).map_or("", |(_, rest)| rest);
    found.extend(own.lines().filter_map(command_line).map(|line| (format!("{command} --help"), line)));
    let below = text.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    for line in below.lines().take_while(|line| !line.is_empty()) {
        // Descriptions that go on on a further line are indented more.
        if let Some(name) = line.strip_prefix("  ").filter(|line| !line.starts_with(' ')).and_then(|line| line.split(' ').next())
            && name != "help"
        {
            of_help(place, &format!("{command} {name}"), found);
        }
    }
}

/// A command without the remark behind it.
fn command_line(line: &str) -> Option<String> {
    let line = line.trim();
    let starts = line.starts_with("quarry ") || line.starts_with("zcat ");
    if !starts {
        return None;
    }
    let mut quote = None;
    let mut end = line.len();
    for (at, character) in line.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"') => quote = Some(character),
            // Two blanks: what follows is a remark.
            None if line[at..].starts_with("  ") || line[at..].starts_with(" #") => {
                end = at;
                break;
            }
            None => {}
        }
    }
    Some(line[..end].trim_end().to_owned())
}

/// The documents with examples.
fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths: Vec<PathBuf> = vec![root.join("README.md"), root.join("content/README.md")];
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    paths.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    paths.sort();
    let read = |path: PathBuf| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap());
    paths.into_iter().map(read).collect()
}

/// The files that the documents show, but for those of the lints, which have a test of their own.
pub fn yaml_blocks() -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    for (name, text) in documents().into_iter().filter(|(name, _)| name != "lints.md") {
        let fenced = text.split("```").skip(1).step_by(2);
        blocks.extend(fenced.filter_map(|block| Some((name.clone(), block.strip_prefix("yaml\n")?.to_owned()))));
    }
    blocks
}
