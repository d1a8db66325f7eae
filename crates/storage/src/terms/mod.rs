//! Term filters: which blocks of rows can hold a term.
//!
//! Every row group of a data file is followed by a *section*: for each block of some thousand rows a Bloom filter over all terms in the texts of those
//! rows, whatever their column. The sections lie inside the Parquet file, between row groups, where other readers do not look; the footer says where
//! (`directory`). A filter only ever leaves out rows; a file without sections, or with damaged ones, is read whole.
//!
//! * `cut` cuts texts into the terms that count (`runs` finds them in ASCII, `hash` hashes them); the same cut is made of the values looked for. Of a column of text the first four bytes of each value are
//!   in the filter too, with the column's name, so that `startswith` with a part of a term has something to ask for.
//! * `bits` is the filter: split blocks of 256 bits, folded to the size that the terms need.
//! * `gather` walks the columns of a row group, `section` lays the filters out so that one term is one short read.
//!
//! What counts as a term here is coarser than in KQL, so that no version of Unicode can make a filter wrong: runs of ASCII letters and digits, and runs of
//! other letters. A value that KQL's `has` finds has the same runs as the needle, except where the needle's ends are open (`wanted`).

mod bits;
mod cut;
mod directory;
mod gather;
mod hash;
mod runs;
mod section;
mod wanted;

pub(crate) use directory::{DIRECTORY, Directory, Section};
pub(crate) use section::{BLOCK_ROWS, section};
pub(crate) use wanted::{Term, beginning_of, terms_of};
