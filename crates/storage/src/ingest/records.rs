//! Cutting a stream of text into records, with bounded memory.

use std::io::{self, Read};

use memchr::memchr;

/// A record longer than this is set aside, not held in memory.
pub(super) const LONGEST: usize = 64 << 20;

/// A piece of the input that should be one record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub text: &'a [u8],
    /// Where it begins, in bytes of the unpacked text.
    pub offset: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    /// The record was longer than can be held; `text` is its beginning.
    pub cut: bool,
}

/// Whole lines, and where they begin.
pub(super) struct Lines {
    pub text: Vec<u8>,
    pub offset: u64,
    pub line: u64,
}

impl Lines {
    /// Cuts them into records, with the places they have in their file.
    pub fn reader(self) -> Reader<io::Empty> {
        Reader {
            inner: io::empty(),
            buffer: self.text,
            start: 0,
            offset: self.offset,
            line: self.line,
            ended: true,
            step: FIRST_STEP,
        }
    }
}

/// Reads ahead and hands out slices of its buffer.
pub(crate) struct Reader<R> {
    inner: R,
    buffer: Vec<u8>,
    start: usize,
    offset: u64,
    line: u64,
    ended: bool,
    /// Bytes to be read next: few of a small file, whose buffer would take longer than its records.
    step: usize,
}

const FIRST_STEP: usize = 64 << 10;
const LARGEST_STEP: usize = 1 << 20;

impl<R: Read> Reader<R> {
    pub fn new(inner: R) -> Reader<R> {
        Reader {
            inner,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            line: 1,
            ended: false,
            step: FIRST_STEP,
        }
    }

    /// Bytes that were handed out.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The line that comes next, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// About so many bytes of whole lines, to be cut elsewhere. Nothing at the end, and before a line that is too long: [`Reader::next_line`]
    /// deals with it.
    pub(super) fn next_lines(&mut self, bytes: usize) -> io::Result<Option<Lines>> {
        let ready = self.head(bytes)?;
        let mut length = match memchr::memrchr(b'\n', ready.get(..bytes).unwrap_or(ready)) {
            _ if ready.len() < bytes => ready.len(),
            Some(at) => at + 1,
            None => 0,
        };
        let mut searched = 0;
        while length == 0 {
            let fresh = self.available().get(searched..).unwrap_or_default();
            let found = memchr(b'\n', fresh).map(|at| searched + at + 1);
            searched = self.available().len();
            match found {
                Some(end) => length = end,
                None if self.ended && searched > 0 => length = searched,
                None if self.ended || searched > LONGEST => return Ok(None),
                None => self.more()?,
            }
        }
        let (offset, line) = (self.offset, self.line);
        let text = self.available().get(..length).unwrap_or_default().to_vec();
        self.consume(length);
        Ok(Some(Lines { text, offset, line }))
    }

    /// The beginning of what has not been handed out yet: at least `bytes`, unless the input ends before.
    pub fn head(&mut self, bytes: usize) -> io::Result<&[u8]> {
        while self.available().len() < bytes && !self.ended {
            self.more()?;
        }
        Ok(self.available())
    }

    fn available(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn more(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let before = self.buffer.len();
        self.buffer.resize(before + self.step, 0);
        self.step = (2 * self.step).min(LARGEST_STEP);
        let read = loop {
            match self.inner.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(before + *read.as_ref().unwrap_or(&0));
        self.ended = read? == 0;
        Ok(())
    }

    fn consume(&mut self, bytes: usize) {
        let taken = self.buffer.get(self.start..self.start + bytes).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// The next line that is not blank, without its end.
    pub fn next_line(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            let mut searched = 0;
            let (length, end) = loop {
                let fresh = self.available().get(searched..).unwrap_or_default();
                if let Some(at) = memchr(b'\n', fresh) {
                    break (searched + at, searched + at + 1);
                }
                searched = self.available().len();
                if self.ended {
                    break (searched, searched);
                }
                if searched > LONGEST {
                    return self.skip_line().map(Some);
                }
                self.more()?;
            };
            if end == 0 {
                return Ok(None);
            }
            let (at, offset, line) = (self.start, self.offset, self.line);
            self.start += end;
            self.offset += end as u64;
            self.line += 1;
            let text = self.buffer.get(at..at + length).unwrap_or_default();
            if !text.trim_ascii().is_empty() {
                let text = self.buffer.get(at..at + length).unwrap_or_default().trim_ascii();
                return Ok(Some(Record {
                    text,
                    offset,
                    line,
                    cut: false,
                }));
            }
        }
    }

    /// Passes over a line that is too long, keeping its beginning.
    fn skip_line(&mut self) -> io::Result<Record<'_>> {
        let (offset, line) = (self.offset, self.line);
        let beginning: Vec<u8> = self.available().iter().take(4096).copied().collect();
        loop {
            let found = memchr(b'\n', self.available());
            let bytes = found.map_or(self.available().len(), |at| at + 1);
            self.consume(bytes);
            if found.is_some() || self.ended {
                break;
            }
            self.more()?;
        }
        // The beginning is put where the consumed text was.
        self.buffer.drain(..self.start);
        self.buffer.splice(0..0, beginning.iter().copied());
        self.start = beginning.len();
        Ok(Record {
            text: self.buffer.get(..beginning.len()).unwrap_or_default(),
            offset,
            line,
            cut: true,
        })
    }

    /// The next JSON value of an array or of values one after the other; blanks, commas and the array's own brackets are passed over.
    /// Text that is no value comes as it is, up to the next line, so that it can be set aside.
    pub fn next_value(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            let skip = self
                .available()
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']'))
                .count();
            self.consume(skip);
            if !self.available().is_empty() {
                break;
            }
            if self.ended {
                return Ok(None);
            }
            self.more()?;
        }
        if self.available().first() != Some(&b'{') {
            return self.next_line();
        }
        let mut scan = Scan::default();
        let mut seen = 0;
        loop {
            let fresh = self.available().get(seen..).unwrap_or_default();
            if let Some(end) = scan.end(fresh) {
                let (at, offset, line) = (self.start, self.offset, self.line);
                self.consume(seen + end);
                let text = self.buffer.get(at..at + seen + end).unwrap_or_default();
                return Ok(Some(Record {
                    text,
                    offset,
                    line,
                    cut: false,
                }));
            }
            seen = self.available().len();
            if self.ended {
                let (at, offset, line) = (self.start, self.offset, self.line);
                self.consume(seen);
                let text = self.buffer.get(at..).unwrap_or_default();
                return Ok(Some(Record {
                    text,
                    offset,
                    line,
                    cut: false,
                }));
            }
            if seen > LONGEST {
                return self.skip_line().map(Some);
            }
            self.more()?;
        }
    }

    /// The next XML element of this name, from its first tag to its last; what stands between elements is passed over.
    /// One that does not end comes as it is.
    pub fn next_element(&mut self, name: &str) -> io::Result<Option<Record<'_>>> {
        let (opening, closing) = (format!("<{name}"), format!("</{name}>"));
        // `<Event` also begins `<Events` and `<EventData`.
        let begins = |text: &[u8]| {
            let mut found = memchr::memmem::find_iter(text, opening.as_bytes());
            found.find(|at| matches!(text.get(at + opening.len()), Some(b' ' | b'>' | b'\t' | b'\r' | b'\n')))
        };
        loop {
            if let Some(at) = begins(self.available()) {
                self.consume(at);
                break;
            }
            let keep = self.available().len().min(opening.len());
            self.consume(self.available().len() - keep);
            if self.ended {
                return Ok(None);
            }
            self.more()?;
        }
        let mut searched = 0usize;
        loop {
            let from = searched.saturating_sub(closing.len());
            let fresh = self.available().get(from..).unwrap_or_default();
            let found = memchr::memmem::find(fresh, closing.as_bytes()).map(|at| from + at + closing.len());
            searched = self.available().len();
            if found.is_none() && !self.ended && searched <= LONGEST {
                self.more()?;
                continue;
            }
            // What is too long, or does not end, is handed out up to here.
            let length = found.unwrap_or(searched);
            let (at, offset, line) = (self.start, self.offset, self.line);
            self.consume(length);
            return Ok(Some(Record {
                text: self.buffer.get(at..at + length).unwrap_or_default(),
                offset,
                line,
                cut: found.is_none() && length > LONGEST,
            }));
        }
    }

    /// What has not been handed out, as a stream.
    pub fn into_rest(self) -> impl Read {
        let rest = self.buffer.get(self.start..).unwrap_or_default().to_vec();
        io::Cursor::new(rest).chain(self.inner)
    }
}

/// Finds the end of an object over several pieces of text.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    fn end(&mut self, text: &[u8]) -> Option<usize> {
        for (at, byte) in text.iter().enumerate() {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' => self.depth += 1,
                b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// Where the JSON object ends that a text begins with, if it does end there.
pub(super) fn end_of_object(text: &[u8]) -> Option<usize> {
    (text.first() == Some(&b'{')).then(|| Scan::default().end(text)).flatten()
}
