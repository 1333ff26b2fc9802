//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod contract;
mod data;
mod discounted;
mod discrete;
mod extremes;
mod lifetimes;
mod value;
