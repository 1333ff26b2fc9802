//! The reader `json_logic`: `cargo +nightly fuzz run json_logic`.
#![no_main]

#[allow(dead_code, reason = "each target takes one of them")]
#[path = "../../tests/it/rules/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &str| targets::json_logic(input));
