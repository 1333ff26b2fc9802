//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod compare;
mod contract;
mod data;
mod discounted;
mod discrete;
mod extremes;
mod laws;
mod lifetimes;
mod uncertainty;
mod value;
