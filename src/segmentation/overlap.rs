//! How audiences overlap: who is in exactly these and no others.

use crate::segment::{Label, Segment};

use super::audiences::Audiences;

/// The customers who are in exactly these audiences and in no others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Intersection {
    /// The numbers of the audiences, in order; none for those who are in no audience.
    pub audiences: Vec<usize>,
    /// How many customers there are.
    pub customers: usize,
}

impl Audiences {
    /// Every combination of audiences that some customer is in exactly, most customers first: the bars of an UpSet plot
    /// (A. Lex, N. Gehlenborg, H. Strobelt, R. Vuillemot and H. Pfister 2014, DOI 10.1109/TVCG.2014.2346248).
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::segment::Label;
    /// use segmentry::segmentation::Audiences;
    ///
    /// let customers = Customers::with_ids(["a", "b", "c", "d"])?;
    /// let audiences = Audiences::new(&customers)
    ///     .with(Label::new("newsletter"), [0, 1, 2])?
    ///     .with(Label::new("app"), [2])?;
    /// let found: Vec<_> = audiences.intersections().into_iter().map(|i| (i.audiences, i.customers)).collect();
    /// assert_eq!(found, [(vec![0], 2), (vec![], 1), (vec![0, 1], 1)]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    /// One pass over the customers; a table entry a combination, of which there are at most as many as customers.
    pub fn intersections(&self) -> Vec<Intersection> {
        let words = self.labels().count().div_ceil(64);
        let mut counts: hashbrown::HashMap<Vec<u64>, usize, foldhash::fast::FixedState> =
            hashbrown::HashMap::with_hasher(crate::value::HASHER);
        let mut key = vec![0_u64; words];
        for row in 0..self.ids().len() {
            key.fill(0);
            for audience in self.of(row) {
                key[audience / 64] |= 1 << (audience % 64); // `words` covers every audience
            }
            match counts.get_mut(key.as_slice()) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(key.clone(), 1);
                }
            }
        }
        let audiences = |key: &[u64]| -> Vec<usize> {
            (0..words * 64).filter(|audience| key[audience / 64] >> (audience % 64) & 1 == 1).collect()
        };
        let mut found: Vec<Intersection> = counts
            .iter()
            .map(|(key, customers)| Intersection { audiences: audiences(key), customers: *customers })
            .collect();
        found.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.audiences.cmp(&b.audiences)));
        found
    }

    /// How many customers are in that audience and in no other: what would be lost without it.
    pub fn unique_members(&self, audience: usize) -> usize {
        self.members(audience).filter(|row| self.of(*row).nth(1).is_none()).count()
    }

    /// The number of the audience with that key.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.labels().position(|label: &Label| label.key() == key)
    }
}
