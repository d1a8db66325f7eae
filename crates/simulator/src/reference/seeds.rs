//! The two published queries, step by step.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::records::{CloudRow, Records};
use crate::ticks::DAY;

/// A row of the first query's result, by the columns that tell it from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SignInFinding {
    pub timestamp: i64,
    pub account_upn: String,
    pub account_object_id: String,
    pub ip_address: String,
    pub request_id: String,
    pub report_id: String,
}

/// `startswith`: ASCII letter case does not matter.
pub(super) fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Hunt a7acfaf4: sign-ins of risk 100 of anybody who ever got an automated notification. The
/// query has no bound in time, and `in` compares senders exactly. In order of time.
pub fn seed_email_signin(records: &Records) -> Vec<SignInFinding> {
    let notified: HashSet<&str> = records
        .emails
        .iter()
        .filter(|mail| {
            ["no-reply@notify.microsoft.com", "no-reply@dropbox.com"].contains(&mail.sender_from_address.as_str())
                || starts_with(&mail.internet_message_id, "<OneTimePasscode")
        })
        .map(|mail| mail.recipient_object_id.as_str())
        .filter(|recipient| !recipient.is_empty())
        .collect();
    let mut findings: Vec<SignInFinding> = records
        .sign_ins
        .iter()
        .filter(|row| notified.contains(row.account_object_id.as_str()))
        .filter(|row| row.risk_level_during_sign_in == 100)
        .map(|row| SignInFinding {
            timestamp: row.timestamp,
            account_upn: row.account_upn.clone(),
            account_object_id: row.account_object_id.clone(),
            ip_address: row.ip_address.clone(),
            request_id: row.request_id.clone(),
            report_id: row.report_id.clone(),
        })
        .collect();
    findings.sort();
    findings
}

/// A row of the second query's result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailboxFinding {
    pub user_id: String,
    pub folder_count: i64,
    pub user_count: i64,
    pub folders_path_set: BTreeSet<String>,
    pub client_info_string_set: BTreeSet<String>,
    pub client_ip_set: BTreeSet<String>,
    pub mail_box_guid_set: BTreeSet<String>,
    pub mailbox_owner_upn_set: BTreeSet<String>,
    /// Empty in the rows of [`seed_mailbox_groups`].
    pub reason: &'static str,
}

/// One folder of one record of foreign access.
struct Item<'a> {
    row: &'a CloudRow,
    path: &'a str,
}

impl<'a> Item<'a> {
    fn pair(&self) -> (&'a str, &'a str) {
        let audit = &self.row.raw_event_data;
        (&audit.mailbox_owner_upn, &audit.user_id)
    }
}

/// What stands between the first bracket and the next closing one, when the address begins with
/// a bracket.
fn client_ip(address: &str) -> &str {
    match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => address,
    }
}

/// Hunt 6a927d9a up to its `summarize`: every user who, in the last 14 days, read mailboxes of
/// others that he had not read in the 16 days before. In order of the users.
pub fn seed_mailbox_groups(records: &Records, now: i64) -> Vec<MailboxFinding> {
    let (look_back, time_frame) = (now - 30 * DAY, now - 14 * DAY);
    let relevant: Vec<Item<'_>> = records
        .cloud
        .iter()
        .filter(|row| row.timestamp > look_back && row.action_type == "MailItemsAccessed")
        .filter(|row| {
            let audit = &row.raw_event_data;
            audit.result_status == "Succeeded" && audit.user_id.to_lowercase() != audit.mailbox_owner_upn.to_lowercase()
        })
        .flat_map(|row| {
            // A record without folders is dropped, one with an empty list expands to nothing.
            let folders = row.raw_event_data.folders.as_deref().unwrap_or_default();
            folders.iter().map(move |folder| Item { row, path: &folder.path })
        })
        .filter(|item| !item.path.is_empty())
        .collect();
    // `between` includes both ends: the moment 14 days ago is in both periods.
    let baseline: HashSet<(&str, &str)> = relevant
        .iter()
        .filter(|item| item.row.timestamp <= time_frame)
        .map(Item::pair)
        .collect();
    let mut groups: BTreeMap<&str, Vec<&Item<'_>>> = BTreeMap::new();
    for item in &relevant {
        let hunted = (time_frame..=now).contains(&item.row.timestamp);
        if hunted && !baseline.contains(&item.pair()) {
            groups.entry(&item.row.raw_event_data.user_id).or_default().push(item);
        }
    }
    groups.into_iter().map(|(user, items)| summarize(user, &items)).collect()
}

fn summarize(user: &str, items: &[&Item<'_>]) -> MailboxFinding {
    let set = |value: fn(&Item<'_>) -> String| -> BTreeSet<String> { items.iter().map(|item| value(item)).collect() };
    let folders = set(|item| item.path.to_owned());
    let mailboxes = set(|item| item.row.raw_event_data.mailbox_guid.clone());
    MailboxFinding {
        user_id: user.to_owned(),
        folder_count: folders.len() as i64,
        user_count: mailboxes.len() as i64,
        folders_path_set: folders,
        client_info_string_set: set(|item| item.row.raw_event_data.client_info_string.clone()),
        client_ip_set: set(|item| client_ip(&item.row.ip_address).to_owned()),
        mail_box_guid_set: mailboxes,
        mailbox_owner_upn_set: set(|item| item.row.raw_event_data.mailbox_owner_upn.clone()),
        reason: "",
    }
}

/// Hunt 6a927d9a: the groups of [`seed_mailbox_groups`] with more than one mailbox or more than
/// five folders, by falling number of mailboxes (then by user, where the query leaves the order
/// open).
pub fn seed_mailbox(records: &Records, now: i64) -> Vec<MailboxFinding> {
    let mut findings = seed_mailbox_groups(records, now);
    findings.retain(|group| group.user_count > 1 || group.folder_count > 5);
    for group in &mut findings {
        group.reason = if group.user_count > 1 && group.folder_count > 5 {
            "Both User and Folder Threshold Exceeded"
        } else if group.folder_count > 5 && group.user_count < 1 {
            "Folder Count Threshold Exceeded"
        } else {
            "User Threshold Exceeded"
        };
    }
    findings.sort_by(|a, b| (b.user_count, &a.user_id).cmp(&(a.user_count, &b.user_id)));
    findings
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ticks::{date, format_ticks};

    const NOW: i64 = date(2026, 11, 20);

    fn access(at: i64, user: &str, owner: &str, guid: &str, paths: &[&str]) -> String {
        let folders: Vec<_> = paths.iter().map(|path| serde_json::json!({ "Path": path })).collect();
        serde_json::json!({
            "Timestamp": format_ticks(at), "ActionType": "MailItemsAccessed",
            "IPAddress": "[::ffff:192.0.2.1]:443",
            "RawEventData": { "ResultStatus": "Succeeded", "UserId": user,
                "MailboxOwnerUPN": owner, "MailboxGuid": guid, "ClientInfoString": "Client=REST",
                "Folders": folders }
        })
        .to_string()
    }

    fn findings(rows: &[String]) -> Vec<MailboxFinding> {
        let mut records = Records::default();
        for row in rows {
            records.add("CloudAppEvents", row).unwrap();
        }
        seed_mailbox(&records, NOW)
    }

    #[test]
    fn a_known_pair_is_silent_and_the_boundary_is_in_both_periods() {
        let six = ["a", "b", "c", "d", "e", "f"];
        let boundary = NOW - 14 * DAY;
        assert!(findings(&[access(boundary, "u@x", "o@x", "1", &six)]).is_empty());
        let after = findings(&[access(boundary + 1, "u@x", "o@x", "1", &six)]);
        assert_eq!(after.len(), 1);
        // The published `case` names the wrong reason when only the folders exceed.
        assert_eq!(after.first().unwrap().reason, "User Threshold Exceeded");
        assert!(after.first().unwrap().client_ip_set.contains("::ffff:192.0.2.1"));
        // Join keys compare exactly: another spelling is another pair.
        let spelled = [
            access(NOW - 20 * DAY, "U@x", "o@x", "1", &six),
            access(NOW - DAY, "u@x", "o@x", "1", &six),
        ];
        assert_eq!(findings(&spelled).len(), 1);
    }

    #[test]
    fn owners_and_the_distant_past_do_not_count() {
        let six = ["a", "b", "c", "d", "e", "f"];
        assert!(findings(&[access(NOW - DAY, "U@X", "u@x", "1", &six)]).is_empty());
        let rows = [
            access(NOW - 30 * DAY, "u@x", "o@x", "1", &six),
            access(NOW - DAY, "u@x", "o@x", "1", &six),
        ];
        assert_eq!(findings(&rows).len(), 1);
        assert!(findings(&[access(NOW + 1, "u@x", "o@x", "1", &six)]).is_empty());
    }
}
