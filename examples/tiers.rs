//! Who brings the money, and in which tier of a loyalty programme everybody stands.
//!
//! Run: `cargo run --example tiers`
#![allow(clippy::print_stdout, reason = "an example prints")]

use segmentry::customer::{Customers, Record};
use segmentry::history::History;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::tier::{Change, Programme, Tiers, ValueShare};
use segmentry::time::Day;
use segmentry::value::Column;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The purchases of 2,357 customers of a music shop, 1997 and 1998.
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    let log = std::fs::read_to_string("examples/data/cdnow.csv")?;
    for line in log.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        ids.push(fields[0]);
        days.push(fields[1].parse::<Day>()?);
        amounts.push(fields[3].parse::<f64>()?);
    }
    let history = History::purchases(ids, &days, &amounts)?;
    let spend = (0..history.customers()).map(|row| history.events(row).iter().filter_map(|e| e.amount).sum());
    let spend = Column::numbers(spend);
    let customers = Customers::from_history(history).with_column("spend", spend)?;

    println!("ABC: who brings the first 80 %, the next 15 %, the rest\n");
    let abc = ValueShare::of("spend").fit(&customers)?;
    println!("{abc}");

    println!("\nA stranger is placed by the same cut values\n");
    println!("{}", abc.explain(&Record::new("newcomer").with("spend", 60.0))?);

    println!("\nThresholds of one's own\n");
    let metals = Tiers::on("spend").tier("gold", 300.0).tier("silver", 100.0).otherwise("bronze");
    let placed = metals.segment(&customers)?;
    for (tier, (size, share)) in placed.segments().iter().zip(placed.sizes().into_iter().zip(placed.shares())) {
        println!("{tier:<8} {size:>5}  {:>5.1} %", 100.0 * share);
    }

    println!("\nA programme: spend of 365 days, a tier is kept for 90 days at least, 30 days of grace\n");
    let programme = Programme::new("basic").tier("gold", 300.0).tier("silver", 100.0).dwell_days(90).grace_days(30);
    let last = Day::new(1998, 6, 30)?;
    let run = programme.run(&customers, last)?;
    for change in
        [Change::Joined, Change::Promoted, Change::InDwell, Change::InGrace, Change::Recovered, Change::Demoted]
    {
        println!("{change:<24} {:>5}", run.count(change));
    }
    println!("\n{}", programme.explain(&customers.as_of(last).find("00111")?)?);
    Ok(())
}
