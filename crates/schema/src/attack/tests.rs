#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;

#[test]
fn tactics_have_names_and_techniques() {
    assert_eq!(Tactic::all().count(), 17);
    for tactic in Tactic::all() {
        assert_eq!(Tactic::from_name(tactic.name()), Some(tactic));
        assert!(!techniques_of(tactic).is_empty(), "{tactic}");
    }
}

#[test]
fn loose_names_are_understood_but_not_taken_for_exact_ones() {
    assert_eq!(Tactic::from_loose_name("Initial access"), Some(Tactic::InitialAccess));
    assert_eq!(Tactic::from_loose_name("CommandandControl"), Some(Tactic::CommandAndControl));
    assert_eq!(Tactic::from_name("Initial access"), None);
    assert_eq!(Tactic::from_loose_name("Ransomware"), None);
    assert_eq!(Tactic::closest("Persistance"), Some("Persistence"));
}

#[test]
fn techniques_lead_to_their_tactics() {
    use Tactic::*;
    assert_eq!(
        tactics_of("T1078.004"),
        [InitialAccess, Persistence, PrivilegeEscalation, DefenseEvasion]
    );
    assert_eq!(tactics_of("T1566"), [InitialAccess]);
    assert_eq!(tactics_of("T9999"), []);
    assert_eq!(tactics_of("t1566"), []);
}

#[test]
fn technique_ids_have_a_form() {
    assert_eq!(base_technique("T1078"), Some("T1078"));
    assert_eq!(base_technique("T1078.004"), Some("T1078"));
    for wrong in [
        "",
        "T",
        "T107",
        "T10788",
        "t1078",
        "T1078.",
        "T1078.04",
        "T1078.004.1",
        "1078",
        "T1078 ",
        "Ⅰ1078",
    ] {
        assert_eq!(base_technique(wrong), None, "{wrong}");
    }
}

#[test]
fn entities_need_one_sufficient_combination() {
    let account = entity_type("Account").unwrap();
    assert!(account.is_identified_by(&["FullName"]));
    assert!(!account.is_identified_by(&["UPNSuffix"]));
    let hash = entity_type("FileHash").unwrap();
    assert!(!hash.is_identified_by(&["Value"]));
    assert!(hash.is_identified_by(&["Value", "Algorithm"]));
    assert_eq!(account.closest_identifier("Fullname"), Some("FullName"));
    assert_eq!(closest_entity_type("Url"), Some("URL"));
    assert_eq!(entity_types().len(), 19);
    for entity in entity_types() {
        assert!(
            entity
                .required
                .iter()
                .flat_map(|all| all.iter())
                .all(|id| entity.identifiers.contains(id)),
            "{}",
            entity.name
        );
    }
}
