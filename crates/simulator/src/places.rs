//! Places of the simulated world. Every address is from a range set aside for documentation,
//! benchmarks or shared address space, so none of them belongs to anybody.

/// A city with the coordinates that sign-in records carry.
#[derive(Debug)]
pub(crate) struct Location {
    pub country: &'static str,
    pub state: &'static str,
    pub city: &'static str,
    pub latitude: &'static str,
    pub longitude: &'static str,
    pub isp: &'static str,
}

const fn location(
    country: &'static str,
    state: &'static str,
    city: &'static str,
    latitude: &'static str,
    longitude: &'static str,
    isp: &'static str,
) -> Location {
    Location {
        country,
        state,
        city,
        latitude,
        longitude,
        isp,
    }
}

/// An office: where its people live, and the address that its network shows to the world.
#[derive(Debug)]
pub(crate) struct Office {
    pub location: Location,
    pub address: &'static str,
    pub language: &'static str,
}

pub(crate) static BERLIN: Office = Office {
    location: location("DE", "Berlin", "Berlin", "52.5200", "13.4050", "Contoso AG"),
    address: "198.51.100.10",
    language: "de",
};
pub(crate) static MUNICH: Office = Office {
    location: location("DE", "Bayern", "Munich", "48.1374", "11.5755", "Contoso AG"),
    address: "198.51.100.20",
    language: "de",
};
pub(crate) static LYON: Office = Office {
    location: location("FR", "Rhone", "Lyon", "45.7640", "4.8357", "Contoso SA"),
    address: "198.51.100.30",
    language: "fr",
};
pub(crate) static LONDON: Office = Office {
    location: location("GB", "England", "London", "51.5072", "-0.1276", "Contoso Ltd"),
    address: "198.51.100.40",
    language: "en",
};
pub(crate) static CHICAGO: Office = Office {
    location: location("US", "Illinois", "Chicago", "41.8781", "-87.6298", "Contoso Inc"),
    address: "198.51.100.50",
    language: "en",
};
/// Offices by headcount: the first are drawn most often.
pub(crate) static OFFICES: [&Office; 5] = [&BERLIN, &MUNICH, &LYON, &LONDON, &CHICAGO];

/// The data centre from which Contoso's own services work.
pub(crate) static DATACENTRE: Location = location("DE", "Hessen", "Frankfurt", "50.1109", "8.6821", "Contoso AG");

pub(crate) static TOKYO: Location = location("JP", "Tokyo", "Tokyo", "35.6764", "139.6500", "Example Hotels KK");
pub(crate) static STOCKHOLM: Location = location("SE", "Stockholm", "Stockholm", "59.3293", "18.0686", "Example Hotels AB");
pub(crate) static MADRID: Location = location("ES", "Madrid", "Madrid", "40.4168", "-3.7038", "Example Hotels SL");

pub(crate) static AMSTERDAM: Location = location("NL", "Noord-Holland", "Amsterdam", "52.3676", "4.9041", "Example Anonymous Relay");
pub(crate) static SAO_PAULO: Location = location("BR", "Sao Paulo", "Sao Paulo", "-23.5558", "-46.6396", "Example Hosting BR");
pub(crate) static HANOI: Location = location("VN", "Ha Noi", "Hanoi", "21.0278", "105.8342", "Example Hosting VN");
pub(crate) static BUCHAREST: Location = location("RO", "Bucuresti", "Bucharest", "44.4268", "26.1025", "Example Hosting RO");
pub(crate) static LAGOS: Location = location("NG", "Lagos", "Lagos", "6.5244", "3.3792", "Example Mobile NG");
pub(crate) static CHISINAU: Location = location("MD", "Chisinau", "Chisinau", "47.0105", "28.8638", "Example Hosting MD");
