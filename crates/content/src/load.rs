//! Files and folders to documents. Every file gives content or says why not.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quarry_text::{Diagnostic, Span};

use crate::code;
use crate::model::{Document, Hunt};
use crate::node::Node;
use crate::{bare, deployed, flat, function, hunt, page, parallel, schedule_file, sidecar, watchlist, yaml};

/// No published content comes near this; larger files are something else.
const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Extensions that a folder is searched for.
const EXTENSIONS: [&str; 8] = ["yaml", "yml", "kql", "csl", "kusto", "txt", "md", "json"];
/// So much of a JSON file in a folder is looked at to tell whether it is content.
const BEGINNING: u64 = 64 * 1024;

/// The content of a text. The extension of `name` says how to read it; without a known one, the text itself does.
#[must_use]
pub fn load_text(name: &str, text: &str) -> Document {
    let source: Arc<str> = Arc::from(text.trim_start_matches('\u{feff}'));
    let mut document = Document {
        name: name.to_owned(),
        source: Arc::clone(&source),
        hunts: Vec::new(),
        functions: Vec::new(),
        sidecars: Vec::new(),
        watchlists: Vec::new(),
        diagnostics: Vec::new(),
    };
    if let Some(layer) = sidecar::layer_of(Path::new(name)) {
        load_sidecar(&mut document, layer);
        return document;
    }
    match extension(Path::new(name)).as_str() {
        "yaml" | "yml" => {
            let parsed = yaml::parse(&source);
            if load_for_hunts(&mut document, &parsed) {
                return document;
            }
            load_yaml(&mut document, parsed);
        }
        "json" => deployed::read(&mut document),
        "kql" | "csl" | "kusto" => document.hunts.extend(bare::read(&source, name, &mut document.diagnostics)),
        _ if page::is_page(&source) => document.hunts.extend(page::read(&source, name, &mut document.diagnostics)),
        _ if bare::has_header(&source) => document.hunts.extend(bare::read(&source, name, &mut document.diagnostics)),
        _ if looks_like_yaml(&source) => load_yaml(&mut document, yaml::parse(&source)),
        _ => document.diagnostics.push(not_content(first_line(&source))),
    }
    if document.hunts.is_empty() && document.functions.is_empty() && document.diagnostics.is_empty() {
        document.diagnostics.push(not_content(first_line(&source)));
    }
    document
}

/// The content of a file's bytes: UTF-8, or UTF-16 with a byte order mark.
#[must_use]
pub fn load_bytes(name: &str, bytes: &[u8]) -> Document {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .skip(1)
            .filter_map(|pair| Some(from(pair.try_into().ok()?)))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => load_text(name, &utf16(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => load_text(name, &utf16(u16::from_be_bytes)),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => load_text(name, text),
            Err(error) => {
                let mut document = load_text(name, &String::from_utf8_lossy(bytes));
                let at = Span::empty(u32::try_from(error.valid_up_to()).unwrap_or(0));
                let message = "not UTF-8; bytes that are no text were replaced";
                document
                    .diagnostics
                    .push(Diagnostic::warning(code::UNREADABLE, message, at).with_help("save the file as UTF-8"));
                document
            }
        },
    }
}

/// The content of files and folders, folders searched to the bottom, in the order of their names.
#[must_use]
pub fn load_paths<P: AsRef<Path>>(paths: &[P]) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for path in paths {
        load_path(path.as_ref(), &mut documents);
    }
    // Several hunts of one folder bring its team's file each.
    let mut seen = HashSet::new();
    documents.retain(|document| document.sidecars.is_empty() || seen.insert(document.name.clone()));
    report_duplicates(&mut documents);
    documents
}

fn load_path(path: &Path, documents: &mut Vec<Document>) {
    if !path.is_dir() {
        documents.push(load_file(path));
        documents.extend(beside(path).iter().map(|file| load_file(file)));
        return;
    }
    // A stack of folders, not recursion: a tree may be as deep as its owner likes. Links to folders are not followed, they could form a ring.
    let mut folders = vec![path.to_path_buf()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                documents.push(unreadable(&folder, &error.to_string()));
                continue;
            }
        };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_dir() && !hidden {
                folders.push(path);
            } else if !kind.is_dir() && !hidden && EXTENSIONS.contains(&extension(&path).as_str()) && may_be_content(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    // What only looked like content is one of the other kinds of JSON.
    let is_other = |document: &Document| {
        let empty = document.hunts.is_empty() && document.functions.is_empty();
        empty && extension(Path::new(&document.name)) == "json" && !document.diagnostics.iter().any(Diagnostic::is_error)
    };
    let loaded = parallel::map(&files, |file| load_file(file));
    documents.extend(loaded.into_iter().filter(|document| !is_other(document)));
}

/// Folders hold JSON of all kinds; only what begins like content is read.
fn may_be_content(path: &Path) -> bool {
    if extension(path) != "json" {
        return true;
    }
    let mut beginning = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    read.is_err() || deployed::may_hold(&String::from_utf8_lossy(&beginning))
}

/// What a team keeps beside a file of content that is loaded by itself.
fn beside(path: &Path) -> Vec<PathBuf> {
    if sidecar::layer_of(path).is_some() {
        return Vec::new();
    }
    let found = |name: String| {
        let path = path.with_file_name(name);
        path.is_file().then_some(path)
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let own = found(format!("{stem}.quarry.yaml")).or_else(|| found(format!("{stem}.quarry.yml")));
    let team = found("quarry.yaml".to_owned()).or_else(|| found("quarry.yml".to_owned()));
    own.into_iter().chain(team).collect()
}

fn load_file(path: &Path) -> Document {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) => return unreadable(path, &error.to_string()),
    };
    if size > MAX_BYTES {
        return unreadable(path, &format!("{size} bytes are more than content has ({MAX_BYTES} at most)"));
    }
    match fs::read(path) {
        Ok(bytes) => load_bytes(&path.to_string_lossy(), &bytes),
        Err(error) => unreadable(path, &error.to_string()),
    }
}

fn unreadable(path: &Path, reason: &str) -> Document {
    Document {
        name: path.to_string_lossy().into_owned(),
        source: Arc::from(""),
        hunts: Vec::new(),
        functions: Vec::new(),
        sidecars: Vec::new(),
        watchlists: Vec::new(),
        diagnostics: vec![Diagnostic::error(
            code::UNREADABLE,
            format!("cannot be read: {reason}"),
            Span::default(),
        )],
    }
}

/// What a team adds. Errors leave out what they are about and nothing else.
fn load_sidecar(document: &mut Document, layer: sidecar::Layer) {
    let source = Arc::clone(&document.source);
    let parsed = yaml::parse(&source);
    document.diagnostics.extend(parsed.diagnostics);
    for node in parsed.documents.iter().filter(|node| !node.is_blank()) {
        let sidecar = sidecar::read(node, layer, &source, &mut document.diagnostics);
        document.sidecars.extend(sidecar);
    }
}

/// What lies among hunts and serves them: the schedule they run on, watchlists they read. False when the file is something else.
fn load_for_hunts(document: &mut Document, parsed: &yaml::Yaml) -> bool {
    let source = Arc::clone(&document.source);
    if let [node] = parsed.documents.as_slice()
        && schedule_file::is_schedule(node)
    {
        document.diagnostics.extend(schedule_file::read(&source).err().unwrap_or_default());
        return true;
    }
    if !watchlist::is_definition(&parsed.documents) {
        return false;
    }
    match watchlist::read_watchlists(&document.name, &source) {
        Ok(found) => document.watchlists.extend(found),
        Err(told) => document.diagnostics.extend(told),
    }
    true
}

fn load_yaml(document: &mut Document, parsed: yaml::Yaml) {
    let source = Arc::clone(&document.source);
    if parsed.broken {
        let rebuilt = flat::read(&flat::Line::all(&source));
        if rebuilt.get("query").is_some_and(|query| !query.value.is_blank()) {
            document.diagnostics.extend(parsed.diagnostics.into_iter().map(|mut diagnostic| {
                diagnostic.severity = quarry_text::Severity::Warning;
                diagnostic.with_help("the fields were read by their names; mind indentation, tabs and quotes here")
            }));
            read_document(&rebuilt, document);
            return;
        }
    }
    document.diagnostics.extend(parsed.diagnostics);
    for node in &parsed.documents {
        read_document(node, document);
    }
}

fn read_document(node: &Node, document: &mut Document) {
    let source = Arc::clone(&document.source);
    let Document {
        name,
        hunts,
        functions,
        diagnostics,
        ..
    } = document;
    if function::is_function(node) {
        functions.extend(function::read(node, &source, name, diagnostics));
    } else if is_hunt(node) {
        hunts.extend(hunt::read(node, &source, name, diagnostics));
    } else if !node.is_blank() {
        let mut diagnostic = not_content(function::head(node));
        if let Some(title) = node.get("name").and_then(|name| name.value.as_text()) {
            diagnostic.message = format!(
                "\"{}\" is only a notice: it has no query and no other field of a hunt",
                title.trim()
            );
        }
        diagnostics.push(diagnostic);
    }
}

/// A query, or enough other fields of a hunt that the query must have been forgotten.
fn is_hunt(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    has("query")
        || (has("name")
            && ["tactics", "requiredDataConnectors", "relevantTechniques", "severity"]
                .iter()
                .any(|key| has(key)))
}

fn looks_like_yaml(source: &str) -> bool {
    let mut fields = flat::Line::all(source)
        .into_iter()
        .filter_map(|line| flat::document_field(&line).map(|(field, _)| field));
    fields.any(|field| field == "query")
}

fn not_content(span: Span) -> Diagnostic {
    Diagnostic::warning(code::NOT_CONTENT, "no hunting query, rule, parser or function in this file", span)
}

fn first_line(source: &str) -> Span {
    let length = source.lines().next().map_or(0, str::len);
    Span::new(0, u32::try_from(length).unwrap_or(0))
}

fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

/// An id names one hunt: results, overrides and exclusions hang on it.
fn report_duplicates(documents: &mut [Document]) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for document in documents {
        for hunt in document.hunts.iter().filter(|hunt| !hunt.id.is_empty()) {
            if let Some(first) = seen.get(&hunt.id.to_lowercase()) {
                let span = id_place(hunt, &document.source);
                let message = format!("the id {} is already that of {first}", hunt.id);
                document.diagnostics.push(Diagnostic::warning(code::DUPLICATE_ID, message, span));
            } else {
                seen.insert(hunt.id.to_lowercase(), document.name.clone());
            }
        }
    }
}

fn id_place(hunt: &Hunt, source: &str) -> Span {
    let start = source.find(&hunt.id).and_then(|at| u32::try_from(at).ok()).unwrap_or(0);
    Span::new(start, start.saturating_add(u32::try_from(hunt.id.len()).unwrap_or(0)))
}
