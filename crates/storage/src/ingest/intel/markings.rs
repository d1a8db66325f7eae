//! The traffic light protocol: who may be told of an object.

/// Marking definitions of the traffic light protocol, by their fixed ids: versions 1 and 2.
const MARKINGS: [(&str, &str); 9] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "White"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "Green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "Amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "Red"),
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "White"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "Green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "Amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "Amber"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "Red"),
];

/// Labels that say the same: `tlp:amber+strict`.
const LEVELS: [(&str, &str); 6] = [
    ("tlp:white", "White"),
    ("tlp:clear", "White"),
    ("tlp:green", "Green"),
    ("tlp:amber", "Amber"),
    ("tlp:amber+strict", "Amber"),
    ("tlp:red", "Red"),
];

/// The level of an object with these markings and labels.
pub(super) fn level(markings: &[String], labels: &[String]) -> Option<&'static str> {
    let marked = |id: &String| MARKINGS.iter().find(|(known, _)| known == id).map(|(_, level)| *level);
    let labelled = |label: &String| {
        let known = LEVELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(label));
        known.map(|(_, level)| *level)
    };
    markings.iter().find_map(marked).or_else(|| labels.iter().find_map(labelled))
}
