//! From histories to what customers are worth: one recipe, alone and in bulk, on CDNOW.

use segmentry::customer::{Customers, Record};
use segmentry::features::purchases::TimeUnit;
use segmentry::history::History;
use segmentry::lifetime::{
    ALIVE, ATTRIBUTES, DiscountRate, Family, Horizon, LIFETIME_VALUE, Lifetimes, LifetimesModel, SpendBy,
    VALUE_AT_RISK, VALUE_SO_FAR,
};
use segmentry::time::Day;

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
