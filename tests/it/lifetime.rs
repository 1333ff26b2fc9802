//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod compare;
mod contract;
mod data;
mod discrete;
mod lifetimes;
mod uncertainty;
mod value;
