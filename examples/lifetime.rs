//! What customers are worth, now and to come: real purchases, a model with its certificate, intervals, segments.
//!
//! `cargo run --features full --example lifetime`
#![allow(clippy::print_stdout, reason = "an example prints")]

use segmentry::Result;
use segmentry::customer::{Customer, Customers};
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::history::{EventColumns, History};
use segmentry::lifetime::{
    Buyer, Buyers, ChooseFamily, DeltaMethod, DiscountRate, Family, Horizon, Lifetimes, Periods, Prediction, Renewals,
    RetentionFit, Scale, ShiftedBetaGeometric, Trial,
};
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;
use segmentry::worth::{CustomerEquity, ValueMatrix};

fn main() -> Result<()> {
    let day = |text: &str| text.parse::<Day>();
    let (history, _) = History::from_csv_with(
        "examples/data/cdnow.csv",
        &EventColumns::new("customer", "date").amount("dollars"),
        &segmentry::read::Csv::new(),
    )?;
    let customers = Customers::from_history(history).as_of(day("1998-06-30")?);
    let by_day = Purchases::new().collapse(Period::Day);

    // 1. which family tells best what came after the first nine months?
    let trial = Trial::of(&customers, &by_day, TimeUnit::Weeks, day("1997-09-30")?, day("1998-06-30")?)?;
    let families = [Family::BgNbd, Family::MbgNbd, Family::ParetoNbd, Family::Nbd];
    println!("{}", ChooseFamily::new().families(families).fit(&trial)?);

    // 2. what is each customer worth in the next year?
    let recipe = Lifetimes::new(Horizon::years(1.0)).family(Family::MbgNbd).discount(DiscountRate::per_year(0.1));
    let model = recipe.fit(&customers)?;
    println!("{model}");

    // 3. of one: what is expected, how sure that is, and what may really happen
    let buyer = Buyer::new(TimeUnit::Weeks, 6, 52.0, 70.0)?;
    let year = Horizon::years(1.0);
    let expected =
        DeltaMethod::default().interval(model.purchases(), Scale::Positive, |model| model.purchases(&buyer, year))?;
    let real = Prediction::default().seed(1).purchases(model.purchases(), &buyer, year)?;
    println!(
        "bought six times in 52 weeks, silent for 18: alive {:.2}, expected {:.2} ({:.2} to {:.2}), really {} to {}\n",
        model.purchases().alive(&buyer)?,
        expected.estimate,
        expected.low,
        expected.high,
        real.low,
        real.high
    );

    // 4. all together, and whom to keep, to grow, to win back
    let customers = model.add_to(customers)?;
    println!("{}", CustomerEquity::of(&customers)?);
    println!("to come, and how sure that is: {}\n", model.equity(&customers, &DeltaMethod::default())?);
    let matrix = ValueMatrix::new().fit(&customers)?;
    let placed = matrix.segment(&customers)?;
    for (segment, size) in placed.segments().iter().zip(placed.sizes()) {
        println!("{segment:10} {size:5}");
    }
    println!();
    for id in ["00004", "15562", "20111"] {
        let customer = customers.find(id)?;
        let number = |name: &str| customer.value(name).number().unwrap_or(f64::NAN);
        let (so_far, to_come) = (number("value_so_far"), number("lifetime_value"));
        let segment = matrix.assign(&customer)?.map_or("-".to_owned(), |segment| segment.to_string());
        println!("customer {id}: {so_far:.2} so far, {to_come:.2} to come: {segment}");
    }

    // 5. the buyers themselves, for questions of one's own
    let buyers = Buyers::of(&customers, &by_day, TimeUnit::Weeks)?;
    println!("\n{} customers, {} different buyers\n", buyers.len(), buyers.cells());

    // 6. under contract leaving is seen: a thousand subscribers year by year (Fader and Hardie 2007), and five years more
    let seen = Renewals::survivors(&[1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0])?;
    let stay = ShiftedBetaGeometric::new().fit(&seen)?;
    println!("{stay}\n{}", RetentionFit::of(&stay, &seen, Periods::new(12))?);
    Ok(())
}
