//! What numbers of groups are judged by: the list.

use crate::error::{Error, Result};

/// What judges how many groups there are.
///
/// | criterion | its value for k groups | it picks | may pick 1 | source |
/// | --- | --- | --- | --- | --- |
/// | `elbow` | W, the squared distances of rows to the mean of their group | the k farthest below the chord of the curve | no | V. Satopaa et al. 2011, DOI 10.1109/ICDCSW.2011.20 |
/// | `silhouette` | mean silhouette | the largest | no | P. Rousseeuw 1987, DOI 10.1016/0377-0427(87)90125-7 |
/// | `simplified_silhouette` | the same by distances to the means of groups | the largest | no | E. Hruschka et al. 2004, DOI 10.1109/ICDM.2004.10073 |
/// | `calinski_harabasz` | scatter between over scatter within | the largest | no | T. Caliński and J. Harabasz 1974, DOI 10.1080/03610927408827101 |
/// | `davies_bouldin` | mean of each group's worst neighbour | the smallest | no | D. Davies and D. Bouldin 1979, DOI 10.1109/TPAMI.1979.4766909 |
/// | `gap` | log W of rows without groups less log W | by [`GapRule`](super::GapRule) | yes | R. Tibshirani, G. Walther and T. Hastie 2001, DOI 10.1111/1467-9868.00293 |
/// | `prediction_strength` | least share of pairs of a group that the other half keeps together | the largest k of at least 0.8 | yes | R. Tibshirani and G. Walther 2005, DOI 10.1198/106186005X59243 |
/// | `aic` | Akaike's criterion of the model | the smallest | yes | H. Akaike 1974, DOI 10.1109/TAC.1974.1100705 |
/// | `bic` | the Bayesian criterion of the model | the smallest | yes | G. Schwarz 1978, DOI 10.1214/aos/1176344136 |
/// | `icl` | the integrated completed likelihood of the model | the smallest | yes | C. Biernacki, G. Celeux and G. Govaert 2000, DOI 10.1109/34.865189 |
/// | `spherical_bic` | the Bayesian criterion as if groups were balls of one spread | the smallest | yes | D. Pelleg and A. Moore 2000, X-means, ICML 2000, pages 727 to 734 |
/// | `hartigan` | (W(k) / W(k + 1) − 1)(n − k − 1) | the smallest k of at most 10 | yes | J. Hartigan 1975, Clustering Algorithms, Wiley |
/// | `krzanowski_lai` | ratio of two falls of W | the largest | no | W. Krzanowski and Y. Lai 1988, DOI 10.2307/2531893 |
/// | `stability` | median adjusted Rand index of pairs of bootstrap replicates | the largest | no | S. Dolnicar and F. Leisch 2010, DOI 10.1007/s11002-009-9083-4 |
/// | `consensus` | share of pairs of rows that are neither together nor apart | the smallest | no | Y. Șenbabaoğlu, G. Michailidis and J. Li 2014, DOI 10.1038/srep06207 |
///
/// `aic`, `bic` and `icl` want a method with a likelihood, such as a mixture; those that use W or means want rows of numbers.
///
/// ```
/// use segmentry::evaluate::Criterion;
///
/// assert_eq!("gap".parse::<Criterion>()?, Criterion::Gap);
/// let error = "gaps".parse::<Criterion>().unwrap_err();
/// assert!(error.to_string().contains("gap"));
/// assert!(Criterion::ALL.iter().all(|one| one.name().parse::<Criterion>().is_ok()));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Criterion {
    /// The largest distance below the chord of the curve of W.
    Elbow,
    /// The mean silhouette; of a sample where there are many rows.
    Silhouette,
    /// The silhouette by distances to the means of groups.
    SimplifiedSilhouette,
    /// Scatter between groups over scatter within.
    CalinskiHarabasz,
    /// Each group's worst neighbour.
    DaviesBouldin,
    /// How far W lies below that of rows without groups.
    Gap,
    /// How well one half of the rows predicts the groups of the other.
    PredictionStrength,
    /// Akaike's criterion, where the model has a likelihood.
    Aic,
    /// The Bayesian criterion, where the model has a likelihood.
    Bic,
    /// The integrated completed likelihood, where the model has one.
    Icl,
    /// The Bayesian criterion of balls of one spread, whatever the method.
    SphericalBic,
    /// By how much one group more makes W smaller.
    Hartigan,
    /// Where the fall of W breaks off.
    KrzanowskiLai,
    /// Whether the same groups come back in bootstrap replicates.
    Stability,
    /// Whether pairs of rows are always or never together in subsamples.
    Consensus,
}

use Criterion::*;

impl Criterion {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Criterion; 15] = [
        Elbow,
        Silhouette,
        SimplifiedSilhouette,
        CalinskiHarabasz,
        DaviesBouldin,
        Gap,
        PredictionStrength,
        Aic,
        Bic,
        Icl,
        SphericalBic,
        Hartigan,
        KrzanowskiLai,
        Stability,
        Consensus,
    ];

    /// Those that vote unless others are named: one of each idea, so that no idea votes twice.
    pub const USUAL: [Criterion; 8] =
        [Elbow, Silhouette, CalinskiHarabasz, Gap, PredictionStrength, Bic, Stability, Consensus];

    /// Its name in lower snake case.
    pub fn name(self) -> &'static str {
        match self {
            Elbow => "elbow",
            Silhouette => "silhouette",
            SimplifiedSilhouette => "simplified_silhouette",
            CalinskiHarabasz => "calinski_harabasz",
            DaviesBouldin => "davies_bouldin",
            Gap => "gap",
            PredictionStrength => "prediction_strength",
            Aic => "aic",
            Bic => "bic",
            Icl => "icl",
            SphericalBic => "spherical_bic",
            Hartigan => "hartigan",
            KrzanowskiLai => "krzanowski_lai",
            Stability => "stability",
            Consensus => "consensus",
        }
    }
}

impl std::str::FromStr for Criterion {
    type Err = Error;

    /// The criterion of that name.
    fn from_str(name: &str) -> Result<Self> {
        let known = || Criterion::ALL.iter().map(|one| one.name());
        let found = Criterion::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| {
            let one_of = known().collect::<Vec<_>>().join(", ");
            let expected = match crate::error::nearest(name, known()) {
                Some(near) => format!("`{near}` or another of {one_of}"),
                None => format!("one of {one_of}"),
            };
            Error::parameter("criterion", expected, format!("`{name}`"))
        })
    }
}

impl std::fmt::Display for Criterion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
