//! Reading what was kept. The lake's own tables are read with the lake's own language.

use quarry_value::parse;

use super::{State, UnknownName};
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::ResultTable;

/// Each finding once, with its latest state and how it stands against the last run of its hunt. Runs that did not come to their end do
/// not count; a run in which a hunt could not run says nothing about its findings.
const FINDINGS: &str = "\
let ran = _runs | where Outcome !in ('could not run', 'skipped') | extend Key = iff(isempty(HuntId), Hunt, HuntId);
let newest = ran | summarize LastRun = max(Run) by Key;
let verdicts = _verdicts | summarize arg_max(TimeGenerated, State, Reason, By) by Fingerprint | project-away TimeGenerated;
_findings
| where Run in ((ran | project Run))
| summarize FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated), Runs = dcount(Run, 4), FirstRun = min(Run),
    arg_max(Run, HuntId, Hunt, Version, Severity, Tactics, Techniques, Entities, Rows, Row) by Fingerprint
| extend Key = iff(isempty(HuntId), Hunt, HuntId)
| lookup kind=leftouter newest on Key
| lookup kind=leftouter verdicts on Fingerprint
| extend State = iff(isempty(State), 'new', State),
    Change = case(Run != LastRun, 'gone', FirstRun == LastRun, 'new', 'still there')
";

/// What was written down about findings, in the order of time.
const NOTES: &str = "\
| lookup kind=leftouter (_notes | where isnotempty(Fingerprint) and isnotempty(Text) | sort by TimeGenerated asc
    | summarize Notes = make_list(bag_pack('Time', TimeGenerated, 'Text', Text, 'By', By, 'Inquiry', Inquiry)) by Fingerprint) on Fingerprint
";

/// Which findings are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A part of the hunt's name, or the beginning of its id.
    pub hunt: Option<String>,
    pub states: Vec<State>,
    /// A text that occurs in an entity.
    pub entity: Option<String>,
    /// How they stand against the last run: `new`, `still there`, `gone`.
    pub changes: Vec<&'static str>,
}

/// The last run that found something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSeen {
    pub hunt_id: String,
    /// The hunt's title.
    pub hunt: String,
    pub version: String,
    /// What `now()` gave, in ticks.
    pub clock: i64,
}

/// How many findings of a hunt are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HuntFindings {
    pub hunt_id: String,
    /// The hunt's title.
    pub hunt: String,
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    pub findings: usize,
}

/// The findings that a lake keeps.
pub struct KeptFindings<'a, R> {
    pub(super) runner: &'a R,
}

impl<'a, R: QueryRunner> KeptFindings<'a, R> {
    /// Those that a runner's database has.
    pub const fn new(runner: &'a R) -> Self {
        Self { runner }
    }

    /// One row for each finding, the newest first: fingerprint, state, change, severity, hunt, entities, first and last seen, number of runs.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn list(&self, filter: &Filter) -> Result<ResultTable, RunError> {
        let query = format!(
            "{FINDINGS}{}| sort by LastSeen desc, Severity asc, Fingerprint asc\n\
             | project Fingerprint, State, Change, Severity, Hunt, Entities, FirstSeen, LastSeen, Runs, Reason",
            conditions(filter)
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// Everything that is known of one finding.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn show(&self, fingerprint: &str) -> Result<ResultTable, RunError> {
        let query = format!(
            "{FINDINGS}| where Fingerprint == {}\n{NOTES}| project-away Key, FirstRun",
            literal(fingerprint)
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// When and by what a finding was found last.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn last_seen(&self, fingerprint: &str) -> Result<Option<LastSeen>, RunError> {
        let query = format!(
            "_findings | where Fingerprint == {}\n| summarize arg_max(Run, HuntId, Hunt, Version)\n\
             | join kind=inner (_runs | project Run, HuntId, Hunt, Clock) on Run, HuntId, Hunt\n\
             | project HuntId, Hunt, Version, Clock",
            literal(fingerprint)
        );
        let table = self.runner.run(&query, &RunOptions::default()).await?;
        Ok(table.iter().next().and_then(|row| {
            Some(LastSeen {
                hunt_id: row.text(0),
                hunt: row.text(1),
                version: row.text(2),
                clock: parse::datetime(&row.text(3))?,
            })
        }))
    }

    /// How many findings each hunt has, those that turned out harmless left out.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn of_hunts(&self) -> Result<Vec<HuntFindings>, RunError> {
        let query = format!(
            "{FINDINGS}| where State != 'benign'\n| summarize Findings = count(), arg_max(LastSeen, Tactics, Techniques) by HuntId, Hunt\n\
             | project HuntId, Hunt, Tactics, Techniques, Findings\n| sort by Hunt asc, HuntId asc"
        );
        let table = self.runner.run(&query, &RunOptions::default()).await?;
        let list = |text: String| serde_json::from_str::<Vec<String>>(&text).unwrap_or_default();
        let rows = table.iter().map(|row| HuntFindings {
            hunt_id: row.text(0),
            hunt: row.text(1),
            tactics: list(row.text(2)),
            techniques: list(row.text(3)),
            findings: row.text(4).parse().unwrap_or_default(),
        });
        Ok(rows.collect())
    }

    /// How many findings of the hunts of a run are new, still there and gone.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn changes(&self, run: &str) -> Result<ResultTable, RunError> {
        let query = format!(
            "{FINDINGS}| where LastRun == {}\n| summarize Findings = count() by Change",
            literal(run)
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// The whole fingerprint of the finding whose fingerprint begins so.
    ///
    /// # Errors
    /// When the lake cannot be read; the inner error when not exactly one finding has such a fingerprint.
    pub async fn find(&self, beginning: &str) -> Result<Result<String, UnknownName>, RunError> {
        let query = format!(
            "_findings | where Fingerprint startswith_cs {} | distinct Fingerprint",
            literal(beginning)
        );
        let table = self.runner.run(&query, &RunOptions::default()).await?;
        Ok(UnknownName::one("fingerprint", beginning, &table))
    }
}

fn conditions(filter: &Filter) -> String {
    let mut text = String::new();
    let mut condition = |condition: String| {
        text.push_str("| where ");
        text.push_str(&condition);
        text.push('\n');
    };
    if let Some(hunt) = &filter.hunt {
        let hunt = literal(hunt);
        condition(format!("Hunt contains {hunt} or HuntId startswith {hunt}"));
    }
    if !filter.states.is_empty() {
        let states: Vec<String> = filter.states.iter().map(|state| literal(state.name())).collect();
        condition(format!("State in ({})", states.join(", ")));
    }
    if let Some(entity) = &filter.entity {
        condition(format!("tostring(Entities) contains {}", literal(entity)));
    }
    if !filter.changes.is_empty() {
        let changes: Vec<String> = filter.changes.iter().map(|change| literal(change)).collect();
        condition(format!("Change in ({})", changes.join(", ")));
    }
    text
}

/// A string literal of KQL.
pub(crate) fn literal(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
