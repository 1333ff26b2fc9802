//! Figures of pairs beside published ones.

use super::{Agreement as A, PairCounts, of_pairs_of};

/// clusterCrit's own test of two divisions of 100 rows (inst/unitTests), whose numbers of pairs follow from its
/// values of Rand, Russel-Rao, Precision and Jaccard; single precision outside, so 1e-6.
#[test]
fn figures_of_pairs_are_those_of_cluster_crit() {
    let pairs = PairCounts { both: 845, first: 1609, second: 806, neither: 1690 };
    assert_eq!(pairs.all(), 100 * 99 / 2);
    let published = [
        (A::Dice, 0.411693066358566),
        (A::Hubert, 0.022714141794819),
        (A::Jaccard, 0.25920245051384),
        (A::Kulczynski, 0.428073406219482),
        (A::McNemar, 17.6941604614258),
        (A::Precision, 0.511811017990112),
        (A::Rand, 0.512121200561523),
        (A::RogersTanimoto, 0.344195519348269),
        (A::RusselRao, 0.170707076787949),
        (A::SokalSneath1, 0.148898678414097),
        (A::SokalSneath2, 0.677354709418838),
        (A::Phi, 3.93253e-09),
    ];
    for (figure, value) in published {
        let found = of_pairs_of(&pairs, figure).unwrap();
        assert!((found / value - 1.0).abs() < 1e-6, "{figure}: {found}, published {value}");
    }
}
