//! Laws that every figure of agreement keeps, over the complete list.

use proptest::prelude::*;
use segmentry::evaluate::{Agreement as A, Agreements, Contingency, Matching, Partition, Redundancy};

type Labels = Vec<Option<u32>>;

fn table(first: &[Option<u32>], second: &[Option<u32>]) -> Contingency {
    Contingency::new(&Partition::new(first).unwrap(), &Partition::new(second).unwrap()).unwrap()
}

fn known(labels: impl IntoIterator<Item = u32>) -> Labels {
    labels.into_iter().map(Some).collect()
}

/// All figures; `None` where one is not defined.
fn all(first: &[Option<u32>], second: &[Option<u32>]) -> Vec<Option<f64>> {
    Agreements::all(&table(first, second)).figures.into_iter().map(|found| found.value).collect()
}

/// Two divisions of up to 60 rows, some of them in none.
fn divisions() -> impl Strategy<Value = (Labels, Labels)> {
    let group = |most: u32| (0..most + 1).prop_map(move |group| Some(group).filter(|group| *group < most));
    let rows = proptest::collection::vec((group(7), group(4)), 1..60);
    rows.prop_filter("a row in a group of both", |rows| rows.iter().any(|(a, b)| a.is_some() && b.is_some()))
        .prop_map(|rows| rows.into_iter().unzip())
}

fn same(one: &[Option<f64>], other: &[Option<f64>], what: &str) {
    for ((figure, a), b) in A::ALL.iter().zip(one).zip(other) {
        match (a, b) {
            (Some(a), Some(b)) => assert!((a - b).abs() < 1e-12, "{what}: {figure}: {a}, then {b}"),
            (a, b) => assert_eq!(a, b, "{what}: {figure}"),
        }
    }
}

/// A fixed list of numbers below `most` without a pattern.
fn drawn(seed: u64, count: usize, most: u64) -> Vec<u32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % most) as u32
    };
    (0..count).map(|_| next()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn figures_are_in_their_range((first, second) in divisions()) {
        for (figure, value) in A::ALL.iter().zip(all(&first, &second)) {
            let (least, most) = figure.range();
            if let Some(value) = value {
                prop_assert!(value.is_finite() && (least..=most).contains(&value), "{}: {}", figure, value);
            }
        }
    }

    #[test]
    fn divisions_change_places((first, second) in divisions()) {
        let (one, other) = (all(&first, &second), all(&second, &first));
        for (figure, value) in A::ALL.iter().zip(&one) {
            let Some(mirrored) = figure.mirrored() else { continue };
            let mirror = other[A::ALL.iter().position(|figure| *figure == mirrored).unwrap()];
            match (value, mirror) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-12, "{}: {}, mirrored {}", figure, a, b),
                (a, b) => prop_assert_eq!(*a, b),
            }
        }
    }

    #[test]
    fn neither_names_nor_the_order_of_rows_matter((first, second) in divisions(), turn in 0_usize..60) {
        let before = all(&first, &second);
        let called = |labels: &[Option<u32>]| labels.iter().map(|l| l.map(|l| 1000 - 37 * l)).collect::<Labels>();
        same(&before, &all(&called(&first), &called(&second)), "names");
        let moved = |labels: &[Option<u32>]| {
            let mut labels = labels.to_vec();
            labels.reverse();
            labels.rotate_left(turn % first.len());
            labels
        };
        prop_assert_eq!(&before, &all(&moved(&first), &moved(&second))); // to the last bit
    }

    #[test]
    fn a_weight_is_as_many_rows((first, second) in divisions(), weights in proptest::collection::vec(0_usize..4, 60)) {
        let weights = &weights[..first.len()];
        let times = |labels: &[Option<u32>]| -> Labels {
            labels.iter().zip(weights).flat_map(|(label, weight)| vec![*label; *weight]).collect()
        };
        let (one, other) = (times(&first), times(&second));
        let (a, b) = (Partition::new(&first).unwrap(), Partition::new(&second).unwrap());
        let numbers: Vec<f64> = weights.iter().map(|weight| *weight as f64).collect();
        let heavy = Contingency::weighted(&a, &b, &numbers);
        if !one.iter().zip(&other).any(|(a, b)| a.is_some() && b.is_some()) {
            prop_assert!(heavy.is_err());
            return Ok(());
        }
        let (heavy, plain) = (heavy.unwrap(), table(&one, &other));
        prop_assert_eq!((heavy.rows(), heavy.left_out()), (plain.rows(), plain.left_out()));
        for figure in A::ALL {
            prop_assert_eq!(figure.of(&heavy).ok(), figure.of(&plain).ok(), "{}", figure);
        }
    }

    #[test]
    fn rows_in_none_might_as_well_not_be_there((first, second) in divisions()) {
        let both = || first.iter().zip(&second).filter(|(a, b)| a.is_some() && b.is_some());
        let (one, other): (Labels, Labels) = both().map(|(a, b)| (*a, *b)).unzip();
        prop_assert_eq!(all(&first, &second), all(&one, &other));
        prop_assert_eq!(table(&first, &second).left_out() as usize, first.len() - one.len());
    }

    #[test]
    fn the_same_groups_are_the_best((first, _) in divisions()) {
        let called: Labels = first.iter().map(|label| label.map(|label| 90 - label)).collect();
        if first.iter().all(Option::is_none) {
            return Ok(());
        }
        let apart = table(&first, &first).pairs().both == 0;
        for (figure, value) in A::ALL.iter().zip(all(&first, &called)) {
            match (figure, figure.best(), value) {
                (A::FowlkesMallows, _, Some(value)) if apart => prop_assert_eq!(value, 0.0), // as scikit-learn
                (_, Some(best), Some(value)) => prop_assert_eq!(value, best, "{}", figure), // to the last bit
                _ => {}
            }
        }
        let shared = table(&first, &called).information();
        prop_assert!((shared.shared - shared.first).abs() < 1e-15);
    }
}

/// What each figure is for the divisions that leave it nothing to compare: a number that scikit-learn documents, or
/// an error.
#[test]
fn one_group_and_all_rows_apart() {
    let (together, apart) = (known([0; 6]), known(0..6));
    let halves = known([0, 0, 0, 1, 1, 1]);
    let value = |figure, a: &[Option<u32>], b: &[Option<u32>]| A::of(figure, &table(a, b)).ok();
    let adjusted = [A::AdjustedRand, A::AmiArithmetic, A::AmiGeometric, A::AmiMin, A::AmiMax];
    let normalized = [A::NmiArithmetic, A::NmiGeometric, A::NmiMin, A::NmiMax, A::NmiJoint, A::VMeasure];
    for figure in adjusted.into_iter().chain(normalized) {
        assert_eq!(value(figure, &together, &together), Some(1.0), "{figure}");
        assert_eq!(value(figure, &apart, &apart), Some(1.0), "{figure}");
        assert_eq!(value(figure, &together, &apart), Some(0.0), "{figure}");
        assert_eq!(value(figure, &halves, &together), Some(0.0), "{figure}");
        if adjusted.contains(&figure) && figure != A::AmiMin {
            assert_eq!(value(figure, &halves, &apart), Some(0.0), "{figure}");
        }
    }
    assert_eq!(value(A::NmiMin, &halves, &apart), Some(1.0));
    let message = A::AmiMin.of(&table(&halves, &apart)).unwrap_err().to_string();
    let why = "the adjusted mutual information, least is not defined where one division has all rows apart";
    assert_eq!(message, why);
    assert_eq!(
        (value(A::Homogeneity, &together, &halves), value(A::Completeness, &together, &halves)),
        (Some(1.0), Some(0.0))
    );
    let undefined = |a: &[Option<u32>], b: &[Option<u32>]| -> Vec<&str> {
        A::ALL.into_iter().filter(|figure| value(*figure, a, b).is_none()).map(A::name).collect()
    };
    assert_eq!(undefined(&together, &together), ["hubert", "phi", "mcnemar"]);
    let none = ["jaccard", "dice", "kulczynski", "precision", "recall", "sokal_sneath1", "hubert", "phi"];
    assert_eq!(undefined(&apart, &apart), none);
    assert_eq!(undefined(&halves, &apart), ["kulczynski", "precision", "hubert", "phi", "ami_min"]);
    assert_eq!(undefined(&together, &apart), ["kulczynski", "precision", "hubert", "phi", "mcnemar"]);
    let single = known([0]);
    assert_eq!(value(A::Rand, &single, &single), Some(1.0));
    assert_eq!(value(A::NormalizedVariation, &single, &single), Some(0.0));
    let jaccard = A::Jaccard.of(&table(&apart, &apart)).unwrap_err().to_string();
    assert_eq!(jaccard, "the Jaccard index of pairs is not defined where there is no pair to count");
}

#[test]
fn adjusted_figures_are_nothing_on_average_for_random_divisions() {
    let draws = 400;
    let mut sums = vec![0.0; A::ALL.len()];
    for seed in 0..draws {
        let first = known(drawn(2 * seed, 60, 4));
        let second = known(drawn(2 * seed + 1, 60, 7));
        for (sum, value) in sums.iter_mut().zip(all(&first, &second)) {
            *sum += value.unwrap() / draws as f64;
        }
    }
    for (figure, mean) in A::ALL.iter().zip(sums) {
        if figure.is_adjusted() {
            assert!(mean.abs() < 0.005, "{figure}: {mean}");
        } else if figure.best() == Some(1.0) {
            assert!(mean > 0.02, "{figure}: {mean}, so it is adjusted and does not say so");
        }
    }
}

#[test]
fn threads_change_no_bit() {
    let (first, second) = (known(drawn(1, 300_000, 12)), known(drawn(2, 300_000, 9)));
    let (many, others) = (known(drawn(3, 50_000, 3000)), known(drawn(4, 50_000, 5000)));
    let weights: Vec<f64> = drawn(5, 300_000, 5).into_iter().map(f64::from).collect();
    let work = || {
        let (a, b) = (Partition::new(&first).unwrap(), Partition::new(&second).unwrap());
        let heavy = Contingency::weighted(&a, &b, &weights).unwrap();
        let fine = A::AmiArithmetic.of(&table(&many, &others)).unwrap();
        let bits = |found: Agreements| found.figures.into_iter().map(|f| f.value.map(f64::to_bits)).collect::<Vec<_>>();
        (bits(Agreements::all(&Contingency::new(&a, &b).unwrap())), bits(Agreements::all(&heavy)), fine.to_bits())
    };
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work);
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}

#[test]
fn names_are_names() {
    let mut seen = std::collections::BTreeSet::new();
    for figure in A::ALL {
        assert!(seen.insert(figure.name()));
        assert_eq!(figure.name().parse::<A>().unwrap(), figure);
        assert_eq!(serde_json::to_value(figure).unwrap(), figure.name());
        assert_eq!(serde_json::from_value::<A>(figure.name().into()).unwrap(), figure);
        assert_eq!(figure.mirrored().map_or(Some(figure), A::mirrored), Some(figure));
    }
    let message = "adjustd_rand".parse::<A>().unwrap_err().to_string();
    assert_eq!(message, "figure `adjustd_rand` is not a figure of agreement; did you mean `adjusted_rand`");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (two, three) = (Partition::of([0, 1]).unwrap(), Partition::of([0, 1, 2]).unwrap());
    let message = |found: segmentry::Result<Contingency>| found.unwrap_err().to_string();
    assert_eq!(message(Contingency::new(&two, &three)), "the second division has 3 entries, expected 2");
    let (left, right) = (Partition::new(&[Some(0), None]).unwrap(), Partition::new(&[None, Some(0)]).unwrap());
    assert_eq!(message(Contingency::new(&left, &right)), "no rows that are in a group of both divisions");
    let weighted = |weights: &[f64]| message(Contingency::weighted(&two, &two, weights));
    assert_eq!(weighted(&[1.0]), "weights has 1 entries, expected 2");
    assert_eq!(weighted(&[1.0, 0.5]), "row 1: `weights` must be whole numbers from 0 on, found 0.5");
    for bad in [f64::NAN, f64::INFINITY, -1.0, 1e300, 5e-324] {
        assert!(weighted(&[1.0, bad]).starts_with("row 1: `weights` must be whole numbers"), "{bad}");
    }
    let most = (1_u64 << 53) as f64;
    assert_eq!(weighted(&[1.0, most]), "row 1: `weights` must be at most 2^53 in sum, found more");
    assert_eq!(weighted(&[0.0, 0.0]), "no rows that are in a group of both divisions");
    assert!(Contingency::new(&two, &two).unwrap().v_measure(-1.0).is_err());
    assert!(Contingency::new(&two, &two).unwrap().v_measure(f64::NAN).is_err());
    let fine = Partition::of(0..20_000).unwrap();
    let message = Matching::of(&Contingency::new(&fine, &fine).unwrap()).unwrap_err().to_string();
    assert_eq!(message, "20000 × 20000 groups are too many to be matched");
}

/// Counts so large that squares of them are beyond whole numbers of 64 bits.
#[test]
fn large_weights_are_counted_exactly() {
    let (a, b) = (Partition::of([0, 0, 1, 1]).unwrap(), Partition::of([0, 1, 0, 1]).unwrap());
    let huge = (1_u64 << 50) as f64;
    let even = Contingency::weighted(&a, &b, &[huge; 4]).unwrap();
    assert!(even.adjusted_rand().abs() < 1e-12 && even.information().shared == 0.0);
    assert_eq!(Redundancy::of(&even).first_known, 0.0);
    // two rows of two billion are elsewhere: the difference of products is below the rounding of either
    let near = Contingency::weighted(&a, &b, &[2e9, 1.0, 1.0, 3.0]).unwrap();
    assert!((near.adjusted_rand() - 0.749_999_998_75).abs() < 1e-15, "{}", near.adjusted_rand());
}
