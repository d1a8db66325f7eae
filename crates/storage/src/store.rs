//! Object stores by URL: the service that a URL means, and a client of it.
//!
//! What a service wants to know (account, key, region, endpoint) comes from the environment, by the names that the services' own tools use. A
//! URL names a place and nothing else: it is shown, logged and kept in the ledger.

use std::sync::{Arc, Once};

use deltalake_core::DeltaResult;
use deltalake_core::logstore::{LogStore, LogStoreFactory, ObjectStoreRef, StorageConfig, default_logstore, logstore_factories};
use object_store::aws::AmazonS3Builder;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreScheme};
use url::Url;

/// The schemes of services that are reached over a network.
const SCHEMES: [&str; 8] = ["abfs", "abfss", "adl", "az", "azure", "gs", "s3", "s3a"];

/// A place in a store.
pub(crate) struct Reached {
    /// The bucket or container as a whole.
    pub root: Arc<dyn ObjectStore>,
    pub path: Path,
}

/// Whether a name is a URL and not a path. One letter before the colon is a drive.
pub(crate) fn is_url(name: &str) -> bool {
    name.split_once("://").is_some_and(|(scheme, _)| scheme.len() > 1)
}

/// The URL of a folder: it ends with a slash.
pub(crate) fn url(text: &str) -> Result<Url, String> {
    let (_, after) = text.split_once("://").unwrap_or_default();
    let authority = after.split('/').next().unwrap_or_default();
    if after.contains('?') || authority.split_once('@').is_some_and(|(before, _)| before.contains(':')) {
        return Err("a URL names a place only; keys and tokens belong in the environment".to_owned());
    }
    let slashed = format!("{}/", text.trim_end_matches('/'));
    Url::parse(&slashed).map_err(|error| error.to_string())
}

/// The text of a URL without what may be a secret in it.
pub(crate) fn without_secrets(text: &str) -> String {
    if !is_url(text) {
        return text.to_owned();
    }
    let place = text.split('?').next().unwrap_or_default();
    let (scheme, after) = place.split_once("://").unwrap_or_default();
    let (authority, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    match authority.split_once('@') {
        Some((user, host)) if user.contains(':') => {
            let name = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{name}:…@{host}{rest}")
        }
        _ => place.to_owned(),
    }
}

/// The store of a URL; `None` for those of this machine.
pub(crate) fn reach(url: &Url) -> Result<Option<Reached>, String> {
    if matches!(url.scheme(), "file" | "memory") {
        return Ok(None);
    }
    let unknown = || {
        let known = SCHEMES.join(", ");
        format!("no service is known for `{}://`; there are file, {known}", url.scheme())
    };
    if !SCHEMES.contains(&url.scheme()) {
        return Err(unknown());
    }
    let (scheme, path) = ObjectStoreScheme::parse(url).map_err(|error| error.to_string())?;
    let root: Arc<dyn ObjectStore> = match scheme {
        ObjectStoreScheme::AmazonS3 => Arc::new(s3(url).map_err(|error| explained(&error))?),
        ObjectStoreScheme::GoogleCloudStorage => Arc::new(google(url).map_err(|error| explained(&error))?),
        ObjectStoreScheme::MicrosoftAzure => Arc::new(azure(url).map_err(|error| explained(&error))?),
        _ => return Err(unknown()),
    };
    register_logs();
    Ok(Some(Reached { root, path }))
}

fn s3(url: &Url) -> object_store::Result<impl ObjectStore + use<>> {
    AmazonS3Builder::from_env().with_url(url.as_str()).build()
}

fn google(url: &Url) -> object_store::Result<impl ObjectStore + use<>> {
    GoogleCloudStorageBuilder::from_env().with_url(url.as_str()).build()
}

fn azure(url: &Url) -> object_store::Result<impl ObjectStore + use<>> {
    let mut builder = MicrosoftAzureBuilder::from_env();
    if let Ok(account) = std::env::var("AZURE_STORAGE_ACCOUNT") {
        builder = builder.with_account(account);
    }
    if let Ok(key) = std::env::var("AZURE_STORAGE_KEY") {
        builder = builder.with_access_key(key);
    }
    if let Ok(connection) = std::env::var("AZURE_STORAGE_CONNECTION_STRING") {
        builder = connected(builder, &connection);
    }
    builder.with_url(url.as_str()).build()
}

/// Applies a connection string, as the portal shows them: `AccountName=…;AccountKey=…;EndpointSuffix=…`.
fn connected(mut builder: MicrosoftAzureBuilder, text: &str) -> MicrosoftAzureBuilder {
    for (key, value) in text.split(';').filter_map(|part| part.trim().split_once('=')) {
        builder = match key {
            "AccountName" => builder.with_account(value),
            "AccountKey" => builder.with_access_key(value),
            "BlobEndpoint" => builder
                .with_endpoint(value.to_owned())
                .with_allow_http(value.starts_with("http://")),
            "SharedAccessSignature" => builder.with_config(AzureConfigKey::SasKey, value),
            "UseDevelopmentStorage" => builder.with_use_emulator(value.eq_ignore_ascii_case("true")),
            _ => builder,
        };
    }
    builder
}

/// The reason without the name of the builder, and where to look.
fn explained(error: &object_store::Error) -> String {
    format!("{error}; accounts and keys come from the environment (AZURE_STORAGE_…, AWS_…, GOOGLE_…)")
}

/// Transaction logs in these stores are written as on disk: a commit is a file that must not be there yet.
#[derive(Debug)]
struct PlainLogs;

impl LogStoreFactory for PlainLogs {
    fn with_options(
        &self,
        prefixed: ObjectStoreRef,
        root: ObjectStoreRef,
        location: &Url,
        options: &StorageConfig,
    ) -> DeltaResult<Arc<dyn LogStore>> {
        Ok(default_logstore(prefixed, root, location, options))
    }
}

fn register_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for scheme in SCHEMES {
            if let Ok(url) = Url::parse(&format!("{scheme}://")) {
                logstore_factories().insert(url, Arc::new(PlainLogs));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_and_drives_are_no_urls() {
        assert!(is_url("az://logs/a") && is_url("file:///tmp"));
        assert!(!is_url("/tmp/a") && !is_url("logs") && !is_url("c://logs"));
    }

    #[test]
    fn secrets_are_refused_and_never_shown() {
        for text in ["az://logs/a?sv=1&sig=SECRET", "s3://key:SECRET@bucket/a", "az://logs?SECRET"] {
            assert!(url(text).is_err(), "{text}");
            assert!(!without_secrets(text).contains("SECRET"), "{}", without_secrets(text));
        }
        let plain = "abfss://logs@account.dfs.core.windows.net/a/b";
        assert_eq!(url(plain).unwrap().as_str(), format!("{plain}/"));
        assert_eq!(without_secrets(plain), plain);
        assert_eq!(without_secrets("folder?a:b@c/x"), "folder?a:b@c/x");
    }

    #[test]
    fn unknown_services_are_refused() {
        let refused = reach(&Url::parse("ftp://host/a/").unwrap()).err().unwrap();
        assert!(refused.contains("`ftp://`"), "{refused}");
        assert!(reach(&Url::parse("file:///tmp/").unwrap()).unwrap().is_none());
    }

    #[test]
    fn connection_strings_tell_account_and_endpoint() {
        let text = "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=a2V5PT0=;BlobEndpoint=http://127.0.0.1:10000/me";
        let builder = connected(MicrosoftAzureBuilder::new(), text);
        assert_eq!(builder.get_config_value(&AzureConfigKey::AccountName).as_deref(), Some("me"));
        assert_eq!(builder.get_config_value(&AzureConfigKey::AccessKey).as_deref(), Some("a2V5PT0="));
        let endpoint = builder.get_config_value(&AzureConfigKey::Endpoint);
        assert_eq!(endpoint.as_deref(), Some("http://127.0.0.1:10000/me"));
    }
}
