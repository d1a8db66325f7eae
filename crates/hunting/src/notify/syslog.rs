//! Alerts by syslog: RFC 5424 messages, over UDP one a datagram (RFC 5426), over TCP with their lengths before them (RFC 6587).

use std::time::Duration;

use quarry_content::HuntSeverity;
use quarry_content::schedule_file::SyslogTransport;
use quarry_value::format;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UdpSocket};

use super::message::Message;
use super::sink::SendError;

const TIMEOUT: Duration = Duration::from_secs(5);
/// Receivers need not take longer datagrams than 2 KiB, and usually take 8.
const LONGEST_DATAGRAM: usize = 8_192;
const LONGEST_BRIEF: usize = 2_048;
/// Structured data need the number of an enterprise; this is the one for examples, as there is none for this program.
const DATA: &str = "quarry@32473";

#[derive(Debug)]
pub(super) struct Syslog {
    transport: SyslogTransport,
    address: String,
    facility: u8,
    host: String,
}

impl Syslog {
    pub fn new(transport: SyslogTransport, address: &str, facility: u8) -> Self {
        let host = std::fs::read_to_string("/etc/hostname")
            .ok()
            .or_else(|| std::env::var("HOSTNAME").ok());
        let host: String = host.unwrap_or_default().chars().filter(char::is_ascii_graphic).take(255).collect();
        Self {
            transport,
            address: address.to_owned(),
            facility,
            host: if host.is_empty() { "-".to_owned() } else { host },
        }
    }

    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        match tokio::time::timeout(TIMEOUT, self.send_now(message)).await {
            Ok(sent) => sent.map_err(|error| SendError::new(format!("{}: {error}", self.address))),
            Err(_) => Err(SendError::new(format!("{}: no answer in {} s", self.address, TIMEOUT.as_secs()))),
        }
    }

    async fn send_now(&self, message: &Message) -> std::io::Result<()> {
        match self.transport {
            SyslogTransport::Udp => {
                let line = self.datagram(message);
                let address = tokio::net::lookup_host(&self.address).await?.next();
                let address = address.ok_or_else(|| std::io::Error::other("no such host"))?;
                let any = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                let socket = UdpSocket::bind(any).await?;
                socket.send_to(line.as_bytes(), address).await?;
                Ok(())
            }
            SyslogTransport::Tcp => {
                let line = self.line(message, &message.body);
                let mut stream = TcpStream::connect(&self.address).await?;
                stream.write_all(format!("{} {line}", line.len()).as_bytes()).await?;
                stream.shutdown().await
            }
        }
    }

    /// What fits into a datagram: the whole message, or else the brief one, or else its beginning.
    fn datagram(&self, message: &Message) -> String {
        let whole = self.line(message, &message.body);
        if whole.len() <= LONGEST_DATAGRAM {
            return whole;
        }
        let mut brief = self.line(message, &message.brief);
        if brief.len() > LONGEST_BRIEF {
            let end = (0..=LONGEST_BRIEF)
                .rev()
                .find(|end| brief.is_char_boundary(*end))
                .unwrap_or_default();
            brief.truncate(end);
        }
        brief
    }

    fn line(&self, message: &Message, body: &str) -> String {
        let severity = match message.severity {
            Some(HuntSeverity::High) => 2,
            Some(HuntSeverity::Medium) => 4,
            Some(HuntSeverity::Low) | None => 5,
            Some(HuntSeverity::Informational) => 6,
        };
        let priority = u32::from(self.facility) * 8 + severity;
        let mut time = String::new();
        format::datetime(message.raised, &mut time);
        // Six digits of a second are the most.
        let time = time
            .strip_suffix('Z')
            .and_then(|time| time.get(..time.len().saturating_sub(1)))
            .unwrap_or_default();
        let (host, process) = (&self.host, std::process::id());
        let (key, title) = (escaped(&message.key), escaped(&message.title));
        format!("<{priority}>1 {time}Z {host} quarry {process} alert [{DATA} id=\"{key}\" title=\"{title}\"] \u{feff}{body}")
    }
}

/// A value of structured data.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | ']') {
            safe.push('\\');
        }
        safe.push(if c.is_control() { ' ' } else { c });
    }
    safe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn message(body: &str) -> Message {
        Message {
            key: "k1".to_owned(),
            sink: "s".to_owned(),
            raised: quarry_value::parse::datetime("2026-11-20T08:00:00.1234567Z").unwrap(),
            severity: Some(HuntSeverity::High),
            title: "a \"b\"]\n".to_owned(),
            body: body.to_owned(),
            brief: "{}".to_owned(),
        }
    }

    fn syslog(transport: SyslogTransport, address: &str) -> Syslog {
        Syslog {
            host: "box".to_owned(),
            ..Syslog::new(transport, address, 16)
        }
    }

    #[test]
    fn the_line_is_that_of_the_standard() {
        let line = syslog(SyslogTransport::Udp, "x:1").line(&message("{\"a\":1}"), "{\"a\":1}");
        let process = std::process::id();
        assert_eq!(
            line,
            format!(
                "<130>1 2026-11-20T08:00:00.123456Z box quarry {process} alert [quarry@32473 id=\"k1\" title=\"a \\\"b\\\"\\] \"] \u{feff}{{\"a\":1}}"
            )
        );
    }

    #[test]
    fn what_is_too_long_for_a_datagram_is_told_briefly() {
        let long = "x".repeat(LONGEST_DATAGRAM);
        let sent = syslog(SyslogTransport::Udp, "x:1").datagram(&message(&long));
        assert!(sent.ends_with("{}"));
    }

    #[tokio::test]
    async fn it_arrives_over_udp_and_tcp() {
        let receiver = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = receiver.local_addr().unwrap().to_string();
        syslog(SyslogTransport::Udp, &address).send(&message("{}")).await.unwrap();
        let mut buffer = [0_u8; 4096];
        let (length, _) = receiver.recv_from(&mut buffer).await.unwrap();
        assert!(buffer.get(..length).unwrap().starts_with(b"<130>1 2026-11-20T08"));

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let receives = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut text).await.unwrap();
            text
        });
        syslog(SyslogTransport::Tcp, &address).send(&message("{}")).await.unwrap();
        let text = receives.await.unwrap();
        let (length, line) = text.split_once(' ').unwrap();
        assert_eq!(length.parse::<usize>().unwrap(), line.len());

        let nobody = syslog(SyslogTransport::Tcp, "127.0.0.1:1").send(&message("{}")).await;
        assert!(!nobody.unwrap_err().refused);
    }
}
