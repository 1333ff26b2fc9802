//! Tiers between thresholds that somebody named, and scores.

use super::*;
use proptest::prelude::*;
use segmentry::error::ErrorKind;
use segmentry::explanation::Reason;
use segmentry::model;
use segmentry::tier::{Measure, Scale, Score, Tiers};
use segmentry::value::Kind;

fn metals() -> Tiers {
    Tiers::on("spend").tier("gold", 1000.0).tier("silver", 250.0).otherwise("bronze")
}

#[test]
fn a_tier_holds_from_its_threshold_on() {
    for (spend, tier) in
        [(1e12, "gold"), (1000.0, "gold"), (999.99, "silver"), (250.0, "silver"), (249.99, "bronze"), (-5.0, "bronze")]
    {
        assert_eq!(key(&metals(), spend).as_deref(), Some(tier), "{spend}");
    }
    let hot = Tiers::on("spend").lower_is_better().tier("hot", 30.0).tier("warm", 90.0);
    for (days, tier) in
        [(0.0, Some("hot")), (30.0, Some("hot")), (30.5, Some("warm")), (90.0, Some("warm")), (91.0, None)]
    {
        assert_eq!(key(&hot, days).as_deref(), tier, "{days}");
    }
}

#[test]
fn below_the_last_threshold_is_nowhere_unless_said_otherwise() {
    let open = Tiers::on("spend").tier("gold", 1000.0);
    assert_eq!(key(&open, 10.0), None);
    assert_eq!(
        open.explain(&spender(10.0)).unwrap().to_string(),
        "customer `c-1` is unassigned: no segment's criteria hold\n  because spend is 10 (`gold` needs 1000 or more)\n  \
         `gold` with 990 more",
    );
    assert_eq!(open.segments().len(), 1);
    alone_is_bulk(&open, &spenders(&[10.0, 1000.0]));
}

#[test]
fn what_is_absent_is_told_apart_and_may_count_as_a_number() {
    let spend = Column::of(Kind::Number, [Some(300.0), None, Some(f64::NAN), Some(-1.0)]);
    let customers = Customers::with_ids(["a", "b", "c", "d"]).unwrap().with_column("spend", spend).unwrap();
    let placed = metals().segment(&customers).unwrap();
    assert_eq!(placed.reason(1), Some(&Reason::Missing("spend".to_owned())));
    assert_eq!(placed.reason(2), Some(&Reason::Invalid("spend".to_owned())));
    assert_eq!(placed.sizes(), [0, 1, 1]);
    alone_is_bulk(&metals(), &customers);

    let zero = Tiers::on(Measure::attribute("spend").missing_as(0.0)).tier("gold", 1000.0).otherwise("bronze");
    alone_is_bulk(&zero, &customers);
    let placed = zero.segment(&customers).unwrap();
    assert_eq!((placed.sizes(), placed.unassigned()), (vec![0, 3], 1));
    assert_eq!(
        zero.explain(&Record::new("b")).unwrap().to_string(),
        "customer `b` is in Bronze\n  because spend is 0 (`gold` needs 1000 or more)\n      \
         and spend is missing (counts as 0, adds 0 to the score)\n  `gold` with 1000 more",
    );
    // a table without the column is a table in which it is missing
    let nobody = metals().segment(&Customers::with_ids(["a"]).unwrap()).unwrap();
    assert_eq!(nobody.reason(0), Some(&Reason::Missing("spend".to_owned())));
}

#[test]
fn a_weighted_sum_needs_every_part_and_explains_each() {
    let tiers = Tiers::on([("spend", 1.0), ("orders", 20.0)]).tier("gold", 150.0).otherwise("bronze");
    let customer = Record::new("c-1").with("spend", 120.0).with("orders", 3);
    assert_eq!(
        tiers.explain(&customer).unwrap().to_string(),
        "customer `c-1` is in Gold\n  because score is 180 (150 or more is `gold`)\n      \
         and spend is 120 (adds 120 to the score)\n      and orders is 3 (adds 60 to the score)\n  \
         `bronze` with more than 30 less",
    );
    let part = Record::new("c-2").with("spend", 500.0);
    assert_eq!(tiers.assign(&part).unwrap(), None);
    assert_eq!(tiers.explain(&part).unwrap().reason, Some(Reason::Missing("orders".to_owned())));
}

#[test]
fn a_learnt_scale_is_the_textbook_one() {
    let spend = [5.0, 1.0, 3.0, 3.0, 9.0];
    let customers = spenders(&spend);
    let of = |score: Score, value: f64| score.fit(&customers).unwrap().of(&spender(value)).unwrap().unwrap();
    for value in [-3.0, 1.0, 3.0, 4.0, 9.0, 11.0] {
        assert_eq!(of(Score::from("spend").min_max(), value), (value - 1.0) / 8.0);
    }
    for value in spend {
        let below = spend.iter().filter(|other| **other < value).count() as f64;
        let same = spend.iter().filter(|other| **other == value).count() as f64;
        assert_eq!(of(Score::from("spend").ranks(), value), (below + same / 2.0) / 5.0);
    }
    assert_eq!(of(Score::from("spend").ranks(), 0.0), 0.0);
    assert_eq!(of(Score::from("spend").ranks(), 10.0), 1.0);
    assert_eq!(of(Score::from("spend").ranks(), 2.0), 0.25, "halfway between 0.1 and 0.4");
    let equal = spenders(&[4.0, 4.0]);
    assert_eq!(Score::from("spend").min_max().fit(&equal).unwrap().of(&spender(4.0)).unwrap(), Some(0.0));
}

#[test]
fn a_thinned_rank_scale_is_off_by_less_than_it_says() {
    let mut spend: Vec<f64> = (0..50_000).map(|i| f64::from(i) * f64::from(i)).collect();
    spend.extend(vec![1e6; 30_000]);
    let measure = Score::from("spend").ranks().fit(&spenders(&spend)).unwrap();
    let Scale::Ranks { knots } = &measure.terms()[0].scale else { panic!("ranks were asked for") };
    assert!(knots.len() < 2_100, "{}", knots.len());
    let mut sorted = spend.clone();
    sorted.sort_by(f64::total_cmp);
    for value in spend.iter().step_by(97).chain([&1e6]) {
        let below = sorted.partition_point(|other| other < value) as f64;
        let same = sorted.partition_point(|other| other <= value) as f64 - below;
        let exact = (below + same / 2.0) / spend.len() as f64;
        let found = measure.of(&spender(*value)).unwrap().unwrap();
        assert!((found - exact).abs() < 0.002, "{value}: {found}, exactly {exact}");
    }
}

#[test]
fn every_wrong_definition_is_told_in_words() {
    let told = |tiers: Tiers| {
        let error = tiers.check().unwrap_err();
        assert_eq!(tiers.assign(&spender(1.0)).unwrap_err(), error);
        assert_eq!(tiers.segment(&spenders(&[1.0])).unwrap_err(), error);
        assert!(tiers.segments().is_empty());
        error.to_string()
    };
    let on = || Tiers::on("spend");
    assert_eq!(told(on()), "no tiers");
    assert_eq!(told(on().otherwise("all")), "no tiers");
    assert_eq!(
        told(on().tier("silver", 250.0).tier("gold", 1000.0)),
        "key `tiers.gold`: `threshold` must be below 250, the threshold of `silver` before it, found 1000",
    );
    assert_eq!(
        told(on().lower_is_better().tier("hot", 30.0).tier("warm", 30.0)),
        "key `tiers.warm`: `threshold` must be above 30, the threshold of `hot` before it, found 30",
    );
    assert_eq!(told(on().tier("gold", 2.0).tier("gold", 1.0)), "tier `gold` occurs twice");
    assert_eq!(told(on().tier("gold", 2.0).otherwise("gold")), "tier `gold` occurs twice");
    assert_eq!(told(on().tier("", 2.0)), "a tier has no name");
    assert_eq!(told(on().tier("gold", f64::NAN)), "key `tiers.gold`: `threshold` is NaN, expected a finite number");
    assert_eq!(
        told(on().tier("gold", f64::INFINITY)),
        "key `tiers.gold`: `threshold` is inf, expected a finite number"
    );
    let by = |measure: Measure| Tiers::on(measure).tier("gold", 1.0);
    assert_eq!(told(by(Measure::weighted(<[(&str, f64); 0]>::default()))), "no attributes to measure");
    assert_eq!(told(by(Measure::attribute(""))), "an attribute to measure has no name");
    assert_eq!(told(by([("spend", 1.0), ("spend", 2.0)].into())), "attribute `spend` is measured twice");
    assert_eq!(
        told(by([("spend", 0.0)].into())),
        "key `measure.spend`: `weight` must be a finite number other than 0, found 0",
    );
    assert_eq!(
        told(by(Measure::attribute("spend").missing_as(f64::NAN))),
        "`missing_as` must be a finite number, found NaN",
    );
}

#[test]
fn a_wrong_value_is_an_error_that_names_row_and_customer() {
    let texts =
        Customers::with_ids(["a", "b"]).unwrap().with_column("spend", Column::texts(["much", "little"])).unwrap();
    let error = metals().segment(&texts).unwrap_err();
    assert_eq!(error.to_string(), "row 0: customer `a`: attribute `spend` is text `much`, expected number");
    assert!(matches!(error.kind(), ErrorKind::WrongKind { .. }));
    let alone = metals().assign(&Record::new("z").with("spend", "much")).unwrap_err();
    assert_eq!(alone.to_string(), "customer `z`: attribute `spend` is text `much`, expected number");
    let huge = Tiers::on([("spend", 1e308)]).tier("gold", 1.0);
    assert_eq!(
        huge.segment(&spenders(&[0.0, 1e10])).unwrap_err().to_string(),
        "row 1: customer `1`: `score` is inf, expected a finite number",
    );
    assert_eq!(
        Score::from("spent").fit(&spenders(&[1.0])).unwrap_err().to_string(),
        "no attribute `spent`; did you mean `spend`",
    );
    assert_eq!(Score::from("spend").fit(&texts).unwrap_err().to_string(), "attribute `spend` is text, expected number",);
    assert_eq!(
        Score::of([("spend", 1.0)]).ranks().fit(&spenders(&[f64::NAN])).unwrap_err().to_string(),
        "no customers with `spend`",
    );
}

#[test]
fn saved_tiers_load_for_ever() {
    let golden = include_str!("../../golden/tiers.json");
    let loaded: Tiers = model::from_json(golden).unwrap();
    assert_eq!(loaded, metals());
    assert_eq!(model::to_json(&metals()).unwrap().trim(), golden.trim());
    let broken =
        |from: &str, to: &str| model::from_json::<Tiers>(&golden.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(
        broken("\"from\": 250.0", "\"from\": 2500.0"),
        "key `model`: key `tiers.silver`: `threshold` must be below 1000, the threshold of `gold` before it, found 2500",
    );
    assert_eq!(
        broken("\"weight\": 1.0", "\"weight\": 0.0"),
        "key `model`: key `measure.spend`: `weight` must be a finite number other than 0, found 0"
    );
    assert_eq!(broken("\"tiers\"", "\"rfm\""), "the file holds a `rfm` model, expected `tiers`");
    assert!(broken("\"otherwise\"", "\"othervise\"").contains("unknown field `othervise`"));
}

proptest! {
    #[test]
    fn more_is_never_a_lower_tier_and_alone_is_bulk(
        spend in prop::collection::vec(-50.0..2000.0_f64, 1..200),
        mut cuts in prop::collection::btree_set(-40..1500_i32, 1..30),
    ) {
        let mut tiers = Tiers::on("spend").otherwise("rest");
        let mut rank = 0;
        while let Some(cut) = cuts.pop_last() {
            tiers = tiers.tier(format!("t{rank}"), f64::from(cut));
            rank += 1;
        }
        let customers = spenders(&spend);
        alone_is_bulk(&tiers, &customers);
        let placed = tiers.segment(&customers).unwrap();
        let mut order: Vec<usize> = (0..spend.len()).collect();
        order.sort_by(|a, b| spend[*b].total_cmp(&spend[*a]));
        let places: Vec<_> = order.iter().map(|row| placed.index(*row).unwrap()).collect();
        prop_assert!(places.is_sorted());
        // the textbook: the first threshold that is reached
        for (row, value) in spend.iter().enumerate() {
            let slow = tiers.thresholds().position(|(_, from)| *value >= from).unwrap_or(rank);
            prop_assert_eq!(placed.index(row), Some(slow));
        }
    }

    #[test]
    fn the_distance_told_is_the_distance_that_changes_the_tier(spend in -50.0..2000.0_f64) {
        let tiers = metals();
        let distance = tiers.explain(&spender(spend)).unwrap().evidence[0].distance.unwrap();
        let here = key(&tiers, spend);
        let beyond = distance * (1.0 + 1e-9) + 1e-9;
        prop_assert!(key(&tiers, spend + beyond) != here || key(&tiers, spend - beyond) != here);
        let within = distance * (1.0 - 1e-9) - 1e-9;
        if within > 0.0 {
            prop_assert_eq!(&key(&tiers, spend + within), &here);
            prop_assert_eq!(&key(&tiers, spend - within), &here);
        }
    }
}
