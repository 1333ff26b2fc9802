//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod data;
mod spend;
