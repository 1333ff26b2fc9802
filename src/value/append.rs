//! Columns one behind the other, as chunks that were read at once are put together.
//!
//! A file or a list of rows is read in chunks on several threads, each chunk with a [`Dictionary`] of its own. What is
//! here puts the chunks together so that the outcome is byte for byte what one thread that reads all rows in order
//! makes:
//!
//! 1. a chunk's codes are looked up in (and added to) the first dictionary in the order of *its* codes, which is the
//!    order in which the chunk first met the texts, so that new texts get the numbers they would have got;
//! 2. states and invalid texts move behind by the number of rows that are there;
//! 3. a chunk that saw no value yet takes the kind of the other, a chunk of whole numbers widens to numbers.
//!
//! What callers must hold: chunks are appended in the order of their rows. A chunk alone cannot see that an earlier one
//! had another kind, so a refusal here says only *that* kinds differ, not in which row: who needs the row reads again
//! in order.

use std::collections::BTreeMap;

use super::builder::{ColumnBuilder, start, widen};
use super::column::{Column, Data, State};
use super::dictionary::Dictionary;
use super::schema::Kind;

impl Column {
    /// Puts the rows of another column of the same kind behind these; whole numbers go behind numbers too, and turn
    /// to numbers the whole numbers they go behind. The texts get the codes that reading all rows in order gives.
    ///
    /// ```
    /// use segmentry::value::{Column, Kind};
    ///
    /// let mut cities = Column::texts(["Lyon", "Turin"]);
    /// cities.append(Column::texts(["Turin", "Ghent"])).unwrap();
    /// assert_eq!(cities, Column::texts(["Lyon", "Turin", "Turin", "Ghent"]));
    /// assert_eq!(cities.append(Column::booleans([true])), Err(Kind::Text));
    /// ```
    ///
    /// # Errors
    /// If the other column is of another kind, with the kind of this one; nothing is changed then.
    pub fn append(&mut self, mut other: Column) -> Result<(), Kind> {
        match (self.kind(), other.kind()) {
            (a, b) if a == b => {}
            (Kind::Integer, Kind::Number) => widen(self),
            (Kind::Number, Kind::Integer) => widen(&mut other),
            (kind, _) => return Err(kind),
        }
        let rows = self.len();
        append_states(rows, &mut self.states, other.len(), other.states);
        self.invalid.extend(other.invalid.into_iter().map(|(row, text)| (rows + row, text)));
        match (&mut self.data, other.data) {
            (Data::Number(a), Data::Number(b)) => a.extend(b),
            (Data::Integer(a), Data::Integer(b)) => a.extend(b),
            (Data::Boolean(a), Data::Boolean(b)) => a.extend(b),
            (Data::Day(a), Data::Day(b)) => a.extend(b),
            (Data::Timestamp(a), Data::Timestamp(b)) => a.extend(b),
            (Data::Point(a), Data::Point(b)) => a.extend(b),
            (Data::Text { codes: a, dictionary }, Data::Text { codes: b, dictionary: theirs }) => {
                let ours = recode(dictionary, &theirs);
                a.extend(b.iter().map(|code| ours.get(*code as usize).copied().unwrap_or(0)));
            }
            (
                Data::Set { ends: a, codes, dictionary },
                Data::Set { ends: b, codes: their_codes, dictionary: theirs },
            ) => {
                let ours = recode(dictionary, &theirs);
                let before = codes.len();
                codes.extend(their_codes.iter().map(|code| ours.get(*code as usize).copied().unwrap_or(0)));
                a.extend(b.iter().map(|end| before + end));
            }
            _ => {} // the kinds are the same
        }
        Ok(())
    }
}

/// Our code of each of their texts.
///
/// Their codes are known to lie below the length of what this gives: a row without a value has code 0 too, and where
/// their dictionary is empty its place is taken by 0, which means nothing there either.
fn recode(ours: &mut Dictionary, theirs: &Dictionary) -> Vec<u32> {
    theirs.iter().map(|text| ours.intern(text)).collect()
}

/// `None` stands for "every row has a value", on both sides; a vector is made only when one of them has gaps.
fn append_states(rows: usize, ours: &mut Option<Vec<State>>, their_rows: usize, theirs: Option<Vec<State>>) {
    match (ours.as_mut(), theirs) {
        (None, None) => {}
        (Some(ours), None) => ours.resize(rows + their_rows, State::Present),
        (Some(ours), Some(theirs)) => ours.extend(theirs),
        (None, Some(theirs)) => {
            let mut states = vec![State::Present; rows];
            states.extend(theirs);
            *ours = Some(states);
        }
    }
}

impl ColumnBuilder {
    /// Puts the rows of another column behind these; see [`Column::append`].
    ///
    /// # Errors
    /// If the other column is of another kind, with the kind of this one; nothing is changed then.
    pub fn append(&mut self, mut other: ColumnBuilder) -> Result<(), Kind> {
        let rows = self.len();
        match (&mut self.column, other.column.take()) {
            (Some(ours), Some(theirs)) => ours.append(theirs)?,
            (Some(ours), None) => {
                let theirs = start(ours.kind(), other.before, other.before_invalid);
                ours.append(theirs)?;
            }
            (None, Some(theirs)) => {
                let before = std::mem::take(&mut self.before);
                let mut ours = start(theirs.kind(), before, std::mem::take(&mut self.before_invalid));
                ours.append(theirs)?;
                self.column = Some(ours);
            }
            (None, None) => {
                self.before.append(&mut other.before);
                let shifted = other.before_invalid.into_iter().map(|(row, text)| (rows + row, text));
                self.before_invalid.extend(shifted.collect::<BTreeMap<_, _>>());
            }
        }
        Ok(())
    }

    /// Adds a text of which the code is known; says whether this is a column of texts that has it.
    #[cfg(feature = "serde")]
    ///
    /// The short way for texts that are known by their address (variants of an enum): no hashing, one comparison. The
    /// caller falls back to [`ColumnBuilder::push`] where this says `false`, which it does before the first value
    /// decided the kind.
    #[inline]
    pub(crate) fn push_code(&mut self, code: u32) -> bool {
        let Some(Column { data: Data::Text { codes, dictionary }, states, .. }) = &mut self.column else {
            return false;
        };
        if code as usize >= dictionary.len() {
            return false;
        }
        codes.push(code);
        if let Some(states) = states {
            states.push(State::Present);
        }
        true
    }

    /// The code of the text that was added last, of a column of texts.
    #[cfg(feature = "serde")]
    pub(crate) fn last_code(&self) -> Option<u32> {
        match &self.column {
            Some(Column { data: Data::Text { codes, .. }, .. }) => codes.last().copied(),
            _ => None,
        }
    }
}
