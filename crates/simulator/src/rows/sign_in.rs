//! Rows of `AADSignInEventsBeta`.

use crate::json::Out;
use crate::people::{Machine, Person};
use crate::places::Location;
use crate::rng::Rng;
use crate::rows::TENANT_ID;

/// An application that people sign in to, and the resource behind it.
#[derive(Debug)]
pub(crate) struct Application {
    pub name: &'static str,
    pub id: &'static str,
    pub resource: &'static str,
    pub resource_id: &'static str,
}

pub(crate) static OUTLOOK: Application = Application {
    name: "Office 365 Exchange Online",
    id: "00000002-0000-0ff1-ce00-000000000000",
    resource: "Office 365 Exchange Online",
    resource_id: "00000002-0000-0ff1-ce00-000000000000",
};
pub(crate) static OFFICE_HOME: Application = Application {
    name: "OfficeHome",
    id: "4765445b-32c6-49b0-83e6-1d93765276ca",
    resource: "OfficeHome",
    resource_id: "4765445b-32c6-49b0-83e6-1d93765276ca",
};
pub(crate) static SHAREPOINT: Application = Application {
    name: "Office 365 SharePoint Online",
    id: "00000003-0000-0ff1-ce00-000000000000",
    resource: "Office 365 SharePoint Online",
    resource_id: "00000003-0000-0ff1-ce00-000000000000",
};
pub(crate) static TEAMS: Application = Application {
    name: "Microsoft Teams",
    id: "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    resource: "Microsoft Graph",
    resource_id: "00000003-0000-0000-c000-000000000000",
};
pub(crate) static SYNC_CLIENT: Application = Application {
    name: "Microsoft Azure Active Directory Connect",
    id: "cb1056e2-e479-49de-ae31-7812af012ed8",
    resource: "Windows Azure Active Directory",
    resource_id: "00000002-0000-0000-c000-000000000000",
};
pub(crate) static APPLICATIONS: [&Application; 4] = [&OUTLOOK, &TEAMS, &SHAREPOINT, &OFFICE_HOME];

/// Error code of a sign-in with a wrong password.
pub(crate) const WRONG_PASSWORD: i64 = 50_126;
/// Error code of a sign-in that a conditional access policy blocked.
pub(crate) const BLOCKED: i64 = 53_003;

/// Values of `RiskState`.
pub(crate) mod risk_state {
    pub(crate) const NONE: i64 = 0;
    pub(crate) const REMEDIATED: i64 = 2;
    pub(crate) const DISMISSED: i64 = 3;
    pub(crate) const AT_RISK: i64 = 4;
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct SignIn<'a> {
    pub at: i64,
    pub person: &'a Person,
    pub address: &'a str,
    pub location: &'a Location,
    pub application: &'a Application,
    pub machine: &'a Machine,
    /// The tenant manages the device.
    pub known_device: bool,
    pub client: &'a str,
    pub interactive: bool,
    pub error: i64,
    pub risk: i64,
    pub risk_state: i64,
    /// Risk detections as JSON text inside a string; empty when there are none.
    pub risk_events: &'a str,
}

impl<'a> SignIn<'a> {
    /// A harmless sign-in from the person's own office and device.
    pub fn ordinary(at: i64, person: &'a Person, application: &'a Application) -> Self {
        Self {
            at,
            person,
            address: person.office.address,
            location: &person.office.location,
            application,
            machine: person.machine,
            known_device: true,
            client: "Browser",
            interactive: true,
            error: 0,
            risk: 0,
            risk_state: risk_state::NONE,
            risk_events: "",
        }
    }

    pub fn write(&self, out: &mut Out, rng: &mut Rng) {
        out.clear();
        out.open();
        out.time("Timestamp", self.at);
        out.string("Application", self.application.name);
        out.string("ApplicationId", self.application.id);
        out.string(
            "LogonType",
            if self.interactive {
                r#"[\"interactiveUser\"]"#
            } else {
                r#"[\"nonInteractiveUser\"]"#
            },
        );
        out.string("EndpointCall", if self.interactive { "OAuth2:Authorize" } else { "OAuth2:Token" });
        out.integer("ErrorCode", self.error);
        out.guid("CorrelationId", rng);
        out.guid("SessionId", rng);
        self.write_account(out);
        out.string("ResourceDisplayName", self.application.resource);
        out.string("ResourceId", self.application.resource_id);
        out.string("ResourceTenantId", TENANT_ID);
        self.write_device(out);
        let second_factor = self.interactive && self.error == 0 && self.client == "Browser";
        out.string(
            "AuthenticationRequirement",
            if second_factor {
                "multiFactorAuthentication"
            } else {
                "singleFactorAuthentication"
            },
        );
        out.string("TokenIssuerType", "AzureAD");
        out.integer("RiskLevelAggregated", self.risk);
        out.integer("RiskLevelDuringSignIn", self.risk);
        out.string("RiskEventTypes", self.risk_events);
        out.integer("RiskState", self.risk_state);
        out.string("ClientAppUsed", self.client);
        out.integer(
            "ConditionalAccessStatus",
            match self.error {
                0 => 0,
                BLOCKED => 1,
                _ => 2,
            },
        );
        out.string("IPAddress", self.address);
        out.string("Country", self.location.country);
        out.string("State", self.location.state);
        out.string("City", self.location.city);
        out.string("Latitude", self.location.latitude);
        out.string("Longitude", self.location.longitude);
        out.guid("RequestId", rng);
        out.hex("ReportId", "", rng, "");
        out.close();
    }

    fn write_account(&self, out: &mut Out) {
        out.string("AccountDisplayName", &self.person.display);
        out.string("AccountObjectId", &self.person.object_id);
        out.string("AccountUpn", &self.person.upn);
        out.boolean("IsExternalUser", false);
        out.boolean("IsGuestUser", false);
        out.string("AlternateSignInName", &self.person.upn);
        out.time("LastPasswordChangeTimestamp", self.person.password_changed);
    }

    fn write_device(&self, out: &mut Out) {
        if self.known_device {
            out.string("DeviceName", &self.person.device_name);
            out.string("AadDeviceId", &self.person.device_id);
            out.string("DeviceTrustType", "Azure AD joined");
        } else {
            out.string("DeviceName", "");
            out.string("AadDeviceId", "");
            out.string("DeviceTrustType", "");
        }
        out.string("OSPlatform", self.machine.os);
        out.boolean("IsManaged", self.known_device);
        out.boolean("IsCompliant", self.known_device);
        out.string("UserAgent", self.machine.agent);
        out.string("Browser", self.machine.browser);
    }
}
