//! Alerts that sinks are still to be told of. The lake knows them: those that name a sink and have no delivery to it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use quarry_engine::{LakeDatabase, Session};
use quarry_storage::{ALERTS, DELIVERIES, Entry, Lake};
use quarry_value::time;

use super::message::{COLUMNS, Message};
use super::sink::Sink;
use crate::engine::EngineRunner;
use crate::keep::literal;
use crate::runner::{QueryRunner, RunOptions};
use crate::schedule::ScheduleError;

/// After the first failure; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Messages whose arrival is written down together: after a crash so many may be sent again.
const RECEIPTS: usize = 20;
/// Attempts to write receipts beside others who do.
const ATTEMPTS: usize = 8;

/// What became of the messages that were waiting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flushed {
    pub delivered: usize,
    /// Messages that are still waiting.
    pub waiting: usize,
    /// Sinks that could not be told, and why.
    pub failed: Vec<(String, String)>,
    /// When to try again.
    pub again: Option<Duration>,
}

/// How often a sink has failed, and until when it is left alone.
#[derive(Debug, Clone, Copy)]
struct Pause {
    failures: u32,
    until: Instant,
}

/// Tells sinks of alerts.
pub struct Outbox<'a> {
    lake: &'a Lake,
    session: &'a Session,
    schedule: &'a str,
    sinks: Vec<Sink>,
    pauses: HashMap<String, Pause>,
    /// Attempts at messages that have not arrived yet, by alert and sink.
    attempts: HashMap<(String, String), i64>,
    /// Whether there may be messages that wait.
    pending: bool,
}

impl<'a> Outbox<'a> {
    /// The outbox of a schedule. What an earlier process left in it is there.
    #[must_use]
    pub fn new(lake: &'a Lake, session: &'a Session, schedule: &'a str, sinks: Vec<Sink>) -> Self {
        Self {
            lake,
            session,
            schedule,
            sinks,
            pauses: HashMap::new(),
            attempts: HashMap::new(),
            pending: true,
        }
    }

    /// Says that there are new alerts.
    pub fn wake(&mut self) {
        self.pending = true;
    }

    /// Tells every sink that is not to be left alone what waits for it, in order; what cannot be told waits on.
    ///
    /// # Errors
    /// When the lake cannot be read or written.
    pub async fn flush(&mut self) -> Result<Flushed, ScheduleError> {
        let mut flushed = Flushed::default();
        if !self.pending {
            return Ok(flushed);
        }
        let waiting = self.waiting().await?;
        flushed.waiting = waiting.len();
        let sinks = std::mem::take(&mut self.sinks);
        for sink in &sinks {
            let messages: Vec<&Message> = waiting.iter().filter(|message| message.sink == sink.name).collect();
            let result = self.tell(sink, &messages, &mut flushed).await;
            if let Err(error) = result {
                self.sinks = sinks;
                return Err(error);
            }
        }
        for message in &waiting {
            let unknown = !sinks.iter().any(|sink| sink.name == message.sink);
            if unknown && !flushed.failed.iter().any(|(name, _)| *name == message.sink) {
                let reason = "the schedule has no such sink any more".to_owned();
                flushed.failed.push((message.sink.clone(), reason));
            }
        }
        self.sinks = sinks;
        flushed.waiting = flushed.waiting.saturating_sub(flushed.delivered);
        self.pending = flushed.waiting > 0;
        let now = Instant::now();
        let pauses = self.pauses.values().map(|pause| pause.until.saturating_duration_since(now));
        flushed.again = pauses.min().filter(|_| self.pending);
        Ok(flushed)
    }

    async fn tell(&mut self, sink: &Sink, messages: &[&Message], flushed: &mut Flushed) -> Result<(), ScheduleError> {
        if messages.is_empty() || self.pauses.get(&sink.name).is_some_and(|pause| pause.until > Instant::now()) {
            return Ok(());
        }
        let mut arrived = Vec::new();
        let mut failure = None;
        for message in messages {
            let attempts = self.attempts.entry((message.key.clone(), sink.name.clone())).or_default();
            *attempts += 1;
            match sink.send(message).await {
                Ok(()) => {
                    arrived.push((message.key.clone(), sink.name.clone(), *attempts));
                    if arrived.len() >= RECEIPTS {
                        flushed.delivered += self.receipt(&mut arrived).await?;
                    }
                }
                Err(error) => {
                    let refused = error.refused;
                    failure.get_or_insert(error);
                    // A message that is refused keeps no other from its way.
                    if !refused {
                        break;
                    }
                }
            }
        }
        flushed.delivered += self.receipt(&mut arrived).await?;
        match failure {
            None => {
                self.pauses.remove(&sink.name);
            }
            Some(error) => {
                let failures = self.pauses.get(&sink.name).map_or(0, |pause| pause.failures);
                let wait = FIRST_WAIT.saturating_mul(1 << failures.min(16)).min(LONGEST_WAIT);
                let pause = Pause {
                    failures: failures.saturating_add(1),
                    until: Instant::now() + error.wait.unwrap_or(wait),
                };
                self.pauses.insert(sink.name.clone(), pause);
                flushed.failed.push((sink.name.clone(), error.reason));
            }
        }
        Ok(())
    }

    async fn waiting(&self) -> Result<Vec<Message>, ScheduleError> {
        let database = LakeDatabase::of_journals(self.lake, &[ALERTS, DELIVERIES]).await?;
        let query = format!(
            "_alerts | where Schedule == {} and array_length(Sinks) > 0\n| mv-expand Sink = Sinks to typeof(string)\n\
             | join kind=leftanti (_deliveries | project Alert, Sink) on Alert, Sink\n\
             | sort by TimeGenerated asc, To asc, Alert asc\n| project {COLUMNS}",
            literal(self.schedule)
        );
        let table = EngineRunner::new(self.session, &database)
            .run(&query, &RunOptions::default())
            .await?;
        Ok(table.iter().filter_map(|row| Message::of(&row)).collect())
    }

    /// Writes down what has arrived.
    async fn receipt(&mut self, arrived: &mut Vec<(String, String, i64)>) -> Result<usize, ScheduleError> {
        if arrived.is_empty() {
            return Ok(0);
        }
        let arrived = std::mem::take(arrived);
        let counter = format!("deliveries:{}", self.schedule);
        for _ in 0..ATTEMPTS {
            let written = time::system_now();
            let rows = arrived.iter().map(|(alert, sink, attempts)| {
                vec![
                    Entry::Time(written),
                    Entry::Text(alert.clone()),
                    Entry::Text(sink.clone()),
                    Entry::Long(*attempts),
                ]
            });
            // The time is a number that counts up; where two write at one time, one writes again.
            if self.lake.append_numbered(&DELIVERIES, rows.collect(), &counter, written).await? {
                for (alert, sink, _) in &arrived {
                    self.attempts.remove(&(alert.clone(), sink.clone()));
                }
                return Ok(arrived.len());
            }
        }
        // They will be sent again, with the same keys.
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use quarry_engine::EngineConfig;
    use quarry_schema::KqlType;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::notify::Secret;

    const SECRET: &str = "a secret of more than sixteen bytes";

    /// A request: its head in lower case, and its body.
    type Request = (String, String);

    /// A receiver that gives these answers in turn, the last one for ever, and remembers what it was sent.
    async fn receiver(answers: &'static [&'static str]) -> (String, Arc<Mutex<Vec<Request>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/alerts", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut text = String::new();
                let mut buffer = [0_u8; 8192];
                let (head, body) = loop {
                    let length = stream.read(&mut buffer).await.unwrap();
                    text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
                    if let Some((head, body)) = text.split_once("\r\n\r\n") {
                        let head = head.to_lowercase();
                        let length = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
                        if body.len() == length.trim().parse::<usize>().unwrap() {
                            break (head, body.to_owned());
                        }
                    }
                };
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push((head, body));
                    seen.len()
                };
                let answer = answers[(number - 1).min(answers.len() - 1)];
                let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (url, requests)
    }

    /// Alerts for sinks.
    async fn raise(lake: &Lake, alerts: &[(&str, &str)]) {
        let rows = alerts.iter().map(|(id, sinks)| {
            ALERTS.columns.iter().map(|(name, ty)| match (*name, ty) {
                ("Alert", _) => Entry::Text((*id).to_owned()),
                ("Schedule", _) => Entry::Text("soc".to_owned()),
                ("Severity", _) => Entry::Text("High".to_owned()),
                ("Sinks", _) => Entry::Json((*sinks).to_owned()),
                (_, KqlType::DateTime) => Entry::Time(time::UNIX_EPOCH),
                (_, KqlType::Dynamic) => Entry::Json("[]".to_owned()),
                (_, KqlType::Long) => Entry::Long(1),
                (name, _) => Entry::Text(name.to_owned()),
            })
        });
        let rows = rows.map(Iterator::collect).collect();
        assert!(lake.append(&ALERTS, rows, alerts[0].0).await.unwrap());
    }

    fn sinks(url: &str, folder: &Path) -> Vec<Sink> {
        let text =
            format!("content: [a]\nsinks:\n  - name: soc\n    webhook: {url}\n    secret-from: S\n  - name: log\n    file: told.jsonl\n");
        let file = quarry_content::schedule_file::read(&text).unwrap();
        let sinks = file
            .sinks
            .iter()
            .map(|spec| Sink::open(spec, folder, &|_| Some(SECRET.to_owned())).unwrap());
        sinks.collect()
    }

    fn header<'r>(request: &'r Request, name: &str) -> &'r str {
        let line = request.0.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim()
    }

    #[tokio::test]
    async fn what_fails_is_sent_again_signed_and_with_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
        let session = Session::new(&EngineConfig::default()).unwrap();
        raise(
            &lake,
            &[("a1", "[\"soc\",\"log\"]"), ("a2", "[]"), ("a3", "[\"soc\"]"), ("a4", "[\"gone\"]")],
        )
        .await;
        let (url, requests) = receiver(&["500 Internal Server Error", "429 Too Many Requests", "204 No Content"]).await;
        let mut outbox = Outbox::new(&lake, &session, "soc", sinks(&url, folder.path()));
        let first = outbox.flush().await.unwrap();
        assert_eq!((first.delivered, first.waiting), (1, 3));
        assert!(
            first.failed.iter().any(|(sink, reason)| sink == "soc" && reason.contains("500")),
            "{first:?}"
        );
        assert!(first.failed.iter().any(|(sink, _)| sink == "gone"));
        let mut last = first;
        for _ in 0..20 {
            tokio::time::sleep(last.again.unwrap_or_default()).await;
            last = outbox.flush().await.unwrap();
            if last.waiting == 1 {
                break;
            }
        }
        assert_eq!(last.waiting, 1, "{last:?}");
        let requests = requests.lock().unwrap().clone();
        let keys: Vec<&str> = requests.iter().map(|request| header(request, "webhook-id")).collect();
        assert_eq!(keys, ["a1", "a1", "a1", "a3"]);
        let secret = Secret::read(SECRET).unwrap();
        for request in &requests {
            let timestamp = header(request, "webhook-timestamp").parse().unwrap();
            let signed = secret.sign(header(request, "webhook-id"), timestamp, &request.1);
            assert_eq!(signed.to_lowercase(), header(request, "webhook-signature"));
            let body: serde_json::Value = serde_json::from_str(&request.1).unwrap();
            assert_eq!(body["data"]["id"], header(request, "webhook-id"));
            assert_eq!(body["data"]["severity"], "High");
        }
        // Another process knows what was delivered.
        let mut other = Outbox::new(&lake, &session, "soc", sinks(&url, folder.path()));
        assert_eq!(other.flush().await.unwrap().delivered, 0);
        let told = std::fs::read_to_string(folder.path().join("told.jsonl")).unwrap();
        assert_eq!(told.lines().count(), 1);
    }

    #[tokio::test]
    async fn a_message_that_is_refused_holds_no_other_up() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
        let session = Session::new(&EngineConfig::default()).unwrap();
        raise(&lake, &[("a1", "[\"soc\"]"), ("a2", "[\"soc\"]")]).await;
        let (url, requests) = receiver(&["400 Bad Request", "302 Found\r\nlocation: http://127.0.0.1:1/", "200 OK"]).await;
        let mut outbox = Outbox::new(&lake, &session, "soc", sinks(&url, folder.path()));
        let first = outbox.flush().await.unwrap();
        // The second one was answered with another address, which nobody follows.
        assert_eq!((first.delivered, first.waiting, requests.lock().unwrap().len()), (0, 2, 2));
        tokio::time::sleep(first.again.unwrap()).await;
        let second = outbox.flush().await.unwrap();
        assert_eq!((second.delivered, second.waiting), (2, 0));
    }
}
