//! The entities that the bundled hunts report with their published values.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::records::{CloudRow, Records, SignInRow};
use super::seeds::starts_with;
use crate::ticks::{DAY, HOUR};
use crate::truth::hunts;

/// Values of the entity column in a hunt's result; `None` when the hunt is not a bundled one.
pub fn entities(hunt: &str, records: &Records, now: i64) -> Option<BTreeSet<String>> {
    let hunted = Hunted::new(records, now);
    match hunt {
        hunts::RISKY_AFTER_NOTIFICATION => Some(hunted.risky_after_notification()),
        hunts::OTHER_MAILBOXES => Some(hunted.other_mailboxes()),
        hunts::PASSWORD_SPRAY => Some(hunted.password_spray()),
        hunts::NEW_COUNTRY => Some(hunted.new_country()),
        hunts::FORWARDING => Some(hunted.forwarding()),
        hunts::MASS_DOWNLOAD => Some(hunted.mass_download()),
        hunts::LEGACY_PROTOCOL => Some(hunted.legacy_protocol()),
        hunts::CONSENT => Some(hunted.consent()),
        hunts::MAILBOX_GRANT => Some(hunted.mailbox_grant()),
        hunts::PHISHING_BURST => Some(hunted.phishing_burst()),
        _ => None,
    }
}

struct Hunted<'a> {
    records: &'a Records,
    now: i64,
}

/// `has_any`: a word list, each to be found between characters that are not letters or digits.
fn has_any(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| {
        let word = word.to_lowercase();
        text.match_indices(&word).any(|(at, _)| {
            let before = text.get(..at).and_then(|start| start.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|end| end.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    })
}

fn settled(row: &SignInRow) -> bool {
    (1..=3).contains(&row.risk_state)
}

impl<'a> Hunted<'a> {
    fn new(records: &'a Records, now: i64) -> Self {
        Self { records, now }
    }

    fn recent(&self, at: i64) -> bool {
        at > self.now - 14 * DAY
    }

    fn look_back(&self, at: i64) -> bool {
        at > self.now - 30 * DAY
    }

    /// Times of the recent successful sign-ins of an account at a risk or above.
    fn risky(&self, risk: i64) -> HashMap<&'a str, Vec<i64>> {
        let mut risky: HashMap<&str, Vec<i64>> = HashMap::new();
        for row in &self.records.sign_ins {
            if self.recent(row.timestamp) && row.error_code == 0 && row.risk_level_during_sign_in >= risk {
                risky.entry(&row.account_object_id).or_default().push(row.timestamp);
            }
        }
        risky
    }

    fn cloud(&self, actions: &'static [&'static str]) -> impl Iterator<Item = &'a CloudRow> {
        let since = self.now - 14 * DAY;
        self.records
            .cloud
            .iter()
            .filter(move |row| row.timestamp > since && actions.contains(&row.action_type.as_str()))
    }

    fn risky_after_notification(&self) -> BTreeSet<String> {
        let mut mails: HashMap<&str, Vec<i64>> = HashMap::new();
        for mail in &self.records.emails {
            let automated = ["no-reply@notify.microsoft.com", "no-reply@dropbox.com"]
                .iter()
                .any(|sender| mail.sender_from_address.eq_ignore_ascii_case(sender))
                || starts_with(&mail.internet_message_id, "<OneTimePasscode");
            if self.recent(mail.timestamp) && automated && mail.delivery_action == "Delivered" && !mail.recipient_object_id.is_empty() {
                mails.entry(&mail.recipient_object_id).or_default().push(mail.timestamp);
            }
        }
        self.records
            .sign_ins
            .iter()
            .filter(|row| self.recent(row.timestamp) && row.error_code == 0 && !settled(row))
            .filter(|row| row.risk_level_during_sign_in >= 100)
            .filter(|row| !starts_with(&row.account_upn, "Sync_"))
            .filter(|row| follows(&mails, &row.account_object_id, row.timestamp, DAY))
            .map(|row| row.account_upn.clone())
            .collect()
    }

    fn other_mailboxes(&self) -> BTreeSet<String> {
        let mut items = Vec::new();
        for row in &self.records.cloud {
            let audit = &row.raw_event_data;
            let reader = audit.user_id.to_lowercase();
            let owner = audit.mailbox_owner_upn.to_lowercase();
            let wanted = self.look_back(row.timestamp)
                && row.action_type == "MailItemsAccessed"
                && audit.result_status == "Succeeded"
                && !owner.is_empty()
                && reader != owner
                && reader != "adm.lena.wolf@contoso.example"
                && !owner.starts_with("dl-")
                && !has_any(&audit.client_info_string, &["BackupJob-Exchange", "MigrationWizard"]);
            if !wanted {
                continue;
            }
            for folder in audit.folders.iter().flatten() {
                if !folder.path.is_empty() && !starts_with(&folder.path, "\\Shared Documents") {
                    items.push((row.timestamp, reader.clone(), owner.clone(), &audit.mailbox_guid, &folder.path));
                }
            }
        }
        let known: HashSet<(&str, &str)> = items
            .iter()
            .filter(|item| !self.recent(item.0))
            .map(|item| (item.1.as_str(), item.2.as_str()))
            .collect();
        let mut groups: BTreeMap<&str, (HashSet<&str>, HashSet<&str>)> = BTreeMap::new();
        for (at, reader, owner, guid, path) in &items {
            if self.recent(*at) && !known.contains(&(reader.as_str(), owner.as_str())) {
                let group = groups.entry(reader).or_default();
                group.0.insert(guid);
                group.1.insert(path);
            }
        }
        groups
            .into_iter()
            .filter(|(_, (mailboxes, folders))| mailboxes.len() > 1 || folders.len() > 5)
            .map(|(reader, _)| reader.to_owned())
            .collect()
    }

    fn password_spray(&self) -> BTreeSet<String> {
        #[derive(Default)]
        struct Slot<'a> {
            attempts: u32,
            wrong: u32,
            accounts: HashSet<&'a str>,
            first: i64,
            last: i64,
        }
        let mut slots: HashMap<(&str, i64), Slot<'_>> = HashMap::new();
        for row in &self.records.sign_ins {
            if !self.recent(row.timestamp) || row.ip_address == "198.51.100.200" {
                continue;
            }
            let key = (row.ip_address.as_str(), row.timestamp / HOUR);
            let slot = slots.entry(key).or_insert_with(|| Slot {
                first: row.timestamp,
                ..Slot::default()
            });
            slot.attempts += 1;
            slot.wrong += u32::from(row.error_code == 50_126);
            slot.accounts.insert(&row.account_object_id);
            slot.first = slot.first.min(row.timestamp);
            slot.last = slot.last.max(row.timestamp);
        }
        let mut spraying: HashMap<&str, (i64, i64)> = HashMap::new();
        for ((address, _), slot) in slots {
            if slot.accounts.len() >= 10 && f64::from(slot.wrong) > f64::from(slot.attempts) * 0.7 {
                let span = spraying.entry(address).or_insert((slot.first, slot.last));
                *span = (span.0.min(slot.first), span.1.max(slot.last));
            }
        }
        self.records
            .sign_ins
            .iter()
            .filter(|row| self.recent(row.timestamp) && row.error_code == 0)
            .filter(|row| {
                spraying
                    .get(row.ip_address.as_str())
                    .is_some_and(|(start, end)| (*start..=end + DAY).contains(&row.timestamp))
            })
            .map(|row| row.account_upn.clone())
            .collect()
    }

    fn new_country(&self) -> BTreeSet<String> {
        let mut known: HashMap<&str, HashSet<&str>> = HashMap::new();
        let successful = || {
            self.records
                .sign_ins
                .iter()
                .filter(|row| self.look_back(row.timestamp) && row.error_code == 0 && !row.country.is_empty())
        };
        for row in successful().filter(|row| !self.recent(row.timestamp)) {
            known.entry(&row.account_object_id).or_default().insert(&row.country);
        }
        successful()
            .filter(|row| self.recent(row.timestamp) && !settled(row))
            .filter(|row| row.risk_level_during_sign_in >= 50)
            .filter(|row| {
                known
                    .get(row.account_object_id.as_str())
                    .is_some_and(|countries| !countries.contains(row.country.as_str()))
            })
            .map(|row| row.account_upn.clone())
            .collect()
    }

    fn forwarding(&self) -> BTreeSet<String> {
        let risky = self.risky(50);
        let names = ["ForwardTo", "ForwardAsAttachmentTo", "RedirectTo", "ForwardingSmtpAddress"];
        self.cloud(&["New-InboxRule", "Set-InboxRule", "Set-Mailbox"])
            .filter(|row| {
                row.raw_event_data.parameters.iter().any(|parameter| {
                    names.contains(&parameter.name.as_str())
                        && !parameter.value.is_empty()
                        && !has_any(&parameter.value, &["contoso.example"])
                })
            })
            .filter(|row| follows(&risky, &row.account_object_id, row.timestamp, DAY))
            .map(|row| row.raw_event_data.user_id.clone())
            .collect()
    }

    fn mass_download(&self) -> BTreeSet<String> {
        let mut passcodes: HashMap<&str, Vec<i64>> = HashMap::new();
        for mail in &self.records.emails {
            if self.recent(mail.timestamp)
                && starts_with(&mail.internet_message_id, "<OneTimePasscode")
                && !mail.recipient_object_id.is_empty()
            {
                passcodes.entry(&mail.recipient_object_id).or_default().push(mail.timestamp);
            }
        }
        let mut slots: BTreeMap<(&str, &str, i64), (HashSet<&str>, i64)> = BTreeMap::new();
        for row in self.cloud(&["FileDownloaded"]) {
            if has_any(&row.user_agent, &["SkyDriveSync", "OneDriveMpc"]) {
                continue;
            }
            let audit = &row.raw_event_data;
            let key = (row.account_object_id.as_str(), audit.user_id.as_str(), row.timestamp / HOUR);
            let slot = slots.entry(key).or_insert_with(|| (HashSet::new(), row.timestamp));
            slot.0.insert(&audit.object_id);
            slot.1 = slot.1.min(row.timestamp);
        }
        slots
            .into_iter()
            .filter(|((account, _, _), (files, start))| files.len() >= 60 && follows(&passcodes, account, *start, DAY))
            .map(|((_, upn, _), _)| upn.to_owned())
            .collect()
    }

    fn legacy_protocol(&self) -> BTreeSet<String> {
        let clients = ["IMAP4", "POP3", "Authenticated SMTP", "Exchange ActiveSync", "Other clients"];
        let legacy = || {
            self.records
                .sign_ins
                .iter()
                .filter(|row| self.look_back(row.timestamp) && row.error_code == 0 && clients.contains(&row.client_app_used.as_str()))
        };
        let known: HashSet<&str> = legacy()
            .filter(|row| !self.recent(row.timestamp))
            .map(|row| row.account_object_id.as_str())
            .collect();
        legacy()
            .filter(|row| self.recent(row.timestamp))
            .filter(|row| !known.contains(row.account_object_id.as_str()))
            .map(|row| row.account_upn.clone())
            .collect()
    }

    fn consent(&self) -> BTreeSet<String> {
        let scopes = [
            "Mail.Read",
            "Mail.ReadWrite",
            "Mail.Send",
            "MailboxSettings.ReadWrite",
            "Files.Read.All",
            "Files.ReadWrite.All",
        ];
        self.cloud(&["Consent to application."])
            .filter(|row| row.raw_event_data.object_id != "41c5e0d2-8f6b-4a39-b7e1-02d94c6f8a15")
            .filter(|row| {
                row.raw_event_data
                    .modified_properties
                    .iter()
                    .any(|change| change.name == "ConsentAction.Permissions" && has_any(&change.value, &scopes))
            })
            .map(|row| row.raw_event_data.user_id.clone())
            .collect()
    }

    fn mailbox_grant(&self) -> BTreeSet<String> {
        let risky = self.risky(50);
        let mut grants: HashMap<(String, String), Vec<i64>> = HashMap::new();
        for row in self.cloud(&["Add-MailboxPermission"]) {
            let audit = &row.raw_event_data;
            let full = audit.parameters.iter().any(|parameter| parameter.value == "FullAccess");
            if !full || !follows(&risky, &row.account_object_id, row.timestamp, DAY) {
                continue;
            }
            for parameter in audit.parameters.iter().filter(|one| one.name == "User") {
                let key = (parameter.value.to_lowercase(), audit.object_id.to_lowercase());
                grants.entry(key).or_default().push(row.timestamp);
            }
        }
        self.cloud(&["MailItemsAccessed"])
            .filter(|row| row.raw_event_data.result_status == "Succeeded")
            .filter_map(|row| {
                let audit = &row.raw_event_data;
                let key = (audit.user_id.to_lowercase(), audit.mailbox_owner_upn.to_lowercase());
                let used = grants
                    .get(&key)?
                    .iter()
                    .any(|granted| (*granted..=granted + 3 * DAY).contains(&row.timestamp));
                used.then_some(key.0)
            })
            .collect()
    }

    fn phishing_burst(&self) -> BTreeSet<String> {
        let risky = self.risky(50);
        type Burst<'a> = (&'a str, &'a str, &'a str, i64);
        let mut slots: BTreeMap<Burst<'_>, (HashSet<&str>, i64)> = BTreeMap::new();
        for mail in &self.records.emails {
            let sender = mail.sender_from_address.as_str();
            if !self.recent(mail.timestamp)
                || mail.email_direction != "Intra-org"
                || sender.eq_ignore_ascii_case("newsroom@contoso.example")
            {
                continue;
            }
            let key = (mail.sender_object_id.as_str(), sender, mail.subject.as_str(), mail.timestamp / HOUR);
            let slot = slots.entry(key).or_insert_with(|| (HashSet::new(), mail.timestamp));
            slot.0.insert(&mail.recipient_email_address);
            slot.1 = slot.1.min(mail.timestamp);
        }
        slots
            .into_iter()
            .filter(|((account, ..), (recipients, start))| recipients.len() >= 25 && follows(&risky, account, *start, DAY))
            .map(|((_, sender, ..), _)| sender.to_owned())
            .collect()
    }
}

/// Whether `at` is at most `window` after one of the times kept for `key`.
fn follows(times: &HashMap<&str, Vec<i64>>, key: &str, at: i64, window: i64) -> bool {
    times
        .get(key)
        .is_some_and(|times| times.iter().any(|time| (*time..=time + window).contains(&at)))
}

#[cfg(test)]
mod tests {
    use super::has_any;

    #[test]
    fn has_any_wants_whole_words() {
        assert!(has_any("Client=X;BackupJob-Exchange-EU/4", &["backupjob-exchange"]));
        assert!(!has_any("Mail.ReadBasic", &["Mail.Read"]));
        assert!(has_any("offline_access Mail.Read", &["Mail.Read"]));
    }
}
