//! Strings in the shape that a column's name speaks of.

use super::Cells;
use crate::json::new_guid;

const USERS: &[&str] = &[
    "anna.berg",
    "j.doe",
    "svc-backup",
    "admin",
    "MAX.MUSTERMANN",
    "o'brien",
    "zoë",
    "SYSTEM",
];
const DOMAINS: &[&str] = &[
    "contoso.example",
    "fabrikam.example",
    "mail.test",
    "xn--bcher-kva.example",
    "contoso.onmicrosoft.com",
];
const HOSTS: &[&str] = &["web01", "DC01.contoso.example", "laptop-7f3a", "srv_db_02", "10-0-0-5.internal"];
const PROGRAMS: &[&str] = &[
    "powershell.exe",
    "cmd.exe",
    "rundll32.exe",
    "svchost.exe",
    "bash",
    "WINWORD.EXE",
    "net.exe",
    "a b.exe",
];
const FOLDERS: &[&str] = &[
    "C:\\Windows\\System32",
    "C:\\Users\\anna\\AppData\\Local\\Temp",
    "/usr/bin",
    "\\\\srv\\share$",
    "/tmp/.x",
];
const ARGUMENTS: &[&str] = &[
    "-enc SQBFAFgA",
    "/c whoami",
    "-NoProfile -w hidden -c \"iex 'a'\"",
    "javascript:\"\\..\\mshtml\"",
    "--flag=value -x 1",
    "",
    "user /add x \"p w\"",
];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "curl/8.4.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15",
    "-",
];
const COUNTRIES: &[&str] = &["US", "DE", "Brazil", "NG", "JP", ""];
const LEVELS: &[&str] = &["High", "Medium", "Low", "Informational", "Critical", "warning"];
const RESULTS: &[&str] = &["Success", "success", "Failure", "0", "50126", "Allow", "Deny", "denied"];
const WORDS: &[&str] = &[
    "alpha",
    "Beta",
    "café",
    "two words",
    "key=value;other=1",
    "a,b,c",
    "",
    "x",
    "Ünïcode ✓",
    "line\nbreak",
    "100%",
    "{\"a\":1}",
];

impl Cells<'_> {
    pub(super) fn string(&mut self, name: &str) -> String {
        if let Some(known) = self.known(name) {
            return known;
        }
        let lower = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        let ends = |parts: &[&str]| parts.iter().any(|part| lower.ends_with(part));
        if self.vocabulary.paths.contains_key(name) || ends(&["properties", "details", "fields", "entities", "rawdata", "_s_json"]) {
            return self.document(name).to_string();
        }
        if has(&["eventdata", "renderedxml", "xml"]) {
            return self.event_data();
        }
        if has(&["useragent"]) {
            return self.rng.pick(AGENTS).to_owned();
        }
        if has(&["url", "uri", "link"]) {
            return self.url();
        }
        if ends(&["guid", "id", "_g"]) && !ends(&["eventid", "sid"]) {
            return new_guid(self.rng);
        }
        if has(&["sha256", "sha1", "md5", "hash"]) {
            return self.hash(if has(&["256"]) {
                64
            } else if has(&["md5"]) {
                32
            } else {
                40
            });
        }
        if has(&[
            "upn",
            "userprincipal",
            "mail",
            "sender",
            "recipient",
            "accountname",
            "user",
            "account",
            "initiat",
            "actor",
            "caller",
        ]) {
            return self.user(&lower);
        }
        if lower.contains("ip") && !has(&["description", "script", "ship", "recip", "type", "participant"]) || ends(&["address", "_addr"]) {
            return self.address();
        }
        if has(&["commandline", "cmdline", "process_command"]) {
            return format!("{} {}", self.program(), self.rng.pick(ARGUMENTS));
        }
        if has(&["path", "folder", "directory"]) {
            return self.program();
        }
        if has(&["filename", "process", "image", "application"]) {
            return self.rng.pick(PROGRAMS).to_owned();
        }
        if has(&["host", "device", "computer", "machine", "server", "domain"]) {
            return self.rng.pick(if has(&["domain"]) { DOMAINS } else { HOSTS }).to_owned();
        }
        if has(&["country", "region", "location"]) {
            return self.rng.pick(COUNTRIES).to_owned();
        }
        if has(&["severity", "risk", "level"]) {
            return self.rng.pick(LEVELS).to_owned();
        }
        if has(&["result", "status", "outcome", "action"]) {
            return self.rng.pick(RESULTS).to_owned();
        }
        if has(&["time", "date"]) && self.rng.chance(2) {
            return self.time();
        }
        if has(&["message", "description", "additional", "extension", "log"]) {
            return self.message();
        }
        self.rng.pick(WORDS).to_owned()
    }

    fn user(&mut self, name: &str) -> String {
        let user = self.rng.pick(USERS);
        if name.contains("domain") {
            return self.rng.pick(DOMAINS).to_owned();
        }
        match self.rng.below(6) {
            0 => user.to_owned(),
            1 => format!("CONTOSO\\{user}"),
            2 => format!("{user}_gmail.com#EXT#@{}", self.rng.pick(DOMAINS)),
            3 if self.rng.chance(2) => "S-1-5-21-1004336348-1177238915-682003330-512".to_owned(),
            _ => format!("{user}@{}", self.rng.pick(DOMAINS)),
        }
    }

    fn address(&mut self) -> String {
        let last = self.rng.below(255);
        match self.rng.below(8) {
            0 => format!("10.0.{}.{last}", self.rng.below(3)),
            1 => format!("192.168.1.{last}"),
            2 => format!("203.0.113.{last}:{}", self.rng.below(60_000)),
            3 => format!("2001:db8::{last:x}"),
            4 => format!("[2001:db8::{last:x}]:443"),
            5 => "::ffff:198.51.100.7".to_owned(),
            6 => format!("203.0.113.0/{}", self.rng.below(33)),
            _ => format!("198.51.100.{last}"),
        }
    }

    fn url(&mut self) -> String {
        let domain = self.rng.pick(DOMAINS);
        match self.rng.below(5) {
            0 => domain.to_owned(),
            1 => format!("http://203.0.113.9:8080/a%20b?x={}&y=#top", self.rng.below(100)),
            2 => format!("https://user:pw@{domain}/"),
            3 => "/relative/path?q=1".to_owned(),
            _ => format!(
                "https://www.{domain}/p/{}/index.html?id={}",
                self.rng.below(9),
                self.rng.below(1_000)
            ),
        }
    }

    fn program(&mut self) -> String {
        let folder = self.rng.pick(FOLDERS);
        let between = if folder.starts_with('/') { '/' } else { '\\' };
        format!("{folder}{between}{}", self.rng.pick(PROGRAMS))
    }

    fn hash(&mut self, digits: usize) -> String {
        // Few different ones, so that joins on hashes find something.
        let digit = char::from_digit(self.rng.below(16), 16).unwrap_or('0');
        std::iter::repeat_n(digit, digits).collect()
    }

    fn event_data(&mut self) -> String {
        let (user, address, program) = (self.user(""), self.address(), self.program());
        format!(
            "<EventData><Data Name=\"TargetUserName\">{user}</Data><Data Name=\"IpAddress\">{address}</Data><Data Name=\"Image\">{program}</Data>\
             <Data Name=\"Hashes\">SHA1={},MD5={}</Data></EventData>",
            self.hash(40),
            self.hash(32)
        )
    }

    fn message(&mut self) -> String {
        let (user, address) = (self.user(""), self.address());
        match self.rng.below(5) {
            0 => format!(
                "Failed password for invalid user {user} from {address} port {} ssh2",
                self.rng.below(60_000)
            ),
            1 => format!(
                "TCP request from {address}:{} to 10.0.0.4:443. Action: Deny. Rule: {}",
                self.rng.below(60_000),
                self.rng.pick(WORDS)
            ),
            2 => format!("act=blocked;cs1=\"{user}\";src={address};reason={}", self.rng.pick(WORDS)),
            3 => self.document("").to_string(),
            _ => format!("{} {user} [{address}] \"{}\"", self.time(), self.rng.pick(ARGUMENTS)),
        }
    }
}
