//! Alerts by HTTP, signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::message::Message;
use super::sign::Secret;
use super::sink::SendError;

/// Longest time for one message.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A receiver that asks for more patience gets this much.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct Webhook {
    client: Client,
    url: Url,
    secret: Secret,
}

impl Webhook {
    pub fn new(url: &str, secret: Secret) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("no address: {error}"))?;
        let mut client = Client::builder()
            .timeout(TIMEOUT)
            .user_agent(concat!("quarry/", env!("CARGO_PKG_VERSION")))
            // Alerts go to the address that is named, and to no other.
            .redirect(Policy::none());
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| error.to_string())?;
        Ok(Self { client, url, secret })
    }

    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.key)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", self.secret.sign(&message.key, timestamp, &message.body))
            .body(message.body.clone());
        // The address may hold a secret of its own and is left out of errors.
        let answer = request.send().await.map_err(|error| SendError::new(cause(&error.without_url())))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let wait = answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
        let passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        Err(SendError {
            reason: format!("the receiver answered {status}"),
            refused: status.is_client_error() && !passing,
            wait: wait.map(Duration::from_secs).map(|wait| wait.min(LONGEST_WAIT)),
        })
    }
}

/// The innermost reason, which says what happened.
fn cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
