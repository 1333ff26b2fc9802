//! How far two clusters are from each other, given how far their rows are.
//!
//! All seven follow from the distances before a merge; no linkage needs the rows once it has their distances.

/// How far two clusters are from each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Linkage {
    /// The least distance between a row of one and a row of the other: chains, clusters of any form.
    Single,
    /// The greatest distance between a row of one and a row of the other: clusters of small diameter.
    Complete,
    /// The mean distance between a row of one and a row of the other (UPGMA).
    Average,
    /// The mean of the distances of the two clusters that were merged last, whatever their sizes (WPGMA).
    Weighted,
    /// The distance of the centroids (UPGMC). A merge may be lower than the one before.
    Centroid,
    /// The distance of the middles, where the middle of a merged cluster lies halfway between those of its two parts
    /// (WPGMC). A merge may be lower than the one before.
    Median,
    /// By how much the squared distances to the centroids grow by merging, as a distance: the root of
    /// `2 a b / (a + b)` times the squared distance of the centroids, for sizes `a` and `b` (Ward's method; R's
    /// `ward.D2`).
    #[default]
    Ward,
}

impl Linkage {
    /// Whether its update is one of squared Euclidean distances.
    pub(super) fn squares(self) -> bool {
        matches!(self, Linkage::Centroid | Linkage::Median | Linkage::Ward)
    }

    /// Whether a merge can bring clusters nearer to others than its parts were.
    pub(super) fn inverts(self) -> bool {
        matches!(self, Linkage::Centroid | Linkage::Median)
    }

    /// What it is called in a study.
    pub(super) fn name(self) -> &'static str {
        match self {
            Linkage::Single => "single",
            Linkage::Complete => "complete",
            Linkage::Average => "average",
            Linkage::Weighted => "weighted",
            Linkage::Centroid => "centroid",
            Linkage::Median => "median",
            Linkage::Ward => "ward",
        }
    }

    /// The distance of a third cluster from two that merge (G. Lance and W. Williams 1967, DOI 10.1093/comjnl/9.4.373):
    /// `a` and `b` are its distances from the two, `between` is theirs, `sizes` are those of the two and its own.
    pub(super) fn update(self, a: f64, b: f64, between: f64, sizes: [f64; 3]) -> f64 {
        let [of_a, of_b, own] = sizes;
        let both = of_a + of_b;
        match self {
            Linkage::Single => a.min(b),
            Linkage::Complete => a.max(b),
            Linkage::Average => (of_a * a + of_b * b) / both,
            Linkage::Weighted => 0.5 * (a + b),
            Linkage::Centroid => ((of_a * a + of_b * b - of_a * of_b * between / both) / both).max(0.0),
            Linkage::Median => (0.5 * (a + b) - 0.25 * between).max(0.0),
            Linkage::Ward => (((of_a + own) * a + (of_b + own) * b - own * between) / (both + own)).max(0.0),
        }
    }
}
