//! Words with possible line breaks, and how they are fitted into lines.

use crate::INDENT;
use crate::trivia::Comment;

/// A document. A group is laid out on one line when it fits, and else with a line break in each of its own places for one.
#[derive(Debug, Clone)]
pub(crate) enum Doc {
    Empty,
    Space,
    /// A blank, or a line break where the group is broken.
    Line,
    /// Nothing, or a line break where the group is broken.
    Soft,
    /// A line break; with an empty line before it where the author left one.
    Hard {
        blank: bool,
    },
    Word {
        text: String,
        above: Vec<Comment>,
        /// An empty line between the comments above and the word.
        blank: bool,
        behind: Option<String>,
    },
    All(Vec<Doc>, bool),
    Group(Box<Doc>, bool),
    Indent(Box<Doc>, bool),
    /// Words between which lines are broken only where the next word does not fit.
    Fill(Vec<Doc>, bool),
}

impl Doc {
    pub(crate) fn all(parts: Vec<Doc>) -> Doc {
        let hard = parts.iter().any(Doc::hard);
        Doc::All(parts, hard)
    }

    pub(crate) fn group(inner: Doc) -> Doc {
        let hard = inner.hard();
        Doc::Group(Box::new(inner), hard)
    }

    pub(crate) fn indent(inner: Doc) -> Doc {
        let hard = inner.hard();
        Doc::Indent(Box::new(inner), hard)
    }

    pub(crate) fn fill(parts: Vec<Doc>) -> Doc {
        let hard = parts.iter().any(Doc::hard);
        Doc::Fill(parts, hard)
    }

    /// Whether it cannot stand on one line.
    pub(crate) fn hard(&self) -> bool {
        match self {
            Doc::Empty | Doc::Space | Doc::Line | Doc::Soft => false,
            Doc::Hard { .. } => true,
            Doc::Word { above, .. } => !above.is_empty(),
            Doc::All(_, hard) | Doc::Group(_, hard) | Doc::Indent(_, hard) | Doc::Fill(_, hard) => *hard,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    Broken,
}

#[derive(Clone, Copy)]
struct Job<'d> {
    indent: usize,
    mode: Mode,
    doc: &'d Doc,
}

/// The document in lines of at most `width` columns, where that is possible. Without a line break at the end.
pub(crate) fn print(doc: &Doc, width: usize) -> String {
    let mut printer = Printer {
        out: String::new(),
        column: 0,
        width,
        after_comment: false,
    };
    let mut jobs = vec![Job {
        indent: 0,
        mode: Mode::Broken,
        doc,
    }];
    while let Some(job) = jobs.pop() {
        printer.step(job, &mut jobs);
    }
    printer.out.truncate(printer.out.trim_end().len());
    printer.out
}

struct Printer {
    out: String,
    column: usize,
    width: usize,
    /// The line ends in a comment: whatever comes must begin a new one.
    after_comment: bool,
}

impl Printer {
    fn step<'d>(&mut self, job: Job<'d>, jobs: &mut Vec<Job<'d>>) {
        let Job { indent, mode, doc } = job;
        match doc {
            Doc::Empty => {}
            Doc::Space => self.blank(),
            Doc::Line if mode == Mode::Flat => self.blank(),
            Doc::Soft if mode == Mode::Flat => {}
            Doc::Line | Doc::Soft => self.line_break(indent, false),
            Doc::Hard { blank } => self.line_break(indent, *blank),
            Doc::Word {
                text,
                above,
                blank,
                behind,
            } => {
                for (number, comment) in above.iter().enumerate() {
                    if !self.at_line_start() || self.after_comment || (number > 0 && comment.blank) {
                        self.line_break(indent, number > 0 && comment.blank);
                    }
                    self.write(&comment.text);
                    self.after_comment = true;
                }
                if self.after_comment {
                    self.line_break(indent, *blank && !above.is_empty());
                }
                self.write(text);
                if let Some(comment) = behind {
                    self.out.push(' ');
                    self.write(comment);
                    self.after_comment = true;
                }
            }
            Doc::All(parts, _) => jobs.extend(parts.iter().rev().map(|doc| Job { indent, mode, doc })),
            Doc::Group(inner, hard) => {
                let flat = !hard && self.fits(inner, indent, jobs);
                let mode = if flat { Mode::Flat } else { Mode::Broken };
                jobs.push(Job { indent, mode, doc: inner });
            }
            Doc::Indent(inner, _) => jobs.push(Job {
                indent: indent + INDENT,
                mode,
                doc: inner,
            }),
            Doc::Fill(parts, _) => self.fill(parts, indent, jobs),
        }
    }

    /// Words and what separates them, in turn. A line is broken before a word that does not fit.
    fn fill<'d>(&mut self, parts: &'d [Doc], indent: usize, jobs: &mut Vec<Job<'d>>) {
        // Each step prints one word and decides on the separator behind it, so the rest goes back as jobs of their own.
        let mut planned: Vec<Job<'d>> = Vec::new();
        let mut column = self.column;
        for pair in parts.chunks(2) {
            let (Some(word), separator) = (pair.first(), pair.get(1)) else {
                break;
            };
            let length = flat_width(word);
            if let Some(last) = planned.last_mut()
                && matches!(last.doc, Doc::Line | Doc::Soft)
            {
                let gap = usize::from(matches!(last.doc, Doc::Line));
                if length.is_none_or(|length| column + gap + length + 1 > self.width) {
                    last.mode = Mode::Broken;
                    column = indent;
                } else {
                    column += gap;
                }
            }
            column += length.unwrap_or(0);
            let mode = if length.is_some() { Mode::Flat } else { Mode::Broken };
            planned.push(Job { indent, mode, doc: word });
            if let Some(doc) = separator {
                planned.push(Job {
                    indent,
                    mode: Mode::Flat,
                    doc,
                });
            }
        }
        jobs.extend(planned.into_iter().rev());
    }

    /// Whether the document and what follows it up to the next line break fit into the line.
    fn fits(&self, doc: &Doc, indent: usize, rest: &[Job<'_>]) -> bool {
        let mut left = self.width.saturating_sub(self.column);
        if self.after_comment {
            left = self.width.saturating_sub(indent);
        }
        let mut own = vec![(Mode::Flat, doc)];
        let mut commented = false;
        let mut following = rest.iter().rev();
        loop {
            let (mode, doc) = match own.pop() {
                Some(next) => next,
                None => match following.next() {
                    // What follows a comment stands on another line.
                    Some(_) if commented => return true,
                    Some(job) => (job.mode, job.doc),
                    None => return true,
                },
            };
            let needed = match doc {
                Doc::Empty => 0,
                Doc::Space => 1,
                Doc::Line | Doc::Soft if mode == Mode::Broken => return true,
                Doc::Line => 1,
                Doc::Soft => 0,
                Doc::Hard { .. } => return true,
                Doc::Word { text, above, behind, .. } => {
                    if commented {
                        return false;
                    }
                    if !above.is_empty() {
                        return true;
                    }
                    commented = behind.is_some();
                    match text.split_once('\n') {
                        // The rest of a text of several lines is on those.
                        Some((first, _)) => return first.chars().count() <= left,
                        None => text.chars().count(),
                    }
                }
                Doc::All(parts, _) | Doc::Fill(parts, _) => {
                    own.extend(parts.iter().rev().map(|part| (mode, part)));
                    0
                }
                Doc::Group(inner, hard) => {
                    own.push((if *hard { Mode::Broken } else { Mode::Flat }, inner));
                    0
                }
                Doc::Indent(inner, _) => {
                    own.push((mode, inner));
                    0
                }
            };
            if needed > left {
                return false;
            }
            left -= needed;
        }
    }

    fn at_line_start(&self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty()
    }

    fn blank(&mut self) {
        if !self.after_comment && !self.at_line_start() {
            self.out.push(' ');
            self.column += 1;
        }
    }

    fn line_break(&mut self, indent: usize, blank: bool) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.after_comment = false;
        if self.out.is_empty() {
            return;
        }
        self.out.push('\n');
        if blank {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
        self.column = match text.rsplit_once('\n') {
            Some((_, last)) => last.chars().count(),
            None => self.column + text.chars().count(),
        };
    }
}

/// The columns that a document takes on one line; `None` when it cannot stand on one.
fn flat_width(doc: &Doc) -> Option<usize> {
    let mut width = 0;
    let mut todo = vec![doc];
    while let Some(doc) = todo.pop() {
        match doc {
            Doc::Empty | Doc::Soft => {}
            Doc::Space | Doc::Line => width += 1,
            Doc::Hard { .. } => return None,
            Doc::Word { text, above, .. } => {
                if !above.is_empty() || text.contains('\n') {
                    return None;
                }
                width += text.chars().count();
            }
            Doc::All(parts, _) | Doc::Fill(parts, _) => todo.extend(parts),
            Doc::Group(inner, _) | Doc::Indent(inner, _) => todo.push(inner),
        }
    }
    Some(width)
}
