//! What a query wants of a file.

use quarry_value::dynamic::Segment;

use super::DataFormat;

/// Which columns to read, and how the file is laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRequest {
    pub format: DataFormat,
    pub columns: Vec<Wanted>,
    /// The first record of every file is left out. With a header it is in any case.
    pub skip_first: bool,
    /// The first record names the columns, which are then found by name; without, by place.
    pub header: bool,
    /// Which files of an archive to read, `*` and `?` standing for anything.
    pub zip_pattern: Option<String>,
}

/// One column to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    pub source: Source,
    /// Values are wanted as JSON: text in quotes, documents as they are. Without: text bare, nothing for null.
    pub json: bool,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The cell at this place, from 0; in files whose records have names, the name tells.
    Place(usize, String),
    /// The member or column of this name.
    Name(String),
    /// The value at the end of a path in the record.
    Path(Vec<Segment>),
    /// The number of the row, from 1.
    Row,
    /// Nowhere.
    Nothing,
}
