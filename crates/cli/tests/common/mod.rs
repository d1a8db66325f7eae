//! What tests of the command share that run it many times on one lake.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The command in a folder, with nothing of this machine's own settings.
pub fn quarry(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarry"));
    command
        .args(args)
        .current_dir(folder)
        .env_remove("QUARRY_LAKE")
        .stdin(Stdio::null());
    command
}

/// What a command that must succeed gives.
pub fn done(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The rows of a query.
pub fn rows(folder: &Path, lake: &str, query: &str) -> Vec<Value> {
    let output = done(quarry(folder, &["query", query, "--lake", lake, "--format", "jsonl"]));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Chance that is the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
