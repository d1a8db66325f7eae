//! Who is told of alerts. Quarry speaks to nobody over a network whom the file does not name.

use quarry_text::{Diagnostic, Span};

use super::model::{SinkKind, SinkSpec, SyslogTransport};
use super::read::{one_of, severity};
use crate::code;
use crate::node::Node;
use crate::strict::Strict;

const FIELDS: &[&str] = &[
    "name",
    "stdout",
    "file",
    "syslog",
    "facility",
    "webhook",
    "secret-from",
    "least-severity",
];
const KINDS: [&str; 4] = ["stdout", "file", "syslog", "webhook"];

/// Facilities of syslog by name.
const FACILITIES: [(&str, u8); 12] = [
    ("user", 1),
    ("daemon", 3),
    ("auth", 4),
    ("audit", 13),
    ("local0", 16),
    ("local1", 17),
    ("local2", 18),
    ("local3", 19),
    ("local4", 20),
    ("local5", 21),
    ("local6", 22),
    ("local7", 23),
];
const LOCAL0: u8 = 16;

pub(super) fn sink(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<SinkSpec> {
    let mut fields = Strict::new(node, "a sink", FIELDS, diagnostics)?;
    let head = fields.head();
    let (name, span) = fields.needed("name")?;
    let least = severity(&mut fields, "least-severity");
    let given: Vec<&str> = KINDS.into_iter().filter(|kind| fields.entry(kind).is_some()).collect();
    let kind = match given.as_slice() {
        ["stdout"] if fields.flag("stdout") => Some(SinkKind::Stdout),
        ["file"] => fields.text("file").map(|(path, _)| SinkKind::File(path.to_owned())),
        ["syslog"] => syslog(&mut fields),
        ["webhook"] => webhook(&mut fields, head),
        _ => {
            let message = format!("a sink has one of {}", KINDS.map(|kind| format!("`{kind}`")).join(", "));
            fields.error(code::WRONG_SHAPE, message, head);
            None
        }
    };
    let stray = [("facility", "syslog"), ("secret-from", "webhook")];
    for (field, of) in stray {
        if let Some(entry) = fields.entry(field).filter(|_| !given.contains(&of)) {
            fields.error(code::UNKNOWN_FIELD, format!("`{field}` belongs to `{of}`"), entry.key_span);
        }
    }
    Some(SinkSpec {
        name: name.to_owned(),
        least,
        kind: kind?,
        span,
    })
}

fn syslog(fields: &mut Strict<'_, '_>) -> Option<SinkKind> {
    let (text, span) = fields.needed("syslog")?;
    let facility = one_of(fields, "facility", &FACILITIES).unwrap_or(LOCAL0);
    let (transport, address) = match text.split_once("://") {
        Some(("udp", address)) => (SyslogTransport::Udp, address),
        Some(("tcp", address)) => (SyslogTransport::Tcp, address),
        _ => (SyslogTransport::Udp, ""),
    };
    let port = address.rsplit_once(':').and_then(|(host, port)| {
        let port = port.parse::<u16>().ok()?;
        (!host.is_empty() && port > 0).then_some(port)
    });
    if port.is_none() {
        fields.error(
            code::UNKNOWN_VALUE,
            "`syslog` is udp://HOST:PORT or tcp://HOST:PORT, such as udp://127.0.0.1:514",
            span,
        );
        return None;
    }
    Some(SinkKind::Syslog {
        transport,
        address: address.to_owned(),
        facility,
    })
}

fn webhook(fields: &mut Strict<'_, '_>, head: Span) -> Option<SinkKind> {
    let (url, span) = fields.needed("webhook")?;
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
        fields.error(
            code::UNKNOWN_VALUE,
            "`webhook` is an address such as https://soc.example/alerts",
            span,
        );
        return None;
    }
    if url.starts_with("http://") && !is_this_machine(url) {
        fields.error(
            code::UNKNOWN_VALUE,
            "alerts go to other machines by https only: whoever listens would read them",
            span,
        );
        return None;
    }
    let Some((secret, _)) = fields.text("secret-from") else {
        fields.error(
            code::MISSING_FIELD,
            "a webhook has no `secret-from`: the environment variable with the secret that signs what is sent",
            head,
        );
        return None;
    };
    Some(SinkKind::Webhook {
        url: url.to_owned(),
        secret_from: secret.to_owned(),
    })
}

/// Whether an address without encryption stays on this machine.
fn is_this_machine(url: &str) -> bool {
    let rest = url.trim_start_matches("http://");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, after)) if port(after) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

pub(super) fn repeated(sinks: &[SinkSpec], diagnostics: &mut Vec<Diagnostic>) {
    for (at, sink) in sinks.iter().enumerate() {
        if let Some(first) = sinks.iter().take(at).find(|other| other.name == sink.name) {
            let message = format!("two sinks are called `{}`", sink.name);
            diagnostics.push(Diagnostic::error(code::DUPLICATE_ID, message, sink.span).with_label(first.span, "the other one"));
        }
    }
}
