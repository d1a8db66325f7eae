//! Rebuilds when the bundled hunts change: they are embedded in the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../content");
}
