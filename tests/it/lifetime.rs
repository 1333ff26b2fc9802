//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod compare;
mod data;
mod lifetimes;
mod shrink;
mod value;
