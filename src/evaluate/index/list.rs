//! The list of all internal figures: what each is called, which way is better, within which bounds it lies.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::evaluate::dbcv::dbcv;
use crate::evaluate::division::Division;
use crate::evaluate::pairs::{
    Between, Within, c_index, dunn, g_plus, gamma, generalized_dunn, mcclain_rao, pearson_gamma, point_biserial, tau,
};
use crate::evaluate::silhouette::{medoid_silhouette, silhouette, simplified_silhouette};

use super::facts::Facts;
use super::passes::Passes;
use super::{determinants, halkidi, near, ratios, sizes};

/// An internal figure: how good a division is, told from the rows and their groups alone.
///
/// No figure knows what a division is for, and each rewards groups of one kind: those of sums of squares compact round
/// groups of one width, those of determinants groups stretched alike, those of pairs whatever their distance sees. A
/// good figure is no proof of structure: rows without any have a best division too.
///
/// W and B are the scatter matrices within and between groups and T their sum, n the weight of all rows that are in a
/// group, k the number of groups, d of columns; a mean is the vector of the means of columns, and a spread the mean
/// distance of a group's rows from its mean. *Unit* says what happens if all numbers are multiplied by s > 0: `1` nothing,
/// `s2` the figure is multiplied by s², `-` it changes in another way. All stay as they are if something is added to all
/// rows.
///
/// | figure | in words | best | unit | cost | elsewhere |
/// | --- | --- | --- | --- | --- | --- |
/// | `calinski_harabasz` | (B / (k - 1)) / (W / (n - k)), of traces \[1] | greatest | `1` | n d | scikit-learn `calinski_harabasz_score`, fpc `ch`, clusterCrit `Calinski_Harabasz`, NbClust `ch` |
/// | `davies_bouldin` | mean over groups of the worst (spread + spread) / distance of means \[2] | least | `1` | n d + k² d | scikit-learn `davies_bouldin_score`, NbClust `db`; not clusterCrit, whose value is another |
/// | `davies_bouldin_star` | the same, of the widest and the nearest group each for itself \[3] | least | `1` | n d + k² d | |
/// | `ray_turi` | W / n over the least squared distance of means \[4]; often called Xie and Beni's | least | `1` | n d + k² d | clusterCrit `Ray_Turi` |
/// | `pbm` | (distances from the mean of all / distances from own means · greatest distance of means / k)² \[5] | greatest | `s2` | n d + k² d | clusterCrit `PBM` |
/// | `ball_hall` | mean over groups of the mean square within \[6] | least | `s2` | n d | clusterCrit `Ball_Hall`; NbClust `ball` is W / k |
/// | `ratkowsky_lance` | root of (mean over columns of B / T) / k \[7] | greatest | `1` | n d | clusterCrit `Ratkowsky_Lance`; NbClust `ratkowsky` takes roots first |
/// | `wemmert_gancarski` | mean of 1 - distance to own mean / distance to the next mean, groups below 0 as 0 \[8] | greatest | `1` | n k d | clusterCrit `Wemmert_Gancarski` |
/// | `s_dbw` | `sd_scatter` and the density between means over that at means \[9] | least | `1` | n k d | clusterCrit `S_Dbw`, NbClust `sdbw` |
/// | `sd_scatter` | mean length of the groups' vectors of variances over that of all rows \[10] | least | `1` | n d | clusterCrit `SD_Scat` |
/// | `sd_distance` | greatest over least distance of means, times the sum of 1 / (sum of distances to others) \[10] | least | `s-1` | n d + k² d | clusterCrit `SD_Dis`; with `sd_scatter` NbClust `sdindex` and here [`sd`](super::sd) |
/// | `trace_w` | the sum of squares within: inertia, distortion \[11] | least | `s2` | n d | scikit-learn `inertia_`, fpc `within.cluster.ss`, clusterCrit `Trace_W`, NbClust `tracew` |
/// | `trace_wib` | trace of W⁻¹B \[12] | greatest | `1` | n d² + d³ | clusterCrit `Trace_WiB`, NbClust `friedman` |
/// | `det_ratio` | det T / det W \[13] | greatest | `1` | n d² + d³ | clusterCrit `Det_Ratio`, NbClust `rubin` |
/// | `log_det_ratio` | n log (det T / det W) \[13] | greatest | `1` | n d² + d³ | clusterCrit `Log_Det_Ratio`, NbClust `scott` |
/// | `log_ss_ratio` | log (B / W), of traces \[14] | greatest | `1` | n d | clusterCrit `Log_SS_Ratio` |
/// | `scott_symons` | sum over groups of n log det (W / n), of each \[13] | least | `-` | n d² + k d³ | clusterCrit `Scott_Symons` |
/// | `banfield_raftery` | sum over groups of n log (W / n), of traces of each \[15] | least | `-` | n d | clusterCrit `Banfeld_Raftery` |
/// | `ksq_det_w` | k² det W \[16] | least | `s2d` | n d² + d³ | clusterCrit `Ksq_DetW`, NbClust `marriot` |
/// | `xie_beni` | W / n over the least squared distance of two rows of different groups \[17] | least | `1` | n² d | clusterCrit `Xie_Beni`; for most others it is what here is `ray_turi` |
/// | `silhouette` | mean of (b - a) / max(a, b), mean distances to the next group and the own, [`silhouette`] | greatest | `1` | n² d | scikit-learn `silhouette_score`, fpc `avg.silwidth`, NbClust `silhouette`; clusterCrit `Silhouette` is the mean over groups |
/// | `simplified_silhouette` | the same with distances to means, [`simplified_silhouette`] | greatest | `1` | n k d | |
/// | `medoid_silhouette` | the same with distances to medoids, [`medoid_silhouette`] | greatest | `1` | n² d / k | kmedoids `medoid_silhouette` where each row is with the nearest medoid |
/// | `dunn` | least distance between groups over the greatest within, [`dunn`] | greatest | `1` | n² d | fpc `dunn`, clusterCrit `Dunn`, NbClust `dunn` |
/// | `gdi_nearest_farthest` `gdi_nearest_mean` `gdi_nearest_center` `gdi_farthest_farthest` `gdi_farthest_mean` `gdi_farthest_center` `gdi_mean_farthest` `gdi_mean_mean` `gdi_mean_center` `gdi_centers_farthest` `gdi_centers_mean` `gdi_centers_center` `gdi_own_centers_farthest` `gdi_own_centers_mean` `gdi_own_centers_center` `gdi_other_centers_farthest` `gdi_other_centers_mean` `gdi_other_centers_center` | how far the nearest groups are apart over how wide the widest is, measures of choice, [`generalized_dunn`] | greatest | `1` | n² d | clusterCrit `GDI11` to `GDI53`; fpc `dunn2` is `gdi_mean_mean` |
/// | `c_index` | (S - least) / (greatest - least), S the sum of distances within, [`c_index`] | least | `1` | n² d | clusterCrit `C_index`, NbClust `cindex` |
/// | `gamma` | concordant less discordant comparisons of pairs, over both, [`gamma`] | greatest | `1` | n² (d + log n) | clusterCrit `Gamma`, NbClust `gamma`, fpc `g2` |
/// | `tau` | the same over all comparisons, as Kendall, [`tau`] | greatest | `1` | n² (d + log n) | clusterCrit `Tau`, NbClust `tau` |
/// | `g_plus` | share of discordant comparisons, [`g_plus`] | least | `1` | n² (d + log n) | clusterCrit `G_plus`, NbClust `gplus` |
/// | `mcclain_rao` | mean distance within over that between, [`mcclain_rao`] | least | `1` | n² d | clusterCrit `McClain_Rao`, NbClust `mcclain` |
/// | `point_biserial` | (mean within - mean between) · root of (pairs within · pairs between) / pairs, [`point_biserial`] | least | `s` | n² d | clusterCrit `Point_Biserial` |
/// | `pearson_gamma` | correlation of distance and being in different groups, [`pearson_gamma`] | greatest | `1` | n² d | fpc `pearsongamma`, NbClust `ptbiserial` |
/// | `dbcv` | how much denser groups are inside than the way to the next, [`dbcv`] | greatest | `1` | n² d | hdbscan `validity_index` |
/// | `explained_share` | B / T, of traces: eta squared of all columns | greatest | `1` | n d | R `betweenss / totss` of `kmeans` |
/// | `size_entropy` | - sum of share · log share, of sizes | greatest | `1` | n | fpc `entropy` |
/// | `smallest_share` | share of the smallest group | greatest | `1` | n | fpc `min.cluster.size` / n |
/// | `largest_share` | share of the largest group | least | `1` | n | |
///
/// Definitions as B. Desgraupes has collected them (*Clustering indices*, the vignette of the R package clusterCrit,
/// 2017), where not said otherwise.
///
/// # References
/// 1. T. Caliński and J. Harabasz 1974, A dendrite method for cluster analysis, DOI 10.1080/03610927408827101.
/// 2. D. L. Davies and D. W. Bouldin 1979, A cluster separation measure, DOI 10.1109/TPAMI.1979.4766909.
/// 3. M. Kim and R. S. Ramakrishna 2005, New indices for cluster validity assessment, DOI 10.1016/j.patrec.2005.04.007.
/// 4. S. Ray and R. H. Turi 1999, Determination of number of clusters in k-means clustering and application in colour
///    image segmentation, 4th international conference on advances in pattern recognition.
/// 5. M. K. Pakhira, S. Bandyopadhyay and U. Maulik 2004, Validity index for crisp and fuzzy clusters, DOI
///    10.1016/j.patcog.2003.06.005.
/// 6. G. H. Ball and D. J. Hall 1965, ISODATA, a novel method of data analysis and pattern classification, Stanford
///    Research Institute.
/// 7. D. A. Ratkowsky and G. N. Lance 1978, A criterion for determining the number of groups in a classification,
///    Australian Computer Journal 10.
/// 8. C. Wemmert, P. Gançarski and J. J. Korczak 2000, A collaborative approach to combine multiple learning methods,
///    DOI 10.1142/S0218213000000069.
/// 9. M. Halkidi and M. Vazirgiannis 2001, Clustering validity assessment: finding the optimal partitioning of a data
///    set, DOI 10.1109/ICDM.2001.989517.
/// 10. M. Halkidi, M. Vazirgiannis and Y. Batistakis 2000, Quality scheme assessment in the clustering process, DOI
///     10.1007/3-540-45372-5_26.
/// 11. A. W. F. Edwards and L. L. Cavalli-Sforza 1965, A method for cluster analysis, DOI 10.2307/2528096.
/// 12. H. P. Friedman and J. Rubin 1967, On some invariant criteria for grouping data, DOI
///     10.1080/01621459.1967.10500923.
/// 13. A. J. Scott and M. J. Symons 1971, Clustering methods based on likelihood ratio criteria, DOI 10.2307/2529003.
/// 14. J. A. Hartigan 1975, Clustering algorithms, Wiley.
/// 15. J. D. Banfield and A. E. Raftery 1993, Model-based Gaussian and non-Gaussian clustering, DOI 10.2307/2532201.
/// 16. F. H. C. Marriott 1971, Practical problems in a method of cluster analysis, DOI 10.2307/2528592.
/// 17. X. L. Xie and G. Beni 1991, A validity measure for fuzzy clustering, DOI 10.1109/34.85677.
///
/// # Differs from
/// scikit-learn: `calinski_harabasz_score` is 1 where the rows of each group are equal, and `davies_bouldin_score` leaves
/// out pairs of groups with the same mean, so that groups that lie on each other look perfect; here these are errors.
/// Where both are defined they agree to rounding.
///
/// # Missing values
/// Figures of means are errors where a value is missing or a column holds categories; they are Euclidean, whatever the
/// distance of the division. Figures of pairs and of medoids go by the distance of the division: with Gower's they are for
/// columns of different kinds and for what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "&'static str", try_from = "String"))]
#[non_exhaustive]
pub enum Index {
    /// Caliński and Harabasz's quotient of variances.
    CalinskiHarabasz,
    /// Davies and Bouldin's worst neighbours.
    DaviesBouldin,
    /// Davies and Bouldin's as changed by Kim and Ramakrishna.
    DaviesBouldinStar,
    /// Ray and Turi's quotient.
    RayTuri,
    /// Pakhira, Bandyopadhyay and Maulik's.
    Pbm,
    /// Ball and Hall's mean square.
    BallHall,
    /// Ratkowsky and Lance's.
    RatkowskyLance,
    /// Wemmert and Gançarski's.
    WemmertGancarski,
    /// Halkidi and Vazirgiannis' scatter and density between groups.
    SDbw,
    /// The first part of Halkidi's SD.
    SdScatter,
    /// The second part of Halkidi's SD.
    SdDistance,
    /// The sum of squares within.
    TraceW,
    /// The trace of W⁻¹B.
    TraceWiB,
    /// The quotient of the determinants of T and W.
    DetRatio,
    /// Its logarithm times the number of rows.
    LogDetRatio,
    /// The logarithm of the quotient of sums of squares.
    LogSsRatio,
    /// Scott and Symons' likelihood of groups of different shapes.
    ScottSymons,
    /// Banfield and Raftery's likelihood of round groups of different widths.
    BanfieldRaftery,
    /// Marriott's determinant.
    KsqDetW,
    /// Xie and Beni's quotient, as clusterCrit has it.
    XieBeni,
    /// The mean silhouette of the rows.
    Silhouette,
    /// The silhouette of distances to means.
    SimplifiedSilhouette,
    /// The silhouette of distances to medoids.
    MedoidSilhouette,
    /// Dunn's index.
    Dunn,
    /// One of the generalisations of Dunn's index.
    GeneralizedDunn(Between, Within),
    /// Hubert and Levin's C-index.
    CIndex,
    /// Baker and Hubert's gamma.
    Gamma,
    /// Kendall's tau of distances and groups.
    Tau,
    /// Rohlf's G+.
    GPlus,
    /// McClain and Rao's quotient.
    McclainRao,
    /// The point-biserial figure with its unit.
    PointBiserial,
    /// The point-biserial correlation: Hubert's gamma in its normalised form.
    PearsonGamma,
    /// Density-based cluster validation.
    Dbcv,
    /// The share of all squares that lies between groups.
    ExplainedShare,
    /// How even the sizes are.
    SizeEntropy,
    /// The share of the smallest group.
    SmallestShare,
    /// The share of the largest group.
    LargestShare,
}

/// Which way a figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Best {
    /// The greater the better.
    Greatest,
    /// The less the better.
    Least,
}

impl Best {
    /// Whether the first figure is better than the second; equal ones are not.
    pub fn prefers(self, first: f64, second: f64) -> bool {
        match self {
            Best::Greatest => first > second,
            Best::Least => first < second,
        }
    }
}

impl Index {
    /// All figures, in the order of the table.
    pub const ALL: &'static [Index] = &[
        Index::CalinskiHarabasz,
        Index::DaviesBouldin,
        Index::DaviesBouldinStar,
        Index::RayTuri,
        Index::Pbm,
        Index::BallHall,
        Index::RatkowskyLance,
        Index::WemmertGancarski,
        Index::SDbw,
        Index::SdScatter,
        Index::SdDistance,
        Index::TraceW,
        Index::TraceWiB,
        Index::DetRatio,
        Index::LogDetRatio,
        Index::LogSsRatio,
        Index::ScottSymons,
        Index::BanfieldRaftery,
        Index::KsqDetW,
        Index::XieBeni,
        Index::Silhouette,
        Index::SimplifiedSilhouette,
        Index::MedoidSilhouette,
        Index::Dunn,
        Index::GeneralizedDunn(Between::Nearest, Within::Farthest),
        Index::GeneralizedDunn(Between::Nearest, Within::Mean),
        Index::GeneralizedDunn(Between::Nearest, Within::Center),
        Index::GeneralizedDunn(Between::Farthest, Within::Farthest),
        Index::GeneralizedDunn(Between::Farthest, Within::Mean),
        Index::GeneralizedDunn(Between::Farthest, Within::Center),
        Index::GeneralizedDunn(Between::Mean, Within::Farthest),
        Index::GeneralizedDunn(Between::Mean, Within::Mean),
        Index::GeneralizedDunn(Between::Mean, Within::Center),
        Index::GeneralizedDunn(Between::Centers, Within::Farthest),
        Index::GeneralizedDunn(Between::Centers, Within::Mean),
        Index::GeneralizedDunn(Between::Centers, Within::Center),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Farthest),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Mean),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Center),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Farthest),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Mean),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Center),
        Index::CIndex,
        Index::Gamma,
        Index::Tau,
        Index::GPlus,
        Index::McclainRao,
        Index::PointBiserial,
        Index::PearsonGamma,
        Index::Dbcv,
        Index::ExplainedShare,
        Index::SizeEntropy,
        Index::SmallestShare,
        Index::LargestShare,
    ];

    /// Those that are quick, O(n k d) at most, and defined for almost any division of numbers: for a first look.
    pub const USUAL: &'static [Index] = &[
        Index::CalinskiHarabasz,
        Index::DaviesBouldin,
        Index::DaviesBouldinStar,
        Index::RayTuri,
        Index::Pbm,
        Index::RatkowskyLance,
        Index::WemmertGancarski,
        Index::SimplifiedSilhouette,
        Index::SdScatter,
        Index::SdDistance,
        Index::TraceW,
        Index::ExplainedShare,
        Index::SizeEntropy,
        Index::SmallestShare,
        Index::LargestShare,
    ];

    /// Those that walk all pairs of rows, O(n² d) and more: the dear ones, which go by the distance of the division.
    ///
    /// Of the generalised Dunn indices those of means alone do not walk pairs; they are among them all the same.
    pub const PAIRS: &'static [Index] = &[
        Index::XieBeni,
        Index::Silhouette,
        Index::MedoidSilhouette,
        Index::Dunn,
        Index::GeneralizedDunn(Between::Nearest, Within::Farthest),
        Index::GeneralizedDunn(Between::Nearest, Within::Mean),
        Index::GeneralizedDunn(Between::Nearest, Within::Center),
        Index::GeneralizedDunn(Between::Farthest, Within::Farthest),
        Index::GeneralizedDunn(Between::Farthest, Within::Mean),
        Index::GeneralizedDunn(Between::Farthest, Within::Center),
        Index::GeneralizedDunn(Between::Mean, Within::Farthest),
        Index::GeneralizedDunn(Between::Mean, Within::Mean),
        Index::GeneralizedDunn(Between::Mean, Within::Center),
        Index::GeneralizedDunn(Between::Centers, Within::Farthest),
        Index::GeneralizedDunn(Between::Centers, Within::Mean),
        Index::GeneralizedDunn(Between::Centers, Within::Center),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Farthest),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Mean),
        Index::GeneralizedDunn(Between::OwnCenters, Within::Center),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Farthest),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Mean),
        Index::GeneralizedDunn(Between::OtherCenters, Within::Center),
        Index::CIndex,
        Index::Gamma,
        Index::Tau,
        Index::GPlus,
        Index::McclainRao,
        Index::PointBiserial,
        Index::PearsonGamma,
        Index::Dbcv,
    ];

    /// Its name in files and on command lines: `calinski_harabasz`.
    pub fn name(self) -> &'static str {
        Facts::of(self).name
    }

    /// Its name in reports: `Calinski-Harabasz index`.
    pub fn title(self) -> &'static str {
        Facts::of(self).title
    }

    /// Which way it is better, of divisions of the same rows into the same number of groups.
    pub fn best(self) -> Best {
        Facts::of(self).best
    }

    /// Between which bounds it lies, infinite ones included.
    pub fn range(self) -> RangeInclusive<f64> {
        Facts::of(self).range
    }

    /// Whether the best of divisions into different numbers of groups is the best in the sense of [`Index::best`].
    ///
    /// Others move one way as groups get more and smaller, whatever the rows, so one looks for a knee, or only compares
    /// divisions into as many groups.
    pub fn compares_numbers(self) -> bool {
        Facts::of(self).compares
    }

    /// The least number of groups for which it is defined: 1 or 2.
    pub fn least_groups(self) -> usize {
        Facts::of(self).groups
    }

    /// The figure of a division.
    ///
    /// Several figures of one division are quicker by [`Indices::of`](super::Indices::of).
    ///
    /// ```
    /// use ndarray::array;
    /// use segmentry::cluster::Points;
    /// use segmentry::evaluate::{Division, Index, Partition};
    ///
    /// let rows = array![[0.0], [2.0], [9.0], [11.0]];
    /// let points = Points::new(rows.view());
    /// let partition = Partition::of(["a", "a", "b", "b"])?;
    /// let division = Division::new(&points, &partition)?;
    /// assert_eq!(Index::TraceW.of(&division)?, 4.0);
    /// assert_eq!(Index::CalinskiHarabasz.of(&division)?, 40.5);
    /// assert_eq!("davies_bouldin".parse::<Index>()?.of(&division)?, 2.0 / 9.0);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it is not defined for this division, with the reason; if it is greater than numbers are; if it needs means and
    /// a value is missing or a column holds categories.
    ///
    /// # Cost
    /// See the table; memory for figures of means O(k d), for those of determinants O(d²), and partial sums of chunks, at
    /// most as much as the rows.
    ///
    /// # Determinism
    /// The same bits on any number of threads, alone or with others.
    pub fn of(self, division: &Division<'_>) -> Result<f64> {
        self.of_passes(&Passes::new(division))
    }

    /// The figure from passes that may have been made already.
    pub(super) fn of_passes(self, passes: &Passes<'_>) -> Result<f64> {
        let groups = sizes::shares(passes.division)?.len();
        if groups < self.least_groups() {
            return Err(self.undefined(&format!("for fewer than {} groups, found {groups}", self.least_groups())));
        }
        let division = passes.division;
        let found = match self {
            Index::CalinskiHarabasz => ratios::calinski_harabasz(passes),
            Index::DaviesBouldin => ratios::davies_bouldin(passes),
            Index::DaviesBouldinStar => ratios::davies_bouldin_star(passes),
            Index::RayTuri => ratios::ray_turi(passes),
            Index::Pbm => ratios::pbm(passes),
            Index::BallHall => ratios::ball_hall(passes),
            Index::RatkowskyLance => ratios::ratkowsky_lance(passes),
            Index::WemmertGancarski => near::wemmert_gancarski(passes),
            Index::SDbw => halkidi::s_dbw(passes),
            Index::SdScatter => halkidi::scatter(passes, self),
            Index::SdDistance => halkidi::distance(passes),
            Index::TraceW => ratios::within(passes),
            Index::TraceWiB => determinants::trace_of_quotient(passes),
            Index::DetRatio => determinants::log_ratio(passes, self).map(f64::exp),
            Index::LogDetRatio => {
                determinants::log_ratio(passes, self).and_then(|log| Ok(log * passes.moments()?.total))
            }
            Index::LogSsRatio => ratios::log_ss_ratio(passes),
            Index::ScottSymons => determinants::scott_symons(passes),
            Index::BanfieldRaftery => ratios::banfield_raftery(passes),
            Index::KsqDetW => determinants::squared_groups_times_determinant(passes),
            Index::XieBeni => ratios::xie_beni(passes),
            Index::Silhouette => silhouette(division).map(|found| found.mean()),
            Index::SimplifiedSilhouette => simplified_silhouette(division),
            Index::MedoidSilhouette => medoid_silhouette(division),
            Index::Dunn => dunn(division),
            Index::GeneralizedDunn(between, within) => generalized_dunn(division, between, within),
            Index::CIndex => c_index(division),
            Index::Gamma => gamma(division),
            Index::Tau => tau(division),
            Index::GPlus => g_plus(division),
            Index::McclainRao => mcclain_rao(division),
            Index::PointBiserial => point_biserial(division),
            Index::PearsonGamma => pearson_gamma(division),
            Index::Dbcv => dbcv(division),
            Index::ExplainedShare => ratios::explained_share(passes),
            Index::SizeEntropy => sizes::shares(passes.division).map(|shares| sizes::entropy(&shares)),
            Index::SmallestShare => sizes::shares(passes.division).map(|all| all.into_iter().fold(1.0, f64::min)),
            Index::LargestShare => sizes::shares(passes.division).map(|all| all.into_iter().fold(0.0, f64::max)),
        };
        match found? {
            value if value.is_finite() => Ok(value),
            _ => Err(Error::unsupported(format!("the {} is greater than numbers are", self.title()))),
        }
    }

    /// The error of a figure that is not defined.
    pub(super) fn undefined(self, why: &str) -> Error {
        Error::unsupported(format!("the {} is not defined {why}", self.title()))
    }
}

impl fmt::Display for Index {
    /// The title, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Index {
    type Err = Error;

    /// The figure of a name.
    fn from_str(text: &str) -> Result<Self> {
        Index::ALL.iter().copied().find(|index| index.name() == text).ok_or_else(|| {
            let hint = crate::error::nearest(text, Index::ALL.iter().map(|index| index.name()));
            let expected = hint
                .map_or_else(|| "the name of a figure".to_owned(), |name| format!("a figure; did you mean `{name}`"));
            Error::parse("index", text, expected)
        })
    }
}

impl TryFrom<String> for Index {
    type Error = Error;

    /// The figure of a name.
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Index> for &'static str {
    /// The name.
    fn from(index: Index) -> Self {
        index.name()
    }
}
