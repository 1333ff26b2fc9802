//! What is known of each figure before any rows are seen.
//!
//! A match without a wildcard: a figure that is added without its facts does not compile. The words of the table in the
//! documentation of [`Index`] say the same of names and of which way is better; a test holds them against each other.

use std::ops::RangeInclusive;

use super::dunn;
use super::list::{Best, Index};

/// What is known of a figure before any rows are seen.
pub(super) struct Facts {
    /// In files: lower case, words with lines between.
    pub(super) name: &'static str,
    /// In reports, after `the`.
    pub(super) title: &'static str,
    /// Which way it is better.
    pub(super) best: Best,
    /// Between which bounds it lies, those included.
    pub(super) range: RangeInclusive<f64>,
    /// Whether it compares divisions into different numbers of groups.
    ///
    /// A caller that chooses a number of groups asks this first.
    pub(super) compares: bool,
    /// The least number of groups for which it is defined.
    pub(super) groups: usize,
}

/// All numbers, as of logarithms.
const ANY: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;
/// Not negative.
const RISING: RangeInclusive<f64> = 0.0..=f64::INFINITY;
/// A correlation.
const SIGNED: RangeInclusive<f64> = -1.0..=1.0;
/// A share.
const SHARE: RangeInclusive<f64> = 0.0..=1.0;

impl Facts {
    /// The facts of a figure, one line each.
    ///
    /// In order: name, title, best, range, whether it compares numbers of groups, least number of groups. What moves one
    /// way as groups get more and smaller does not compare: sums of squares and of logarithms of determinants, shares of
    /// sizes. Marriott's factor k² and the degrees of freedom of Caliński and Harabasz are there so that theirs do.
    pub(super) fn of(index: Index) -> Facts {
        use Best::{Greatest, Least};
        let facts = |name, title, best, range, compares, groups| Facts { name, title, best, range, compares, groups };
        match index {
            Index::CalinskiHarabasz => facts("calinski_harabasz", "Calinski-Harabasz index", Greatest, RISING, true, 2),
            Index::DaviesBouldin => facts("davies_bouldin", "Davies-Bouldin index", Least, RISING, true, 2),
            Index::DaviesBouldinStar => facts("davies_bouldin_star", "Davies-Bouldin* index", Least, RISING, true, 2),
            Index::RayTuri => facts("ray_turi", "Ray-Turi index", Least, RISING, true, 2),
            Index::Pbm => facts("pbm", "PBM index", Greatest, RISING, true, 2),
            Index::BallHall => facts("ball_hall", "Ball-Hall index", Least, RISING, false, 1),
            Index::RatkowskyLance => facts("ratkowsky_lance", "Ratkowsky-Lance index", Greatest, SHARE, true, 2),
            Index::WemmertGancarski => facts("wemmert_gancarski", "Wemmert-Gancarski index", Greatest, SHARE, true, 2),
            Index::SDbw => facts("s_dbw", "S_Dbw index", Least, RISING, true, 2),
            Index::SdScatter => facts("sd_scatter", "SD scatter", Least, RISING, false, 2),
            Index::SdDistance => facts("sd_distance", "SD distance", Least, RISING, false, 2),
            Index::TraceW => facts("trace_w", "sum of squares within groups", Least, RISING, false, 1),
            Index::TraceWiB => facts("trace_wib", "trace of W⁻¹B", Greatest, RISING, false, 2),
            Index::DetRatio => facts("det_ratio", "determinant ratio", Greatest, 1.0..=f64::INFINITY, false, 2),
            Index::LogDetRatio => facts("log_det_ratio", "log determinant ratio", Greatest, RISING, false, 2),
            Index::LogSsRatio => facts("log_ss_ratio", "log ratio of sums of squares", Greatest, ANY, false, 2),
            Index::ScottSymons => facts("scott_symons", "Scott-Symons index", Least, ANY, false, 1),
            Index::BanfieldRaftery => facts("banfield_raftery", "Banfield-Raftery index", Least, ANY, false, 1),
            Index::KsqDetW => facts("ksq_det_w", "k² times determinant of W", Least, RISING, true, 1),
            Index::XieBeni => facts("xie_beni", "Xie-Beni index", Least, RISING, true, 2),
            Index::Silhouette => facts("silhouette", "silhouette", Greatest, SIGNED, true, 2),
            Index::SimplifiedSilhouette => {
                facts("simplified_silhouette", "simplified silhouette", Greatest, SIGNED, true, 2)
            }
            Index::MedoidSilhouette => facts("medoid_silhouette", "medoid silhouette", Greatest, SIGNED, true, 2),
            Index::Dunn => facts("dunn", "Dunn index", Greatest, RISING, true, 2),
            Index::GeneralizedDunn(between, within) => {
                facts(dunn::name(between, within), dunn::title(between, within), Greatest, RISING, true, 2)
            }
            Index::CIndex => facts("c_index", "C-index", Least, SHARE, true, 2),
            Index::Gamma => facts("gamma", "Baker-Hubert gamma", Greatest, SIGNED, true, 2),
            Index::Tau => facts("tau", "tau", Greatest, SIGNED, true, 2),
            Index::GPlus => facts("g_plus", "G+ index", Least, SHARE, true, 2),
            Index::McclainRao => facts("mcclain_rao", "McClain-Rao index", Least, RISING, true, 2),
            Index::PointBiserial => facts("point_biserial", "point-biserial figure", Least, ANY, true, 2),
            Index::PearsonGamma => facts("pearson_gamma", "Pearson gamma", Greatest, SIGNED, true, 2),
            Index::Dbcv => facts("dbcv", "DBCV", Greatest, SIGNED, true, 2),
            Index::ExplainedShare => facts("explained_share", "explained share", Greatest, SHARE, false, 2),
            Index::SizeEntropy => facts("size_entropy", "entropy of sizes", Greatest, RISING, false, 1),
            Index::SmallestShare => facts("smallest_share", "share of the smallest group", Greatest, SHARE, false, 1),
            Index::LargestShare => facts("largest_share", "share of the largest group", Least, SHARE, false, 1),
        }
    }
}
