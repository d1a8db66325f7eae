//! The codes of content diagnostics. A code never changes its meaning.

use quarry_text::{Rule, Severity};

pub const UNREADABLE: &str = "Q0201";
pub const YAML: &str = "Q0202";
pub const NOT_CONTENT: &str = "Q0203";
pub const MISSING_FIELD: &str = "Q0204";
pub const WRONG_SHAPE: &str = "Q0205";
pub const UNKNOWN_VALUE: &str = "Q0206";
pub const DUPLICATE_KEY: &str = "Q0208";
pub const UNKNOWN_FIELD: &str = "Q0209";
pub const TACTIC: &str = "Q0210";
pub const TECHNIQUE: &str = "Q0211";
pub const ID: &str = "Q0212";
pub const DURATION: &str = "Q0213";
pub const VERSION: &str = "Q0214";
pub const NUMBER: &str = "Q0215";
pub const ENTITY_MAPPING: &str = "Q0216";
pub const DUPLICATE_ID: &str = "Q0217";
pub const TOO_LONG: &str = "Q0218";
pub const TECHNIQUE_TACTIC: &str = "Q0219";
pub const PAGE_COPY: &str = "Q0220";
pub const PAGE_PART: &str = "Q0221";
pub const CUSTOM_DETAILS: &str = "Q0222";
pub const ALERT_DETAILS: &str = "Q0223";
pub const GROUPING: &str = "Q0224";
/// The predicate of an exclusion is no KQL.
pub const PREDICATE: &str = "Q0230";
pub const ALLOWANCE_OVER: &str = "Q0231";
pub const ALLOWANCE_UNUSED: &str = "Q0232";

/// A scheduled rule with which nothing is wrong.
const SOUND_RULE: &str = include_str!("examples/sound-rule.yaml");
/// A hunting query with which nothing is wrong.
const SOUND_HUNT: &str = include_str!("examples/sound-hunt.yaml");

/// What each code stands for, in their order. What takes a second file, or bytes that are no text, has no example.
pub const RULES: &[Rule] = &[
    Rule {
        code: UNREADABLE,
        name: "unreadable",
        level: Severity::Error,
        summary: "A file that cannot be read, or that is no text.",
        why: "What cannot be read is not checked and not hunted with. Save the file as UTF-8.",
        fires: "",
        silent: "",
    },
    Rule {
        code: YAML,
        name: "not-yaml",
        level: Severity::Error,
        summary: "A text that is not valid YAML, or JSON.",
        why: "Other tools refuse the file. Quarry reads the fields by their names when it can, and then this is a warning. Mind indentation, tabs and quotes.",
        fires: include_str!("examples/not-yaml.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: NOT_CONTENT,
        name: "not-content",
        level: Severity::Warning,
        summary: "A file without a hunting query, rule, parser or function.",
        why: "Nothing in it can be hunted with: a notice, or a file in the wrong folder.",
        fires: include_str!("examples/not-content.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: MISSING_FIELD,
        name: "missing-field",
        level: Severity::Warning,
        summary: "A field that must be there is not.",
        why: "A rule without it is refused when it is deployed; a hunt without an id or a name cannot be tracked. A document without a query is an error: there is nothing to hunt with.",
        fires: include_str!("examples/missing-field.yaml"),
        silent: SOUND_RULE,
    },
    Rule {
        code: WRONG_SHAPE,
        name: "wrong-shape",
        level: Severity::Warning,
        summary: "A field that holds the wrong kind of value, such as a single value for a list.",
        why: "Quarry takes what was meant; other tools refuse it.",
        fires: include_str!("examples/wrong-shape.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: UNKNOWN_VALUE,
        name: "unknown-value",
        level: Severity::Warning,
        summary: "A field that holds none of its allowed values, or one of them in another case.",
        why: "The validation of published content compares with attention to case. The fix corrects the case.",
        fires: include_str!("examples/unknown-value.yaml"),
        silent: SOUND_RULE,
    },
    Rule {
        code: DUPLICATE_KEY,
        name: "duplicate-key",
        level: Severity::Warning,
        summary: "A key that is given twice.",
        why: "The first one counts here, and the last one elsewhere.",
        fires: include_str!("examples/duplicate-key.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: UNKNOWN_FIELD,
        name: "unknown-field",
        level: Severity::Info,
        summary: "A key that no kind of content has.",
        why: "It does nothing: a misspelling, or a note that belongs into a comment.",
        fires: include_str!("examples/unknown-field.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: TACTIC,
        name: "unknown-tactic",
        level: Severity::Warning,
        summary: "A tactic that ATT&CK does not have, or has under another spelling.",
        why: "Tools that count coverage do not find the hunt. The fix corrects spaces and hyphens.",
        fires: include_str!("examples/unknown-tactic.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: TECHNIQUE,
        name: "malformed-technique",
        level: Severity::Warning,
        summary: "A technique identifier of the wrong form.",
        why: "Techniques are written T and four digits, sub-techniques with a point and three more: T1566.001. The fix corrects the case.",
        fires: include_str!("examples/malformed-technique.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: ID,
        name: "id-not-guid",
        level: Severity::Warning,
        summary: "An id that is not a GUID.",
        why: "The id tells a hunt from all others, wherever its file goes: results and exclusions hang on it.",
        fires: include_str!("examples/id-not-guid.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: DURATION,
        name: "schedule",
        level: Severity::Warning,
        summary: "A frequency or period that is no duration, lies outside 5 minutes to 14 days, or does not fit the other.",
        why: "A rule with such a schedule is refused when it is deployed. The period must be as long as the frequency or longer, or events are never looked at; with a period of 2 days or more the frequency is an hour at least.",
        fires: include_str!("examples/schedule.yaml"),
        silent: SOUND_RULE,
    },
    Rule {
        code: VERSION,
        name: "version",
        level: Severity::Warning,
        summary: "A version that is not three numbers.",
        why: "Whoever installed the rule learns of a new one by its version: 1.0.0.",
        fires: include_str!("examples/version.yaml"),
        silent: SOUND_RULE,
    },
    Rule {
        code: NUMBER,
        name: "number",
        level: Severity::Warning,
        summary: "A number that is none, or outside its range.",
        why: "A threshold lies between 0 and 10000.",
        fires: include_str!("examples/number.yaml"),
        silent: SOUND_RULE,
    },
    Rule {
        code: ENTITY_MAPPING,
        name: "entity-mapping",
        level: Severity::Warning,
        summary: "An entity mapping that lacks a part, names what does not exist, or does not identify its entity.",
        why: "A rule with such a mapping is refused when it is deployed. At most 10 entities, 3 fields for each; a file hash takes its algorithm and its value together.",
        fires: include_str!("examples/entity-mapping.yaml"),
        silent: include_str!("examples/entity-mapping-silent.yaml"),
    },
    Rule {
        code: DUPLICATE_ID,
        name: "duplicate-id",
        level: Severity::Warning,
        summary: "Two hunts with the same id.",
        why: "Results, settings and exclusions of one become those of the other. Give the newer one an id of its own.",
        fires: "",
        silent: "",
    },
    Rule {
        code: TOO_LONG,
        name: "too-long",
        level: Severity::Warning,
        summary: "A text that is longer than its field allows.",
        why: "Names have 256 characters, descriptions 5,000, the query of a rule 10,000: longer ones are refused when the rule is deployed.",
        fires: include_str!("examples/too-long.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: TECHNIQUE_TACTIC,
        name: "technique-tactic",
        level: Severity::Warning,
        summary: "A technique that serves none of the hunt's tactics, or that the validation of published content does not know.",
        why: "One of the two is wrong, and tools that count coverage put the hunt into the wrong column. For techniques that are merely unknown it is a note: ATT&CK grows.",
        fires: include_str!("examples/technique-tactic.yaml"),
        silent: SOUND_HUNT,
    },
    Rule {
        code: PAGE_COPY,
        name: "page-copy",
        level: Severity::Warning,
        summary: "A page whose second copy of the query differs from the first.",
        why: "The first one counts. The other may be cut or older.",
        fires: "",
        silent: "",
    },
    Rule {
        code: PAGE_PART,
        name: "page-part",
        level: Severity::Warning,
        summary: "A page of which a part is missing or cut.",
        why: "What is missing cannot be used: the query, the metadata or the scenarios.",
        fires: "",
        silent: "",
    },
    Rule {
        code: CUSTOM_DETAILS,
        name: "custom-details",
        level: Severity::Warning,
        summary: "A custom detail whose name or column cannot be one, or too many of them.",
        why: "At most 20 details; names of letters and digits, 20 at most. A rule with others is refused when it is deployed.",
        fires: include_str!("examples/custom-details.yaml"),
        silent: include_str!("examples/custom-details-silent.yaml"),
    },
    Rule {
        code: ALERT_DETAILS,
        name: "alert-details",
        level: Severity::Warning,
        summary: "The text of an alert that takes too many columns, or a property that alerts do not have.",
        why: "Three `{{Column}}` at most in each text. A rule with more is refused when it is deployed.",
        fires: include_str!("examples/alert-details.yaml"),
        silent: include_str!("examples/alert-details-silent.yaml"),
    },
    Rule {
        code: GROUPING,
        name: "grouping",
        level: Severity::Warning,
        summary: "A way to group events or alerts that does not exist, or a suppression that is no duration.",
        why: "A rule with it is refused when it is deployed.",
        fires: include_str!("examples/grouping.yaml"),
        silent: include_str!("examples/grouping-silent.yaml"),
    },
    Rule {
        code: PREDICATE,
        name: "predicate",
        level: Severity::Error,
        summary: "The predicate of an exclusion that is no KQL.",
        why: "`where` of an exclusion is a condition on the rows of a table or of the result, as it would stand behind `where` in a query. Until it is one the exclusion hides nothing.",
        fires: "",
        silent: "",
    },
    Rule {
        code: ALLOWANCE_OVER,
        name: "allowance-over",
        level: Severity::Warning,
        summary: "A sidecar allows a remark, and the last day of that is over.",
        why: "What it allowed is reported again. Mend it, or let somebody decide anew and set another day.",
        fires: "",
        silent: "",
    },
    Rule {
        code: ALLOWANCE_UNUSED,
        name: "allowance-unused",
        level: Severity::Info,
        summary: "A sidecar allows a remark that is not made.",
        why: "The hunt has changed, or the line is written otherwise. An entry that is left would hide the next mistake of its kind: remove it.",
        fires: "",
        silent: "",
    },
];
