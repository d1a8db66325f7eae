//! A sink that is ready to be told.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use quarry_content::schedule_file::{SinkKind, SinkSpec};

use super::message::Message;
use super::sign::Secret;
use super::syslog::Syslog;
use super::webhook::Webhook;

/// Why a message did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    pub reason: String,
    /// The sink refuses this message, and may take others.
    pub refused: bool,
    /// The sink asks for so much time.
    pub wait: Option<Duration>,
}

impl SendError {
    pub(super) fn new(reason: impl std::fmt::Display) -> Self {
        Self {
            reason: reason.to_string(),
            refused: false,
            wait: None,
        }
    }
}

/// Somebody to tell.
#[derive(Debug)]
pub struct Sink {
    pub name: String,
    channel: Channel,
}

#[derive(Debug)]
enum Channel {
    Stdout,
    File(PathBuf),
    Syslog(Syslog),
    Webhook(Box<Webhook>),
}

impl Sink {
    /// Gets a sink ready. Paths are beside the schedule file; secrets come from the environment.
    ///
    /// # Errors
    /// A sentence, when there is no secret.
    pub fn open(spec: &SinkSpec, folder: &Path, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let channel = match &spec.kind {
            SinkKind::Stdout => Channel::Stdout,
            SinkKind::File(path) => Channel::File(folder.join(path)),
            SinkKind::Syslog {
                transport,
                address,
                facility,
            } => Channel::Syslog(Syslog::new(*transport, address, *facility)),
            SinkKind::Webhook { url, secret_from } => {
                let secret = variable(secret_from).ok_or_else(|| {
                    format!(
                        "sink `{}`: the environment has no variable {secret_from} with the secret that signs",
                        spec.name
                    )
                })?;
                let secret = Secret::read(&secret).map_err(|reason| format!("sink `{}`: {secret_from}: {reason}", spec.name))?;
                let webhook = Webhook::new(url, secret).map_err(|reason| format!("sink `{}`: {reason}", spec.name))?;
                Channel::Webhook(Box::new(webhook))
            }
        };
        Ok(Self {
            name: spec.name.clone(),
            channel,
        })
    }

    /// Sends a message once.
    ///
    /// # Errors
    /// When nobody can say that it arrived.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        match &self.channel {
            Channel::Stdout => {
                let mut out = io::stdout().lock();
                writeln!(out, "{}", message.body).and_then(|()| out.flush()).map_err(SendError::new)
            }
            Channel::File(path) => append(path, &message.body).map_err(|error| SendError::new(format!("{}: {error}", path.display()))),
            Channel::Syslog(syslog) => syslog.send(message).await,
            Channel::Webhook(webhook) => webhook.send(message).await,
        }
    }
}

/// Adds a line to a file, and waits until it is on the disk. A line that a crash has cut off is left behind, not continued.
fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
    let mut text = String::with_capacity(line.len() + 2);
    if !ends_with_a_line(&mut file)? {
        text.push('\n');
    }
    text.push_str(line);
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn ends_with_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0_u8; 1];
    file.read_exact(&mut last)?;
    Ok(last == [b'\n'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cut_line_is_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.jsonl");
        append(&path, "{\"a\":1}").unwrap();
        std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"cut")
            .unwrap();
        append(&path, "{\"b\":2}").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":1}\n{\"cut\n{\"b\":2}\n");
    }

    #[test]
    fn a_webhook_needs_its_secret() {
        let file = "content: [a]\nsinks:\n  - name: soc\n    webhook: https://soc.example/in\n    secret-from: SOC_SECRET\n";
        let file = quarry_content::schedule_file::read(file).unwrap();
        let spec = file.sinks.first().unwrap();
        let missing = Sink::open(spec, Path::new("."), &|_| None).unwrap_err();
        assert!(missing.contains("SOC_SECRET"), "{missing}");
        assert!(Sink::open(spec, Path::new("."), &|_| Some("0123456789abcdef".to_owned())).is_ok());
    }
}
