//! Rows of `EmailEvents`.

use crate::json::Out;
use crate::people::{DOMAIN, Person};
use crate::rng::Rng;
use crate::rows::TENANT_ID;

/// Who sent a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub address: &'a str,
    pub domain: &'a str,
    pub display: &'a str,
    /// Empty outside the tenant.
    pub object_id: &'a str,
    pub ip: &'a str,
}

impl<'a> Sender<'a> {
    pub fn colleague(person: &'a Person) -> Self {
        Self {
            address: &person.upn,
            domain: DOMAIN,
            display: &person.display,
            object_id: &person.object_id,
            ip: person.office.address,
        }
    }
}

/// Who got a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipient<'a> {
    pub address: &'a str,
    pub domain: &'a str,
    /// Empty outside the tenant and for addresses that are not accounts.
    pub object_id: &'a str,
}

impl<'a> Recipient<'a> {
    pub fn colleague(person: &'a Person) -> Self {
        Self {
            address: &person.upn,
            domain: DOMAIN,
            object_id: &person.object_id,
        }
    }
}

/// What mail protection made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Clean,
    Bulk,
    Spam,
    Phish,
}

/// How the InternetMessageId begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum MessageId {
    Ordinary,
    /// A one-time passcode mail; the text after `<` differs in case between senders.
    Passcode(&'static str),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Email<'a> {
    pub at: i64,
    pub sender: Sender<'a>,
    pub recipient: Recipient<'a>,
    pub subject: &'a str,
    pub message_id: MessageId,
    pub verdict: Verdict,
    pub urls: i64,
    pub attachments: i64,
    pub language: &'a str,
}

impl Email<'_> {
    pub fn write(&self, out: &mut Out, rng: &mut Rng) {
        let outbound = self.recipient.domain != DOMAIN;
        let inbound = self.sender.domain != DOMAIN;
        let direction = match (inbound, outbound) {
            (true, _) => "Inbound",
            (false, true) => "Outbound",
            (false, false) => "Intra-org",
        };
        out.clear();
        out.open();
        out.time("Timestamp", self.at);
        out.guid("NetworkMessageId", rng);
        match self.message_id {
            MessageId::Ordinary => out.hex("InternetMessageId", "<", rng, "@mail.example>"),
            MessageId::Passcode(prefix) => {
                out.hex("InternetMessageId", prefix, rng, "@odspnotify>");
            }
        }
        out.string("SenderMailFromAddress", self.sender.address);
        out.string("SenderFromAddress", self.sender.address);
        out.string("SenderDisplayName", self.sender.display);
        out.string("SenderObjectId", self.sender.object_id);
        out.string("SenderMailFromDomain", self.sender.domain);
        out.string("SenderFromDomain", self.sender.domain);
        out.string("SenderIPv4", self.sender.ip);
        out.string("RecipientEmailAddress", self.recipient.address);
        out.string("RecipientObjectId", self.recipient.object_id);
        out.string("RecipientDomain", self.recipient.domain);
        out.string("Subject", self.subject);
        out.integer("EmailClusterId", i64::from(rng.below(u32::MAX)));
        out.string("EmailDirection", direction);
        self.write_verdict(out);
        out.string(
            "AuthenticationDetails",
            if self.verdict == Verdict::Phish {
                r#"{\"SPF\":\"fail\",\"DKIM\":\"none\",\"DMARC\":\"fail\",\"CompAuth\":\"fail\"}"#
            } else {
                r#"{\"SPF\":\"pass\",\"DKIM\":\"pass\",\"DMARC\":\"pass\",\"CompAuth\":\"pass\"}"#
            },
        );
        out.integer("AttachmentCount", self.attachments);
        out.integer("UrlCount", self.urls);
        out.string("EmailLanguage", self.language);
        out.integer("EmailSize", i64::from(4_000 + rng.below(60_000)) + self.attachments * 180_000);
        out.boolean("IsFirstContact", inbound && rng.chance(12));
        self.write_addressees(out);
        out.hex("ReportId", "", rng, "-1");
        out.string("TenantId", TENANT_ID);
        out.close();
    }

    fn write_addressees(&self, out: &mut Out) {
        out.open_array("To");
        out.open();
        out.string("Address", self.recipient.address);
        out.close();
        out.close_array();
        out.raw("Cc", "[]");
    }

    fn write_verdict(&self, out: &mut Out) {
        let (action, location, threat, confidence, bulk) = match self.verdict {
            Verdict::Clean => ("Delivered", "Inbox/folder", "", "", 0),
            Verdict::Bulk => ("Delivered", "Inbox/folder", "", "", 5),
            Verdict::Spam => ("Junked", "Junk folder", "Spam", r#"{\"Spam\":\"Normal\"}"#, 7),
            Verdict::Phish => ("Blocked", "Quarantine", "Phish", r#"{\"Phish\":\"High\"}"#, 3),
        };
        out.string("DeliveryAction", action);
        out.string("DeliveryLocation", location);
        out.string("LatestDeliveryAction", action);
        out.string("LatestDeliveryLocation", location);
        out.string("ThreatTypes", threat);
        out.string("ConfidenceLevel", confidence);
        if self.verdict == Verdict::Phish {
            out.string("DetectionMethods", r#"{\"Phish\":[\"URL detonation reputation\"]}"#);
        }
        out.integer("BulkComplaintLevel", bulk);
        out.string(
            "EmailAction",
            match self.verdict {
                Verdict::Clean | Verdict::Bulk => "No action taken",
                Verdict::Spam => "Move message to junk mail folder",
                Verdict::Phish => "Send to quarantine",
            },
        );
    }
}
