//! Fitted clusters as a segmenter: features, model and names in one.

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::features::encoding::{Encoded, Encoder};
use crate::parallel;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter};

use super::explain;
use super::method::{ClusterModel, Placed};
use super::points::Points;

/// Numbers of a row that are kept without asking for memory.
const SHORT: usize = 64;

/// Clusters that were found among customers, and that place other customers: what [`Clustering`](super::Clustering)
/// learns.
///
/// It is a segmenter like any other. Its segments are [`Label`]s: a key that does not change (`cluster_1`, the largest) and
/// a name, made of what marks its members until [`named`](Clusters::named) says better.
///
/// # Cost
///
/// Placing one customer reads its features and compares it with each cluster: O(k d) for methods with centroids; it asks
/// for no memory up to 64 columns. A table is encoded column by column and placed in parallel. The size of the saved form
/// is that of the encoder and the model.
///
/// # Missing values
///
/// A customer of whom a feature that must be known is not is unassigned with the reason.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Clusters<M> {
    encoder: Encoder,
    model: M,
    labels: Vec<Label>,
    /// How far each cluster reaches; empty if there is no limit.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    limits: Vec<f64>,
    /// How many customers were left out of learning because something was not known.
    left_out: usize,
}

impl<M: ClusterModel> Clusters<M> {
    /// # Errors
    /// If the parts do not fit together.
    pub(super) fn learnt(
        encoder: Encoder,
        model: M,
        limits: Vec<f64>,
        labels: Vec<Label>,
        left_out: usize,
    ) -> Result<Self> {
        let clusters = Clusters { encoder, model, labels, limits, left_out };
        clusters.fits()?;
        Ok(clusters)
    }

    /// The model: centroids, objective, what the method tells.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// What makes rows of customers.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// How many customers were left out of learning, because a feature of theirs is not known.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Gives a cluster, counted from 0, the name that people read. Its key stays.
    ///
    /// # Errors
    /// If there is no such cluster.
    pub fn named(mut self, cluster: usize, name: impl Into<String>) -> Result<Self> {
        let clusters = self.labels.len();
        let label = self
            .labels
            .get_mut(cluster)
            .ok_or_else(|| Error::parameter("cluster", format!("below {clusters}, the number of clusters"), cluster))?;
        *label = Label::new(label.key()).named(name).described(label.description());
        Ok(self)
    }

    /// What stands for a cluster, feature by feature in the attribute's own unit and words: its centroid, medoid or mode.
    ///
    /// # Errors
    /// If there is no such cluster.
    pub fn center(&self, cluster: usize) -> Result<Vec<(String, String)>> {
        if cluster >= self.labels.len() {
            let expected = format!("below {}, the number of clusters", self.labels.len());
            return Err(Error::parameter("cluster", expected, cluster));
        }
        Ok(self.encoder.in_words(&self.model.representative(cluster)))
    }

    /// Where a customer is: cluster, distance and second choice; `Err` holds why it is nowhere.
    ///
    /// # Errors
    /// If a value is of the wrong kind.
    pub fn place(&self, customer: &dyn Customer) -> Result<std::result::Result<Placed, Reason>> {
        self.with_row(customer, |row| {
            let placed = self.model.place(row);
            match placed.cluster.filter(|_| self.within(&placed)) {
                Some(_) => Ok(placed),
                None => Err(self.out_of_reach(&placed)),
            }
        })
    }

    /// To what degree a customer is in each cluster; `None` if the method has sharp edges or the customer cannot be placed.
    ///
    /// # Errors
    /// If a value is of the wrong kind.
    pub fn memberships(&self, customer: &dyn Customer) -> Result<Option<Vec<f64>>> {
        let degrees = self.with_row(customer, |row| {
            let mut degrees = vec![0.0; self.model.clusters()];
            Ok(self.model.memberships(row, &mut degrees).then_some(degrees))
        })?;
        Ok(degrees.ok().flatten())
    }

    /// Gives the customer's row to `work`, or the reason why it has none.
    fn with_row<T>(
        &self,
        customer: &dyn Customer,
        work: impl FnOnce(&[f64]) -> std::result::Result<T, Reason>,
    ) -> Result<std::result::Result<T, Reason>> {
        let width = self.encoder.dimensions();
        let mut short = [0.0; SHORT];
        let mut long = Vec::new();
        let row = match short.get_mut(..width) {
            Some(row) => row,
            None => {
                long.resize(width, 0.0);
                &mut long[..]
            }
        };
        Ok(match self.encoder.encode_one(customer, row)? {
            Some(reason) => Err(reason),
            None => work(row),
        })
    }

    fn within(&self, placed: &Placed) -> bool {
        let limit = placed.cluster.and_then(|cluster| self.limits.get(cluster));
        limit.is_none_or(|limit| placed.distance <= *limit)
    }

    fn out_of_reach(&self, placed: &Placed) -> Reason {
        // the same words for all of a cluster, so that a segmentation can count them
        Reason::Other(match placed.cluster.and_then(|cluster| self.labels.get(cluster)) {
            Some(label) => format!("like nobody: nearest to `{}`, and too far from it", label.label()),
            None => "like nobody: near no cluster".to_owned(),
        })
    }

    /// The segmentation of encoded customers that are at these places.
    pub(super) fn placed(
        &self,
        customers: &Customers,
        encoded: &Encoded,
        places: Vec<Placed>,
    ) -> Result<Segmentation<Label>> {
        let mut distances = vec![f64::NAN; customers.len()];
        let mut found: Vec<std::result::Result<usize, Reason>> = vec![Err(Reason::NoMatch); customers.len()];
        for (row, reason) in &encoded.absent {
            found[*row] = Err(reason.clone());
        }
        for (row, placed) in encoded.rows.iter().zip(&places) {
            found[*row] = match placed.cluster.filter(|_| self.within(placed)) {
                Some(cluster) => {
                    distances[*row] = placed.distance;
                    Ok(cluster)
                }
                None => Err(self.out_of_reach(placed)),
            };
        }
        let segmentation = Segmentation::new(customers, self.labels.clone(), found)?.with_distances(distances)?;
        match self.degrees(encoded, customers.len()) {
            Some(degrees) => segmentation.with_memberships(degrees),
            None => Ok(segmentation),
        }
    }

    /// Degrees of membership, zeros where a customer has no row; `None` if the method has sharp edges.
    fn degrees(&self, encoded: &Encoded, customers: usize) -> Option<ndarray::Array2<f64>> {
        let clusters = self.model.clusters();
        let row_of = |at: usize| encoded.matrix.row(at).to_vec();
        if clusters == 0 || encoded.rows.is_empty() || !self.model.memberships(&row_of(0), &mut vec![0.0; clusters]) {
            return None;
        }
        let parts = parallel::map_chunks(encoded.rows.len(), 1024, |rows| {
            let mut degrees = vec![0.0; rows.len() * clusters];
            for (at, out) in rows.zip(degrees.chunks_mut(clusters)) {
                self.model.memberships(&row_of(at), out);
            }
            degrees
        });
        let mut all = ndarray::Array2::zeros((customers, clusters));
        let degrees = parts.iter().flat_map(|part| part.chunks(clusters));
        for (row, degrees) in encoded.rows.iter().zip(degrees) {
            all.row_mut(*row).iter_mut().zip(degrees).for_each(|(slot, degree)| *slot = *degree);
        }
        Some(all)
    }

    /// # Errors
    /// If encoder, model, names and limits do not fit together.
    fn fits(&self) -> Result<()> {
        self.encoder.check()?;
        self.model.check()?;
        let (columns, clusters) = (self.encoder.dimensions(), self.model.clusters());
        if self.model.dimensions() != columns {
            return Err(Error::length("the model's columns", self.model.dimensions(), columns));
        }
        if self.labels.len() != clusters {
            return Err(Error::length("names of clusters", self.labels.len(), clusters));
        }
        let keys: std::collections::BTreeSet<_> = self.labels.iter().map(|label| label.key()).collect();
        if keys.len() != clusters {
            return Err(Error::definition("two clusters have the same key"));
        }
        if !self.limits.is_empty() && self.limits.len() != clusters {
            return Err(Error::length("limits of clusters", self.limits.len(), clusters));
        }
        match self.limits.iter().find(|limit| !(limit.is_finite() && **limit >= 0.0)) {
            Some(limit) => Err(Error::parameter("limits", "finite distances of at least 0", limit)),
            None => Ok(()),
        }
    }
}

impl<M: ClusterModel> Segmenter for Clusters<M> {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.labels.clone()
    }

    fn reads(&self) -> Reads {
        self.encoder.reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let placed = self.with_row(customer, |row| Ok(self.model.place(row)))?;
        let cluster = placed.ok().filter(|placed| self.within(placed)).and_then(|placed| placed.cluster);
        Ok(cluster.and_then(|cluster| self.labels.get(cluster).cloned()))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let read = self.with_row(customer, |row| Ok((row.to_vec(), self.model.place(row))))?;
        Ok(match read {
            Err(reason) => Explanation::unassigned(customer.id(), reason),
            Ok((row, placed)) => {
                let explanation = match placed.cluster.filter(|_| self.within(&placed)) {
                    Some(cluster) => Explanation::assigned(customer.id(), &self.labels[cluster]),
                    None => Explanation::unassigned(customer.id(), self.out_of_reach(&placed)),
                };
                explain::because(explanation, customer, &row, &placed, self)
            }
        })
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.encoder.notes();
        notes.extend(self.model.notes());
        if self.left_out > 0 {
            let who = crate::text::counted(self.left_out, "customer was", "customers were");
            notes.push(format!("{who} left out of learning, because a feature is not known"));
        }
        if self.model.converged() == Some(false) {
            let iterations = self.model.iterations().unwrap_or(0);
            notes.push(format!("not at rest after {iterations} iterations: more may find a better division"));
        }
        notes
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let encoded = self.encoder.encode(customers)?;
        let meanings = self.encoder.meanings();
        let places = self.model.place_all(&Points::new(encoded.matrix.view()).meanings(&meanings));
        self.placed(customers, &encoded, places)
    }
}

#[cfg(feature = "serde")]
impl<M: ClusterModel> crate::model::Model for Clusters<M> {
    const KIND: &'static str = M::KIND;

    fn reads(&self) -> Reads {
        self.encoder.reads()
    }

    fn check(&self) -> Result<()> {
        self.fits()
    }
}
