//! What the engine calls on its own and no query can: names with `$` are no identifiers. They are in no family, so nothing lists them.

use super::define::*;

/// `$event(table, time, name, value, …)`: an array of one event, the row at hand of a stored table. Fields that are null or empty are left out.
pub static EVENT: Function = scalar("$event", &[]);

/// `$evidence(limit, array, …)`: the events of all arrays, each once, of each table no more than the limit; the others are counted.
pub static EVIDENCE: Function = scalar("$evidence", &[]);

/// `$evidence(array, limit)`: the same over the rows of a group.
pub static EVIDENCE_OF_GROUP: Function = aggregate("$evidence", &[]);

/// `$events(limit, table, time, name, value, …)`: the same where each row of the group is an event itself, as `$event()` would have it.
pub static EVENTS_OF_GROUP: Function = aggregate("$events", &[]);
