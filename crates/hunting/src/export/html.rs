//! The report as one HTML file that needs nothing else: no network, and no script but its own, which the page may run by its hash alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::Environment;
use minijinja::value::Serde;
use quarry_content::HuntSeverity;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::model::{Dossier, FindingEntry, Line};

const NAME: &str = "page.html";
const PAGE: &str = include_str!("report/page.html");
const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");
/// More findings make a page that nobody scrolls through and no browser likes.
const MOST: usize = 2_000;

/// What the page is made of.
#[derive(Serialize)]
struct Page<'a> {
    run: &'a Dossier,
    shown: &'a [FindingEntry],
    timeline: Vec<Line<'a>>,
    left_out: usize,
    most: usize,
    severities: Vec<&'static str>,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
}

/// The report. Everything that comes from logs and content is escaped.
///
/// # Errors
/// When the page cannot be put together, which says why.
pub fn html(dossier: &Dossier) -> Result<String, String> {
    let shown = dossier.findings.get(..MOST).unwrap_or(&dossier.findings);
    let page = Page {
        run: dossier,
        shown,
        timeline: dossier.timeline(shown),
        left_out: dossier.findings.len() - shown.len(),
        most: MOST,
        severities: HuntSeverity::ALL.map(HuntSeverity::name).to_vec(),
        style: STYLE,
        style_hash: STANDARD.encode(Sha256::digest(STYLE)),
        script: SCRIPT,
        script_hash: STANDARD.encode(Sha256::digest(SCRIPT)),
    };
    let mut environment = Environment::new();
    let rendered = environment
        .add_template(NAME, PAGE)
        .and_then(|()| environment.get_template(NAME))
        .and_then(|template| template.render(Serde(&page)));
    rendered.map_err(|error| error.to_string())
}
