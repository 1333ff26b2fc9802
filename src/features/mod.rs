//! Features: the numbers that are made of what is known of a customer.
//!
//! | room | makes | of |
//! | --- | --- | --- |
//! | [`purchases`] | days, counts, amounts, lengths of time | the events of a customer, or a log in three columns |
//! | [`derived`] | one number by a formula | other attributes, and counts and sums of events |
//! | [`encoding`] | rows of numbers on comparable scales | attributes of every kind and level |
//!
//! Segmenters that read events compute what they need by themselves: features are for tables that people look at, for
//! rules and tiers over such numbers, and for programs that want the numbers alone.

pub mod derived;
pub mod encoding;
pub mod purchases;
