//! Discounted purchases: against closed forms, sums by brute force, and each other.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{Buyer, Buyers, DiscountRate, Family, Horizon, PurchaseModel};

use super::data;

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found}, expected {expected}");
}

fn bg() -> PurchaseModel {
    PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425945, 4.4136024, 0.7929221, 2.4259069]).unwrap()
}

/// Each short step's purchases, discounted from its middle.
fn by_brute_force(model: &PurchaseModel, buyer: &Buyer, weeks: f64, rate: DiscountRate) -> f64 {
    let force = rate.force(TimeUnit::Weeks);
    // steps are short where the buyer is young
    let places: Vec<f64> = (0..=4000).map(|at| weeks * (f64::from(at) / 4000.0).powi(2)).collect();
    let until: Vec<f64> = places.iter().map(|t| model.purchases(buyer, Horizon::weeks(*t)).unwrap()).collect();
    let steps = places.windows(2).zip(until.windows(2));
    steps.map(|(t, bought)| (bought[1] - bought[0]) * (-force * (t[0] + t[1]) / 2.0).exp()).sum()
}

#[test]
fn discounted_purchases_are_the_sum_of_short_steps() {
    let buyers = [Buyer::newcomer(), Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86).unwrap()];
    for family in [Family::BgNbd, Family::ParetoNbd] {
        let parameters: &[f64] = match family {
            Family::BgNbd => &[0.2425945, 4.4136024, 0.7929221, 2.4259069],
            _ => &[0.5532771, 10.577684, 0.6062400, 11.668735],
        };
        let model = PurchaseModel::of(family, TimeUnit::Weeks, parameters).unwrap();
        for buyer in buyers {
            for (weeks, rate) in [(52.0, DiscountRate::per_year(0.15)), (300.0, DiscountRate::per_week(0.05))] {
                let found = model.discounted(&buyer, Horizon::weeks(weeks), rate).unwrap();
                near(found, by_brute_force(&model, &buyer, weeks, rate), 1e-6);
            }
        }
    }
}

/// Equation 2 of Fader, Hardie and Lee (2005), RFM and CLV, by mpmath 1.4.1 of 50 digits:
/// α^r β^s δ^(s−1) Γ(r + x + 1) Ψ(s, s; δ (β + T)) / (Γ(r) (α + T)^(r + x + 1) L), with their parameters and their discount
/// of 15 % a year.
#[test]
fn pareto_nbd_without_end_is_the_closed_form() {
    let model =
        PurchaseModel::of(Family::ParetoNbd, TimeUnit::Weeks, &[0.5532771, 10.577684, 0.60624, 11.668735]).unwrap();
    for (x, last, age, expected) in DERT {
        let buyer = Buyer::new(TimeUnit::Weeks, x, last, age).unwrap();
        let rate = DiscountRate::per(0.15, Horizon::weeks(52.0));
        near(model.discounted(&buyer, Horizon::forever(), rate).unwrap(), expected, 1e-9);
    }
}

const DERT: [(u32, f64, f64, f64); 4] = [
    (0, 0.0, 77.86, 0.1819264772792579),
    (2, 30.43, 38.86, 6.499981457876701),
    (7, 70.5, 77.86, 14.21105033295375),
    (26, 30.857, 31.0, 86.2574286470401),
];

#[test]
fn laws_of_discounting_hold() {
    let (model, buyer) = (bg(), Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86).unwrap());
    let year = Horizon::weeks(52.0);
    // no discount: expected purchases; a little: nearly so
    near(model.discounted(&buyer, year, DiscountRate::none()).unwrap(), model.purchases(&buyer, year).unwrap(), 0.0);
    let little = model.discounted(&buyer, year, DiscountRate::per_year(1e-12)).unwrap();
    near(little, model.purchases(&buyer, year).unwrap(), 1e-11);
    // more discount, less worth; more time, more
    let rates = [0.0, 0.01, 0.1, 1.0, 10.0, 1e6];
    let worth = rates.map(|rate| model.discounted(&buyer, year, DiscountRate::per_year(rate)).unwrap());
    assert!(worth.is_sorted_by(|one, two| one > two) && worth[5] > 0.0, "{worth:?}");
    let ends = [0.0, 1.0, 50.0, 500.0, 5e3, 5e5, f64::INFINITY].map(|weeks| Horizon::new(weeks, TimeUnit::Weeks));
    let worth = ends.map(|end| model.discounted(&buyer, end, DiscountRate::per_year(0.1)).unwrap());
    assert!(worth.is_sorted_by(|one, two| *one <= two * (1.0 + 1e-12)) && worth[0] == 0.0, "{worth:?}");
    near(worth[6], worth[5], 1e-10);
    // any unit
    let days = model.in_unit(TimeUnit::Days);
    near(
        days.discounted(&buyer, year, DiscountRate::per_year(0.1)).unwrap(),
        model.discounted(&buyer, year, DiscountRate::per_year(0.1)).unwrap(),
        1e-12,
    );
}

#[test]
fn without_discount_all_purchases_are_told_where_they_have_a_bound() {
    let buyer = Buyer::newcomer();
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.5, 4.0, 3.0, 5.0]).unwrap();
    let ever = model.discounted(&buyer, Horizon::forever(), DiscountRate::none()).unwrap();
    near(ever, 3.5, 1e-14); // E[1 / p] = (a + b − 1) / (a − 1)
    near(model.purchases(&buyer, Horizon::weeks(1e15)).unwrap(), 3.5, 1e-6);
    assert!(bg().discounted(&buyer, Horizon::forever(), DiscountRate::none()).is_err());
    assert!(bg().discounted(&buyer, Horizon::weeks(-1.0), DiscountRate::per_year(0.1)).is_err());
    assert!(bg().discounted(&buyer, Horizon::weeks(1.0), DiscountRate::per_year(-0.1)).is_err());
}

#[test]
fn buyers_in_bulk_are_buyers_one_by_one() {
    let buyers: Buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let rate = DiscountRate::per_year(0.1);
    let all = bg().discounted_each(&buyers, Horizon::years(2.0), rate).unwrap();
    for row in (0..buyers.len()).step_by(97) {
        let alone = bg().discounted(&buyers.get(row).unwrap(), Horizon::years(2.0), rate).unwrap();
        assert_eq!(all[row].to_bits(), alone.to_bits());
    }
    assert!(bg().discounted_each(&buyers, Horizon::forever(), DiscountRate::none()).is_err());
}
