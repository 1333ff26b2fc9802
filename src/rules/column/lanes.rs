//! The words of one chunk: a lane for each question that somebody asks.

use super::bits::words;

/// The words of one chunk of rows, lane by lane.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    words: Vec<u64>,
    /// Words from one lane to the next.
    stride: usize,
    /// Words in use.
    used: usize,
}

impl Lanes {
    /// Room for so many lanes of so many rows.
    pub(super) fn new(lanes: usize, rows: usize) -> Self {
        let stride = words(rows);
        Lanes { words: vec![0; lanes * stride], stride, used: stride }
    }

    /// Begins a chunk of so many rows, at most as many as there is room for.
    pub(super) fn begin(&mut self, rows: usize) {
        self.used = words(rows).min(self.stride);
    }

    /// The words of a lane.
    pub(super) fn of(&mut self, lane: usize) -> &mut [u64] {
        let start = lane * self.stride;
        self.words.get_mut(start..start + self.used).unwrap_or_default()
    }

    /// All words, and how many there are from one lane to the next.
    pub(super) fn all(&self) -> (&[u64], usize) {
        (&self.words, self.stride)
    }
}
