//! Tables of Quarry's own catalogue: all of them can be laid out and created.

use quarry_storage::{BuiltInCatalogue, Layout, TableCatalogue};

#[test]
fn every_table_has_a_layout_with_names_that_differ() {
    let mut tables = 0;
    for name in BuiltInCatalogue.names() {
        let shape = BuiltInCatalogue.table(&name).unwrap();
        let layout = Layout::new(&shape);
        let mut names: Vec<String> = layout.delta_fields().iter().map(|field| field.name().to_lowercase()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count, "{name}");
        let legal = |name: &String| !name.contains(|c: char| " ,;{}()\t\n=.".contains(c));
        assert!(names.iter().all(legal), "{name}");
        tables += 1;
    }
    assert!(tables > 2000, "{tables}");
}
