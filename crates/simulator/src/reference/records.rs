//! Records as far as the hunts read them.

use serde::{Deserialize, Deserializer};

use crate::scenario::{Scenario, Table};
use crate::ticks::parse_ticks;

/// A missing or null text is the empty text, as in KQL.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let written: String = Deserialize::deserialize(deserializer)?;
    parse_ticks(&written).ok_or_else(|| serde::de::Error::custom("not a time"))
}

/// A row of `EmailEvents`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EmailRow {
    #[serde(deserialize_with = "time")]
    pub timestamp: i64,
    #[serde(default, deserialize_with = "text")]
    pub sender_from_address: String,
    #[serde(default, deserialize_with = "text")]
    pub sender_object_id: String,
    #[serde(default, deserialize_with = "text")]
    pub internet_message_id: String,
    #[serde(default, deserialize_with = "text")]
    pub recipient_email_address: String,
    #[serde(default, deserialize_with = "text")]
    pub recipient_object_id: String,
    #[serde(default, deserialize_with = "text")]
    pub subject: String,
    #[serde(default, deserialize_with = "text")]
    pub delivery_action: String,
    #[serde(default, deserialize_with = "text")]
    pub email_direction: String,
}

/// A row of `AADSignInEventsBeta`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SignInRow {
    #[serde(deserialize_with = "time")]
    pub timestamp: i64,
    #[serde(default, deserialize_with = "text")]
    pub account_upn: String,
    #[serde(default, deserialize_with = "text")]
    pub account_object_id: String,
    pub error_code: i64,
    pub risk_level_during_sign_in: i64,
    pub risk_state: i64,
    #[serde(default, deserialize_with = "text", rename = "IPAddress")]
    pub ip_address: String,
    #[serde(default, deserialize_with = "text")]
    pub country: String,
    #[serde(default, deserialize_with = "text")]
    pub client_app_used: String,
    #[serde(default, deserialize_with = "text")]
    pub request_id: String,
    #[serde(default, deserialize_with = "text")]
    pub report_id: String,
}

/// A row of `CloudAppEvents`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CloudRow {
    #[serde(deserialize_with = "time")]
    pub timestamp: i64,
    #[serde(default, deserialize_with = "text")]
    pub action_type: String,
    #[serde(default, deserialize_with = "text")]
    pub account_object_id: String,
    #[serde(default, deserialize_with = "text", rename = "IPAddress")]
    pub ip_address: String,
    #[serde(default, deserialize_with = "text")]
    pub user_agent: String,
    pub raw_event_data: Audit,
}

/// The audit record inside a [`CloudRow`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Audit {
    #[serde(default, deserialize_with = "text")]
    pub result_status: String,
    #[serde(default, deserialize_with = "text")]
    pub user_id: String,
    #[serde(default, deserialize_with = "text")]
    pub object_id: String,
    #[serde(default, deserialize_with = "text", rename = "MailboxOwnerUPN")]
    pub mailbox_owner_upn: String,
    #[serde(default, deserialize_with = "text")]
    pub mailbox_guid: String,
    #[serde(default, deserialize_with = "text")]
    pub client_info_string: String,
    /// `None` when the record has no such member.
    #[serde(default)]
    pub folders: Option<Vec<Folder>>,
    #[serde(default)]
    pub parameters: Vec<NameValue>,
    #[serde(default)]
    pub modified_properties: Vec<NameValue>,
}

/// A mailbox folder of an audit record.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Folder {
    #[serde(default, deserialize_with = "text")]
    pub path: String,
}

/// A parameter (`Value`) or a changed property (`NewValue`).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NameValue {
    #[serde(default, deserialize_with = "text")]
    pub name: String,
    #[serde(default, deserialize_with = "text", alias = "NewValue")]
    pub value: String,
}

/// Records of all tables, in memory.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub emails: Vec<EmailRow>,
    pub sign_ins: Vec<SignInRow>,
    pub cloud: Vec<CloudRow>,
}

impl Records {
    /// Takes in one record; records of other tables are passed over.
    ///
    /// # Errors
    /// When the text is not JSON or lacks what every row of the table has.
    pub fn add(&mut self, table: &str, json: &str) -> Result<(), serde_json::Error> {
        if table == Table::EmailEvents.name() {
            self.emails.push(serde_json::from_str(json)?);
        } else if table == Table::AADSignInEventsBeta.name() {
            self.sign_ins.push(serde_json::from_str(json)?);
        } else if table == Table::CloudAppEvents.name() {
            self.cloud.push(serde_json::from_str(json)?);
        }
        Ok(())
    }

    /// The records of a simulation.
    ///
    /// # Errors
    /// The first record that could not be read.
    pub fn simulated(scenario: &Scenario) -> Result<Self, serde_json::Error> {
        let mut records = Self::default();
        let mut result = Ok(());
        crate::simulate(scenario, &mut |table, json| {
            if result.is_ok() {
                result = records.add(table, json);
            }
        });
        result.map(|()| records)
    }
}
