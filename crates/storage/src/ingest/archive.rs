//! Zip archives: each entry is a file of its own, read from inside the archive.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

/// What zip archives begin with; one without entries begins otherwise and holds nothing.
pub(super) const MARK: &[u8] = b"PK\x03\x04";

/// Where an entry lies in its archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: String,
    start: u64,
    /// Bytes in the archive.
    pub packed: u64,
    deflated: bool,
    crc: u32,
}

/// An entry, or why it cannot be read.
pub(super) type Listed = Result<Entry, (String, String)>;

/// Whether a file begins like an archive.
pub(super) fn is_archive(path: &Path) -> bool {
    let mut head = [0u8; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *MARK
}

/// The files in an archive; folders and what systems add for themselves are left out.
pub(super) fn entries(path: &Path) -> Result<Vec<Listed>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut archive = ZipArchive::new(file).map_err(|error| format!("broken zip archive: {error}"))?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let entry = match archive.by_index_raw(index) {
            Ok(entry) => entry,
            Err(error) => {
                entries.push(Err((format!("entry {}", index + 1), error.to_string())));
                continue;
            }
        };
        let name = match entry.name() {
            Ok(name) => name.replace('\\', "/"),
            Err(_) => format!("entry {}", index + 1),
        };
        if name == "[Content_Types].xml" {
            return Err("an Office document; save a workbook as CSV to read it".to_owned());
        }
        // Nothing is written where the name says, so that one which leads out of the archive does no harm.
        let hidden = name
            .split('/')
            .any(|part| part == "__MACOSX" || (part.starts_with('.') && !matches!(part, "." | "..")));
        if entry.is_dir() || hidden {
            continue;
        }
        let deflated = entry.compression() == CompressionMethod::Deflated;
        let listed = if entry.encrypted() {
            Err((name, "it is encrypted; unpack it first".to_owned()))
        } else if !deflated && entry.compression() != CompressionMethod::Stored {
            Err((name, format!("it is packed with {}; unpack it first", entry.compression())))
        } else {
            match entry.data_start() {
                Some(start) => Ok(Entry {
                    name,
                    start,
                    packed: entry.compressed_size(),
                    deflated,
                    crc: entry.crc32(),
                }),
                None => Err((name, "broken zip archive: the entry cannot be found".to_owned())),
            }
        };
        entries.push(listed);
    }
    Ok(entries)
}

/// An entry's content.
pub(super) fn open(path: &Path, entry: &Entry) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(entry.start))?;
    let packed = io::BufReader::with_capacity(256 << 10, file.take(entry.packed));
    let inner: Box<dyn Read + Send> = if entry.deflated {
        Box::new(DeflateDecoder::new(packed))
    } else {
        Box::new(packed)
    };
    Ok(Box::new(Checked {
        inner,
        crc: Crc::new(),
        expected: entry.crc,
    }))
}

/// Holds what was read against the archive's checksum, at the end.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self
            .inner
            .read(buffer)
            .map_err(|error| io::Error::new(error.kind(), format!("broken zip archive: {error}")))?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "broken zip archive: the entry's checksum is another",
            ));
        }
        Ok(read)
    }
}
