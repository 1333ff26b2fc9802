//! Who belongs to whom: a table whose rows name their parents in it.

use crate::customer::table::Customers;
use crate::error::{Error, Result};
use crate::value::{Column, Id, Ids, Kind};

use super::{check_parent, parent_id};

/// Who belongs to whom: accounts that name the account above them, up to the top.
///
/// An account that names nobody, or itself, is at the top. So is one that names an account that is not in the table:
/// its top is that account's id ([`Hierarchy::outside`] counts them).
///
/// ```
/// use segmentry::customer::{Aggregate, Customers, Hierarchy, RollUp};
/// use segmentry::value::{Column, Kind};
///
/// let accounts = Customers::with_ids(["shop", "plant", "group"])?
///     .with_column("parent", Column::of(Kind::Text, [Some("plant"), Some("group"), None]))?
///     .with_column("spend", Column::numbers([1.0, 2.0, 4.0]))?;
/// let tops = Hierarchy::of(&accounts, "parent")?;
/// let accounts = accounts.with_column("top", tops.top_column())?;
/// let groups = RollUp::to("top").column("spend", Aggregate::Sum, "spend").run(&accounts)?.customers;
/// assert_eq!(groups.len(), 1);
/// assert_eq!(groups.column("spend")?.number(0), Some(7.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hierarchy {
    /// The customers of the table, then the parents that are not in it.
    ids: Ids,
    /// The place in `ids` of the topmost parent of each customer of the table, and how many steps it is away.
    tops: Vec<(usize, usize)>,
    outside: usize,
}

impl Hierarchy {
    /// The hierarchy of a table by the attribute that names the parent, a text or a whole number. Time grows with the
    /// number of customers.
    ///
    /// # Errors
    /// If there is no such attribute, it is neither text nor integer, or customers belong to themselves in a circle,
    /// with their ids.
    pub fn of(customers: &Customers, parent: &str) -> Result<Self> {
        let column = customers.column(parent)?;
        check_parent(parent, column)?;
        let count = customers.len();
        let mut ids = (**customers.ids()).clone();
        let mut outside = 0;
        let mut above: Vec<usize> = Vec::with_capacity(count);
        for row in 0..count {
            let up = parent_id(column.value(row)).map_or(row, |id| ids.intern(id));
            outside += usize::from(up >= count);
            above.push(up);
        }
        let mut tops: Vec<Option<(usize, usize)>> = vec![None; count];
        let mut on_path = vec![false; count];
        let mut path: Vec<usize> = Vec::new();
        for start in 0..count {
            let mut at = start;
            path.clear();
            // up, until the top or something whose top is known
            let (top, mut depth) = loop {
                match (tops.get(at), above.get(at)) {
                    (Some(Some(known)), _) => break *known,
                    (None, _) | (_, None) => break (at, 0), // outside the table
                    (_, Some(up)) if *up == at => {
                        break (at, 0);
                    }
                    (_, Some(up)) => {
                        if on_path.get(at) == Some(&true) {
                            return Err(circle(&ids, &path, at, parent));
                        }
                        mark(&mut on_path, at, true);
                        path.push(at);
                        at = *up;
                    }
                }
            };
            if let Some(slot @ None) = tops.get_mut(at) {
                *slot = Some((top, depth));
            }
            for row in path.iter().rev() {
                depth += 1;
                if let Some(slot) = tops.get_mut(*row) {
                    *slot = Some((top, depth));
                }
                mark(&mut on_path, *row, false);
            }
        }
        Ok(Hierarchy { ids, tops: tops.into_iter().map(Option::unwrap_or_default).collect(), outside })
    }

    /// The id of the topmost parent of the customer in that row: its own if it is at the top.
    pub fn top(&self, row: usize) -> Option<Id<'_>> {
        self.tops.get(row).and_then(|(top, _)| self.ids.get(*top))
    }

    /// How many steps the top is away from the customer in that row; 0 at the top.
    ///
    /// ```
    /// use segmentry::customer::{Customers, Hierarchy};
    /// use segmentry::value::{Column, Id, Kind};
    ///
    /// let accounts = Customers::with_ids(["shop", "plant", "group"])?
    ///     .with_column("parent", Column::of(Kind::Text, [Some("plant"), Some("group"), None]))?;
    /// let tops = Hierarchy::of(&accounts, "parent")?;
    /// assert_eq!((tops.top(0), tops.depth(0)), (Some(Id::from("group")), Some(2)));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn depth(&self, row: usize) -> Option<usize> {
        self.tops.get(row).map(|(_, depth)| *depth)
    }

    /// How many customers name a parent that is not in the table.
    pub fn outside(&self) -> usize {
        self.outside
    }

    /// The topmost parents as a column of texts, to roll up to.
    pub fn top_column(&self) -> Column {
        let mut tops = crate::value::ColumnBuilder::of_kind(Kind::Text);
        for row in 0..self.tops.len() {
            let text = self.top(row).map(|id| id.to_string());
            tops.push_lossless(crate::value::AsValue::as_value(&text));
        }
        tops.finish()
    }
}

fn mark(flags: &mut [bool], at: usize, to: bool) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = to;
    }
}

/// Names those who stand in a circle, as many as fit.
fn circle(ids: &Ids, path: &[usize], at: usize, parent: &str) -> Error {
    let members = path.iter().skip_while(|row| **row != at).copied();
    let names: Vec<String> = members
        .filter_map(|row| ids.get(row))
        .map(|id| format!("`{}`", crate::error::excerpt(&id.to_string())))
        .collect();
    let shown = names.iter().take(8).cloned().collect::<Vec<_>>().join(" -> ");
    let more = if names.len() > 8 { format!(" -> … ({} in all)", names.len()) } else { String::new() };
    let first = names.first().cloned().unwrap_or_default();
    Error::definition(format!("customers belong to themselves by `{parent}`: {shown}{more} -> {first}"))
}
