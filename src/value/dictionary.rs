//! Texts, each stored once and called by a number.

use std::fmt;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Hashing that is the same in every run; a result never depends on the order of a table all the same.
pub(crate) const HASHER: FixedState = FixedState::with_seed(0x5e67_6d65_6e74_7279);

/// Texts, each stored once in one long text and called by a number in order of first appearance.
///
/// A million customers live in a few hundred cities: storing numbers instead of texts saves memory, and whoever asks
/// the same question of each row (a rule, a reader) asks it once a text.
///
/// ```
/// use segmentry::value::Dictionary;
///
/// let mut cities: Dictionary = ["Lyon", "Turin", "Lyon"].into_iter().collect();
/// assert_eq!((cities.len(), cities.code("Turin"), cities.text(0)), (2, Some(1), Some("Lyon")));
/// assert_eq!(cities.intern("Ghent"), 2);
/// ```
#[derive(Clone, Default)]
pub struct Dictionary {
    texts: String,
    ends: Vec<usize>,
    table: HashTable<u32>,
}

impl Dictionary {
    /// The number of different texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of that number.
    pub fn text(&self, code: u32) -> Option<&str> {
        let code = code as usize;
        let end = *self.ends.get(code)?;
        let start = if code == 0 { 0 } else { *self.ends.get(code - 1)? };
        self.texts.get(start..end)
    }

    /// The number of that text.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.table.find(HASHER.hash_one(text), |code| self.text(*code) == Some(text)).copied()
    }

    /// The texts in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|i| self.text(i as u32))
    }

    /// The number of the text, which is added if it is new.
    ///
    /// Holds at most 2³² − 1 texts; a text beyond that is given the last number, which no machine's memory reaches
    /// with texts of one byte and their bookkeeping (96 GiB).
    pub fn intern(&mut self, text: &str) -> u32 {
        let hash = HASHER.hash_one(text);
        if let Some(code) = self.table.find(hash, |code| self.text(*code) == Some(text)) {
            return *code;
        }
        let code = u32::try_from(self.ends.len()).unwrap_or(u32::MAX - 1);
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        let Dictionary { texts, ends, table } = self;
        let nth = |code: u32| {
            let code = code as usize;
            let start = if code == 0 { 0 } else { ends[code - 1] }; // codes in the table index `ends`
            &texts[start..ends[code]]
        };
        table.insert_unique(hash, code, |code| HASHER.hash_one(nth(*code)));
        code
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.texts.capacity() + self.ends.capacity() * size_of::<usize>() + self.table.allocation_size()
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().take(16)).finish()
    }
}

impl<'a> FromIterator<&'a str> for Dictionary {
    fn from_iter<T: IntoIterator<Item = &'a str>>(texts: T) -> Self {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.intern(text);
        }
        dictionary
    }
}
