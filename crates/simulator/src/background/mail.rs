//! Ordinary mail.

use super::Background;
use crate::json::Out;
use crate::people::Person;
use crate::rng::Rng;
use crate::rows::email::{Email, MessageId, Recipient, Sender, Verdict};

const INTERNAL_SUBJECTS: &[&str] = &[
    "Notes from this morning",
    "Re: Budget for next quarter",
    "Agenda for Thursday",
    "Draft of the contract",
    "Re: Holiday plan",
    "Release checklist",
    "Question about the offer",
    "Re: Customer visit",
    "Minutes of the project meeting",
    "Room change",
    "Updated figures",
    "Re: Onboarding",
];
const PARTNER_SUBJECTS: &[&str] = &[
    "Offer 20418",
    "Re: Delivery dates",
    "Your order has been confirmed",
    "Invoice for October",
    "Re: Technical questions",
    "Meeting request",
    "Updated price list",
    "Re: Support case",
];
const NEWSLETTER_SUBJECTS: &[&str] = &[
    "This week in logistics",
    "Your monthly digest",
    "Autumn sale ends on Sunday",
    "Webinar: planning for next year",
    "Five ideas for better meetings",
];
const SPAM_SUBJECTS: &[&str] = &[
    "You have been selected",
    "Final notice about your parcel",
    "Your mailbox is almost full",
    "Payment overdue",
];
const SHARE_SUBJECTS: &[&str] = &[
    "A file was shared with you",
    "You have been invited to a folder",
    "Weekly summary of your shared files",
];
const PARTNERS: &[&str] = &[
    "adatum.example",
    "fabrikam.example",
    "litware.example",
    "northwind.example",
    "proseware.example",
    "tailspin.example",
    "wingtip.example",
    "woodgrove.example",
];

fn outsider<'a>(address: &'a str, domain: &'a str, display: &'a str) -> Sender<'a> {
    Sender {
        address,
        domain,
        display,
        object_id: "",
        ip: "192.0.2.90",
    }
}

impl Background<'_> {
    pub fn email(&self, at: i64, rng: &mut Rng, out: &mut Out) {
        let person = self.somebody(rng);
        let letter = Email {
            at,
            sender: Sender::colleague(person),
            recipient: Recipient::colleague(person),
            subject: "",
            message_id: MessageId::Ordinary,
            verdict: Verdict::Clean,
            urls: 0,
            attachments: i64::from(rng.chance(6)),
            language: person.office.language,
        };
        match rng.below(1_000) {
            0..270 => {
                let sender = self.somebody(rng);
                Email {
                    sender: Sender::colleague(sender),
                    subject: rng.pick(INTERNAL_SUBJECTS),
                    ..letter
                }
                .write(out, rng);
            }
            270..500 => from_partner(letter, rng, out),
            500..670 => to_partner(letter, rng, out),
            670..880 => newsletter(letter, rng, out),
            880..945 => self.notification(letter, person, rng, out),
            945..970 => spam(letter, rng, out),
            _ => {
                let address = "calendar-notification@teams.mail.example";
                Email {
                    sender: outsider(address, "teams.mail.example", "Microsoft Teams"),
                    subject: "You have new activity in Teams",
                    urls: 4,
                    attachments: 0,
                    ..letter
                }
                .write(out, rng);
            }
        }
    }

    /// Mail of the services whose notifications are abused as lures, and mail that only
    /// resembles it.
    fn notification(&self, letter: Email<'_>, person: &Person, rng: &mut Rng, out: &mut Out) {
        let subject = rng.pick(SHARE_SUBJECTS);
        if !person.notified {
            // Another spelling of the sender: equal only to a comparison that ignores case.
            let sender = outsider("No-Reply@Dropbox.com", "Dropbox.com", "Dropbox");
            Email {
                sender,
                subject,
                urls: 3,
                ..letter
            }
            .write(out, rng);
            return;
        }
        let dropbox = outsider("no-reply@dropbox.com", "dropbox.com", "Dropbox");
        let microsoft = outsider("no-reply@notify.microsoft.com", "notify.microsoft.com", "Microsoft");
        let share = outsider("no-reply@sharepointonline.example", "sharepointonline.example", "SharePoint Online");
        let letter = Email {
            subject,
            urls: 3,
            attachments: 0,
            ..letter
        };
        match rng.below(100) {
            0..40 => Email { sender: dropbox, ..letter }.write(out, rng),
            40..80 => Email {
                sender: microsoft,
                ..letter
            }
            .write(out, rng),
            80..84 => Email {
                sender: microsoft,
                recipient: Recipient {
                    address: "facility-board@contoso.example",
                    domain: crate::people::DOMAIN,
                    object_id: "",
                },
                ..letter
            }
            .write(out, rng),
            other => Email {
                sender: share,
                subject: "Your one-time passcode",
                message_id: MessageId::Passcode(if other < 97 { "<OneTimePasscode" } else { "<onetimepasscode" }),
                ..letter
            }
            .write(out, rng),
        }
    }
}

fn from_partner(letter: Email<'_>, rng: &mut Rng, out: &mut Out) {
    let domain = rng.pick(PARTNERS);
    let name = rng.pick(&["office", "sales", "j.smith", "support", "k.meyer", "billing"]);
    let address = format!("{name}@{domain}");
    Email {
        sender: outsider(&address, domain, name),
        subject: rng.pick(PARTNER_SUBJECTS),
        urls: i64::from(rng.below(4)),
        ..letter
    }
    .write(out, rng);
}

fn to_partner(letter: Email<'_>, rng: &mut Rng, out: &mut Out) {
    let domain = rng.pick(PARTNERS);
    let address = format!("{}@{domain}", rng.pick(&["office", "sales", "j.smith"]));
    Email {
        recipient: Recipient {
            address: &address,
            domain,
            object_id: "",
        },
        subject: rng.pick(PARTNER_SUBJECTS),
        ..letter
    }
    .write(out, rng);
}

fn newsletter(letter: Email<'_>, rng: &mut Rng, out: &mut Out) {
    let domain = rng.pick(&["news.example", "digest.example", "shop.example"]);
    let address = format!("newsletter@{domain}");
    Email {
        sender: outsider(&address, domain, "Newsletter"),
        subject: rng.pick(NEWSLETTER_SUBJECTS),
        verdict: if rng.chance(9) { Verdict::Spam } else { Verdict::Bulk },
        urls: i64::from(5 + rng.below(20)),
        attachments: 0,
        ..letter
    }
    .write(out, rng);
}

fn spam(letter: Email<'_>, rng: &mut Rng, out: &mut Out) {
    Email {
        sender: outsider("info@parcel-desk.example", "parcel-desk.example", "Parcel desk"),
        subject: rng.pick(SPAM_SUBJECTS),
        verdict: if rng.chance(2) { Verdict::Phish } else { Verdict::Spam },
        urls: 1,
        attachments: 0,
        ..letter
    }
    .write(out, rng);
}
