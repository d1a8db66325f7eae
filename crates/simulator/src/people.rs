//! The people and service accounts of contoso.example.

use crate::json::new_guid;
use crate::places::{BERLIN, CHICAGO, LONDON, LYON, MUNICH, OFFICES, Office};
use crate::rng::Rng;

/// The simulated tenant's mail domain.
pub(crate) const DOMAIN: &str = "contoso.example";

/// A device and what it sends as its user agent.
#[derive(Debug)]
pub(crate) struct Machine {
    pub os: &'static str,
    pub browser: &'static str,
    pub agent: &'static str,
}

pub(crate) static MACHINES: [Machine; 4] = [
    Machine {
        os: "Windows10",
        browser: "Edge 129.0.0",
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
    },
    Machine {
        os: "Windows",
        browser: "Chrome 129.0.0",
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
    },
    Machine {
        os: "MacOs",
        browser: "Safari 18.0",
        agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    },
    Machine {
        os: "Ios",
        browser: "Mobile Safari 18.0",
        agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    },
];

/// The machine of attackers: no device that the tenant knows.
pub(crate) static UNKNOWN_MACHINE: Machine = Machine {
    os: "Linux",
    browser: "Firefox 131.0",
    agent: "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
};

/// Somebody, or something, with an account and a mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The part of the address before the @.
    pub alias: String,
    pub upn: String,
    pub display: String,
    pub object_id: String,
    pub mailbox_guid: String,
    pub sid: String,
    pub user_key: String,
    pub office: &'static Office,
    pub home_address: String,
    pub mobile_address: String,
    pub machine: &'static Machine,
    pub device_name: String,
    pub device_id: String,
    pub password_changed: i64,
    /// Gets ordinary mail from automated notification services.
    pub notified: bool,
    /// Has a part in the script: ordinary traffic keeps to harmless risk levels.
    pub cast: bool,
}

/// Creates accounts one after another from one random stream.
pub(crate) struct Personnel {
    rng: Rng,
    count: u32,
    newest_password: i64,
}

impl Personnel {
    pub fn new(rng: Rng, start: i64) -> Self {
        Self {
            rng,
            count: 0,
            newest_password: start,
        }
    }

    fn create(&mut self, alias: &str, display: &str, office: &'static Office) -> Person {
        let rng = &mut self.rng;
        self.count += 1;
        let number = self.count;
        let (high, low) = (number >> 8 & 0xff, number & 0xff);
        let block = number >> 16 & 1;
        let number_text = format!("{:010X}", 0x2003_0000_u64 + u64::from(number) * 7);
        let machine = MACHINES.get(rng.index(3)).unwrap_or(&UNKNOWN_MACHINE);
        Person {
            alias: alias.to_owned(),
            upn: format!("{alias}@{DOMAIN}"),
            display: display.to_owned(),
            object_id: new_guid(rng),
            mailbox_guid: new_guid(rng),
            sid: format!("S-1-5-21-1404201101-2204301202-3304401303-{}", 260_000 + number),
            user_key: format!("100320{number_text}"),
            office,
            home_address: format!("198.{}.{high}.{low}", 18 + block),
            mobile_address: format!("100.{}.{high}.{low}", 64 + block),
            machine,
            device_name: format!("CONTOSO-{:06X}", rng.below(0xff_ffff)),
            device_id: new_guid(rng),
            password_changed: self.newest_password - i64::from(rng.below(120 * 86_400)) * crate::ticks::SECOND,
            notified: false,
            cast: true,
        }
    }

    fn service(&mut self, alias: &str, display: &str) -> Person {
        self.create(alias, display, &BERLIN)
    }

    /// An ordinary employee with a generated name.
    pub fn employee(&mut self) -> Person {
        let first = self.rng.pick(FIRST_NAMES);
        let last = self.rng.pick(LAST_NAMES);
        let office = OFFICES.get(self.rng.skewed_index(OFFICES.len())).copied().unwrap_or(&BERLIN);
        let number = self.count;
        // The number keeps addresses unique without remembering them all.
        let alias = format!("{}.{}{number}", first.to_lowercase(), last.to_lowercase());
        let mut person = self.create(&alias, &format!("{first} {last}"), office);
        person.notified = self.rng.below(10) < 6;
        person.cast = false;
        person
    }
}

/// Everybody who has a part in the script, by name.
#[derive(Debug)]
pub(crate) struct Cast {
    pub mia: Person,
    pub david: Person,
    pub karl: Person,
    pub emma: Person,
    pub lukas: Person,
    pub nora: Person,
    pub tim: Person,
    pub olga: Person,
    pub sara: Person,
    pub victor: Person,
    pub chief: Person,
    pub tom: Person,
    pub ines: Person,
    pub jonas: Person,
    pub paul: Person,
    pub greta: Person,
    pub julia: Person,
    pub ben: Person,
    pub anna: Person,
    pub felix: Person,
    pub hugo: Person,
    pub rita: Person,
    pub erik: Person,
    pub lena_admin: Person,
    pub felix_admin: Person,
    pub scanner: Person,
    pub backup: Person,
    pub backup_new: Person,
    pub migration: Person,
    pub directory_sync: Person,
    pub maintenance: Person,
    pub reports: Person,
    pub backup_mailer: Person,
    pub newsroom: Person,
    pub list_sales: Person,
    pub list_marketing: Person,
    pub list_support: Person,
}

impl Cast {
    pub fn new(staff: &mut Personnel) -> Self {
        Self {
            mia: staff.create("mia.koch", "Mia Koch", &BERLIN),
            david: staff.create("david.olsen", "David Olsen", &LONDON),
            karl: staff.create("karl.lindt", "Karl Lindt", &MUNICH),
            emma: staff.create("emma.fuchs", "Emma Fuchs", &BERLIN),
            lukas: staff.create("lukas.brandt", "Lukas Brandt", &BERLIN),
            nora: staff.create("nora.haas", "Nora Haas", &MUNICH),
            tim: staff.create("tim.vogel", "Tim Vogel", &LYON),
            olga: staff.create("olga.reis", "Olga Reis", &LONDON),
            sara: staff.create("sara.lang", "Sara Lang", &CHICAGO),
            victor: staff.create("victor.stein", "Victor Stein", &BERLIN),
            chief: staff.create("claire.dubois", "Claire Dubois", &LYON),
            tom: staff.create("tom.berg", "Tom Berg", &BERLIN),
            ines: staff.create("ines.moreau", "In\u{e8}s Moreau", &LYON),
            jonas: staff.create("jonas.keller", "Jonas Keller", &MUNICH),
            paul: staff.create("paul.novak", "Paul Novak", &BERLIN),
            greta: staff.create("greta.lind", "Greta Lind", &LONDON),
            julia: staff.create("julia.sommer", "Julia Sommer", &BERLIN),
            ben: staff.create("ben.arnold", "Ben Arnold", &CHICAGO),
            anna: staff.create("anna.weiss", "Anna Wei\u{df}", &BERLIN),
            felix: staff.create("felix.bauer", "Felix Bauer", &MUNICH),
            hugo: staff.create("hugo.martin", "Hugo Martin", &LYON),
            rita: staff.create("rita.gomez", "Rita G\u{f3}mez", &CHICAGO),
            erik: staff.create("erik.holm", "Erik Holm", &LONDON),
            lena_admin: staff.create("adm.lena.wolf", "Lena Wolf (Admin)", &BERLIN),
            felix_admin: staff.create("adm.felix.roth", "Felix Roth (Admin)", &BERLIN),
            scanner: staff.service("svc-scanner", "Scan to Mail"),
            backup: staff.service("svc-backup", "Mailbox Backup"),
            backup_new: staff.service("svc-backup-eu", "Mailbox Backup EU"),
            migration: staff.service("svc-migration", "Mailbox Migration"),
            directory_sync: staff.service("Sync_DC01_7f3a90c41b2e", "On-Premises Directory Synchronization Service Account"),
            maintenance: staff.service("maintenance", "IT Maintenance"),
            reports: staff.service("reports", "Scheduled Reports"),
            backup_mailer: staff.service("backup-status", "Backup Status"),
            newsroom: staff.service("newsroom", "Contoso Newsroom"),
            list_sales: staff.service("dl-sales", "Sales List"),
            list_marketing: staff.service("dl-marketing", "Marketing List"),
            list_support: staff.service("dl-support", "Support List"),
        }
    }

    /// The members of the cast who work, mail and sign in like everybody else.
    pub fn staff(&self) -> [&Person; 25] {
        [
            &self.mia,
            &self.david,
            &self.karl,
            &self.emma,
            &self.lukas,
            &self.nora,
            &self.tim,
            &self.olga,
            &self.sara,
            &self.victor,
            &self.chief,
            &self.tom,
            &self.ines,
            &self.jonas,
            &self.paul,
            &self.greta,
            &self.julia,
            &self.ben,
            &self.anna,
            &self.felix,
            &self.hugo,
            &self.rita,
            &self.erik,
            &self.lena_admin,
            &self.felix_admin,
        ]
    }
}

const FIRST_NAMES: &[&str] = &[
    "Adam", "Alice", "Amir", "Anja", "Aylin", "Bruno", "Carla", "Chloe", "Daniel", "Elena", "Emil", "Fatima", "Finn", "Gabriel", "Hanna",
    "Henry", "Ida", "Ivan", "Jana", "Joshua", "Kai", "Laura", "Leo", "Louise", "Luca", "Maja", "Marc", "Nadia", "Noah", "Oscar", "Petra",
    "Priya", "Rosa", "Samuel", "Sofia", "Theo", "Uma", "Vera", "Yusuf", "Zoe",
];

const LAST_NAMES: &[&str] = &[
    "Albrecht", "Andersen", "Baker", "Becker", "Bernard", "Carter", "Costa", "Dietz", "Ebert", "Fischer", "Garcia", "Graf", "Hansen",
    "Hartmann", "Hughes", "Ivanova", "Jansen", "Jung", "Kaiser", "Kovacs", "Kumar", "Lambert", "Lehmann", "Lopez", "Meier", "Miller",
    "Moser", "Nguyen", "Novotny", "Okafor", "Olsson", "Peters", "Petit", "Richter", "Rossi", "Schulz", "Silva", "Turner", "Walker",
    "Zimmer",
];
