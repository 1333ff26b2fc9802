//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod contract;
mod compare;
mod data;
mod discrete;
mod lifetimes;
mod uncertainty;
mod value;
