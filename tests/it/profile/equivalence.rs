//! Equivalence of segments: the three verdicts, their laws, and what cannot be told.

use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::profile::{Equivalence, Likeness, PairLikeness};
use segmentry::segmentation::Segmentation;
use segmentry::value::{Column, Ids, Kind, Value};

/// Three segments in turn; `c` spends `shift` more, and has other plans if `plans`.
fn rows(n: usize, shift: f64, plans: bool) -> (Customers, Segmentation<String>) {
    let spend = (0..n).map(|i| ((i / 3) % 11) as f64 + if i % 3 == 2 { shift } else { 0.0 });
    let plan = (0..n).map(|i| if (i / 3) % 4 == 0 || (plans && i % 3 == 2) { "pro" } else { "free" });
    let customers = Customers::new(Ids::numbered(n))
        .with_column("spend", Column::numbers(spend.collect::<Vec<_>>()))
        .unwrap()
        .with_column("plan", Column::texts(plan.collect::<Vec<_>>()))
        .unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 3))).unwrap();
    (customers, segmentation)
}

fn verdicts(pairs: &[PairLikeness]) -> Vec<Likeness> {
    pairs.iter().map(|pair| pair.verdict).collect()
}

#[test]
fn alike_is_equivalent_far_is_different_and_few_are_undecided() {
    use Likeness::{Different, Equivalent, Undecided};
    let equivalence = Equivalence::new();
    for (n, shift, plans, expected) in [
        (3300, 0.0, false, [Equivalent, Equivalent, Equivalent]),
        (3300, 5.0, false, [Equivalent, Different, Different]),
        (3300, 0.0, true, [Equivalent, Different, Different]),
        (3300, 0.6, false, [Equivalent, Undecided, Undecided]), // 0.19 deviations: neither within nor beyond
        (66, 0.0, false, [Undecided, Undecided, Undecided]),
    ] {
        let (customers, segmentation) = rows(n, shift, plans);
        let pairs = equivalence.pairs(&customers, &segmentation).unwrap();
        assert_eq!(verdicts(&pairs), expected, "{n} {shift} {plans}: {}", pairs[1]);
    }
}

#[test]
fn a_pair_is_the_same_from_both_sides_and_beside_others() {
    let (customers, segmentation) = rows(990, 1.0, true);
    let equivalence = Equivalence::new().margin(0.3).alpha(0.1);
    let (there, back) = (
        equivalence.between(&customers, &segmentation, "a", "c").unwrap(),
        equivalence.between(&customers, &segmentation, "c", "a").unwrap(),
    );
    assert_eq!(there.confidence, 0.8);
    for (x, y) in there.attributes.iter().zip(&back.attributes) {
        assert_eq!(
            (x.difference.value.map(|d| -d), x.p_within, x.p_beyond),
            (y.difference.value, y.p_within, y.p_beyond)
        );
        assert_eq!((x.first, x.verdict), (y.second, y.verdict));
    }
    assert_eq!(equivalence.pairs(&customers, &segmentation).unwrap()[1], there);
    assert_eq!(there.most_different().unwrap().attribute, "plan");
}

/// Weight 2 is the customer twice; numbers may be as large or small as they can be.
#[test]
fn weights_are_customers_and_scale_is_nothing() {
    let (customers, segmentation) = rows(600, 1.0, false);
    let once = Equivalence::new().attributes(["spend"]);
    let weighted = customers.clone().with_weights(vec![2.0; 600]).unwrap();
    let twice = customers.take(&(0..1200).map(|i| i % 600).collect::<Vec<_>>());
    assert!(twice.is_err(), "ids occur once");
    let spend: Vec<f64> = (0..1200).map(|i| customers.column("spend").unwrap().number(i % 600).unwrap()).collect();
    for factor in [1.0, 1e300 / 16.0, 1e-310] {
        let double = Customers::new(Ids::numbered(1200))
            .with_column("spend", Column::numbers(spend.iter().map(|x| x * factor)))
            .unwrap();
        let names = segmentation.segments().to_vec();
        let places = (0..1200).map(|i| Ok(segmentation.index(i % 600).unwrap()));
        let doubled = Segmentation::new(&double, names, places).unwrap();
        let segmentation = Segmentation::new(
            &weighted,
            segmentation.segments().to_vec(),
            segmentation.indices().map(|place| Ok(place.unwrap())),
        )
        .unwrap();
        let a = once.between(&weighted, &segmentation, "a", "c").unwrap().attributes[0].clone();
        let b = once.between(&double, &doubled, "a", "c").unwrap().attributes[0].clone();
        let pairs = [
            (a.difference.value, b.difference.value),
            (a.difference.upper, b.difference.upper),
            (a.p_within.map(|p| p.ln()), b.p_within.map(|p| p.ln())),
        ];
        for (x, y) in pairs {
            assert!((x.unwrap() - y.unwrap()).abs() < 1e-9, "{factor}: {x:?} {y:?}");
        }
    }
}

#[test]
fn what_is_hardly_known_or_all_alike_is_told_apart() {
    let n = 40;
    let halves = |row: usize| row % 2;
    let known = |row: usize| if row < 2 { Value::Number(3.0) } else { Value::Missing };
    let customers = Customers::new(Ids::numbered(n))
        .with_column("rare", Column::of(Kind::Number, (0..n).map(known)))
        .unwrap()
        .with_column("same", Column::numbers((0..n).map(|_| 0.1)))
        .unwrap()
        .with_column("own", Column::numbers((0..n).map(|row| halves(row) as f64)))
        .unwrap();
    let names = vec!["a".to_owned(), "b".to_owned()];
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|row| Ok(halves(row)))).unwrap();
    for (attribute, expected) in
        [("rare", Likeness::Undecided), ("same", Likeness::Equivalent), ("own", Likeness::Different)]
    {
        let found = Equivalence::new().attributes([attribute]).between(&customers, &segmentation, "a", "b").unwrap();
        assert_eq!(found.verdict, expected, "{attribute}");
        assert!(!found.to_string().contains("NaN"));
    }
    let wrong = [
        Equivalence::new().margin(0.0),
        Equivalence::new().alpha(0.5),
        Equivalence::new().margin(f64::NAN),
        Equivalence::new().attributes(["none"]),
    ];
    for wrong in wrong {
        assert!(wrong.pairs(&customers, &segmentation).is_err(), "{wrong:?}");
    }
    assert!(Equivalence::new().between(&customers, &segmentation, "a", "z").is_err());
    let nobody = Segmentation::new(
        &customers,
        vec!["a".to_owned(), "b".to_owned()],
        (0..n).map(|_| Err(Reason::Missing("all".to_owned()))),
    )
    .unwrap();
    let pairs = Equivalence::new().pairs(&customers, &nobody).unwrap();
    assert_eq!(verdicts(&pairs), [Likeness::Undecided]);
}
