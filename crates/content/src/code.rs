//! The codes of content diagnostics. A code never changes its meaning.

/// The file cannot be read.
pub const UNREADABLE: &str = "Q0201";
/// The text is not valid YAML.
pub const YAML: &str = "Q0202";
/// The file holds nothing that can be hunted with.
pub const NOT_CONTENT: &str = "Q0203";
/// A field that must be there is not.
pub const MISSING_FIELD: &str = "Q0204";
/// A field holds the wrong kind of value, such as a single value for a list.
pub const WRONG_SHAPE: &str = "Q0205";
/// A field holds none of its allowed values.
pub const UNKNOWN_VALUE: &str = "Q0206";
/// A key occurs twice.
pub const DUPLICATE_KEY: &str = "Q0208";
/// A key that no kind of content has.
pub const UNKNOWN_FIELD: &str = "Q0209";
/// A tactic that ATT&CK does not have.
pub const TACTIC: &str = "Q0210";
/// A technique identifier of the wrong form.
pub const TECHNIQUE: &str = "Q0211";
/// The id is no GUID.
pub const ID: &str = "Q0212";
/// A frequency or period that is no duration, or outside what schedules allow.
pub const DURATION: &str = "Q0213";
/// The version is not three numbers.
pub const VERSION: &str = "Q0214";
/// A number is missing or outside its range.
pub const NUMBER: &str = "Q0215";
/// An entity mapping lacks a part.
pub const ENTITY_MAPPING: &str = "Q0216";
/// Two hunts share an id.
pub const DUPLICATE_ID: &str = "Q0217";
/// The second copy of a page's query differs from the first.
pub const PAGE_COPY: &str = "Q0220";
/// A part of a page is missing or cut.
pub const PAGE_PART: &str = "Q0221";
/// The predicate of an exclusion is no KQL.
pub const PREDICATE: &str = "Q0230";
