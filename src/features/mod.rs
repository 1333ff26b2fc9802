//! Features: the numbers that are made of what is known of a customer.

pub mod derived;
pub mod purchases;
