//! How stability is asked for.

use crate::error::{Error, Result};
use crate::math::random::Random;

use super::scheme::Scheme;

/// Would these segments come back? Divides resampled rows again and compares.
///
/// - [`of`](Stability::of): of the whole division, by pairs of replicates (adjusted Rand index);
/// - [`among`](Stability::among): the same for several numbers of segments, as a table;
/// - [`segments`](Stability::segments): of each segment of one division (Jaccard with its best match).
///
/// High stability says that the division would come back. It does not say that there are groups: two halves of one
/// crowd may come back too, and a method that always cuts in the same place is stable on anything.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{AnyMethod, KMeans, Points};
/// use segmentry::evaluate::{Refit, Stability};
///
/// // three groups on a line
/// let rows = Array2::from_shape_fn((60, 1), |(row, _)| (row % 3 * 100 + row / 3) as f64);
/// let points = Points::new(rows.view());
/// let (three, four): (AnyMethod, AnyMethod) = (KMeans::new(3).into(), KMeans::new(4).into());
/// let stability = Stability::new().pairs(10).replicates(10).seed(1);
/// let whole = stability.of(&Refit::rows(&three, &points)?)?;
/// assert_eq!(whole.adjusted_rand.median(), 1.0);
/// let too_many = stability.of(&Refit::rows(&four, &points)?)?;
/// assert!(too_many.adjusted_rand.median() < 0.9); // one of the groups is halved, each time another
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Two fits and two placings of all rows a pair, one of each a replicate; in parallel over replicates. Memory on each
/// thread: one copy of the rows and what the method needs.
///
/// # Determinism
/// The same bytes for the same seed on any number of threads. All methods are asked about the same samples, so that
/// differences between them are not those of the draw.
///
/// # Missing values
/// As the method.
///
/// # References
/// S. Dolnicar and F. Leisch 2010, Evaluation of structure and reproducibility of cluster solutions using the bootstrap,
/// DOI 10.1007/s11002-009-9083-4. C. Hennig 2007, Cluster-wise assessment of cluster stability,
/// DOI 10.1016/j.csda.2006.11.025. S. Dolnicar and F. Leisch 2017, Using segment level stability to select target
/// segments in data-driven market segmentation studies, DOI 10.1007/s11002-017-9423-8.
///
/// # Differs from
/// R's flexclust and fpc number replicates and draw them in another way, so that figures agree within what the draw
/// leaves open. By default a replicate is asked about all rows, as flexclust does; fpc compares rows that were drawn
/// ([`drawn_rows`](Stability::drawn_rows)), and by default clusters each of them once however often it was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Stability {
    pub(super) pairs: usize,
    pub(super) replicates: usize,
    pub(super) scheme: Scheme,
    pub(super) drawn: bool,
    pub(super) seed: u64,
}

impl Default for Stability {
    fn default() -> Self {
        Stability::new()
    }
}

impl Stability {
    /// 50 pairs, or 100 replicates, of bootstrap samples, compared on all rows; seed 0.
    pub fn new() -> Self {
        Stability { pairs: 50, replicates: 100, scheme: Scheme::Bootstrap, drawn: false, seed: 0 }
    }

    /// Sets how many pairs are compared for the whole division; 50 unless set.
    #[must_use]
    pub fn pairs(mut self, pairs: usize) -> Self {
        self.pairs = pairs;
        self
    }

    /// Sets how many replicates the segments are looked for in; 100 unless set, as R's fpc recommends.
    #[must_use]
    pub fn replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// Sets how replicates are made; bootstrap samples unless set.
    #[must_use]
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Looks for segments among the rows that were drawn only, each of them once, as R's fpc does.
    ///
    /// Unless set, each replicate places all rows: the question is whether everybody would be in such a segment again,
    /// also those by whom nothing was learnt. Set it for methods whose models place rows in another way than they were
    /// clustered (hierarchical, density), so that the two are not mixed up. The global figure of pairs always asks of
    /// all rows, since two samples have few in common.
    #[must_use]
    pub fn drawn_rows(mut self) -> Self {
        self.drawn = true;
        self
    }

    /// Sets the seed of what is drawn; 0 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether a number of replicates is one.
    pub(super) fn at_least_one(name: &str, count: usize) -> Result<()> {
        if count == 0 { Err(Error::parameter(name, "at least 1", count)) } else { Ok(()) }
    }

    /// The random numbers of a replicate of one purpose.
    pub(super) fn random(&self, purpose: Purpose, replicate: usize) -> Random {
        Random::new(self.seed, ((purpose as u64) << 48) + replicate as u64)
    }
}

/// What replicates are drawn for: each has streams of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// Pairs of replicates.
    Pairs = 1,
    /// Replicates in which segments are looked for.
    Segments = 2,
    /// Replicates with more and more noise.
    Noise = 3,
}
