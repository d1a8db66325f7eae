//! Detection rules as Microsoft Graph takes them (`security/rules/detectionRules`, custom detections of Defender XDR), in the shape that has
//! `frequency`, `tactics` and `entityMappings`; `period`, `mitreTechniques` and `impactedAssets` are no longer taken.

use quarry_content::defender::FREQUENCIES;
use quarry_content::{Hunt, HuntKind, HuntSeverity, Trigger};
use quarry_schema::attack::{self, Tactic};
use quarry_semantics::BindOptions;
use serde_json::{Map, Value, json};

use super::entities::{self, ASSETS};
use super::remark::Remarks;
use super::{ContentExport, for_all, iso, query};

const DAY: u64 = 86_400;

/// An array of rules, and how many there are. Each is the body of one request.
pub fn rules<'a>(content: &ContentExport<'a>, remarks: &mut Remarks<'a>) -> (Value, usize) {
    for function in content.functions {
        remarks.function_left_out(format!(
            "left out: the function {}: detection rules cannot bring functions along",
            function.name
        ));
    }
    let hunts = for_all(content, remarks);
    let rules: Vec<Value> = hunts.into_iter().filter_map(|hunt| rule(content, hunt, remarks)).collect();
    let carried = rules.len();
    (rules.into(), carried)
}

fn rule<'a>(content: &ContentExport<'a>, hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> Option<Value> {
    let text = query(content, hunt, remarks)?;
    remarks.not_kept(hunt, "id", "a detection rule keeps no id, version, tags or connectors of content");
    lost(hunt, remarks);
    let frequency = frequency(hunt, remarks);
    let template = template(content, hunt, &text, remarks);
    Some(json!({
        "displayName": hunt.title(),
        "description": hunt.description,
        "status": if content.enabled { "enabled" } else { "disabled" },
        "queryCondition": { "queryText": text },
        "schedule": { "frequency": frequency },
        "detectionAction": { "alertTemplate": template },
    }))
}

/// What rules of Sentinel have and detections have not.
fn lost<'a>(hunt: &'a Hunt, remarks: &mut Remarks<'a>) {
    let alerting = &hunt.alerting;
    let schedule = hunt.schedule.as_ref().filter(|_| hunt.kind == HuntKind::Scheduled);
    if schedule.is_some_and(|schedule| (schedule.trigger, schedule.threshold) != (Trigger::GreaterThan, 0)) {
        remarks.not_carried(
            hunt,
            "triggerThreshold",
            "a detection fires on any row: put the threshold into the query",
        );
    }
    if alerting.suppression > 0 {
        remarks.not_carried(hunt, "suppressionDuration", "a detection does not hold alerts back");
    }
    let columns = [&alerting.tactics_column, &alerting.severity_column];
    if columns.iter().any(|column| !column.is_empty()) || !alerting.properties.is_empty() {
        let message = "tactics, severity and properties of alerts cannot come from columns";
        remarks.not_carried(hunt, "alertDetailsOverride", message);
    }
    if alerting
        .incidents
        .as_ref()
        .is_some_and(|rule| !rule.create || rule.grouping.is_some())
    {
        let message = "how alerts are gathered in incidents is not for a detection to say";
        remarks.not_carried(hunt, "incidentConfiguration", message);
    }
}

/// The closest schedule that there is.
fn frequency<'a>(hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> String {
    if hunt.kind == HuntKind::NearRealTime {
        return iso::duration(0);
    }
    let schedule = hunt.schedule.as_ref().filter(|schedule| schedule.frequency > 0);
    let Some(schedule) = schedule else {
        remarks.changed(hunt, "queryFrequency", "no schedule: it runs once a day");
        return iso::duration(DAY);
    };
    // Rather too often than too seldom.
    let mut fitting = FREQUENCIES.into_iter().filter(|(frequency, _)| *frequency <= schedule.frequency);
    let [least, ..] = FREQUENCIES;
    let (frequency, back) = fitting.next_back().unwrap_or(least);
    if frequency != schedule.frequency {
        let message = format!(
            "it runs every {} and not every {}: detections run every 1, 3, 12 or 24 hours",
            quarry_content::duration::short(frequency),
            quarry_content::duration::short(schedule.frequency)
        );
        remarks.changed(hunt, "queryFrequency", message);
    }
    if schedule.period > back {
        let message = format!(
            "it looks back {} and not {}: that follows from how often it runs",
            quarry_content::duration::short(back),
            quarry_content::duration::short(schedule.period)
        );
        remarks.changed(hunt, "queryPeriod", message);
    }
    iso::duration(frequency)
}

/// What an alert says.
fn template<'a>(content: &ContentExport<'a>, hunt: &'a Hunt, text: &str, remarks: &mut Remarks<'a>) -> Value {
    let alerting = &hunt.alerting;
    let or = |text: &'a String, other: &'a str| if text.is_empty() { other } else { text };
    let severity = hunt.severity.unwrap_or_else(|| {
        remarks.changed(hunt, "severity", "no severity: a detection must have one, and gets medium");
        HuntSeverity::Medium
    });
    let bound = quarry_semantics::bind(text, &BindOptions::default(), content.catalog);
    let columns = bound
        .query
        .as_ref()
        .filter(|_| !bound.open)
        .and_then(|query| query.results.last())
        .map(|result| {
            let columns = result.rel.columns.iter();
            columns.map(|column| (column.name.as_str(), column.ty)).collect::<Vec<_>>()
        });
    if let Some(columns) = &columns {
        identifies_events(hunt, columns, remarks);
    }
    let entities = entities::mappings(hunt, columns.as_deref(), remarks);
    if !ASSETS.iter().any(|asset| entities.contains_key(*asset)) {
        let message = "an alert must be about an account, a host, a mailbox or an address: map a column of the result to one";
        remarks.refused(hunt, "entityMappings", message);
    }
    let mut template = Map::new();
    template.insert("title".to_owned(), or(&alerting.title, hunt.title()).into());
    template.insert("description".to_owned(), or(&alerting.description, &hunt.description).into());
    template.insert("severity".to_owned(), severity.name().to_lowercase().into());
    template.insert("tactics".to_owned(), tactics(hunt, remarks));
    template.insert("entityMappings".to_owned(), entities.into());
    if !hunt.custom_details.is_empty() {
        let details = hunt
            .custom_details
            .iter()
            .map(|(name, column)| (name.clone(), column.clone().into()));
        template.insert("customDetails".to_owned(), details.collect::<Map<_, _>>().into());
    }
    // Without a word a detection makes an alert of each row, and a rule of Sentinel one of all.
    if hunt.schedule.is_some() && !alerting.per_result {
        template.insert("eventGroupingKind".to_owned(), "singleAlert".into());
    }
    template.into()
}

/// A detection finds its events again by columns of the result.
fn identifies_events<'a>(hunt: &'a Hunt, columns: &entities::Columns<'_>, remarks: &mut Remarks<'a>) {
    let has = |name: &str| columns.iter().any(|(column, _)| *column == name);
    if has("TimeGenerated") {
        return;
    }
    if !has("Timestamp") {
        let message =
            "the result has neither Timestamp nor TimeGenerated: a detection needs the time of the event, such as by arg_max(Timestamp, *)";
        remarks.refused(hunt, "query", message);
    } else if !has("ReportId") {
        remarks.refused(
            hunt,
            "query",
            "the result has no ReportId, which identifies an event beside its Timestamp",
        );
    }
}

/// A tactic with its techniques, and these with their parts. The service takes one tactic: the first that techniques of the hunt serve, or else the
/// first.
fn tactics<'a>(hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> Value {
    let known: Vec<Tactic> = hunt.tactics.iter().filter_map(|name| Tactic::from_name(name)).collect();
    let of = |tactic: Tactic| -> Vec<&'a str> {
        let serving = hunt
            .techniques
            .iter()
            .filter(|technique| attack::tactics_of(technique).contains(&tactic));
        serving.map(String::as_str).collect()
    };
    let chosen = known
        .iter()
        .copied()
        .find(|tactic| !of(*tactic).is_empty())
        .or(known.first().copied());
    let Some(tactic) = chosen else {
        return Value::Array(Vec::new());
    };
    let techniques = of(tactic);
    let others = hunt.tactics.iter().filter(|name| *name != tactic.name());
    let more = hunt.techniques.iter().filter(|technique| !techniques.contains(&technique.as_str()));
    let lost: Vec<&str> = others.chain(more).map(String::as_str).collect();
    if !lost.is_empty() {
        let message = format!(
            "a detection has one tactic and its techniques: {} is kept, {} not",
            tactic.name(),
            lost.join(", ")
        );
        remarks.not_carried(hunt, "tactics", message);
    }
    let mut tree: Vec<(&str, Vec<&str>)> = Vec::new();
    for technique in techniques {
        let base = attack::base_technique(technique).unwrap_or(technique);
        let at = tree.iter().position(|(known, _)| *known == base).unwrap_or_else(|| {
            tree.push((base, Vec::new()));
            tree.len() - 1
        });
        if let Some((_, subs)) = tree.get_mut(at)
            && technique != base
        {
            subs.push(technique);
        }
    }
    let techniques: Vec<Value> = tree
        .into_iter()
        .map(|(technique, subs)| json!({ "technique": technique, "subTechniques": subs }))
        .collect();
    json!([{ "tactic": tactic.name(), "techniques": techniques }])
}
