//! Reading incidents. They are what their alerts make of them, and the latest word that was said.

use super::{IncidentState, UnknownIncident};
use crate::keep::literal;
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::ResultTable;

/// Each incident once, with its gravest severity and what its first alert says.
const INCIDENTS: &str = "\
let said = _incidents | summarize arg_max(TimeGenerated, State, Reason, By) by Incident | project-rename Changed = TimeGenerated;
_alerts
| where isnotempty(Incident)
| extend Rank = case(Severity == 'High', 0, Severity == 'Medium', 1, Severity == 'Low', 2, Severity == 'Informational', 3, 4)
| summarize arg_min(To, Title, Hunt, Entities), Rank = min(Rank), Last = max(To), Alerts = count(), Findings = sum(array_length(Findings))
    by Incident
| lookup kind=leftouter said on Incident
| extend State = iff(isempty(State), 'open', State), Severity = case(Rank == 0, 'High', Rank == 1, 'Medium', Rank == 2, 'Low', Rank == 3, 'Informational', '')
";

/// Which incidents are wanted.
#[derive(Debug, Clone, Default)]
pub struct IncidentFilter {
    /// A part of the rule's name or of the title.
    pub rule: Option<String>,
    pub states: Vec<IncidentState>,
    /// A text that occurs in an entity of any alert.
    pub entity: Option<String>,
}

/// The incidents that a lake keeps.
pub struct KeptIncidents<'a, R> {
    runner: &'a R,
}

impl<'a, R: QueryRunner> KeptIncidents<'a, R> {
    /// Those that a runner's database has.
    pub const fn new(runner: &'a R) -> Self {
        Self { runner }
    }

    /// One row for each incident, the newest first.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn list(&self, filter: &IncidentFilter) -> Result<ResultTable, RunError> {
        let mut query = INCIDENTS.to_owned();
        if let Some(rule) = &filter.rule {
            let rule = literal(rule);
            query.push_str(&format!("| where Hunt contains {rule} or Title contains {rule}\n"));
        }
        if !filter.states.is_empty() {
            let states: Vec<String> = filter.states.iter().map(|state| literal(state.name())).collect();
            query.push_str(&format!("| where State in ({})\n", states.join(", ")));
        }
        if let Some(entity) = &filter.entity {
            let entity = literal(entity);
            query.push_str(&format!(
                "| where Incident in ((_alerts | where tostring(Entities) contains {entity} | distinct Incident))\n"
            ));
        }
        query.push_str(
            "| sort by Last desc, Rank asc, Incident asc\n\
             | project Incident, State, Severity, Title, Hunt, Entities, First = To, Last, Alerts, Findings, Reason, By",
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// The alerts of an incident, the oldest first.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn alerts(&self, incident: &str) -> Result<ResultTable, RunError> {
        let query = format!(
            "_alerts | where Incident == {}\n| sort by To asc, Alert asc\n\
             | project Alert, Title, Severity, From, To, Rows, Entities, Details, Findings, Hunt, Run, Description",
            literal(incident)
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// What was said of an incident, the oldest first.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn history(&self, incident: &str) -> Result<ResultTable, RunError> {
        let query = format!(
            "_incidents | where Incident == {}\n| sort by TimeGenerated asc\n| project TimeGenerated, State, Reason, By",
            literal(incident)
        );
        self.runner.run(&query, &RunOptions::default()).await
    }

    /// The whole id of the incident whose id begins so.
    ///
    /// # Errors
    /// When the lake cannot be read; the inner error when not exactly one incident has such an id.
    pub async fn find(&self, beginning: &str) -> Result<Result<String, UnknownIncident>, RunError> {
        let query = format!(
            "_alerts | where Incident startswith_cs {} | distinct Incident | where isnotempty(Incident)",
            literal(beginning)
        );
        let table = self.runner.run(&query, &RunOptions::default()).await?;
        let mut rows = table.iter();
        Ok(match (rows.next(), table.rows()) {
            (Some(row), 1) => Ok(row.text(0)),
            (None, _) => Err(UnknownIncident::None(beginning.to_owned())),
            (_, several) => Err(UnknownIncident::Several(beginning.to_owned(), several)),
        })
    }
}
