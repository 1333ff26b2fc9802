//! The tests of lifetimes alone, while they are being written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs, reason = "tests")]

mod lifetime;
