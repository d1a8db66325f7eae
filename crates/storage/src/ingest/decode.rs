//! From the bytes on disk to text: compression and encodings, told by the first bytes.

use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::NamedTempFile;

use super::archive;
use super::evtx_log;
use super::source::Source;

/// A file's content, unpacked.
pub(crate) struct Content {
    pub kind: Kind,
    /// Bytes read from the disk so far.
    pub position: Arc<AtomicU64>,
    /// Text that is byte for byte what lies on the disk.
    pub plain: bool,
}

pub(crate) enum Kind {
    Text(Box<dyn Read + Send>),
    /// Not read as streams. What was compressed as a whole is unpacked to a file of its own.
    Parquet(Option<NamedTempFile>),
    Evtx(Option<NamedTempFile>),
}

/// Opens a file that is no archive; see [`open`].
pub(crate) fn open_file(path: &Path) -> io::Result<Content> {
    open(&Source::file(path.to_owned()))
}

/// Opens a file, undoing gzip and zstd (also one inside the other) and turning UTF-16 into UTF-8; a byte order mark is dropped.
pub(super) fn open(source: &Source) -> io::Result<Content> {
    let position = Arc::new(AtomicU64::new(0));
    let file = Counted {
        inner: source.open()?,
        position: Arc::clone(&position),
    };
    let mut reader: Box<dyn Read + Send> = Box::new(BufReader::with_capacity(256 << 10, file));
    if source.entry.is_some() {
        reader = unpacking(reader, source.bytes);
    }
    let mut unpacked = source.is_packed();
    for _ in 0..3 {
        let (head, whole) = peek(reader, 8)?;
        let copy = |whole| if unpacked { spool(whole).map(Some) } else { Ok(None) };
        reader = match head.as_slice() {
            [0x1f, 0x8b, ..] => bounded(flate2::read::MultiGzDecoder::new(whole), "gzip", &position),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => bounded(zstd::stream::read::Decoder::new(whole)?, "zstd", &position),
            [0xff, 0xfe, ..] => return Ok(text(Box::new(Utf16::new(whole, false)), position)),
            [0xfe, 0xff, ..] => return Ok(text(Box::new(Utf16::new(whole, true)), position)),
            // Some exporters leave the mark out.
            [1..=127, 0, 1..=127, 0, ..] => return Ok(text(Box::new(Utf16::new(whole, false)), position)),
            [0, 1..=127, 0, 1..=127, ..] => return Ok(text(Box::new(Utf16::new(whole, true)), position)),
            [0xef, 0xbb, 0xbf, ..] => {
                let (_, rest) = take(whole, 3)?;
                return Ok(text(rest, position));
            }
            [b'P', b'A', b'R', b'1', ..] => {
                let kind = Kind::Parquet(copy(whole)?);
                return Ok(Content {
                    kind,
                    position,
                    plain: false,
                });
            }
            evtx_log::MARK => {
                let kind = Kind::Evtx(copy(whole)?);
                return Ok(Content {
                    kind,
                    position,
                    plain: false,
                });
            }
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => return Err(foreign("bzip2")),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => return Err(foreign("xz")),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => return Err(foreign("7-Zip")),
            [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..] => return Err(foreign("RAR")),
            [first, second, third, fourth, ..] if [*first, *second, *third, *fourth] == archive::MARK => {
                return Err(io::Error::other("an archive inside another file; unpack it first"));
            }
            _ => {
                let plain = !unpacked;
                return Ok(Content {
                    plain,
                    ..text(whole, position)
                });
            }
        };
        unpacked = true;
    }
    Ok(text(reader, position))
}

fn foreign(name: &str) -> io::Error {
    io::Error::other(format!(
        "it is packed with {name}; unpack it first, or pack it with gzip, zstd or zip"
    ))
}

/// What a file may unpack to in any case, and how many times its size beyond that. Logs are packed to a hundredth, rarely less.
const ALWAYS_ALLOWED: u64 = 256 << 20;
const MOST_TIMES: u64 = 1000;

fn bounded(inner: impl Read + Send + 'static, name: &'static str, packed: &Arc<AtomicU64>) -> Box<dyn Read + Send> {
    Box::new(Bounded {
        inner: Named { inner, name },
        packed: Arc::clone(packed),
        unpacked: 0,
    })
}

/// The content of an archive's entry, as long as it is not larger than that of a log that takes so many bytes there.
pub(super) fn unpacking(inner: Box<dyn Read + Send>, packed: u64) -> Box<dyn Read + Send> {
    Box::new(Bounded {
        inner,
        packed: Arc::new(AtomicU64::new(packed)),
        unpacked: 0,
    })
}

/// Fails when a file unpacks to more than a log would: it was made to fill memory or disk.
struct Bounded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    unpacked: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.unpacked += read as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.unpacked > ALWAYS_ALLOWED && self.unpacked / MOST_TIMES > packed {
            let message = format!("it unpacks to more than {MOST_TIMES} times its size, as no log does; unpack it first if it is one");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

/// Says in errors what was being undone.
struct Named<R> {
    inner: R,
    name: &'static str,
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner
            .read(buffer)
            .map_err(|error| io::Error::new(error.kind(), format!("broken {}: {error}", self.name)))
    }
}

fn text(reader: Box<dyn Read + Send>, position: Arc<AtomicU64>) -> Content {
    Content {
        kind: Kind::Text(reader),
        position,
        plain: false,
    }
}

fn spool(mut reader: impl Read) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    io::copy(&mut reader, file.as_file_mut())?;
    Ok(file)
}

fn peek(reader: Box<dyn Read + Send>, bytes: u64) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let (head, rest) = take(reader, bytes)?;
    let whole = io::Cursor::new(head.clone()).chain(rest);
    Ok((head, Box::new(whole)))
}

fn take(mut reader: Box<dyn Read + Send>, bytes: u64) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = Vec::new();
    reader.by_ref().take(bytes).read_to_end(&mut head)?;
    Ok((head, reader))
}

struct Counted<R> {
    inner: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// UTF-16 as UTF-8. Half surrogate pairs become U+FFFD; an odd byte at the end is an error.
struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// UTF-8 that was not handed out yet.
    ready: Vec<u8>,
    given: usize,
    /// Code units that wait for more: at most half a pair.
    high: Option<u16>,
    odd: Option<u8>,
    started: bool,
}

impl<R: Read> Utf16<R> {
    fn new(inner: R, big_endian: bool) -> Utf16<R> {
        Utf16 {
            inner,
            big_endian,
            ready: Vec::new(),
            given: 0,
            high: None,
            odd: None,
            started: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        let mut raw = vec![0u8; 64 << 10];
        let read = self.inner.read(&mut raw)?;
        raw.truncate(read);
        if raw.is_empty() {
            if self.odd.take().is_some() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the UTF-16 text ends in the middle of a character",
                ));
            }
            if self.high.take().is_some() {
                self.push(char::REPLACEMENT_CHARACTER);
            }
            return Ok(());
        }
        for byte in raw {
            let Some(first) = self.odd.take() else {
                self.odd = Some(byte);
                continue;
            };
            let unit = if self.big_endian {
                u16::from_be_bytes([first, byte])
            } else {
                u16::from_le_bytes([first, byte])
            };
            self.unit(unit);
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        if !std::mem::replace(&mut self.started, true) && unit == 0xfeff {
            return;
        }
        let units: Vec<u16> = self.high.take().into_iter().chain([unit]).collect();
        if let [high @ 0xd800..=0xdbff] = units.as_slice() {
            self.high = Some(*high);
            return;
        }
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(character) => self.push(character),
                Err(error) if (0xd800..=0xdbff).contains(&error.unpaired_surrogate()) && error.unpaired_surrogate() == unit => {
                    self.high = Some(unit);
                }
                Err(_) => self.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }

    fn push(&mut self, character: char) {
        self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let rest = self.ready.get(self.given..).unwrap_or_default();
            if !rest.is_empty() {
                let mut rest = rest;
                let read = rest.read(buffer)?;
                self.given += read;
                return Ok(read);
            }
            // An empty refill at the end of the input; in between, one unit of a pair may give nothing yet.
            self.refill()?;
            if self.ready.is_empty() && self.odd.is_none() && self.high.is_none() {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn utf16(bytes: &[u8], big_endian: bool) -> io::Result<String> {
        let mut out = String::new();
        Utf16::new(bytes, big_endian).read_to_string(&mut out).map(|_| out)
    }

    #[test]
    fn utf16_of_either_order_becomes_utf8() {
        let text = "\u{feff}a é 😀\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(utf16(&little, false).unwrap(), "a é 😀\n");
        assert_eq!(utf16(&big, true).unwrap(), "a é 😀\n");
    }

    #[test]
    fn broken_utf16_is_replaced_or_refused() {
        let halves: Vec<u8> = [0xd83d_u16, 0x61, 0xde00, 0xd83d].into_iter().flat_map(u16::to_le_bytes).collect();
        assert_eq!(utf16(&halves, false).unwrap(), "\u{fffd}a\u{fffd}\u{fffd}");
        assert!(utf16(b"a\0b", false).is_err());
    }
}
