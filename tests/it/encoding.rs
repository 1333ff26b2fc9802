//! Features and encoders: figures of other libraries, laws, real data, words, files.

#[cfg(feature = "serde")]
mod file;
#[cfg(feature = "serde")]
mod golden;
mod hard;
mod kinds;
mod laws;
mod real;
