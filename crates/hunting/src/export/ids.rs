//! Ids that follow from what they name: the same export gives the same ids, and two bundles name the same address alike.

use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use uuid::{Builder, Uuid};

/// The space that STIX 2.1 gives to ids of observables.
const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);
/// The space of everything that Quarry says itself.
const OWN: Uuid = Uuid::from_u128(0x3f1c_52b7_90d4_5e6a_b8e1_6a7d_94c0_2f35);

/// The id of something that Quarry says, by the parts that tell it from others of its kind.
pub fn of(kind: &str, parts: &[&str]) -> String {
    let mut name = String::from(kind);
    for part in parts {
        name.push('\u{1f}');
        name.push_str(part);
    }
    format!("{kind}--{}", named(OWN, &name))
}

/// The id of an observable, by the properties that identify it: their JSON with keys in order, without blanks.
pub fn observable(kind: &str, properties: &Value) -> String {
    let name = canonical(properties).to_string();
    let id = match kind {
        // Nothing identifies a process in STIX, and its ids are of the kind that others draw by lot.
        "process" => Builder::from_random_bytes(digest(OWN, &name)).into_uuid(),
        _ => named(OBSERVABLES, &name),
    };
    format!("{kind}--{id}")
}

/// A GUID that follows from a name.
pub fn derived(name: &str) -> String {
    named(OWN, name).to_string()
}

fn named(space: Uuid, name: &str) -> Uuid {
    Builder::from_sha1_bytes(digest(space, name)).into_uuid()
}

fn digest(space: Uuid, name: &str) -> [u8; 16] {
    let digest = Sha1::new().chain_update(space.as_bytes()).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    bytes
}

fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            Value::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.clone(), canonical(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_has_the_id_that_everybody_gives_it() {
        // As the reference implementation of STIX in Python names it.
        let address = json!({ "value": "198.51.100.3" });
        assert_eq!(observable("ipv4-addr", &address), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(of("indicator", &["a", "bc"]), of("indicator", &["ab", "c"]));
        let id = of("indicator", &["a"]);
        assert_eq!(
            id.split_once("--").map(|(_, uuid)| uuid.as_bytes().get(14).copied()),
            Some(Some(b'5'))
        );
    }
}
