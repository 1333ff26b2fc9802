//! Where leaving is seen.
