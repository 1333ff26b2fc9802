//! A method of clustering with the features that it looks at: a recipe for customers.
//!
//! The features come first. They are fitted, the customers become rows, the method finds clusters in them, and both are
//! kept together, because a stranger must be measured with the same scales.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::encoding::{Encoded, Features, Meaning};
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::Fit;

use super::clusters::Clusters;
use super::markers;
use super::method::{ClusterMethod, ClusterModel, Found, Placed};
use super::points::Points;
use super::reach::Reach;

/// A method of clustering on features of customers: fitted, it gives [`Clusters`].
///
/// ```
/// use segmentry::cluster::{ClusterMethod, KMeans};
/// use segmentry::customer::{Customers, Record};
/// use segmentry::features::encoding::Features;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy", "di", "eve"])?
///     .with_column("orders", Column::integers([1, 2, 1, 30, 31]))?
///     .with_column("spend", Column::numbers([20.0, 35.0, 25.0, 900.0, 1100.0]))?;
/// let features = Features::new().number("orders").log1p("spend").standardize();
/// let clusters = KMeans::new(2).on(features).fit(&customers)?;
/// assert_eq!(clusters.segment(&customers)?.sizes(), [3, 2]);
///
/// let stranger = Record::new("flo").with("orders", 25).with("spend", 700.0);
/// assert_eq!(clusters.assign(&stranger)?.unwrap().label(), "High orders, high spend"); // named by its markers
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
///
/// What a feature says of them holds: the customer is left out and unassigned with the reason, a value is put in, or the
/// method works without.
///
/// # Determinism
///
/// The same customers in the same order, recipe and seed give the same bytes on any number of threads. Methods that draw
/// their starts draw rows by number, so another order of the customers may find another of several good divisions;
/// restarts make that rare, a given start excludes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering<M> {
    method: M,
    features: Features,
    reach: Reach,
    names: Vec<String>,
}

/// What was learnt, and the rows that it was learnt from.
struct Learnt<M> {
    clusters: Clusters<M>,
    found: Found<M>,
    encoded: Encoded,
}

impl<M: ClusterMethod> Clustering<M> {
    /// The method on these features; [`ClusterMethod::on`] reads better.
    pub fn new(method: M, features: Features) -> Self {
        Clustering { method, features, reach: Reach::default(), names: Vec::new() }
    }

    /// Sets who belongs to a cluster at all. Default: everybody whom the method places.
    #[must_use]
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Names the clusters, the largest first, in place of names made of their markers.
    #[must_use]
    pub fn names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// Learns, and says where the customers are that were learnt from.
    ///
    /// For most methods that is what [`segment`](crate::segmenter::Segmenter::segment) answers too. A tree of clusters
    /// and HDBSCAN place the rows that they saw by what they saw, and strangers by a rule.
    ///
    /// # Errors
    /// As [`Fit::fit_with`].
    pub fn learn(
        &self,
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(Clusters<M::Model>, Segmentation<Label>)> {
        let Learnt { clusters, found, encoded } = self.find(customers, progress)?;
        let placed = clusters.model().place_all(&points(&encoded, None, &[]));
        let labels = found.labels.iter().map(|label| label.map(|label| label as usize));
        let places = labels.zip(placed).map(|(cluster, place)| Placed { cluster, ..place }).collect();
        let segmentation = clusters.placed(customers, &encoded, places)?;
        Ok((clusters, segmentation))
    }

    fn find(&self, customers: &Customers, progress: &Progress<'_>) -> Result<Learnt<M::Model>> {
        self.reach.check()?;
        let encoder = self.features.fit(customers, M::FORM)?;
        let encoded = encoder.encode(customers)?;
        if encoded.rows.is_empty() {
            return Err(Error::empty("customers of whom every feature is known"));
        }
        let weights: Option<Vec<f64>> =
            customers.weights().map(|weights| encoded.rows.iter().map(|row| weights[*row]).collect());
        let meanings = encoder.meanings();
        let rows = points(&encoded, weights.as_deref(), &meanings);
        let found = self.method.find(&rows, progress).map_err(|error| {
            let row = error.place().row.and_then(|row| encoded.rows.get(row).copied());
            match row.and_then(|row| customers.ids().get(row)) {
                Some(id) => error.at_customer(id),
                None => error,
            }
        })?;
        let limits = match self.reach {
            Reach::Everybody => Vec::new(),
            reach => reach.limits(&found.model, &found.model.place_all(&rows)),
        };
        let markers = markers::of(&encoder, &rows, &found.labels, found.model.clusters());
        let clusters = Clusters::learnt(encoder, found.model.clone(), limits, markers, encoded.absent.len())?;
        if self.names.len() > clusters.model().clusters() {
            let expected = format!("at most {}, as many as there are clusters", clusters.model().clusters());
            return Err(Error::parameter("names", expected, self.names.len()));
        }
        let named = self.names.iter().enumerate().try_fold(clusters, |all, (at, name)| all.named(at, name))?;
        Ok(Learnt { clusters: named, found, encoded })
    }
}

/// The rows of encoded customers; without weights all count the same.
fn points<'a>(encoded: &'a Encoded, weights: Option<&'a [f64]>, meanings: &'a [Meaning]) -> Points<'a> {
    let points = Points::new(encoded.matrix.view()).meanings(meanings);
    match weights {
        Some(weights) => points.weights(weights),
        None => points,
    }
}

impl<M: ClusterMethod> Fit for Clustering<M> {
    type Model = Clusters<M::Model>;

    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<Clusters<M::Model>> {
        Ok(self.find(customers, progress)?.clusters)
    }
}
