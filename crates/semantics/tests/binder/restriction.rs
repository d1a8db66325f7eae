//! `restrict access to`: what of the database can still be named.

use super::bound;

/// The codes and the names of what is wrong with a query.
fn errors(query: &str) -> Vec<String> {
    let diagnostics = bound(query).diagnostics;
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|error| format!("{}: {}", error.code, error.message)).collect()
}

fn hidden(name: &str) -> Vec<String> {
    vec![format!("SEM0100: Failed to resolve table or column expression named '{name}'")]
}

#[test]
fn named_tables_stay_visible() {
    assert_eq!(errors("restrict access to (Users); Users | count"), [""; 0]);
    assert_eq!(errors("restrict access to (database().Users); database().Users | count"), [""; 0]);
    assert_eq!(errors("restrict access to (database().*); union Users, Events | count"), [""; 0]);
    assert_eq!(errors("restrict access to (database().Us*); Users | count"), [""; 0]);
    assert_eq!(errors("restrict access to (database().Risky); Risky(0.1) | count"), [""; 0]);
    assert_eq!(errors("restrict access to (database('elsewhere').*); print 1"), [""; 0]);
}

#[test]
fn other_tables_do_not() {
    let events = [
        "Events | count",
        "database().Events | count",
        "table('Events') | count",
        "let T = Events; T | count",
        "Users | where User in ((Events | project User)) | count",
        "Users | join Events on User | count",
    ];
    for query in events {
        assert_eq!(errors(&format!("restrict access to (Users); {query}")), hidden("Events"), "{query}");
    }
    assert_eq!(errors("restrict access to (database().Users); union E* | count"), hidden("E*"));
    assert_eq!(
        errors("let V = view () { Users }; restrict access to (*); Users | count"),
        hidden("Users")
    );
    assert_eq!(
        errors("restrict access to (Users); Risky(0.1) | count"),
        ["SEM0260: Unknown function: 'Risky'"]
    );
}

#[test]
fn patterns_and_searches_see_what_is_left() {
    let columns = |query: &str| {
        let bound = bound(query).query.unwrap();
        let columns = bound.results[0].rel.columns.iter();
        columns.map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(columns("restrict access to (Users); union *"), ["User", "Risk", "Tags"]);
    assert_eq!(
        columns("restrict access to (Users); search 'a'"),
        ["$table", "User", "Risk", "Tags"]
    );
}

#[test]
fn a_view_sees_what_it_saw_when_it_was_declared() {
    assert_eq!(
        errors("let V = view () { Events | where User == 'a' }; restrict access to (V); V | count"),
        [""; 0]
    );
    assert_eq!(
        errors("restrict access to (Users); let V = view () { Events }; V | count"),
        hidden("Events")
    );
}

#[test]
fn what_is_no_name_of_rows_is_refused() {
    assert_eq!(errors("restrict access to (Nope); print 1"), hidden("Nope"));
    assert_eq!(errors("restrict access to (database().Nope); print 1"), hidden("Nope"));
    assert_eq!(errors("let x = 1; restrict access to (x); print x"), hidden("x"));
}
