//! The small behavioral segmenters: what they measure, where they place, what they say.

use segmentry::behavioral::*;
use segmentry::customer::{Customer, Customers, Record, SeenOn};
use segmentry::explanation::Reason;
use segmentry::features::purchases::Period;
use segmentry::history::{Event, History};
use segmentry::segment::Segment;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;
use segmentry::value::OwnedValue;

use crate::alone;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

const TODAY: &str = "2026-12-01";

fn bought(days_ago: impl IntoIterator<Item = i32>) -> Record {
    let today = day(TODAY);
    days_ago.into_iter().fold(Record::new("c"), |c, ago| c.purchase(today.plus(-ago), 10.0)).as_of(today)
}

/// 200 customers with purchases, visits and returns in channels and categories, at discounts, some with none of it.
fn shop() -> Customers {
    let mut log = History::builder();
    let mut seed = 11_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for customer in 0..200 {
        for _ in 0..next(15) {
            let when = day("2025-01-01").plus(next(699) as i32);
            let kind = ["purchase", "purchase", "visit", "return"][next(4) as usize];
            let properties = [
                ("discount".to_owned(), OwnedValue::Boolean(next(3) == 0)),
                ("category".to_owned(), OwnedValue::Text(["shoes", "hats"][next(2) as usize].to_owned())),
            ];
            let mut event =
                Event::on(when, kind).amount(1.0 + next(9_000) as f64 / 100.0).quantity(1.0 + next(9) as f64);
            event = event.channel(["app", "shop", "phone"][next(3) as usize]);
            let known = if next(5) == 0 { &properties[1..] } else { &properties[..] };
            log.push(customer, &event.properties(known)).unwrap();
        }
    }
    let customers = Customers::with_ids(0..200).unwrap().with_history(log.finish());
    customers.as_of(day(TODAY))
}

#[test]
fn alone_is_as_in_bulk_for_all() {
    let customers = shop();
    alone::same_as_in_bulk(&Tenure::new(), &customers);
    alone::same_as_in_bulk(&Frequency::new(), &customers);
    alone::same_as_in_bulk(&Loyalty::new(), &customers);
    alone::same_as_in_bulk(&Discount::new(), &customers);
    alone::same_as_in_bulk(&Returns::new(), &customers);
    alone::same_as_in_bulk(&Mix::of_channels(), &customers);
    alone::same_as_in_bulk(&Mix::of_property("category").by_amount(), &customers);
    alone::same_as_in_bulk(&Rhythm::new().fit(&customers).unwrap(), &customers);
    alone::same_as_in_bulk(&Rfe::new().fit(&customers).unwrap(), &customers);
}

#[test]
fn the_number_becomes_an_attribute() {
    let customers = shop();
    let table = Tenure::new().add_to(customers).unwrap();
    let column = table.column("tenure_days").unwrap();
    for customer in table.iter() {
        assert_eq!(column.number(customer.row()), Tenure::new().measure(&customer).unwrap());
    }
    assert!(!column.is_complete());
}

#[test]
fn tenure_counts_from_the_first_purchase() {
    let place = |ago| Tenure::new().assign(&bought([0, ago])).unwrap().unwrap();
    assert_eq!(place(89), TenureSegment::New);
    assert_eq!(place(90), TenureSegment::Established);
    assert_eq!(place(365), TenureSegment::Longstanding);
    assert_eq!(place(1_095), TenureSegment::Veteran);
    assert_eq!(
        Tenure::new().explain(&bought([80])).unwrap().to_string(),
        "customer `c` is in New\n  because tenure_days is 80 (below 90)\n  \
         Established if tenure_days were from 90 to below 365"
    );
    let visit = Record::new("v").event(&Event::on(day("2026-01-01"), "visit")).as_of(day(TODAY));
    assert_eq!(Tenure::new().assign(&visit).unwrap(), None);
    assert_eq!(Tenure::new().kinds(["visit"]).measure(&visit).unwrap(), Some(334.0));
    assert_eq!(Tenure::new().kinds::<&str>([]).measure(&visit).unwrap(), Some(334.0));
}

#[test]
fn frequency_is_measured_over_the_same_days_for_all() {
    let place = |record: &Record| Frequency::new().assign(record).unwrap();
    assert_eq!(place(&bought([400])), Some(FrequencySegment::Inactive));
    assert_eq!(place(&bought([3])), Some(FrequencySegment::Occasional), "one purchase last week is not frequent");
    assert_eq!(place(&bought([3, 3, 3, 3, 3])), Some(FrequencySegment::Occasional), "one day counts once");
    assert_eq!(place(&bought([3, 93, 183, 273])), Some(FrequencySegment::Frequent));
    assert_eq!(place(&bought((0..12).map(|n| n * 30))), Some(FrequencySegment::VeryFrequent));
    assert_eq!(place(&bought([])), None);
    assert_eq!(Frequency::new().days(30).measure(&bought([3, 20, 31])).unwrap(), Some(2.0 * 365.2425 / 30.0));
}

#[test]
fn loyalty_asks_for_purchases_and_a_share_of_months() {
    let place = |record: &Record| Loyalty::new().assign(record).unwrap();
    assert_eq!(place(&bought([10])), Some(LoyaltySegment::OneTime));
    assert_eq!(place(&bought([10, 10])), Some(LoyaltySegment::OneTime), "one day counts once");
    assert_eq!(place(&bought([10, 20])), Some(LoyaltySegment::Repeat));
    assert_eq!(place(&bought([10, 40, 70])), Some(LoyaltySegment::Regular));
    assert_eq!(place(&bought([300, 301, 302])), Some(LoyaltySegment::Repeat), "in one month of eleven");
    assert_eq!(place(&bought((0..8).map(|n| 5 + n * 30))), Some(LoyaltySegment::Loyal));
    assert_eq!(place(&bought([400])), None);
    assert_eq!(
        Loyalty::new().explain(&bought([400])).unwrap().reason,
        Some(Reason::Other("nothing bought since 2025-12-01".to_owned()))
    );
    // by week: January and February of eight weeks
    let weekly = Loyalty::new().period(Period::Week);
    assert_eq!(weekly.measure(&bought([0, 7, 14, 49])).unwrap(), Some(4.0 / 8.0));
    assert_eq!(
        Loyalty::new().explain(&bought([10, 20])).unwrap().to_string(),
        "customer `c` is in Repeat\n  because purchases is 2 (in the last 365 days)\n      \
         and share_of_periods is 0.5 (1 of 2 periods)\n  \
         Regular with 3 purchases or more in a share of 0.333 of the periods\n  \
         Loyal with 6 purchases or more in a share of 0.667 of the periods"
    );
}

#[test]
fn months_between_are_counted_by_the_calendar() {
    for first in 0..400 {
        let start = day("2024-01-01").plus(first);
        for last in (0..360).step_by(7) {
            let end = start.plus(last);
            let months = |day: Day| {
                let date = day.date().unwrap();
                i32::from(date.year()) * 12 + i32::from(date.month())
            };
            let expected = 1.0 / f64::from(months(end) - months(start) + 1);
            let record = Record::new("c").purchase(start, 1.0).as_of(end);
            assert_eq!(Loyalty::new().measure(&record).unwrap(), Some(expected), "{start} {end}");
        }
    }
}

/// Expected by hand: gaps 10, 10, 40 have the median 10; with `k` = 2 and `M` = 30 the expected gap is
/// (3 · 10 + 2 · 30) / 5 = 18.
#[test]
fn rhythm_shrinks_a_customers_gap_to_the_populations() {
    let mut log = History::builder();
    for customer in 0..9 {
        for n in 0..3 {
            log.push(customer, &(day("2026-01-01").plus(n * (10 + 5 * customer)), 1.0)).unwrap(); // gaps 10, 15, …, 50
        }
    }
    log.push(9, &(day("2026-01-01"), 1.0)).unwrap(); // no gap
    let customers = Customers::from_history(log.finish()).as_of(day(TODAY));
    let model = Rhythm::new().fit(&customers).unwrap();
    assert_eq!((model.population_gap(), model.fitted()), (30.0, 9));
    let own = |last: i32| bought([last + 60, last + 50, last + 40, last]);
    assert_eq!(model.measure(&own(18)).unwrap(), Some(1.0));
    assert_eq!(model.assign(&own(26)).unwrap(), Some(RhythmSegment::OnRhythm));
    assert_eq!(model.assign(&own(27)).unwrap(), Some(RhythmSegment::Slipping));
    assert_eq!(model.assign(&own(54)).unwrap(), Some(RhythmSegment::Lapsed));
    assert_eq!(model.measure(&bought([60])).unwrap(), Some(2.0), "one purchase: the population's gap");
    assert_eq!(
        model.explain(&own(20)).unwrap().to_string(),
        "customer `c` is in On rhythm\n  because days_since_last is 20\n      \
         and expected_gap_days is 18 (from 3 own gaps)\n      \
         and days_since_last_over_gap is 1.1111111111111112 (below 1.5)\n  \
         Slipping if days_since_last_over_gap were from 1.5 to below 3\n  \
         Slipping in 7 days if nothing more is bought"
    );
    // the more own gaps, the less the population counts
    let many = bought((0..200).map(|n| 10 + 5 * n));
    assert!((model.measure(&many).unwrap().unwrap() - 10.0 / ((199.0 * 5.0 + 60.0) / 201.0)).abs() < 1e-12);
    let same_day = bought([5, 5]);
    assert_eq!(model.measure(&same_day).unwrap(), Some(5.0 / 30.0), "two purchases on a day are no gap");
}

fn in_channels(channels: &[(&'static str, f64)]) -> Record {
    let event = |channel, amount| Event::purchase(day("2026-11-01"), amount).channel(channel);
    channels.iter().fold(Record::new("c"), |c, (channel, amount)| c.event(&event(channel, *amount))).as_of(day(TODAY))
}

#[test]
fn mix_tells_single_focused_and_varied() {
    let mix = Mix::of_channels();
    assert_eq!(mix.assign(&in_channels(&[("app", 1.0), ("app", 2.0)])).unwrap(), Some(MixSegment::Single));
    let mostly = in_channels(&[("app", 1.0), ("shop", 9.0), ("app", 2.0)]);
    assert_eq!(mix.assign(&mostly).unwrap(), Some(MixSegment::Focused));
    let shares = mix.shares(&mostly).unwrap().unwrap();
    assert_eq!((shares.largest.as_str(), shares.largest_share, shares.different), ("app", 2.0 / 3.0, 2));
    let by_amount = Mix::of_channels().by_amount().shares(&mostly).unwrap().unwrap();
    assert_eq!((by_amount.largest.as_str(), by_amount.largest_share), ("shop", 0.75));
    let even = in_channels(&[("app", 1.0), ("shop", 1.0), ("phone", 1.0)]);
    assert_eq!(mix.assign(&even).unwrap(), Some(MixSegment::Varied));
    let shares = mix.shares(&even).unwrap().unwrap();
    assert!((shares.effective - 3.0).abs() < 1e-12, "three in equal parts are three");
    assert_eq!(shares.largest, "app", "of equals the first by name");
    assert_eq!(Mix::of_items().explain(&even).unwrap().reason, Some(Reason::Missing("item".to_owned())));
    assert_eq!(
        mix.explain(&mostly).unwrap().to_string(),
        "customer `c` is in Focused\n  \
         because largest_share is 0.6666666666666666 (channel app; focused from 0.6 on)\n      \
         and different is 2 (as varied as 1.89 in equal parts)"
    );
}

fn discounted(values: &[OwnedValue]) -> Record {
    values.iter().fold(Record::new("c").as_of(day(TODAY)), |record, value| {
        let properties = [("discount".to_owned(), value.clone())];
        record.event(&Event::purchase(day("2026-11-01"), 1.0).properties(&properties))
    })
}

#[test]
fn discount_counts_what_is_known() {
    use OwnedValue::{Boolean, Integer, Missing, Number, Text};
    let share = |values: &[OwnedValue]| Discount::new().measure(&discounted(values)).unwrap();
    assert_eq!(share(&[Boolean(true), Boolean(false), Missing]), Some(0.5));
    assert_eq!(share(&[Number(0.2), Number(0.0), Integer(0), Integer(10)]), Some(0.5));
    assert_eq!(Discount::new().assign(&discounted(&[Boolean(true)])).unwrap(), Some(DiscountSegment::DealSeeker));
    assert_eq!(Discount::new().assign(&discounted(&[Boolean(false)])).unwrap(), Some(DiscountSegment::FullPrice));
    let unknown = Discount::new().explain(&discounted(&[Missing])).unwrap();
    assert_eq!(unknown.reason, Some(Reason::Missing("discount".to_owned())));
    assert_eq!(
        Discount::new().assign(&discounted(&[Text("yes".to_owned())])).unwrap_err().to_string(),
        "customer `c`: attribute `discount` is text `yes`, expected boolean or number"
    );
}

#[test]
fn returns_are_events_or_negative_purchases() {
    let at = day("2026-11-01");
    let record = |sent_back: &[Event<'_>]| {
        let bought = Record::new("c").purchase(at, 60.0).purchase(at, 40.0);
        sent_back.iter().fold(bought, |c, event| c.event(event)).as_of(day(TODAY))
    };
    let rate = |sent_back: &[Event<'_>]| Returns::new().measure(&record(sent_back)).unwrap();
    assert_eq!(rate(&[]), Some(0.0));
    assert_eq!(rate(&[Event::on(at, "return").amount(20.0)]), Some(0.2));
    assert_eq!(rate(&[Event::on(at, "return").amount(-20.0), Event::purchase(at, -10.0)]), Some(0.3));
    assert_eq!(Returns::new().assign(&record(&[])).unwrap(), Some(ReturnsSegment::Keeps));
    assert_eq!(
        Returns::new().assign(&record(&[Event::purchase(at, -30.0)])).unwrap(),
        Some(ReturnsSegment::ManyReturns)
    );
    let only = Record::new("c").event(&Event::on(at, "return").amount(5.0)).as_of(day(TODAY));
    assert_eq!(
        Returns::new().explain(&only).unwrap().reason,
        Some(Reason::Other("nothing bought that could be returned".to_owned()))
    );
    assert_eq!(
        Returns::new().kinds(["order"], ["order"]).assign(&only).unwrap_err().to_string(),
        "events of the kind `order` cannot be purchase and return"
    );
}

#[test]
fn engagement_is_quantity_property_or_weights() {
    let today = day(TODAY);
    let minutes = [("minutes".to_owned(), OwnedValue::Number(12.5))];
    let record = Record::new("c")
        .event(&Event::on(today.plus(-400), "visit").quantity(100.0))
        .event(&Event::on(today.plus(-10), "visit").quantity(3.0).properties(&minutes))
        .event(&Event::on(today.plus(-5), "comment").quantity(7.0))
        .as_of(today);
    let customers = shop();
    let values = |rfe: Rfe| rfe.fit(&customers).unwrap().values(&record).unwrap();
    assert_eq!(values(Rfe::new()), Some([10.0, 1.0, 3.0]), "recency looks further back than the others");
    assert_eq!(values(Rfe::new().days(500)), Some([10.0, 2.0, 103.0]));
    assert_eq!(values(Rfe::new().kinds::<&str>([])), Some([5.0, 2.0, 10.0]));
    assert_eq!(
        values(Rfe::new().weights([("visit", 1.0), ("purchase", 5.0), ("comment", 4.0)])),
        Some([5.0, 2.0, 5.0])
    );
    assert_eq!(values(Rfe::new().property("minutes")), Some([10.0, 1.0, 12.5]));
}

#[test]
fn a_more_engaged_customer_never_scores_lower() {
    let customers = shop();
    let model = Rfe::new().fit(&customers).unwrap();
    let mut all = Vec::new();
    for customer in customers.iter() {
        if let (Some(values), Some(scores)) = (model.values(&customer).unwrap(), model.scores(&customer).unwrap()) {
            all.push((values, scores));
        }
    }
    assert!(all.len() > 50);
    for (a, low) in &all {
        for (b, high) in &all {
            if b[0] <= a[0] && b[1] >= a[1] && b[2] >= a[2] {
                assert!((0..3).all(|at| high[at] >= low[at]), "{a:?} {b:?}");
            }
        }
    }
    assert_eq!(model.segments(), RfeSegment::ALL);
}

#[test]
fn all_grow_older_by_the_day_alone() {
    let record = bought([10, 40, 70]);
    let later = SeenOn::new(&record, day("2027-06-01"));
    assert_eq!(Tenure::new().measure(&later).unwrap(), Some(252.0));
    assert_eq!(Loyalty::new().assign(&record).unwrap(), Some(LoyaltySegment::Regular));
    assert_eq!(Loyalty::new().assign(&later).unwrap(), Some(LoyaltySegment::Repeat), "in 3 of 10 months");
    assert_eq!(later.as_of().unwrap().day(), day("2027-06-01"));
}

#[test]
fn what_is_wrong_is_said() {
    let record = bought([1]);
    let message = |result: segmentry::Result<bool>| result.unwrap_err().to_string();
    let place = |segmenter: &dyn Fn(&dyn Customer) -> segmentry::Result<bool>| message(segmenter(&record));
    assert_eq!(
        place(&|c| Ok(Tenure::new().days([9.0, 9.0, 10.0]).assign(c)?.is_some())),
        "`days` must be finite and rising, found [9.0, 9.0, 10.0]"
    );
    assert_eq!(place(&|c| Ok(Frequency::new().days(0).assign(c)?.is_some())), "`days` must be at least 1 day, found 0");
    assert_eq!(
        place(&|c| Ok(Loyalty::new().loyal(2, 0.5).assign(c)?.is_some())),
        "`loyal` must ask for no less than `regular`"
    );
    assert_eq!(
        place(&|c| Ok(Loyalty::new().regular(3, f64::NAN).assign(c)?.is_some())),
        "`regular` must be a share from 0 to 1, found NaN"
    );
    assert_eq!(
        place(&|c| Ok(Mix::of_items().focused(0.0).assign(c)?.is_some())),
        "`focused` must be a share above 0 and at most 1, found 0"
    );
    assert_eq!(
        place(&|_| Ok(Tenure::new().assign(&Record::new("x"))?.is_some())),
        "customer `x`: the day as of which customers are seen is not set: give it with `as_of`"
    );
    let nobody = Customers::from_history(History::builder().finish()).as_of(day(TODAY));
    assert_eq!(
        Rhythm::new().fit(&nobody).unwrap_err().to_string(),
        "no customers with purchases on two days to learn from"
    );
    assert_eq!(
        Rhythm::new().prior_gaps(0.0).fit(&nobody).unwrap_err().to_string(),
        "`prior_gaps` must be a finite number above 0, found 0"
    );
    assert_eq!(Rfe::new().fit(&nobody).unwrap_err().to_string(), "no customers with events to learn from");
    assert_eq!(
        Rfe::new().weights([("visit", -1.0)]).fit(&nobody).unwrap_err().to_string(),
        "weight of `visit` must be a finite number of at least 0, found -1".replacen(
            "weight of `visit`",
            "`weight of `visit``",
            1
        )
    );
    let without = Customers::with_ids([1]).unwrap().as_of(day(TODAY));
    assert_eq!(Rfe::new().fit(&without).unwrap_err().to_string(), "no history: give it with `with_history`");
}

#[test]
fn every_segment_has_a_key_a_label_and_a_description() {
    fn check<S: Segment>(segments: &[S]) {
        let keys: std::collections::BTreeSet<_> = segments.iter().map(|s| s.key().into_owned()).collect();
        assert_eq!(keys.len(), segments.len());
        assert!(segments.iter().all(|s| !s.label().is_empty() && !s.description().is_empty()));
    }
    check(TenureSegment::ALL);
    check(FrequencySegment::ALL);
    check(LoyaltySegment::ALL);
    check(MixSegment::ALL);
    check(DiscountSegment::ALL);
    check(ReturnsSegment::ALL);
    check(RhythmSegment::ALL);
    check(RfeSegment::ALL);
}

#[cfg(feature = "serde")]
#[test]
fn all_are_saved_and_loaded() {
    use segmentry::model::{Model, from_json, to_json};
    fn survives<M: Model + Segmenter>(model: &M, customers: &Customers)
    where
        M::Segment: std::fmt::Debug,
    {
        let json = to_json(model).unwrap();
        let loaded: M = from_json(&json).unwrap();
        assert_eq!(to_json(&loaded).unwrap(), json);
        assert_eq!(loaded.segment(customers).unwrap(), model.segment(customers).unwrap());
    }
    let customers = shop();
    survives(&Tenure::new().days([1.0, 2.5, 7.0]), &customers);
    survives(&Frequency::new().days(100), &customers);
    survives(&Loyalty::new().period(Period::Week), &customers);
    survives(&Mix::of_property("category"), &customers);
    survives(&Discount::new(), &customers);
    survives(&Returns::new(), &customers);
    survives(&Rhythm::new().fit(&customers).unwrap(), &customers);
    survives(&Rfe::new().weights([("visit", 1.0), ("purchase", 3.0)]).fit(&customers).unwrap(), &customers);
    let broken = to_json(&Tenure::new()).unwrap().replacen("90.0", "900.0", 1);
    assert_eq!(
        from_json::<Tenure>(&broken).unwrap_err().to_string(),
        "key `model`: `days` must be finite and rising, found [900.0, 365.0, 1095.0]"
    );
}

#[test]
fn placing_one_asks_for_no_memory() {
    let record = bought([3, 40, 90]);
    let (tenure, frequency, loyalty, returns) = (Tenure::new(), Frequency::new(), Loyalty::new(), Returns::new());
    let (placed, asked) = alone::allocations(|| {
        let known = tenure.assign(&record).is_ok() && frequency.assign(&record).is_ok();
        known && loyalty.assign(&record).is_ok() && returns.assign(&record).is_ok()
    });
    assert!(placed);
    assert_eq!(asked, 0);
}
