//! From the days of contracts to what customers are still worth: one recipe, alone and in bulk, against sums by hand.

use segmentry::customer::{Customers, Record};
use segmentry::features::purchases::Period;
use segmentry::lifetime::{
    CONTRACT_ATTRIBUTES, Contracts, DeltaMethod, DiscountRate, Horizon, PeriodDiscount, Periods, Renewals,
    RetentionFamily, RetentionFit, RetentionModel, Scale, ShiftedBetaGeometric,
};
use segmentry::time::Day;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Contracts by the month, signed on the first of the months of 2024 and left as survivors of 1,000 say (Fader and Hardie
/// 2007, regular customers), seen at the end of September 2025.
fn members() -> Customers {
    let survivors = [1000, 631, 468, 382, 326, 289, 262, 241];
    let customers = (0..1000_usize).map(|n| {
        let start = Day::new(2024, 1 + (n % 12) as i8, 1).unwrap();
        let member = Record::new(format!("m{n}")).with("begun", start).with("fee", 10.0 + (n % 3) as f64);
        // the renewal at which the n-th left, if it did within seven
        match (1..8).find(|renewal| n >= survivors[*renewal]) {
            Some(renewal) => {
                let months = n % 12 + renewal - 1;
                // in the month that was paid for last: lost at its end
                member.with("ended", Day::new(2024 + (months / 12) as i16, 1 + (months % 12) as i8, 17).unwrap())
            }
            None => member,
        }
    });
    Customers::from_customers(customers).unwrap().as_of(day("2025-09-30"))
}

fn recipe() -> Contracts {
    Contracts::new("begun", "ended", Period::Month, Horizon::years(1.0))
        .discount(DiscountRate::per_year(0.1))
        .margin(0.5)
        .amount_of("fee")
}

#[test]
fn it_learns_what_the_parts_learn() {
    let customers = members();
    let model = recipe().fit(&customers).unwrap();
    let seen = Renewals::of(&customers, "begun", "ended", Period::Month).unwrap();
    assert_eq!(recipe().renewals(&customers).unwrap(), seen);
    assert_eq!((seen.kept(1), seen.lost(1), seen.kept(2)), (631.0, 369.0, 468.0));
    assert_eq!(model.model(), &ShiftedBetaGeometric::new().fit(&seen).unwrap());
    let other = recipe().family(RetentionFamily::BetaDiscreteWeibull).fit(&customers).unwrap();
    assert_eq!(other.model().family(), RetentionFamily::BetaDiscreteWeibull);
}

#[test]
fn a_value_is_the_sum_over_renewals() {
    let customers = members();
    let model = recipe().fit(&customers).unwrap();
    // signed on 20 March, renewed five times, of 31 days since the last anniversary 20 August 10 are over on the 30th
    let ann = Record::new("ann").with("begun", day("2025-03-20")).with("fee", 12.0).as_of(day("2025-08-30"));
    let worth = model.of(&ann).unwrap().unwrap();
    assert_eq!(worth.renewals, 5);
    let wait = 21.0 / 31.0;
    let survival = |t: u32| model.model().survival(Periods::new(t)).unwrap();
    let (mut value, mut expected) = (0.0, 0.0);
    for k in 0..12 {
        let there = survival(5 + k + 1) / survival(5);
        expected += there;
        value += 0.5 * 12.0 * there * 1.1_f64.powf(-(f64::from(k) + wait) / 12.0);
    }
    assert!((worth.expected_renewals - expected).abs() < 1e-9 * expected, "{worth:?} {expected}");
    assert!((worth.lifetime_value.unwrap() - value).abs() < 1e-9 * value, "{worth:?} {value}");
    assert!((worth.retained - survival(17) / survival(5)).abs() < 1e-12, "{worth:?}");
    assert_eq!(worth.value_so_far, Some(0.5 * 12.0 * 6.0));
    // on the day of the renewal the next is a whole period away
    let at_renewal = Record::new("ann").with("begun", day("2025-03-20")).with("fee", 12.0).as_of(day("2025-08-20"));
    let later = model.of(&at_renewal).unwrap().unwrap().lifetime_value.unwrap();
    assert!((later / value - 1.1_f64.powf((wait - 1.0) / 12.0)).abs() < 1e-12);
}

#[test]
fn without_end_the_sum_is_that_of_a_long_horizon() {
    let customers = members();
    let forever =
        Contracts::new("begun", "ended", Period::Month, Horizon::forever()).discount(DiscountRate::per_year(0.5));
    let model = forever.fit(&customers).unwrap();
    let ann = Record::new("ann").with("begun", day("2025-03-20")).as_of(day("2025-08-20"));
    let worth = model.of(&ann).unwrap().unwrap();
    let survival = |t: u32| model.model().survival(Periods::new(t)).unwrap();
    let sum: f64 = (1..3000).map(|k| survival(5 + k) / survival(5) * 1.5_f64.powf(-f64::from(k) / 12.0)).sum();
    assert!((worth.lifetime_value.unwrap() - sum).abs() < 1e-6 * sum, "{worth:?} {sum}");
    assert_eq!((worth.retained, worth.expected_renewals), (0.0, worth.lifetime_value.unwrap()));
}

#[test]
fn a_customer_alone_is_worth_what_it_is_worth_among_all() {
    let customers = members();
    let model = recipe().fit(&customers).unwrap();
    let values = model.each(&customers).unwrap();
    let table = model.add_to(customers.clone()).unwrap();
    assert_eq!(values.iter().flatten().count(), 241);
    for (row, value) in values.iter().enumerate() {
        assert_eq!(model.of(&customers.get(row).unwrap()).unwrap(), *value, "row {row}");
        for name in CONTRACT_ATTRIBUTES {
            let number = table.column(name).unwrap().number(row);
            assert_eq!(number, value.and_then(|value| value.attribute(name)), "{name} {row}");
        }
    }
}

/// The sum of all values, with the error that a sum row by row has.
#[test]
fn the_interval_of_equity_is_that_of_the_sum_over_customers() {
    let customers = members();
    let learnt = recipe().fit(&customers).unwrap();
    let found = learnt.equity(&customers, &DeltaMethod::new().confidence(0.9)).unwrap();
    let (year, rate) =
        (Periods::new(12), PeriodDiscount::of(DiscountRate::per_year(0.1), Horizon::months(1.0)).unwrap());
    let residual =
        |model: &RetentionModel, renewals: u32| model.discounted_residual(Periods::new(renewals), year, rate).unwrap();
    // of each customer the renewals so far and what a renewal is worth
    let values = learnt.each(&customers).unwrap();
    let rows: Vec<(u32, f64)> = values
        .iter()
        .flatten()
        .map(|value| (value.renewals, value.lifetime_value.unwrap() / residual(learnt.model(), value.renewals)))
        .collect();
    let by_rows = DeltaMethod::new().confidence(0.9).interval(learnt.model(), Scale::Positive, |model| {
        Ok(rows.iter().map(|(renewals, worth)| worth * residual(model, *renewals)).sum())
    });
    let by_rows = by_rows.unwrap();
    for (ours, theirs) in [(found.low, by_rows.low), (found.high, by_rows.high), (found.estimate, by_rows.estimate)] {
        assert!((ours / theirs - 1.0).abs() < 1e-9, "{found} {by_rows}");
    }
    let total: f64 = values.iter().flatten().map(|value| value.lifetime_value.unwrap()).sum();
    assert!((found.estimate / total - 1.0).abs() < 1e-9 && found.low < 0.99 * total);
    let double = customers.clone().with_weights(vec![2.0; customers.len()]).unwrap();
    let doubled = learnt.equity(&double, &DeltaMethod::new().confidence(0.9)).unwrap();
    assert!((doubled.high / found.high - 2.0).abs() < 1e-9);
    let nobody = customers.take(&(900..1000).collect::<Vec<_>>()).unwrap(); // all of them have left
    assert!(learnt.equity(&nobody, &DeltaMethod::new()).is_err());
}

#[test]
fn yearly_contracts_are_renewed_on_the_twelfth_anniversary_of_months() {
    let customers = (0..90_i16).map(|n| {
        let member = Record::new(format!("y{n}")).with("begun", Day::new(2016 + n % 4, 2, 28).unwrap());
        // a third leaves in the first year, a third in the third
        match n % 3 {
            0 => member.with("ended", Day::new(2016 + n % 4, 9, 1).unwrap()),
            1 => member.with("ended", Day::new(2018 + n % 4, 9, 1).unwrap()),
            _ => member,
        }
    });
    let customers = Customers::from_customers(customers).unwrap().as_of(day("2025-02-27"));
    let yearly = Contracts::new("begun", "ended", Period::Month, Horizon::years(3.0)).every(12);
    let seen = yearly.renewals(&customers).unwrap();
    assert_eq!((seen.lost(1), seen.lost(2), seen.lost(3), seen.kept(1)), (30.0, 0.0, 30.0, 60.0));
    let model = yearly.fit(&customers).unwrap();
    let leap = Record::new("leap").with("begun", day("2024-02-29")).as_of(day("2025-02-27"));
    assert_eq!(model.of(&leap).unwrap().unwrap().renewals, 0);
    let leap = Record::new("leap").with("begun", day("2024-02-29")).as_of(day("2025-02-28"));
    let worth = model.of(&leap).unwrap().unwrap();
    assert_eq!(worth.renewals, 1);
    let stays = model.model().residual(Periods::new(1), Periods::new(3)).unwrap();
    assert_eq!(worth.expected_renewals, stays);
}

#[test]
fn who_has_left_or_not_begun_has_no_value_and_unknown_amounts_no_money() {
    let model = recipe().fit(&members()).unwrap();
    let now = day("2025-08-20");
    let of = |record: Record| model.of(&record.as_of(now)).map_err(|error| error.to_string());
    let begun = |text: &str| Record::new("ann").with("begun", day(text));
    assert_eq!(of(begun("2025-01-01").with("ended", now)), Ok(None));
    assert_eq!(of(begun("2025-09-01")), Ok(None));
    assert_eq!(of(Record::new("ann")), Ok(None));
    let unpaid = of(begun("2025-01-01")).unwrap().unwrap();
    assert_eq!((unpaid.renewals, unpaid.lifetime_value, unpaid.value_so_far), (7, None, None));
    // an end that is known and still to come
    assert!(of(begun("2025-01-01").with("ended", day("2025-12-01"))).unwrap().is_some());
    let wrong = of(begun("2025-01-01").with("ended", day("2024-12-01"))).unwrap_err();
    assert!(wrong.contains("customer `ann`") && wrong.contains("`ended` is before `begun`"), "{wrong}");
    let wrong = of(begun("2025-01-01").with("fee", -1.0)).unwrap_err();
    assert!(wrong.contains("fee") && wrong.contains("at least 0"), "{wrong}");
    let wrong = of(begun("2025-01-01").with("fee", "ten")).unwrap_err();
    assert!(wrong.contains("`fee`"), "{wrong}");
    assert!(model.of(&begun("2025-01-01")).is_err()); // as of no moment
}

#[test]
fn settings_that_cannot_be_are_named() {
    let says = |recipe: Contracts, text: &str| {
        let error = recipe.check().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    };
    says(recipe().margin(1.5), "margin");
    says(recipe().amount(-1.0), "amount");
    says(recipe().starts(0), "starts");
    says(recipe().every(0), "every");
    says(recipe().every(24), "from 24 months, when a contract is renewed");
    says(Contracts::new("a", "a", Period::Day, Horizon::days(7.0)), "another attribute");
    says(Contracts::new("a", "b", Period::Day, Horizon::forever()), "not defined without a discount");
    assert!(recipe().fit(&members().without("fee").unwrap()).is_ok()); // it is asked for where money is
    assert!(recipe().fit(&members()).unwrap().each(&members().without("fee").unwrap()).is_err());
}

#[test]
fn the_curve_goes_on_beyond_what_was_seen() {
    let customers = members();
    let model = recipe().fit(&customers).unwrap();
    let seen = recipe().renewals(&customers).unwrap();
    let fit = RetentionFit::of(model.model(), &seen, Periods::new(30)).unwrap();
    assert_eq!(fit.lines().len(), 30);
    let line = &fit.lines()[1];
    assert_eq!((line.renewal, line.came, line.kept), (2, 631.0, 468.0));
    assert!((line.seen_survival.unwrap() - 0.468).abs() < 1e-12);
    assert!((line.survival - 0.468).abs() < 0.05, "{line:?}");
    assert_eq!(fit.lines()[29].seen_survival, None);
    assert!(fit.to_string().contains("by the model"));
    assert!(RetentionFit::of(model.model(), &seen, Periods::forever()).is_err());
}

#[cfg(feature = "serde")]
#[test]
fn a_model_that_was_saved_says_the_same() {
    use segmentry::lifetime::ContractsModel;

    let customers = members();
    let model = recipe().every(1).fit(&customers).unwrap();
    let json = segmentry::model::to_json(&model).unwrap();
    let header = segmentry::model::header(&json).unwrap();
    assert_eq!((header.kind.as_str(), header.reads.as_of), ("contracts", true));
    assert_eq!(header.reads.attributes, ["begun", "ended", "fee"]);
    let loaded: ContractsModel = segmentry::model::from_json(&json).unwrap();
    assert_eq!(loaded, model);
    assert!(
        segmentry::model::from_json::<ContractsModel>(&json.replace("\"margin\": 0.5", "\"margin\": 5.0")).is_err()
    );
}

/// The model of version 1 as it was first written, and what it answered.
#[cfg(feature = "serde")]
#[test]
fn the_first_saved_model_values_the_same_for_ever() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/lifetime/contracts-1.json");
    let model: segmentry::lifetime::ContractsModel = segmentry::model::load(golden).unwrap();
    let ann = Record::new("ann").with("begun", day("2025-03-20")).with("fee", 12.0).as_of(day("2025-08-30"));
    let worth = model.of(&ann).unwrap().unwrap();
    assert_eq!((worth.renewals, worth.value_so_far), (5, Some(36.0)));
    let found = [worth.retained, worth.expected_renewals, worth.lifetime_value.unwrap()];
    for (found, expected) in found.into_iter().zip([0.5991565736628569, 8.74453579581671, 50.16052598530948]) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{worth:?}");
    }
}
