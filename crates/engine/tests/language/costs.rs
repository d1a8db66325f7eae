//! Every benchmark runs, and its two sides agree on how many rows there are. How long they take is for `cargo bench` to say.

#[path = "../../benches/operators/data.rs"]
mod data;
#[path = "../../benches/operators/families.rs"]
mod families;
#[path = "../../benches/operators/peers.rs"]
mod peers;

#[test]
fn every_benchmark_runs() {
    let runtime = crate::runtime();
    let stage = runtime.block_on(families::Stage::new(2000));
    for family in families::FAMILIES {
        let (rows, expected) = (runtime.block_on(stage.quarry(family)), runtime.block_on(stage.peer(family)));
        assert_eq!(rows, expected, "{} against a {}: {}", family.name, family.peer.name(), family.query);
    }
}
