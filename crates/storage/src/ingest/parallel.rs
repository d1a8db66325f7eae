//! One file on several threads: its text is cut into pieces of whole records in one thread, and read in the others.
//!
//! The beginning of a file is read in the cutting thread alone: small files never get further, and of a file that is no log nobody else hears.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::file::{FileRun, Place, Seed, Stop, Tally};
use super::records::{Lines, Reader, Record};
use super::report::Format;
use super::session::Session;
use crate::error::StorageError;

/// Bytes that are read before others are called to help.
const BEGINNING: u64 = 2 << 20;
/// Bytes of a piece.
const PIECE: usize = 1 << 20;

/// How a text is cut into records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Lines,
    /// JSON values of an array, or one after the other.
    Values,
    /// XML elements of this name.
    Elements(&'static str),
}

/// What reads the records of one thread: made for each, then called for each record.
pub(super) trait ReadRecord: FnMut(&Record<'_>, Place, &mut FileRun<'_>) -> Result<(), Stop> {}
impl<F: FnMut(&Record<'_>, Place, &mut FileRun<'_>) -> Result<(), Stop>> ReadRecord for F {}

/// Records for another thread.
enum Piece {
    /// Still to be cut; the number of the first record.
    Lines(Lines, u64),
    Cut(Vec<u8>, Vec<Span>),
}

/// A record in a piece.
struct Span {
    text: Range<usize>,
    place: Place,
    cut: bool,
}

/// Reads all records of a stream. `reader_of_records` makes what reads them, for each thread.
pub(super) fn each<F: ReadRecord>(
    reader: &mut Reader<impl Read>,
    cut: Cut,
    run: &mut FileRun<'_>,
    reader_of_records: impl Fn() -> F + Sync,
) -> Result<(), Stop> {
    let mut one = reader_of_records();
    let mut number = 0;
    let helpers = loop {
        // The frames of an answer hang together.
        if reader.offset() >= BEGINNING
            && run.format != Some(Format::QueryResult)
            && let Some(helpers) = run.call_helpers()
        {
            break helpers;
        }
        let Some(record) = next(reader, cut)? else { return Ok(()) };
        number += 1;
        if !run.passes_over(&record) {
            one(&record, place_of(&record, number), run)?;
        }
    };
    let lanes = run.lanes + helpers;
    let seed = run.seed();
    let mut forks = run.session.take_forks(lanes, helpers);
    let counted = AtomicU64::new(0);
    let (sender, receiver) = sync_channel::<Piece>(lanes);
    let receiver = Arc::new(Mutex::new(receiver));
    let failed = AtomicBool::new(false);
    let outcome = thread::scope(|scope| {
        let mut running = Vec::new();
        for session in &mut forks {
            let (seed, counted, failed, make) = (&seed, &counted, &failed, &reader_of_records);
            let receiver = Arc::clone(&receiver);
            running.push(scope.spawn(move || {
                let tally = lane(session, seed, &receiver, counted, make());
                failed.fetch_or(tally.is_err(), Ordering::Relaxed);
                tally
            }));
        }
        // When all threads have ended, whatever ended them, there is nobody to send to.
        drop(receiver);
        let send = |piece| !failed.load(Ordering::Relaxed) && sender.send(piece).is_ok();
        let cutting = cut_up(reader, cut, &mut number, &send, run, &counted, &mut one);
        drop(sender);
        let mut outcome = cutting;
        for lane in running {
            let tally = lane
                .join()
                .unwrap_or_else(|_| Err(Stop::Lake(StorageError::Worker("a thread that reads records panicked".to_owned()))));
            match tally {
                Ok(tally) => run.add(tally),
                Err(stop) => outcome = outcome.and(Err(stop)),
            }
        }
        outcome
    });
    run.session.give_forks(forks);
    run.dismiss(helpers);
    run.told(counted.into_inner());
    outcome
}

fn next<'r>(reader: &'r mut Reader<impl Read>, cut: Cut) -> Result<Option<Record<'r>>, Stop> {
    let next = match cut {
        Cut::Lines => reader.next_line(),
        Cut::Values => reader.next_value(),
        Cut::Elements(name) => reader.next_element(name),
    };
    next.map_err(|error| Stop::Broken(error.to_string()))
}

fn place_of(record: &Record<'_>, number: u64) -> Place {
    Place {
        record: number,
        line: record.line,
        offset: record.offset,
    }
}

/// Cuts the rest of the text and sends it out, until its end or until a thread gave up.
fn cut_up(
    reader: &mut Reader<impl Read>,
    cut: Cut,
    number: &mut u64,
    send: &impl Fn(Piece) -> bool,
    run: &mut FileRun<'_>,
    counted: &AtomicU64,
    one: &mut impl ReadRecord,
) -> Result<(), Stop> {
    let broken = |error: io::Error| Stop::Broken(error.to_string());
    loop {
        let piece = if cut == Cut::Lines {
            match reader.next_lines(PIECE).map_err(broken)? {
                Some(lines) => {
                    let first = *number + 1;
                    *number += filled_lines(&lines.text);
                    Piece::Lines(lines, first)
                }
                None => {
                    let Some(record) = next(reader, cut)? else { return Ok(()) };
                    *number += 1;
                    if !run.passes_over(&record) {
                        one(&record, place_of(&record, *number), run)?;
                    }
                    continue;
                }
            }
        } else {
            match gathered(reader, cut, number)? {
                Some(piece) => piece,
                None => return Ok(()),
            }
        };
        if !send(piece) {
            return Ok(());
        }
        run.told(counted.swap(0, Ordering::Relaxed));
    }
}

/// Records that are cut already, about as many as a piece has bytes.
fn gathered(reader: &mut Reader<impl Read>, cut: Cut, number: &mut u64) -> Result<Option<Piece>, Stop> {
    let (mut text, mut spans) = (Vec::with_capacity(PIECE), Vec::new());
    while text.len() < PIECE {
        let Some(record) = next(reader, cut)? else { break };
        *number += 1;
        let start = text.len();
        text.extend_from_slice(record.text);
        spans.push(Span {
            text: start..text.len(),
            place: place_of(&record, *number),
            cut: record.cut,
        });
    }
    Ok((!spans.is_empty()).then_some(Piece::Cut(text, spans)))
}

/// Lines that hold a record.
fn filled_lines(text: &[u8]) -> u64 {
    let filled = |line: &&[u8]| !line.trim_ascii_start().is_empty();
    let mut start = 0;
    let mut lines = 0;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        lines += u64::from(text.get(start..end).as_ref().is_some_and(filled));
        start = end + 1;
    }
    lines
}

/// Reads pieces until there are no more.
fn lane(
    session: &mut Session,
    seed: &Seed,
    receiver: &Mutex<Receiver<Piece>>,
    counted: &AtomicU64,
    mut one: impl ReadRecord,
) -> Result<Tally, Stop> {
    let mut on_read = |rows: u64| {
        counted.fetch_add(rows, Ordering::Relaxed);
    };
    let mut run = FileRun::sown(session, seed, &mut on_read);
    loop {
        // The lock is given back before the piece is read.
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Err(_) => break,
            Ok(Piece::Lines(lines, first)) => {
                let mut reader = lines.reader();
                let mut number = first;
                while let Some(record) = next_line(&mut reader)? {
                    if !run.passes_over(&record) {
                        one(&record, place_of(&record, number), &mut run)?;
                    }
                    number += 1;
                }
            }
            Ok(Piece::Cut(text, spans)) => {
                for span in spans {
                    let record = Record {
                        text: text.get(span.text).unwrap_or_default(),
                        offset: span.place.offset,
                        line: span.place.line,
                        cut: span.cut,
                    };
                    if !run.passes_over(&record) {
                        one(&record, span.place, &mut run)?;
                    }
                }
            }
        }
    }
    run.finish()?;
    Ok(run.tally())
}

fn next_line<'r>(reader: &'r mut Reader<io::Empty>) -> Result<Option<Record<'r>>, Stop> {
    reader.next_line().map_err(|error| Stop::Broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_record_are_not_counted() {
        assert_eq!(filled_lines(b"a\n\n \r\nb"), 2);
        assert_eq!(filled_lines(b""), 0);
        assert_eq!(filled_lines(b"a\nb\n"), 2);
    }
}
