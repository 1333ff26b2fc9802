//! From histories to what customers are worth: one recipe, alone and in bulk, on CDNOW.

use segmentry::customer::{Customers, Record};
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::history::History;
use segmentry::lifetime::{
    ALIVE, ATTRIBUTES, ChooseFamily, DeltaMethod, DiscountRate, Family, FamilyBy, Horizon, LIFETIME_VALUE,
    LifetimeValue, Lifetimes, LifetimesModel, Scale, Spend, SpendBy, Trial, VALUE_AT_RISK, VALUE_SO_FAR,
};
use segmentry::time::Day;
use segmentry::value::Column;

use super::data;

fn recipe() -> Lifetimes {
    Lifetimes::new(Horizon::weeks(39.0)).discount(DiscountRate::per_year(0.1)).margin(0.4)
}

fn cdnow() -> Customers {
    data::cdnow().as_of(data::CALIBRATION.parse::<Day>().unwrap())
}

#[test]
fn a_customer_alone_is_worth_what_it_is_worth_among_all() {
    let customers = cdnow();
    let model = recipe().fit(&customers).unwrap();
    let values = model.each(&customers).unwrap();
    assert_eq!(values.len(), 2_357);
    for row in (0..customers.len()).step_by(7) {
        let alone = model.of(&customers.get(row).unwrap()).unwrap();
        assert_eq!(alone, values[row], "row {row}");
    }
}

#[test]
fn the_attributes_are_what_the_figures_say() {
    let customers = cdnow();
    let model = recipe().fit(&customers).unwrap();
    let values = model.each(&customers).unwrap();
    let table = model.add_to(customers).unwrap();
    for name in ATTRIBUTES {
        let column = table.column(name).unwrap();
        for (row, value) in values.iter().enumerate() {
            assert_eq!(column.number(row), value.unwrap().attribute(name), "{name} of row {row}");
        }
    }
    let at = |name: &str, row: usize| table.column(name).unwrap().number(row).unwrap();
    for row in 0..table.len() {
        assert!((0.0..=1.0).contains(&at(ALIVE, row)) && at(LIFETIME_VALUE, row) >= 0.0);
        assert_eq!(at(VALUE_AT_RISK, row), at(VALUE_SO_FAR, row) * (1.0 - at(ALIVE, row)));
    }
    // 39 weeks of a population that was to buy 1,653 times more (Fader, Hardie, Lee 2005), at 35 dollars or so
    let total: f64 = (0..table.len()).map(|row| at(LIFETIME_VALUE, row)).sum();
    let purchases: f64 = values.iter().map(|value| value.unwrap().expected_purchases).sum();
    assert!((purchases - 1_653.4).abs() < 0.5, "{purchases}");
    assert!((0.4 * 1_653.4 * 30.0..0.4 * 1_653.4 * 45.0).contains(&total), "{total}");
}

#[test]
fn weeks_and_days_are_worth_the_same() {
    let customers = cdnow();
    let [weeks, days] =
        [TimeUnit::Weeks, TimeUnit::Days].map(|unit| recipe().unit(unit).fit(&customers).unwrap().each(&customers));
    for (a, b) in weeks.unwrap().into_iter().zip(days.unwrap()) {
        let (a, b) = (a.unwrap(), b.unwrap());
        assert!((a.alive - b.alive).abs() < 1e-5, "{a:?} {b:?}");
        assert!((a.lifetime_value - b.lifetime_value).abs() < 1e-4 * a.lifetime_value.max(1.0), "{a:?} {b:?}");
    }
}

#[test]
fn who_never_bought_has_no_value_and_unknown_amounts_no_past() {
    let customers = cdnow();
    let model = recipe().fit(&customers).unwrap();
    let day = |text: &str| text.parse::<Day>().unwrap();
    assert_eq!(model.of(&Record::new("nobody").as_of(day("1997-10-01"))).unwrap(), None);
    let gift = segmentry::history::Event::on(day("1997-05-01"), "purchase");
    let gifts = Record::new("gifts").event(&gift).as_of(day("1997-10-01"));
    let value = model.of(&gifts).unwrap().unwrap();
    assert_eq!((value.value_so_far, value.value_at_risk), (None, None));
    assert!(value.lifetime_value > 0.0 && value.expected_spend == model.spend().unwrap().mean().unwrap());
    let error = model.of(&Record::new("when").purchase(day("1997-05-01"), 3.0)).unwrap_err().to_string();
    assert!(error.contains("customer `when`"), "{error}");
}

#[test]
fn what_cannot_be_is_told_before_anything_is_fitted() {
    let customers = cdnow();
    let told = |recipe: Lifetimes| recipe.fit(&customers).unwrap_err().to_string();
    assert!(told(recipe().margin(1.5)).contains("`margin` must be a share from 0 to 1, found 1.5"));
    assert!(told(Lifetimes::new(Horizon::weeks(-1.0))).contains("`horizon`"));
    // a quarter of the coins are too light for purchases ever to end
    let for_ever = Lifetimes::new(Horizon::forever()).fit(&customers).unwrap().each(&customers);
    let told_of = for_ever.unwrap_err().to_string();
    assert!(told_of.contains("discount"), "{told_of}");
    assert!(told(recipe().starts(0)).contains("`starts` must be at least 1"));
    let nobody = Customers::from_history(History::builder().finish()).as_of("1997-10-01".parse::<Day>().unwrap());
    assert!(recipe().fit(&nobody).unwrap_err().to_string().contains("no buyers to learn from"));
}

#[test]
fn the_mean_of_all_repeats_serves_where_no_model_of_spend_is_wanted() {
    let customers = cdnow();
    let model = recipe().spend(SpendBy::Population).fit(&customers).unwrap();
    assert!(model.spend().is_none());
    let values = model.each(&customers).unwrap();
    let first = values[0].unwrap().expected_spend;
    assert!(
        values.iter().all(|value| value.unwrap().expected_spend == first) && (30.0..45.0).contains(&first),
        "{first}"
    );
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_values_the_same() {
    let customers = cdnow();
    let model = recipe().in_steps(Horizon::months(1.0)).fit(&customers).unwrap();
    let saved = segmentry::model::to_json(&model).unwrap();
    let loaded: LifetimesModel = segmentry::model::from_json(&saved).unwrap();
    assert_eq!(loaded, model);
    assert_eq!(loaded.each(&customers).unwrap(), model.each(&customers).unwrap());
    let mut broken: serde_json::Value = serde_json::from_str(&saved).unwrap();
    broken["model"]["purchases"]["parameters"][0] = (-0.2).into();
    let broken = broken.to_string();
    assert!(segmentry::model::from_json::<LifetimesModel>(&broken).unwrap_err().to_string().contains("`r` must be"));
}

/// The model of version 1 as it was first written, and what it answered.
#[cfg(feature = "serde")]
#[test]
fn the_first_saved_model_values_the_same_for_ever() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/lifetime/lifetimes-1.json");
    let model: LifetimesModel = segmentry::model::load(golden).unwrap();
    let day = |text: &str| text.parse::<Day>().unwrap();
    let ann = Record::new("ann").purchase(day("1997-02-01"), 30.0).purchase(day("1997-05-01"), 20.0);
    let value = model.of(&ann.purchase(day("1997-08-01"), 40.0).as_of(day("1997-09-30"))).unwrap().unwrap();
    for (found, expected) in [
        (value.alive, 0.7118245571919034),
        (value.expected_purchases, 1.3156717792600483),
        (value.expected_spend, 30.930808713874846),
        (value.lifetime_value, 15.746293912680528),
    ] {
        assert!((found / expected - 1.0).abs() < 1e-9, "{value:?}");
    }
    assert_eq!(value.value_so_far, Some(0.4 * 90.0));
}

/// Of the families that compete the one that is first on what came after the first nine months values all customers, learnt
/// from everything that was seen.
#[test]
fn the_best_family_is_the_one_that_a_comparison_ranks_first() {
    let customers = data::cdnow().as_of("1998-06-30".parse::<Day>().unwrap());
    let families = [Family::BgNbd, Family::MbgNbd, Family::Nbd];
    let recipe = recipe().starts(1);
    let best = recipe.clone().family(FamilyBy::Best).among(families).holdout(Horizon::days(273.0));
    let choice = best.choose(&customers).unwrap().unwrap();
    let (end, by_day) = (data::CALIBRATION.parse().unwrap(), Purchases::new().collapse(Period::Day));
    let trial = Trial::of(&customers, &by_day, TimeUnit::Weeks, end, "1998-06-30".parse().unwrap()).unwrap();
    assert_eq!(choice, ChooseFamily::new().families(families).starts(1).fit(&trial).unwrap());
    let family = choice.best().unwrap().model.family();
    assert_ne!(family, Family::Nbd);
    let model = best.fit(&customers).unwrap();
    assert_eq!(model.purchases(), recipe.clone().family(family).fit(&customers).unwrap().purchases());
    assert_eq!(model.reasons(), choice.reasons);
    assert!(model.to_string().contains(&choice.reasons[0]));
    // without a holdout by the BIC
    let by_bic = recipe.clone().family(FamilyBy::Best).among(families).choose(&customers).unwrap().unwrap();
    assert_eq!(by_bic.criterion, segmentry::lifetime::Criterion::Bic);
    assert_eq!(recipe.choose(&customers).unwrap(), None);
}

#[test]
fn what_cannot_be_of_a_choice_is_named() {
    let customers = cdnow();
    let says = |recipe: Lifetimes, text: &str| {
        let error = recipe.fit(&customers).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    };
    let best = || recipe().family(FamilyBy::Best).among([Family::BgNbd]).starts(1);
    says(recipe().holdout(Horizon::weeks(9.0)), "key `holdout`: only a family of `best` is chosen, not `bg_nbd`");
    says(recipe().among([Family::Nbd]), "key `among`");
    says(best().among([]), "at least one family");
    says(best().among([Family::Nbd, Family::Nbd]), "twice");
    says(best().holdout(Horizon::days(0.2)), "holdout");
    says(best().holdout(Horizon::years(2.0)), "key `holdout`"); // nobody had bought by then
    says(recipe().by("channel"), "no attribute `channel`");
}

/// The errors of purchases and spend added up one by one are those of the pair of both models.
#[test]
fn the_interval_of_equity_is_that_of_both_models_together() {
    let customers = cdnow();
    let model = recipe().fit(&customers).unwrap();
    let found = model.equity(&customers, &DeltaMethod::new().confidence(0.9)).unwrap();
    let total: f64 = model.each(&customers).unwrap().iter().map(|value| value.unwrap().lifetime_value).sum();
    assert!((found.estimate - total).abs() < 1e-9 * total);
    let buyers = data::cdnow_buyers(TimeUnit::Weeks);
    let means = buyers.spend().unwrap().to_vec();
    let value = LifetimeValue::new(Horizon::weeks(39.0)).discount(DiscountRate::per_year(0.1)).margin(0.4);
    let pair = (model.purchases().clone(), model.spend().unwrap().clone());
    let by_pair = DeltaMethod::new().confidence(0.9).interval(&pair, Scale::Positive, |(purchases, spend)| {
        let figures = value.each(purchases, &buyers, &Spend::amount(1.0))?;
        let mean = |row: usize| if means[row] > 0.0 { means[row] } else { f64::NAN };
        let spend = |row: usize| spend.mean_of(buyers.get(row).unwrap().repeats(), mean(row));
        figures.iter().enumerate().map(|(row, purchases)| Ok(purchases * spend(row)?)).sum()
    });
    let by_pair = by_pair.unwrap();
    for (ours, theirs) in [(found.low, by_pair.low), (found.high, by_pair.high), (found.estimate, by_pair.estimate)] {
        assert!((ours / theirs - 1.0).abs() < 1e-5, "{found} {by_pair}");
    }
    assert_eq!(found.confidence, 0.9);
    // to be sure of a share, weights as many customers
    let double = customers.clone().with_weights(vec![2.0; customers.len()]).unwrap();
    let doubled = model.equity(&double, &DeltaMethod::new().confidence(0.9)).unwrap();
    assert!((doubled.estimate - 2.0 * total).abs() < 1e-9 * total);
    // the mean of all repeats is taken as known
    let plain = recipe().spend(SpendBy::Population).fit(&customers).unwrap();
    let plain = plain.equity(&customers, &DeltaMethod::new().confidence(0.9)).unwrap();
    assert!(plain.width() / plain.estimate < found.width() / found.estimate);
}

#[test]
fn models_by_an_attribute_answer_their_own_customers() {
    let customers = cdnow();
    let names = (0..customers.len()).map(|row| if row % 3 == 0 { "web" } else { "shop" });
    let customers = customers.with_column("channel", Column::texts(names)).unwrap();
    let model = recipe().by("channel").starts(1).fit(&customers).unwrap();
    let segments = model.segments().unwrap();
    assert_eq!(segments.segments().iter().map(|one| one.segment.as_str()).collect::<Vec<_>>(), ["shop", "web"]);
    let values = model.each(&customers).unwrap();
    for row in (0..customers.len()).step_by(11) {
        assert_eq!(model.of(&customers.get(row).unwrap()).unwrap(), values[row], "row {row}");
    }
    // one in a segment that was not there is answered by the model of all
    let day = |text: &str| text.parse::<Day>().unwrap();
    let eve = || Record::new("eve").purchase(day("1997-02-01"), 30.0).purchase(day("1997-06-01"), 25.0);
    let alive = |record: Record| model.of(&record.as_of(day("1997-09-30"))).unwrap().unwrap().alive;
    let all = recipe().starts(1).fit(&customers).unwrap();
    assert_eq!(model.purchases(), all.purchases());
    let pooled = all.of(&eve().as_of(day("1997-09-30"))).unwrap().unwrap().alive;
    assert_eq!((alive(eve()), alive(eve().with("channel", "fair"))), (pooled, pooled));
    let web = segments.model(Some("web"));
    let buyer = segmentry::lifetime::Buyer::new(TimeUnit::Days, 1, 120.0, 241.0).unwrap();
    assert!((alive(eve().with("channel", "web")) - web.alive(&buyer).unwrap()).abs() < 1e-12);
    // two models know less of their customers than one of all, and are not worlds apart
    let [one, two] = [&all, &model].map(|model| model.equity(&customers, &DeltaMethod::new()).unwrap());
    let total: f64 = values.iter().map(|value| value.unwrap().lifetime_value).sum();
    assert!((two.estimate - total).abs() < 1e-9 * total);
    assert!((two.estimate / one.estimate - 1.0).abs() < 0.1 && two.contains(one.estimate), "{one} {two}");
}

#[cfg(feature = "serde")]
#[test]
fn models_by_an_attribute_are_saved_with_what_they_read() {
    let customers = cdnow();
    let names = (0..customers.len()).map(|row| if row % 3 == 0 { "web" } else { "shop" });
    let customers = customers.with_column("channel", Column::texts(names)).unwrap();
    let model = recipe().by("channel").starts(1).fit(&customers).unwrap();
    let json = segmentry::model::to_json(&model).unwrap();
    assert_eq!(segmentry::model::header(&json).unwrap().reads.attributes, ["channel"]);
    let loaded: LifetimesModel = segmentry::model::from_json(&json).unwrap();
    assert_eq!(loaded, model);
}

/// What BG/NBD says of one-time buyers is no finding: whoever takes it is told.
#[test]
fn one_time_buyers_alive_with_certainty_are_warned_of() {
    let customers = cdnow();
    let model = recipe().fit(&customers).unwrap();
    let told = "59.9 % of the buyers bought once, and BG/NBD takes them for alive with certainty";
    assert!(model.warnings().iter().any(|warning| warning.starts_with(told)), "{:?}", model.warnings());
    assert!(model.to_string().contains(&format!("warning: {told}")), "{model}");
    let other = recipe().family(Family::MbgNbd).fit(&customers).unwrap();
    assert!(other.warnings().iter().all(|warning| !warning.contains("with certainty")), "{:?}", other.warnings());
}

/// The parts of a model of one's own, of columns in place of histories, are saved as the whole is.
#[cfg(feature = "serde")]
#[test]
fn models_of_purchases_and_of_spend_are_saved_alone() {
    use segmentry::lifetime::{PurchaseModel, SpendModel};

    let model = recipe().fit(&cdnow()).unwrap();
    let (purchases, spend) = (model.purchases(), model.spend().unwrap());
    let saved = segmentry::model::to_json(purchases).unwrap();
    assert_eq!(segmentry::model::header(&saved).unwrap().kind, "buy_till_you_die");
    assert_eq!(segmentry::model::from_json::<PurchaseModel>(&saved).unwrap(), *purchases);
    let wrong = segmentry::model::from_json::<SpendModel>(&saved).unwrap_err().to_string();
    assert!(wrong.contains("holds a `buy_till_you_die` model, expected `gamma_gamma`"), "{wrong}");
    let saved = segmentry::model::to_json(spend).unwrap();
    assert_eq!(segmentry::model::from_json::<SpendModel>(&saved).unwrap(), *spend);
    let broken = saved.replacen("\"q\": ", "\"q\": -", 1);
    assert!(segmentry::model::from_json::<SpendModel>(&broken).unwrap_err().to_string().contains("`q` must be"));
}

/// The models of version 1 as they were first written, and what they answered.
#[cfg(feature = "serde")]
#[test]
fn the_first_saved_parts_answer_the_same_for_ever() {
    use segmentry::lifetime::{Buyer, PurchaseModel, SpendModel};

    let golden = |kind: &str| format!("{}/tests/golden/lifetime/{kind}-1.json", env!("CARGO_MANIFEST_DIR"));
    let purchases: PurchaseModel = segmentry::model::load(golden("buy_till_you_die")).unwrap();
    let spend: SpendModel = segmentry::model::load(golden("gamma_gamma")).unwrap();
    let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86).unwrap();
    // A6 and A13: CDNOW by exact weeks
    let bought = purchases.purchases(&buyer, Horizon::weeks(39.0)).unwrap();
    assert!((bought - 1.22591).abs() < 2e-4, "{bought}");
    assert!((purchases.alive(&buyer).unwrap() - 0.72661).abs() < 2e-4);
    assert!((spend.mean().unwrap() - 35.17).abs() < 0.02, "{spend}");
}

/// Where all spend the same the message says what to take in place of a model of spend.
#[test]
fn one_price_for_all_is_told_with_what_to_do() {
    let mut log = History::builder();
    for customer in 0..40_i32 {
        for n in 0..1 + customer % 4 {
            log.push(customer, &(Day::from_days(20_000 + customer + n * (9 + customer % 30)), 9.99)).unwrap();
        }
    }
    let customers = Customers::from_history(log.finish()).as_of(Day::from_days(20_200));
    let told = recipe().fit(&customers).unwrap_err().to_string();
    assert!(told.starts_with("key `spend`: all 30 buyers spend 9.99 a purchase"), "{told}");
    assert!(told.ends_with("here spend by `population` takes the mean of all repeats"), "{told}");
    let model = recipe().spend(SpendBy::Population).fit(&customers).unwrap();
    let value = model.each(&customers).unwrap()[3].unwrap();
    assert_eq!(value.expected_spend, 9.99);
    let line = value.to_string();
    assert!(line.starts_with("alive ") && line.contains("purchases of 9.99 expected"), "{line}");
}
