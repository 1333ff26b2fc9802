//! A year of a real wholesaler: who is alive, what each is worth, what the figures warn of.
//!
//! D. Chen, Online Retail, UCI 2015, DOI 10.24432/C5BW33.

use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::history::{Clean, EventColumns, History};
use segmentry::lifetime::{
    Buyers, ChooseFamily, DiscountRate, Family, Horizon, LIFETIME_VALUE, Lifetimes, Observed, Trial,
};
use segmentry::read::{Csv, OnBadRow};
use segmentry::time::Day;

#[test]
fn a_year_of_a_wholesaler_is_valued() {
    let Some(path) = super::data::shared("online_retail.csv.gz") else { return };
    let columns = EventColumns::new("CustomerID", "InvoiceDate").quantity("Quantity").unit_price("UnitPrice");
    let csv = Csv::new().on_bad_row(OnBadRow::Skip);
    let (history, _) = History::from_csv_with(path, &columns.properties(["UnitPrice"]), &csv).unwrap();
    let cleaned = Clean::new().positive_quantity().positive("UnitPrice").run(&history).unwrap();
    let day = |text: &str| text.parse::<Day>().unwrap();
    let customers = Customers::from_history(cleaned.history).as_of(day("2011-12-09"));
    assert_eq!(customers.len(), 4_338);

    let by_day = Purchases::new().collapse(Period::Day);
    let buyers = Buyers::of(&customers, &by_day, TimeUnit::Weeks).unwrap();
    assert!(buyers.cells() < 4_338 && buyers.cells() > 2_000, "{}", buyers.cells());
    // two thirds came again within the year: nothing to warn of in how they buy
    let repeaters = (0..buyers.len()).filter(|row| buyers.get(*row).is_some_and(|buyer| buyer.repeats() > 0)).count();
    assert!((2_700..2_900).contains(&repeaters), "{repeaters}");
    eprintln!("{:?}", Observed::of(&buyers).warnings());

    // in the first nine months nobody is seen to leave: the families agree, and those that could tell say that they cannot
    let trial = Trial::of(&customers, &by_day, TimeUnit::Weeks, day("2011-08-31"), day("2011-12-09")).unwrap();
    let families = [Family::BgNbd, Family::ParetoNbd, Family::Nbd];
    let choice = ChooseFamily::new().families(families).starts(2).fit(&trial).unwrap();
    let best = choice.best().unwrap();
    assert_eq!(best.model.family(), Family::Nbd, "{choice}");
    assert!(choice.warnings.iter().any(|warning| warning.contains("the fit of BG/NBD is not clean")), "{choice}");
    assert!(choice.warnings.iter().any(|warning| warning.contains("newer buyers")), "{choice}");
    let actual = best.holdout.as_ref().unwrap();
    assert!((actual.actual - 4_806.0).abs() < 0.5, "{choice}"); // before Christmas they buy more than any family believes
    assert!(actual.expected < 0.8 * actual.actual, "{choice}");

    let recipe = Lifetimes::new(Horizon::months(6.0)).discount(DiscountRate::per_year(0.1)).starts(3);
    let model = recipe.fit(&customers).unwrap();
    let certificate = model.purchases().certificate().unwrap();
    assert!(certificate.converged && certificate.gradient_norm < 1e-2, "{model}");
    assert!(!certificate.is_clean() || certificate.notes.is_empty(), "{model}");
    let valued = model.add_to(customers).unwrap();
    let values = valued.column(LIFETIME_VALUE).unwrap();
    let total: f64 = (0..valued.len()).map(|row| values.number(row).unwrap()).sum();
    // 8.9 million pounds in a year of which customers are known; half a year of those who are there now
    assert!((1e6..6e6).contains(&total), "{total}");
}
