//! Rows of `CloudAppEvents`: the columns around the audit record.

use crate::json::Out;
use crate::people::Person;
use crate::places::Location;
use crate::rng::Rng;
use crate::rows::TENANT_ID;

/// The service in which something happened.
#[derive(Debug)]
pub(crate) struct Service {
    pub name: &'static str,
    pub id: i64,
    pub workload: &'static str,
}

pub(crate) static EXCHANGE: Service = Service {
    name: "Microsoft Exchange Online",
    id: 20_893,
    workload: "Exchange",
};
pub(crate) static ONEDRIVE: Service = Service {
    name: "Microsoft OneDrive for Business",
    id: 15_600,
    workload: "OneDrive",
};
pub(crate) static TEAMWORK: Service = Service {
    name: "Microsoft Teams",
    id: 28_375,
    workload: "MicrosoftTeams",
};
pub(crate) static DIRECTORY: Service = Service {
    name: "Office 365",
    id: 11_161,
    workload: "AzureActiveDirectory",
};

/// Everything of a row except its audit record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloudEvent<'a> {
    pub at: i64,
    /// `ActionType`, and `Operation` of the audit record.
    pub action: &'a str,
    pub service: &'a Service,
    pub actor: &'a Person,
    /// As the service wrote it: plain, or in brackets with a port.
    pub address: &'a str,
    pub location: &'a Location,
    pub agent: &'a str,
    pub os: &'a str,
    pub activity: &'a str,
    pub object: &'a str,
    pub object_type: &'a str,
    pub admin: bool,
}

impl CloudEvent<'_> {
    /// Writes the row; `audit` adds what its operation has to say to `RawEventData`.
    pub fn write(&self, out: &mut Out, rng: &mut Rng, audit: impl FnOnce(&mut Out, &mut Rng)) {
        out.clear();
        out.open();
        out.time("Timestamp", self.at);
        out.string("ActionType", self.action);
        out.string("Application", self.service.name);
        out.integer("ApplicationId", self.service.id);
        out.integer("AppInstanceId", 0);
        out.string("AccountObjectId", &self.actor.object_id);
        out.string("AccountId", &self.actor.upn);
        out.string("AccountDisplayName", &self.actor.display);
        out.string("AccountType", if self.admin { "Admin" } else { "Regular" });
        out.boolean("IsAdminOperation", self.admin);
        out.string("DeviceType", if self.os == "Ios" { "Mobile" } else { "Desktop" });
        out.string("OSPlatform", self.os);
        out.string("IPAddress", self.address);
        out.boolean("IsAnonymousProxy", false);
        out.string("CountryCode", self.location.country);
        out.string("City", self.location.city);
        out.string("ISP", self.location.isp);
        out.string("UserAgent", self.agent);
        out.string("ActivityType", self.activity);
        self.write_objects(out);
        out.string("ObjectName", self.object);
        out.string("ObjectType", self.object_type);
        out.guid("ReportId", rng);
        out.boolean("IsExternalUser", false);
        out.boolean("IsImpersonated", false);
        out.raw("IPTags", "[]");
        out.raw("UserAgentTags", "[]");
        out.raw("AdditionalFields", r#"{"IsSatelliteProvider":false}"#);
        out.string("AuditSource", "Defender for Cloud Apps app connector");
        out.string("TenantId", TENANT_ID);
        out.open_object("RawEventData");
        audit(out, rng);
        out.close();
        out.close();
    }

    fn write_objects(&self, out: &mut Out) {
        out.open_array("ActivityObjects");
        out.open();
        out.string("Type", self.object_type);
        out.string("Role", "Target object");
        out.string("Name", self.object);
        out.close();
        out.open();
        out.string("Type", "Account");
        out.string("Role", "Actor");
        out.string("Name", &self.actor.display);
        out.string("Id", &self.actor.object_id);
        out.integer("ApplicationId", 11_161);
        out.integer("ApplicationInstance", 0);
        out.close();
        out.close_array();
    }
}
