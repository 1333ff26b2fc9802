//! The reader `growthbook`: `cargo +nightly fuzz run growthbook`.
#![no_main]

#[allow(dead_code, reason = "each target takes one of them")]
#[path = "../../tests/it/rules/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &str| targets::growthbook(input));
