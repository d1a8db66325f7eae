//! Tactics, as content for Sentinel names them.

use std::fmt;

/// A tactic of ATT&CK for enterprises or industrial systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tactic {
    Reconnaissance,
    ResourceDevelopment,
    InitialAccess,
    Execution,
    Persistence,
    PrivilegeEscalation,
    DefenseEvasion,
    CredentialAccess,
    Discovery,
    LateralMovement,
    Collection,
    CommandAndControl,
    Exfiltration,
    Impact,
    ImpairProcessControl,
    InhibitResponseFunction,
    /// Reconnaissance and resource development before they had names of their own.
    PreAttack,
}

/// The tactic, its name in content, its title and its id in ATT&CK.
const TACTICS: &[(Tactic, &str, &str, &str)] = &[
    (Tactic::Reconnaissance, "Reconnaissance", "Reconnaissance", "TA0043"),
    (Tactic::ResourceDevelopment, "ResourceDevelopment", "Resource Development", "TA0042"),
    (Tactic::InitialAccess, "InitialAccess", "Initial Access", "TA0001"),
    (Tactic::Execution, "Execution", "Execution", "TA0002"),
    (Tactic::Persistence, "Persistence", "Persistence", "TA0003"),
    (Tactic::PrivilegeEscalation, "PrivilegeEscalation", "Privilege Escalation", "TA0004"),
    (Tactic::DefenseEvasion, "DefenseEvasion", "Defense Evasion", "TA0005"),
    (Tactic::CredentialAccess, "CredentialAccess", "Credential Access", "TA0006"),
    (Tactic::Discovery, "Discovery", "Discovery", "TA0007"),
    (Tactic::LateralMovement, "LateralMovement", "Lateral Movement", "TA0008"),
    (Tactic::Collection, "Collection", "Collection", "TA0009"),
    (Tactic::CommandAndControl, "CommandAndControl", "Command and Control", "TA0011"),
    (Tactic::Exfiltration, "Exfiltration", "Exfiltration", "TA0010"),
    (Tactic::Impact, "Impact", "Impact", "TA0040"),
    (
        Tactic::ImpairProcessControl,
        "ImpairProcessControl",
        "Impair Process Control",
        "TA0106",
    ),
    (
        Tactic::InhibitResponseFunction,
        "InhibitResponseFunction",
        "Inhibit Response Function",
        "TA0107",
    ),
    (Tactic::PreAttack, "PreAttack", "Pre-Attack", ""),
];

impl Tactic {
    /// Every tactic, in the order of an attack.
    pub fn all() -> impl Iterator<Item = Tactic> {
        TACTICS.iter().map(|row| row.0)
    }

    /// The tactic of exactly this name (`InitialAccess`).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Tactic> {
        TACTICS.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// The tactic that a loosely written name means: case, spaces, hyphens and underscores do not matter
    /// (`Initial access`, `CommandandControl`, `Pre-Attack`).
    #[must_use]
    pub fn from_loose_name(name: &str) -> Option<Tactic> {
        let plain = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).collect::<String>();
        TACTICS.iter().find(|row| row.1.eq_ignore_ascii_case(&plain)).map(|row| row.0)
    }

    /// The tactic name that a misspelt one most likely stands for.
    #[must_use]
    pub fn closest(name: &str) -> Option<&'static str> {
        quarry_text::suggest::closest(name, TACTICS.iter().map(|row| row.1))
    }

    /// As content writes it: `InitialAccess`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// As people read it: `Initial Access`.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().map_or("", |row| row.2)
    }

    /// Its id in ATT&CK (`TA0001`); empty for [`Tactic::PreAttack`], which has none any more.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().map_or("", |row| row.3)
    }

    fn row(self) -> Option<&'static (Tactic, &'static str, &'static str, &'static str)> {
        TACTICS.iter().find(|row| row.0 == self)
    }
}

impl fmt::Display for Tactic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
