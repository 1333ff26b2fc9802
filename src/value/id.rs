//! Who is meant: the customer's id, as a whole number or as a text.
//!
//! Shops number their customers, CRM systems name them, and one file's `17` is the other's `"17"`. Both forms are one
//! here, and neither costs the other: a whole number is stored in 8 bytes without being written out.

use std::fmt;
use std::hash::BuildHasher;
use std::io::Write;

use hashbrown::HashTable;

use crate::error::{Error, Result};

use super::dictionary::{Dictionary, HASHER};

/// A customer's id. The integer 17 and the text `17` are the same id; `017` is another.
///
/// Equality is by how the id is *written*: a text is a number only if it is what writing the number gives, so that
/// zeros in front, a plus sign or blanks make another id. Nobody is merged with somebody else by a reader's good will.
///
/// ```
/// use segmentry::value::Id;
///
/// assert_eq!(Id::from(17_u32), Id::from("17"));
/// assert_ne!(Id::from(17_u32), Id::from("017"));
/// assert_eq!(Id::from("c-17").integer(), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Id<'a> {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(&'a str),
}

impl Id<'_> {
    /// The whole number that this id is, or is the plain decimal writing of.
    pub fn integer(self) -> Option<i64> {
        match self {
            Id::Integer(integer) => Some(integer),
            Id::Text(text) => plain_integer(text),
        }
    }

    /// Calls `with` with the id as text; a number is written on the stack.
    pub(crate) fn with_text<T>(self, with: impl FnOnce(&str) -> T) -> T {
        match self {
            Id::Text(text) => with(text),
            Id::Integer(integer) => {
                let mut buffer = [0_u8; 24];
                let mut left = &mut buffer[..];
                let _ = write!(left, "{integer}"); // an i64 has at most 20 characters
                let used = 24 - left.len();
                with(std::str::from_utf8(&buffer[..used]).unwrap_or_default())
            }
        }
    }
}

/// The number of a text that is written as [`Display`](fmt::Display) writes the number.
fn plain_integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.len() <= 19
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (!digits.starts_with('0') || text == "0");
    if plain { text.parse().ok() } else { None }
}

impl PartialEq for Id<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Id::Integer(a), Id::Integer(b)) => a == b,
            (Id::Text(a), Id::Text(b)) => a == b,
            (a, b) => a.integer() == b.integer(),
        }
    }
}

impl Eq for Id<'_> {}

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Integer(integer) => write!(f, "{integer}"),
            Id::Text(text) => f.write_str(text),
        }
    }
}

impl<'a> From<&'a str> for Id<'a> {
    fn from(text: &'a str) -> Self {
        Id::Text(text)
    }
}

impl<'a> From<&'a String> for Id<'a> {
    fn from(text: &'a String) -> Self {
        Id::Text(text)
    }
}

macro_rules! ids {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Id<'_> {
            fn from(integer: $integer) -> Self {
                Id::Integer(i64::from(integer))
            }
        }
        impl From<&$integer> for Id<'_> {
            fn from(integer: &$integer) -> Self {
                Id::Integer(i64::from(*integer))
            }
        }
    )*};
}
ids!(i8, i16, i32, i64, u8, u16, u32);

/// Many ids, each once, with the way back from an id to its row.
///
/// Integers stay integers until the first text comes; then all are texts.
///
/// Row `i` of every column of a table belongs to id `i`. The order is that in which ids came, never that of a hash.
///
/// ```
/// use segmentry::value::{Id, Ids};
///
/// let mut ids = Ids::unique([Id::from("ann"), Id::from("bob")])?;
/// assert_eq!(ids.row(Id::from("bob")), Some(1));
/// assert_eq!(ids.intern(Id::from("zoe")), 2); // new: gets the next row
/// assert_eq!(ids.intern(Id::from("ann")), 0); // known
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Finding a row and adding an id take constant time (the change from integers to texts once takes time for all).
#[derive(Clone, Debug)]
pub struct Ids(Store);

#[derive(Clone, Debug)]
enum Store {
    /// No table while the integers rise: a new one is behind the last, an old one is found by halving.
    Integers {
        list: Vec<i64>,
        table: Option<HashTable<u32>>,
    },
    Texts(Dictionary),
}

impl Default for Ids {
    fn default() -> Self {
        Ids(Store::Integers { list: Vec::new(), table: None })
    }
}

impl Ids {
    /// The ids of a list in which each occurs once.
    ///
    /// ```
    /// use segmentry::value::{Id, Ids};
    ///
    /// let error = Ids::unique(["ann", "bob", "ann"].map(Id::from)).unwrap_err();
    /// assert_eq!(error.to_string(), "row 2: customer `ann` occurs more than once, first in row 0");
    /// ```
    ///
    /// # Errors
    /// If an id occurs again, with both rows.
    pub fn unique<'a>(ids: impl IntoIterator<Item = Id<'a>>) -> Result<Self> {
        let ids = ids.into_iter();
        let expected = ids.size_hint().0.min(1 << 24); // a hint may be wrong, memory for it is not asked without end
        let mut all = Ids(Store::Integers { list: Vec::with_capacity(expected), table: None });
        for (row, id) in ids.enumerate() {
            all.push(id).map_err(|error| error.at_row(row))?;
        }
        Ok(all)
    }

    /// The ids 0, 1, 2, …
    pub fn numbered(count: usize) -> Self {
        let mut ids = Ids::default();
        for i in 0..count as i64 {
            ids.intern(Id::Integer(i));
        }
        ids
    }

    /// Adds an id that must be new, and gives its row.
    ///
    /// # Errors
    /// If the id is there already.
    pub fn push(&mut self, id: Id<'_>) -> Result<usize> {
        let row = self.len();
        let at = self.intern(id);
        if at < row { Err(Error::duplicate_customer(id, at)) } else { Ok(row) }
    }

    /// The row of the id, which is added if it is new.
    pub fn intern(&mut self, id: Id<'_>) -> usize {
        if let (Store::Integers { list, .. }, None) = (&self.0, id.integer()) {
            let mut texts = Dictionary::default();
            for integer in list {
                Id::Integer(*integer).with_text(|text| texts.intern(text));
            }
            self.0 = Store::Texts(texts);
        }
        match &mut self.0 {
            Store::Texts(texts) => id.with_text(|text| texts.intern(text)) as usize,
            Store::Integers { list, table } => {
                let integer = id.integer().unwrap_or_default(); // the store was turned to texts above otherwise
                let row = list.len();
                if table.is_none() && list.last().is_none_or(|last| integer > *last) {
                    list.push(integer);
                    return row;
                }
                if list.last() == Some(&integer) {
                    return row - 1; // one customer's rows in a run
                }
                if let Some(row) = find(list, table.as_ref(), integer) {
                    return row;
                }
                let table = table.get_or_insert_with(|| tabulate(list));
                list.push(integer);
                let hash = HASHER.hash_one(integer);
                table.insert_unique(hash, row as u32, |row| HASHER.hash_one(list[*row as usize])); // rows index the list
                row
            }
        }
    }

    /// The row of the id.
    pub fn row(&self, id: Id<'_>) -> Option<usize> {
        match &self.0 {
            Store::Texts(texts) => id.with_text(|text| texts.code(text)).map(|code| code as usize),
            Store::Integers { list, table } => find(list, table.as_ref(), id.integer()?),
        }
    }

    /// The id of that row.
    ///
    /// An id may come back in the other form than it was given: `17` given as a text is an integer while all ids are
    /// plain integers. The two are equal.
    pub fn get(&self, row: usize) -> Option<Id<'_>> {
        match &self.0 {
            Store::Integers { list, .. } => list.get(row).copied().map(Id::Integer),
            Store::Texts(texts) => texts.text(u32::try_from(row).ok()?).map(Id::Text),
        }
    }

    /// How many ids there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Store::Integers { list, .. } => list.len(),
            Store::Texts(texts) => texts.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids in row order.
    pub fn iter(&self) -> impl Iterator<Item = Id<'_>> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Store::Integers { list, table } => {
                list.capacity() * size_of::<i64>() + table.as_ref().map_or(0, HashTable::allocation_size)
            }
            Store::Texts(texts) => texts.bytes(),
        }
    }
}

impl PartialEq for Ids {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

/// The row of an integer, by the table or, while the integers rise, by halving.
fn find(list: &[i64], table: Option<&HashTable<u32>>, integer: i64) -> Option<usize> {
    match table {
        None => list.binary_search(&integer).ok(),
        Some(table) => {
            let row = table.find(HASHER.hash_one(integer), |row| list.get(*row as usize) == Some(&integer))?;
            Some(*row as usize)
        }
    }
}

/// The table of a list in which each integer occurs once, with room for as many again.
fn tabulate(list: &[i64]) -> HashTable<u32> {
    let mut table = HashTable::with_capacity(2 * list.len());
    for (row, integer) in list.iter().enumerate() {
        table.insert_unique(HASHER.hash_one(integer), row as u32, |row| HASHER.hash_one(list[*row as usize]));
    }
    table
}
