//! Signatures of webhooks, as the Standard Webhooks have them: HMAC-SHA256 over id, time and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// What secrets in the standard's own form begin with.
const PREFIX: &str = "whsec_";
/// Shorter ones can be guessed.
const LEAST_BYTES: usize = 16;

/// The secret that a sender and a receiver share.
pub struct Secret(hmac::Key);

impl Secret {
    /// A secret as it is written: `whsec_` and base64, or any text.
    ///
    /// # Errors
    /// When it is too short, or not the base64 that it says it is.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let bytes = match text.strip_prefix(PREFIX) {
            Some(encoded) => STANDARD
                .decode(encoded)
                .map_err(|_| format!("what follows `{PREFIX}` in the secret is not base64"))?,
            None => text.as_bytes().to_vec(),
        };
        if bytes.len() < LEAST_BYTES {
            return Err(format!("the secret has {} bytes; {LEAST_BYTES} are the least", bytes.len()));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The value of `webhook-signature`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: u64, body: &str) -> String {
        let tag = hmac::sign(&self.0, format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The example of the standard's reference implementations.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn weak_and_broken_secrets_are_refused() {
        assert!(Secret::read("").is_err());
        assert!(Secret::read("whsec_c2hvcnQ=").is_err());
        assert!(Secret::read("whsec_ not base64 at all, but long").is_err());
        assert!(Secret::read("a text of more than sixteen bytes").is_ok());
    }
}
