//! Where addresses are, from a database in MaxMind's format.

use std::net::IpAddr;
use std::path::Path;

use maxminddb::geoip2::City;
use quarry_value::{format, json};

/// What a database knows of an address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub country: Option<String>,
    pub state: Option<String>,
    pub city: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

impl Place {
    /// As the bag that queries see; what is not known is empty.
    #[must_use]
    pub fn bag(&self) -> String {
        let mut out = String::from("{");
        for (name, text) in [("country", &self.country), ("state", &self.state), ("city", &self.city)] {
            json::quote(name, &mut out);
            out.push(':');
            json::quote(text.as_deref().unwrap_or_default(), &mut out);
            out.push(',');
        }
        for (name, number) in [("latitude", self.latitude), ("longitude", self.longitude)] {
            json::quote(name, &mut out);
            out.push(':');
            match number {
                Some(number) => format::real_json(number, &mut out),
                None => out.push_str("null"),
            }
            out.push(',');
        }
        out.pop();
        out.push('}');
        out
    }
}

/// A city or country database.
#[derive(Debug)]
pub struct GeoDatabase {
    reader: maxminddb::Reader<Vec<u8>>,
}

impl GeoDatabase {
    /// Reads a file.
    ///
    /// # Errors
    /// Says in one sentence what is wrong with the file.
    pub fn open(path: &Path) -> Result<GeoDatabase, String> {
        let reader = maxminddb::Reader::open_readfile(path).map_err(|error| error.to_string())?;
        Ok(GeoDatabase { reader })
    }

    /// What the database calls itself, such as `GeoLite2-City`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.reader.metadata().database_type
    }

    /// What is known of an address; `None` when nothing is.
    #[must_use]
    pub fn lookup(&self, address: IpAddr) -> Option<Place> {
        let found = self.reader.lookup(address).ok()?;
        let record = found.decode::<City<'_>>().ok()??;
        let text = |name: Option<&str>| name.map(str::to_owned);
        Some(Place {
            country: text(record.country.names.english),
            state: text(record.subdivisions.first().and_then(|state| state.names.english)),
            city: text(record.city.names.english),
            latitude: record.location.latitude,
            longitude: record.location.longitude,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn text(out: &mut Vec<u8>, text: &str) {
        assert!(text.len() < 29);
        out.push(0x40 | u8::try_from(text.len()).unwrap());
        out.extend_from_slice(text.as_bytes());
    }

    fn map(out: &mut Vec<u8>, entries: u8) {
        out.push(0xe0 | entries);
    }

    fn double(out: &mut Vec<u8>, value: f64) {
        out.push(0x68);
        out.extend_from_slice(&value.to_be_bytes());
    }

    fn names(out: &mut Vec<u8>, name: &str) {
        map(out, 1);
        text(out, "names");
        map(out, 1);
        text(out, "en");
        text(out, name);
    }

    /// A database of IPv4 addresses: those whose first bit is 0 are in one city, of the others nothing is known.
    fn database() -> Vec<u8> {
        let nodes = 1u32;
        let mut out = Vec::new();
        // One node with records of 24 bits: left to the first data record, right to nothing.
        out.extend_from_slice(&(nodes + 16).to_be_bytes()[1..]);
        out.extend_from_slice(&nodes.to_be_bytes()[1..]);
        out.extend_from_slice(&[0; 16]);
        map(&mut out, 4);
        text(&mut out, "country");
        names(&mut out, "Norway");
        text(&mut out, "city");
        names(&mut out, "Bergen");
        text(&mut out, "subdivisions");
        // An array of one, which is an extended type.
        out.extend_from_slice(&[0x01, 0x04]);
        names(&mut out, "Vestland");
        text(&mut out, "location");
        map(&mut out, 2);
        text(&mut out, "latitude");
        double(&mut out, 60.5);
        text(&mut out, "longitude");
        double(&mut out, 5.25);
        out.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
        map(&mut out, 9);
        text(&mut out, "binary_format_major_version");
        out.extend_from_slice(&[0xa1, 2]);
        text(&mut out, "binary_format_minor_version");
        out.extend_from_slice(&[0xa1, 0]);
        text(&mut out, "build_epoch");
        out.extend_from_slice(&[0x01, 0x02, 1]);
        text(&mut out, "database_type");
        text(&mut out, "Test-City");
        text(&mut out, "description");
        map(&mut out, 1);
        text(&mut out, "en");
        text(&mut out, "test");
        text(&mut out, "ip_version");
        out.extend_from_slice(&[0xa1, 4]);
        text(&mut out, "languages");
        out.extend_from_slice(&[0x01, 0x04]);
        text(&mut out, "en");
        text(&mut out, "node_count");
        out.extend_from_slice(&[0xc1, u8::try_from(nodes).unwrap()]);
        text(&mut out, "record_size");
        out.extend_from_slice(&[0xa1, 24]);
        out
    }

    #[test]
    fn places_are_looked_up_by_address() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &database()).unwrap();
        let known = GeoDatabase::open(file.path()).unwrap();
        let place = known.lookup("20.53.203.50".parse().unwrap()).unwrap();
        assert_eq!(
            place.bag(),
            r#"{"country":"Norway","state":"Vestland","city":"Bergen","latitude":60.5,"longitude":5.25}"#
        );
        assert_eq!(known.lookup("200.1.1.1".parse().unwrap()), None);
        assert_eq!(known.lookup("2a03:2880::1".parse().unwrap()), None);
    }

    #[test]
    fn what_is_not_known_is_empty() {
        assert_eq!(
            Place {
                country: Some("Norway".to_owned()),
                ..Place::default()
            }
            .bag(),
            r#"{"country":"Norway","state":"","city":"","latitude":null,"longitude":null}"#
        );
    }

    #[test]
    fn other_files_are_refused() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, b"country,city\n").unwrap();
        assert!(GeoDatabase::open(file.path()).is_err());
    }
}
