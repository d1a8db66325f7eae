//! Office 365 audit records: the content of `RawEventData`.

use crate::json::Out;
use crate::people::Person;
use crate::rng::Rng;
use crate::rows::TENANT_ID;
use crate::rows::cloud::CloudEvent;

/// The members that every audit record has.
pub(crate) fn write_head(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>, record_type: i64, user_id: &str) {
    out.time("CreationTime", event.at);
    out.guid("Id", rng);
    out.string("Operation", event.action);
    out.string("OrganizationId", TENANT_ID);
    out.integer("RecordType", record_type);
    out.string("UserKey", &event.actor.user_key);
    out.integer("UserType", if event.admin { 2 } else { 0 });
    out.integer("Version", 1);
    out.string("Workload", event.service.workload);
    out.string("UserId", user_id);
    out.string("ClientIP", event.address);
}

/// The mailbox folders of a `MailItemsAccessed` record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Folders<'a> {
    /// The record has no such member.
    Missing,
    /// Escaped folder paths; an empty path is written as a folder without one.
    Paths(&'a [&'a str]),
}

/// What a `MailItemsAccessed` record says beyond its head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailAccess<'a> {
    /// The reader's name as this client happened to send it.
    pub user_id: &'a str,
    pub mailbox: &'a Person,
    /// The member `MailboxOwnerUPN`, which some records lack.
    pub owner: Option<&'a str>,
    pub client: &'a str,
    pub status: &'a str,
    pub folders: Folders<'a>,
}

impl MailAccess<'_> {
    pub fn write(&self, out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>) {
        let own = self.mailbox.object_id == event.actor.object_id;
        write_head(out, rng, event, 50, self.user_id);
        out.string("ResultStatus", self.status);
        out.string("AppId", "00000002-0000-0ff1-ce00-000000000000");
        out.string("ClientIPAddress", event.address);
        out.string("ClientInfoString", self.client);
        out.boolean("ExternalAccess", false);
        out.integer("InternalLogonType", 0);
        out.integer("LogonType", if own { 0 } else { 2 });
        out.string("LogonUserSid", &event.actor.sid);
        out.string("MailboxGuid", &self.mailbox.mailbox_guid);
        out.string("MailboxOwnerSid", &self.mailbox.sid);
        if let Some(owner) = self.owner {
            out.string("MailboxOwnerUPN", owner);
        }
        out.raw(
            "OperationProperties",
            r#"[{"Name":"MailAccessType","Value":"Bind"},{"Name":"IsThrottled","Value":"False"}]"#,
        );
        out.string("OrganizationName", "contoso.example");
        out.string("OriginatingServer", "FR3P281MB2044 (15.20.8093.014)\\r\\n");
        out.guid("SessionId", rng);
        if let Folders::Paths(paths) = self.folders {
            write_folders(out, rng, paths);
        }
    }
}

fn write_folders(out: &mut Out, rng: &mut Rng, paths: &[&str]) {
    let mut count = 0;
    out.open_array("Folders");
    for path in paths {
        out.open();
        out.open_array("FolderItems");
        for _ in 0..=rng.below(3) {
            count += 1;
            out.open();
            out.hex("InternetMessageId", "<", rng, "@mail.example>");
            out.integer("SizeInBytes", i64::from(2_000 + rng.below(90_000)));
            out.close();
        }
        out.close_array();
        out.hex("Id", "LgAAAAA", rng, "AQB");
        if !path.is_empty() {
            out.string("Path", path);
        }
        out.close();
    }
    out.close_array();
    out.integer("OperationCount", count);
}

/// A file operation in OneDrive or SharePoint; `file` is a name without a folder.
pub(crate) fn write_file(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>, url: &[&str], file: &str) {
    write_head(out, rng, event, 6, &event.actor.upn);
    out.parts("ObjectId", url);
    out.string("EventSource", "SharePoint");
    out.string("ItemType", "File");
    out.parts(
        "SiteUrl",
        &["https://contoso-my.sharepoint.example/personal/", &event.actor.alias, "/"],
    );
    out.string("SourceRelativeUrl", "Documents");
    out.string("SourceFileName", file);
    out.string("SourceFileExtension", file.rsplit('.').next().unwrap_or_default());
    out.string("UserAgent", event.agent);
    out.guid("ListId", rng);
    out.guid("ListItemUniqueId", rng);
    out.guid("Site", rng);
    out.guid("WebId", rng);
    out.guid("CorrelationId", rng);
    out.string("ApplicationId", "00000003-0000-0ff1-ce00-000000000000");
    out.string("DeviceDisplayName", event.address);
    out.boolean("IsManagedDevice", true);
}

/// A message that was sent from a mailbox.
pub(crate) fn write_send(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>, subject: &str) {
    write_head(out, rng, event, 2, &event.actor.upn);
    out.string("ResultStatus", "Succeeded");
    out.string("ClientIPAddress", event.address);
    out.string("ClientInfoString", "Client=OWA;Action=ViaProxy");
    out.boolean("ExternalAccess", false);
    out.string("LogonUserSid", &event.actor.sid);
    out.string("MailboxGuid", &event.actor.mailbox_guid);
    out.string("MailboxOwnerSid", &event.actor.sid);
    out.string("MailboxOwnerUPN", &event.actor.upn);
    out.string("OrganizationName", "contoso.example");
    out.string("OriginatingServer", "FR3P281MB2044 (15.20.8093.014)\\r\\n");
    out.open_object("Item");
    out.hex("Id", "RgAAAAD", rng, "BwA");
    out.hex("InternetMessageId", "<", rng, "@mail.example>");
    out.open_object("ParentFolder");
    out.hex("Id", "LgAAAAA", rng, "AQB");
    out.string("Path", "\\\\Drafts");
    out.close();
    out.integer("SizeInBytes", i64::from(3_000 + rng.below(60_000)));
    out.string("Subject", subject);
    out.close();
}

/// An Exchange cmdlet with its parameters; `object` is the mailbox or rule that it changed.
pub(crate) fn write_cmdlet(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>, object: &str, parameters: &[(&str, &str)]) {
    write_head(out, rng, event, 1, &event.actor.upn);
    out.string("ResultStatus", "True");
    out.string("ObjectId", object);
    out.boolean("ExternalAccess", false);
    out.string("OrganizationName", "contoso.example");
    out.string("OriginatingServer", "FR3P281MB2044 (15.20.8093.014)");
    out.open_array("Parameters");
    for (name, value) in parameters {
        out.open();
        out.string("Name", name);
        out.string("Value", value);
        out.close();
    }
    out.close_array();
    out.guid("SessionId", rng);
}

/// A user or administrator who grants an application access.
pub(crate) fn write_consent(
    out: &mut Out,
    rng: &mut Rng,
    event: &CloudEvent<'_>,
    application: &str,
    application_id: &str,
    scopes: &str,
    by_admin: bool,
) {
    write_head(out, rng, event, 8, &event.actor.upn);
    out.string("ResultStatus", "Success");
    out.string("ObjectId", application_id);
    out.integer("AzureActiveDirectoryEventType", 1);
    out.open_array("ModifiedProperties");
    let admin = if by_admin { "True" } else { "False" };
    let grants = [
        "[] => [[Id: AAAA, ClientId: ",
        application_id,
        ", ConsentType: Principal, Scope: ",
        scopes,
        "]]",
    ];
    for (name, value) in [
        ("ConsentContext.IsAdminConsent", [admin].as_slice()),
        ("ConsentContext.IsAppOnly", ["False"].as_slice()),
        ("ConsentAction.Permissions", grants.as_slice()),
        ("TargetId.ServicePrincipalNames", [application_id].as_slice()),
    ] {
        out.open();
        out.string("Name", name);
        out.parts("NewValue", value);
        out.string("OldValue", "");
        out.close();
    }
    out.close_array();
    out.open_array("Target");
    for (kind, id) in [(1, application), (2, application_id)] {
        out.open();
        out.string("ID", id);
        out.integer("Type", kind);
        out.close();
    }
    out.close_array();
    write_actor(out, event.actor);
}

/// A sign-in as the audit log records it.
pub(crate) fn write_logged_in(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>) {
    write_head(out, rng, event, 15, &event.actor.upn);
    out.string("ResultStatus", "Success");
    out.string("ObjectId", "00000002-0000-0ff1-ce00-000000000000");
    out.integer("AzureActiveDirectoryEventType", 1);
    out.open_array("ExtendedProperties");
    for (name, value) in [
        ("ResultStatusDetail", "Success"),
        ("UserAgent", event.agent),
        ("RequestType", "OAuth2:Authorize"),
    ] {
        out.open();
        out.string("Name", name);
        out.string("Value", value);
        out.close();
    }
    out.close_array();
    out.guid("InterSystemsId", rng);
    out.guid("IntraSystemId", rng);
    write_actor(out, event.actor);
}

/// A message posted in a chat or channel.
pub(crate) fn write_chat(out: &mut Out, rng: &mut Rng, event: &CloudEvent<'_>) {
    write_head(out, rng, event, 25, &event.actor.upn);
    out.string("CommunicationType", "OneOnOne");
    out.hex("ChatThreadId", "19:", rng, "@unq.gbl.spaces");
    out.string("MessageId", "1731400000000");
    out.integer("MessageSizeInBytes", i64::from(40 + rng.below(900)));
    out.string("ItemName", &event.actor.upn);
}

fn write_actor(out: &mut Out, actor: &Person) {
    out.open_array("Actor");
    for (kind, id) in [(0, &actor.object_id), (5, &actor.upn), (3, &actor.user_key)] {
        out.open();
        out.string("ID", id);
        out.integer("Type", kind);
        out.close();
    }
    out.close_array();
}
