//! The report as one HTML file that needs nothing else: no network, no script.

use minijinja::Environment;
use minijinja::value::Serde;

use super::model::Dossier;

const NAME: &str = "report.html";
const TEMPLATE: &str = include_str!("report.html");

/// The report. Everything that comes from logs and content is escaped.
///
/// # Errors
/// When the page cannot be put together, which says why.
pub fn html(dossier: &Dossier) -> Result<String, String> {
    let mut environment = Environment::new();
    let page = environment
        .add_template(NAME, TEMPLATE)
        .and_then(|()| environment.get_template(NAME))
        .and_then(|template| template.render(Serde(dossier)));
    page.map_err(|error| error.to_string())
}
