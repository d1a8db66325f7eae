//! EVTX files, written here by the rules of the format: a header, chunks of 64 KB, records of binary XML.

use quarry_storage::Format;

use crate::place::{Place, each};

const CHUNK: usize = 64 << 10;
/// 2024-05-01T10:00:00Z.
const FILETIME: u64 = 133_590_312_000_000_000;

/// The binary XML of one record, at its place in a chunk.
struct BinaryXml {
    bytes: Vec<u8>,
    start: usize,
}

impl BinaryXml {
    fn at(start: usize) -> BinaryXml {
        let bytes = vec![0x0f, 1, 1, 0];
        BinaryXml { bytes, start }
    }

    fn utf16(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        self.bytes.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
        self.bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    }

    /// A name, right behind the reference to it.
    fn name(&mut self, name: &str) {
        let place = u32::try_from(self.start + self.bytes.len() + 4).unwrap();
        self.bytes.extend(place.to_le_bytes());
        self.bytes.extend([0; 6]);
        self.utf16(name);
        self.bytes.extend([0; 2]);
    }

    fn value(&mut self, text: &str) {
        self.bytes.extend([0x05, 0x01]);
        self.utf16(text);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.bytes.push(if attributes.is_empty() { 0x01 } else { 0x41 });
        self.bytes.extend([0; 4]);
        self.name(name);
        if !attributes.is_empty() {
            self.bytes.extend([0; 4]);
        }
        for (name, value) in attributes {
            self.bytes.push(0x06);
            self.name(name);
            self.value(value);
        }
        self.bytes.push(0x02);
    }

    fn close(&mut self) {
        self.bytes.push(0x04);
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        if !text.is_empty() {
            self.value(text);
        }
        self.close();
    }
}

/// A process that was created.
fn process_created(start: usize, id: u64, command: &str) -> Vec<u8> {
    let mut xml = BinaryXml::at(start);
    xml.open("Event", &[("xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")]);
    xml.open("System", &[]);
    xml.element("Provider", &[("Name", "Microsoft-Windows-Security-Auditing")], "");
    xml.element("EventID", &[], "4688");
    xml.element("Level", &[], "0");
    xml.element("Task", &[], "13312");
    xml.element("TimeCreated", &[("SystemTime", "2024-05-01T10:00:00.1234567Z")], "");
    xml.element("EventRecordID", &[], &id.to_string());
    xml.element("Channel", &[], "Security");
    xml.element("Computer", &[], "pc1.contoso.example");
    xml.close();
    xml.open("EventData", &[]);
    xml.element("Data", &[("Name", "SubjectUserName")], "mia");
    xml.element("Data", &[("Name", "SubjectDomainName")], "CONTOSO");
    xml.element("Data", &[("Name", "NewProcessName")], "C:\\Windows\\System32\\cmd.exe");
    xml.element("Data", &[("Name", "CommandLine")], command);
    xml.close();
    xml.close();
    xml.bytes.push(0);
    xml.bytes
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn chunk(first: u64, commands: &[&str]) -> Vec<u8> {
    let mut bytes = vec![0; CHUNK];
    let mut at = 512;
    let mut last = at;
    for (id, command) in (first..).zip(commands) {
        let xml = process_created(at + 24, id, command);
        let size = u32::try_from(xml.len() + 28).unwrap().to_le_bytes();
        last = at;
        put(&mut bytes, at, b"**\0\0");
        put(&mut bytes, at + 4, &size);
        put(&mut bytes, at + 8, &id.to_le_bytes());
        put(&mut bytes, at + 16, &FILETIME.to_le_bytes());
        put(&mut bytes, at + 24, &xml);
        put(&mut bytes, at + 24 + xml.len(), &size);
        at += xml.len() + 28;
    }
    let last_id = first + commands.len() as u64 - 1;
    put(&mut bytes, 0, b"ElfChnk\0");
    for (place, value) in [(8, first), (16, last_id), (24, first), (32, last_id)] {
        put(&mut bytes, place, &value.to_le_bytes());
    }
    put(&mut bytes, 40, &128u32.to_le_bytes());
    put(&mut bytes, 44, &u32::try_from(last).unwrap().to_le_bytes());
    put(&mut bytes, 48, &u32::try_from(at).unwrap().to_le_bytes());
    // No checksums.
    put(&mut bytes, 120, &4u32.to_le_bytes());
    bytes
}

fn file(chunks: &[Vec<u8>], records: u64) -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    put(&mut bytes, 0, b"ElfFile\0");
    put(&mut bytes, 16, &(chunks.len() as u64 - 1).to_le_bytes());
    put(&mut bytes, 24, &(records + 1).to_le_bytes());
    put(&mut bytes, 32, &128u32.to_le_bytes());
    put(&mut bytes, 36, &1u16.to_le_bytes());
    put(&mut bytes, 38, &3u16.to_le_bytes());
    put(&mut bytes, 40, &4096u16.to_le_bytes());
    put(&mut bytes, 42, &u16::try_from(chunks.len()).unwrap().to_le_bytes());
    put(&mut bytes, 120, &4u32.to_le_bytes());
    chunks.iter().for_each(|chunk| bytes.extend(chunk));
    bytes
}

#[tokio::test]
async fn records_of_every_chunk_become_rows() {
    let place = Place::new().await;
    let log = file(&[chunk(1, &["cmd /c a", "cmd /c b"]), chunk(3, &["cmd /c ü"])], 3);
    let report = place.file("Security.evtx", log).await;
    assert_eq!(report.format, Some(Format::Evtx));
    let rows: Vec<(String, u64)> = report.rows.into_iter().collect();
    let expected: Vec<(String, u64)> = each(&["DeviceProcessEvents", "SecurityEvent"])
        .into_iter()
        .map(|(table, _)| (table, 3))
        .collect();
    assert_eq!(rows, expected);
    let columns = ["EventID", "Computer", "Account", "Process", "CommandLine", "EventRecordId"];
    let found = place.rows("SecurityEvent", &columns).await;
    let row = |command: &str, id: &str| {
        ["4688", "pc1.contoso.example", "CONTOSO\\mia", "cmd.exe", command, id]
            .map(str::to_owned)
            .to_vec()
    };
    assert_eq!(found, [row("cmd /c a", "1"), row("cmd /c b", "2"), row("cmd /c ü", "3")]);
    let found = place
        .rows("DeviceProcessEvents", &["FileName", "ProcessCommandLine", "AccountName"])
        .await;
    assert_eq!(found[0], ["cmd.exe", "cmd /c a", "mia"]);
}

#[tokio::test]
async fn a_damaged_record_costs_no_other_chunk() {
    let place = Place::new().await;
    let mut first = chunk(1, &["one", "two"]);
    // The first element of the first record.
    first[512 + 24 + 4] = 0xee;
    let log = file(&[first, chunk(3, &["three"])], 3);
    let report = place.ingest("Security.evtx", log, quarry_storage::IngestOptions::default()).await;
    assert!(report.set_aside() > 0, "{report:?}");
    let commands = place.rows("SecurityEvent", &["CommandLine"]).await;
    assert!(commands.contains(&vec!["three".to_owned()]), "{commands:?}");
}

#[tokio::test]
async fn damage_anywhere_ends_in_a_report() {
    let place = Place::new().await;
    let good = file(&[chunk(1, &["one", "two"]), chunk(3, &["three"])], 3);
    let folder = place.path("damaged");
    std::fs::create_dir(&folder).unwrap();
    let mut state = 0x5EED_u64;
    for number in 0..60 {
        let mut bytes = good.clone();
        for _ in 0..1 + number % 7 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Where there is something: the headers, and the records of the first chunk.
            let at = usize::try_from(state % 6000).unwrap();
            bytes[at] = state.to_le_bytes()[5];
        }
        if number % 5 == 0 {
            bytes.truncate(usize::try_from(state % 80_000).unwrap() + 8);
        }
        std::fs::write(folder.join(format!("{number}.evtx")), bytes).unwrap();
    }
    let report = crate::support::ingest_into(
        &place.lake,
        &[&folder.display().to_string()],
        quarry_storage::IngestOptions::default(),
    )
    .await;
    assert_eq!(report.files.len(), 60);
}
