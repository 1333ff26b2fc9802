//! The list of all figures of agreement.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

use super::contingency::Contingency;
use super::work::Work;

/// A figure that says how far two divisions of the same rows agree.
///
/// `a` are pairs of rows that both divisions have together, `b` only the first, `c` only the second, `d` neither;
/// `N` all pairs. `H` are entropies in nats, `I` is the mutual information, `E` what is expected of it by chance. `n` rows
/// in all, `nᵢ` and `nⱼ` in a group of the first and of the second, `nᵢⱼ` in both. The first division is the known one
/// where a figure asks which is which. *Best* is what the same groups under other names get.
///
/// | name | formula | range, best | elsewhere | source |
/// | --- | --- | --- | --- | --- |
/// | `rand` | (a + d) / N | 0 to 1, 1 | `rand_score`, clusterCrit `Rand` | W. Rand 1971, DOI 10.1080/01621459.1971.10482356 |
/// | `adjusted_rand` | (`rand` − its mean) / (1 − its mean) | −½ to 1, 1 | `adjusted_rand_score`, fpc `corrected.rand` | L. Hubert and P. Arabie 1985, DOI 10.1007/BF01908075 |
/// | `fowlkes_mallows` | a / √((a + b)(a + c)) | 0 to 1, 1 | `fowlkes_mallows_score`, `Folkes_Mallows` | E. Fowlkes and C. Mallows 1983, DOI 10.1080/01621459.1983.10478008 |
/// | `jaccard` | a / (a + b + c) | 0 to 1, 1 | `Jaccard` | P. Jaccard 1912, DOI 10.1111/j.1469-8137.1912.tb05611.x |
/// | `dice` | 2a / (2a + b + c) | 0 to 1, 1 | `Czekanowski_Dice` | L. Dice 1945, DOI 10.2307/1932409 |
/// | `kulczynski` | ½ (a / (a + b) + a / (a + c)) | 0 to 1, 1 | `Kulczynski` | S. Kulczyński 1927 |
/// | `precision` | a / (a + c) | 0 to 1, 1 | `Precision` | of pairs |
/// | `recall` | a / (a + b) | 0 to 1, 1 | `Recall` | of pairs |
/// | `rogers_tanimoto` | (a + d) / (a + d + 2 (b + c)) | 0 to 1, 1 | `Rogers_Tanimoto` | D. Rogers and T. Tanimoto 1960, DOI 10.1126/science.132.3434.1115 |
/// | `russel_rao` | a / N | 0 to 1, depends | `Russel_Rao` | P. Russel and T. Rao 1940 |
/// | `sokal_sneath1` | a / (a + 2 (b + c)) | 0 to 1, 1 | `Sokal_Sneath1` | R. Sokal and P. Sneath 1963 |
/// | `sokal_sneath2` | (a + d) / (a + d + ½ (b + c)) | 0 to 1, 1 | `Sokal_Sneath2` | R. Sokal and P. Sneath 1963 |
/// | `hubert` | (a d − b c) / √((a + b)(a + c)(b + d)(c + d)) | −1 to 1, 1 | `Hubert` | L. Hubert and J. Schultz 1976, DOI 10.1111/j.2044-8317.1976.tb00714.x |
/// | `phi` | (a d − b c) / ((a + b)(a + c)(b + d)(c + d)) | −1 to 1, depends | `Phi` | as clusterCrit, without the root; with it, it is `hubert` |
/// | `mcnemar` | (d − c) / √(d + c) | any, depends | `McNemar` | as clusterCrit; Q. McNemar 1947, DOI 10.1007/BF02295996, has b for d |
/// | `mutual_information` | I = Σ nᵢⱼ/n ln(n nᵢⱼ / (nᵢ nⱼ)) | 0 on, depends | `mutual_info_score` | C. Shannon 1948, DOI 10.1002/j.1538-7305.1948.tb01338.x |
/// | `nmi_arithmetic` | I / ½(H₁ + H₂) | 0 to 1, 1 | `normalized_mutual_info_score` | N. Vinh, J. Epps and J. Bailey 2010, JMLR 11, 2837–2854 |
/// | `nmi_geometric` | I / √(H₁ H₂) | 0 to 1, 1 | `average_method="geometric"` | A. Strehl and J. Ghosh 2002, DOI 10.1162/153244303321897735 |
/// | `nmi_min`, `nmi_max` | I / min(H₁, H₂), I / max(H₁, H₂) | 0 to 1, 1 | `"min"`, `"max"` | Vinh et al. 2010 |
/// | `nmi_joint` | I / H₁₂ | 0 to 1, 1 | | Vinh et al. 2010 |
/// | `ami_arithmetic` | (I − E) / (½(H₁ + H₂) − E) | to 1, 1 | `adjusted_mutual_info_score` | Vinh et al. 2010 |
/// | `ami_geometric`, `ami_min`, `ami_max` | the same by these means | to 1, 1 | `average_method` | Vinh et al. 2010 |
/// | `homogeneity` | I / H₁ | 0 to 1, 1 | `homogeneity_score` | A. Rosenberg and J. Hirschberg 2007, EMNLP-CoNLL, 410–420 |
/// | `completeness` | I / H₂ | 0 to 1, 1 | `completeness_score` | Rosenberg and Hirschberg 2007 |
/// | `v_measure` | the harmonic mean of both, = `nmi_arithmetic` | 0 to 1, 1 | `v_measure_score` | Rosenberg and Hirschberg 2007 |
/// | `variation_of_information` | H₁ + H₂ − 2 I, nats | 0 on, 0 | fpc `vi` | M. Meilă 2007, DOI 10.1016/j.jmva.2006.11.013 |
/// | `normalized_variation` | the same / ln n | 0 to 1, 0 | | Meilă 2007 |
/// | `purity` | Σⱼ maxᵢ nᵢⱼ / n | 0 to 1, 1 | | Y. Zhao and G. Karypis 2004, DOI 10.1023/B:MACH.0000027785.44527.d6 |
/// | `inverse_purity` | Σᵢ maxⱼ nᵢⱼ / n | 0 to 1, 1 | | purity the other way round |
/// | `f_measure` | Σᵢ nᵢ/n maxⱼ 2 nᵢⱼ / (nᵢ + nⱼ) | 0 to 1, 1 | | B. Larsen and C. Aone 1999, DOI 10.1145/312129.312186 |
/// | `matched` | rows in groups matched one to one / n | 0 to 1, 1 | `linear_sum_assignment` | M. Meilă and D. Heckerman 2001, DOI 10.1023/A:1007648401407 |
/// | `van_dongen` | 1 − ½ (`purity` + `inverse_purity`) | 0 to 1, 0 | | S. van Dongen 2000, CWI report INS-R0012 |
///
/// # Undefined
/// As scikit-learn: `rand`, `adjusted_rand`, every normalised and adjusted information are 1 for one group in both and
/// for all rows apart in both; `fowlkes_mallows` is 0 where no pair is together in both, also if none is in either;
/// information that is normalised or adjusted is 0 where only one of them is one group; `homogeneity` is 1 where the
/// first is one group, `completeness` where the second is. What clusterCrit gives as NaN is an error: a quotient of pairs
/// of which there are none. `ami_min` of rows all apart beside other groups is 0 / 0 and an error.
///
/// # Differs from
/// scikit-learn: `ami_min` of rows all apart, where it gives 1 or −1 by rounding; E is exact to 15 digits for any n,
/// where differences of logarithms of factorials lose those of n ln n. Meilă and Heckerman match greedily, which
/// depends on the order of groups where overlaps are equal; here the matching is the best of all.
///
/// ```
/// use segmentry::evaluate::{Agreement, Contingency, Partition};
///
/// let known = Partition::of([0, 0, 0, 1, 1, 1])?;
/// let found = Partition::of([0, 0, 1, 1, 2, 2])?;
/// let table = Contingency::new(&known, &found)?;
/// let adjusted = Agreement::AmiArithmetic.of(&table)?;
/// assert!((adjusted - 0.298_792_5).abs() < 1e-6);
/// assert_eq!("purity".parse::<Agreement>()?.of(&table)?, 5.0 / 6.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Agreement {
    /// The share of pairs on which both agree.
    Rand,
    /// The same, adjusted for chance: the one to begin with.
    AdjustedRand,
    /// The geometric mean of precision and recall of pairs.
    FowlkesMallows,
    /// Pairs together in both among those in either.
    Jaccard,
    /// The harmonic mean of precision and recall of pairs.
    Dice,
    /// The arithmetic mean of precision and recall of pairs.
    Kulczynski,
    /// Pairs together in both among those of the second.
    Precision,
    /// Pairs together in both among those of the first.
    Recall,
    /// As `Rand`, disagreement twice.
    RogersTanimoto,
    /// Pairs together in both among all.
    RusselRao,
    /// As `Jaccard`, disagreement twice.
    SokalSneath1,
    /// As `Rand`, disagreement half.
    SokalSneath2,
    /// The correlation of being together.
    Hubert,
    /// The same without the root of its denominator.
    Phi,
    /// A difference in units of its spread, as clusterCrit has it.
    #[cfg_attr(feature = "serde", serde(rename = "mcnemar"))]
    McNemar,
    /// What one tells of the other, in nats.
    MutualInformation,
    /// The same by the arithmetic mean of entropies.
    NmiArithmetic,
    /// By their geometric mean.
    NmiGeometric,
    /// By the lesser entropy.
    NmiMin,
    /// By the greater entropy.
    NmiMax,
    /// By the joint entropy.
    NmiJoint,
    /// Mutual information adjusted for chance, by the arithmetic mean of entropies.
    AmiArithmetic,
    /// By their geometric mean.
    AmiGeometric,
    /// By the lesser entropy.
    AmiMin,
    /// By the greater entropy.
    AmiMax,
    /// How far groups of the second have rows of one group of the first only.
    Homogeneity,
    /// How far rows of a group of the first are in one group of the second.
    Completeness,
    /// The harmonic mean of both, see [`Contingency::v_measure`] for others.
    VMeasure,
    /// What is uncertain of each where the other is known; a metric, in nats.
    VariationOfInformation,
    /// The same in parts of the largest possible for as many rows.
    NormalizedVariation,
    /// The share of rows in the majority of their group of the second.
    Purity,
    /// The share of rows in the majority of their group of the first.
    InversePurity,
    /// The most similar group for each group of the first.
    FMeasure,
    /// The share of rows in groups matched one to one.
    Matched,
    /// The part of rows that would have to move.
    VanDongen,
}

impl Agreement {
    /// All of them, in the order of the table.
    pub const ALL: [Agreement; 35] = [
        Agreement::Rand,
        Agreement::AdjustedRand,
        Agreement::FowlkesMallows,
        Agreement::Jaccard,
        Agreement::Dice,
        Agreement::Kulczynski,
        Agreement::Precision,
        Agreement::Recall,
        Agreement::RogersTanimoto,
        Agreement::RusselRao,
        Agreement::SokalSneath1,
        Agreement::SokalSneath2,
        Agreement::Hubert,
        Agreement::Phi,
        Agreement::McNemar,
        Agreement::MutualInformation,
        Agreement::NmiArithmetic,
        Agreement::NmiGeometric,
        Agreement::NmiMin,
        Agreement::NmiMax,
        Agreement::NmiJoint,
        Agreement::AmiArithmetic,
        Agreement::AmiGeometric,
        Agreement::AmiMin,
        Agreement::AmiMax,
        Agreement::Homogeneity,
        Agreement::Completeness,
        Agreement::VMeasure,
        Agreement::VariationOfInformation,
        Agreement::NormalizedVariation,
        Agreement::Purity,
        Agreement::InversePurity,
        Agreement::FMeasure,
        Agreement::Matched,
        Agreement::VanDongen,
    ];

    /// The figure of a table.
    ///
    /// # Cost
    /// O(cells); that of the expected information beside it for those adjusted for chance, O(√(nᵢ nⱼ / n)) for each pair
    /// of different sizes; that of [`Matching`](super::Matching) for the share of matched rows.
    ///
    /// # Errors
    /// If the figure is not defined for the table, see the list above.
    pub fn of(self, table: &Contingency) -> Result<f64> {
        Work::new(table).figure(self)
    }

    /// What it is called in files: `adjusted_rand`.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What it is called in print: `adjusted Rand index`.
    pub fn title(self) -> &'static str {
        self.texts().1
    }

    /// What the same groups under other names get; `None` if that depends on the groups.
    pub fn best(self) -> Option<f64> {
        use Agreement as A;
        match self {
            A::RusselRao | A::Phi | A::McNemar | A::MutualInformation => None,
            A::VariationOfInformation | A::NormalizedVariation | A::VanDongen => Some(0.0),
            _ => Some(1.0),
        }
    }

    /// The least and the greatest it can be.
    pub fn range(self) -> (f64, f64) {
        use Agreement as A;
        match self {
            A::AdjustedRand => (-0.5, 1.0),
            A::Hubert | A::Phi => (-1.0, 1.0),
            A::McNemar => (f64::NEG_INFINITY, f64::INFINITY),
            A::MutualInformation | A::VariationOfInformation => (0.0, f64::INFINITY),
            A::AmiArithmetic | A::AmiGeometric | A::AmiMin | A::AmiMax => (f64::NEG_INFINITY, 1.0),
            _ => (0.0, 1.0),
        }
    }

    /// Whether the two divisions may change places.
    pub fn is_symmetric(self) -> bool {
        self.mirrored() == Some(self)
    }

    /// The figure that has this one's value where the divisions change places; `None` if there is none in the list.
    pub fn mirrored(self) -> Option<Agreement> {
        use Agreement as A;
        match self {
            A::Precision => Some(A::Recall),
            A::Recall => Some(A::Precision),
            A::Homogeneity => Some(A::Completeness),
            A::Completeness => Some(A::Homogeneity),
            A::Purity => Some(A::InversePurity),
            A::InversePurity => Some(A::Purity),
            A::McNemar | A::FMeasure => None,
            same => Some(same),
        }
    }

    /// Whether it is 0 on average for rows divided at random.
    pub fn is_adjusted(self) -> bool {
        use Agreement as A;
        matches!(
            self,
            A::AdjustedRand | A::AmiArithmetic | A::AmiGeometric | A::AmiMin | A::AmiMax | A::Hubert | A::Phi
        )
    }

    /// The name in files and the title in print.
    fn texts(self) -> (&'static str, &'static str) {
        use Agreement as A;
        match self {
            A::Rand => ("rand", "Rand index"),
            A::AdjustedRand => ("adjusted_rand", "adjusted Rand index"),
            A::FowlkesMallows => ("fowlkes_mallows", "Fowlkes-Mallows index"),
            A::Jaccard => ("jaccard", "Jaccard index of pairs"),
            A::Dice => ("dice", "Dice index of pairs"),
            A::Kulczynski => ("kulczynski", "Kulczyński index"),
            A::Precision => ("precision", "precision of pairs"),
            A::Recall => ("recall", "recall of pairs"),
            A::RogersTanimoto => ("rogers_tanimoto", "Rogers-Tanimoto index"),
            A::RusselRao => ("russel_rao", "Russel-Rao index"),
            A::SokalSneath1 => ("sokal_sneath1", "first Sokal-Sneath index"),
            A::SokalSneath2 => ("sokal_sneath2", "second Sokal-Sneath index"),
            A::Hubert => ("hubert", "Hubert's gamma"),
            A::Phi => ("phi", "phi index"),
            A::McNemar => ("mcnemar", "McNemar index"),
            A::MutualInformation => ("mutual_information", "mutual information"),
            A::NmiArithmetic => ("nmi_arithmetic", "normalised mutual information, arithmetic"),
            A::NmiGeometric => ("nmi_geometric", "normalised mutual information, geometric"),
            A::NmiMin => ("nmi_min", "normalised mutual information, least"),
            A::NmiMax => ("nmi_max", "normalised mutual information, greatest"),
            A::NmiJoint => ("nmi_joint", "normalised mutual information, joint"),
            A::AmiArithmetic => ("ami_arithmetic", "adjusted mutual information, arithmetic"),
            A::AmiGeometric => ("ami_geometric", "adjusted mutual information, geometric"),
            A::AmiMin => ("ami_min", "adjusted mutual information, least"),
            A::AmiMax => ("ami_max", "adjusted mutual information, greatest"),
            A::Homogeneity => ("homogeneity", "homogeneity"),
            A::Completeness => ("completeness", "completeness"),
            A::VMeasure => ("v_measure", "V measure"),
            A::VariationOfInformation => ("variation_of_information", "variation of information"),
            A::NormalizedVariation => ("normalized_variation", "normalised variation of information"),
            A::Purity => ("purity", "purity"),
            A::InversePurity => ("inverse_purity", "inverse purity"),
            A::FMeasure => ("f_measure", "F measure"),
            A::Matched => ("matched", "matched share"),
            A::VanDongen => ("van_dongen", "van Dongen distance"),
        }
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Agreement {
    type Err = Error;

    /// By its name.
    fn from_str(name: &str) -> Result<Self> {
        Agreement::ALL.into_iter().find(|figure| figure.name() == name).ok_or_else(|| {
            let near = crate::error::nearest(name, Agreement::ALL.into_iter().map(Agreement::name));
            let hint = near.map_or_else(String::new, |name| format!("; did you mean `{name}`"));
            Error::parse("figure", name, format!("a figure of agreement{hint}"))
        })
    }
}
