//! RFM in one page: a purchase log becomes segments, and a newcomer is placed with the same yardstick.
//!
//! Run it with `cargo run --example rfm`.

use segmentry::Result;
use segmentry::behavioral::{Rfm, RfmSegment};
use segmentry::customer::{Customers, Record};
use segmentry::history::History;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;

fn main() -> Result<()> {
    // A purchase log: who, when, how much. Rows may come in any order.
    let mut log = History::builder();
    for customer in 0..60 {
        let (every, last) = (10 + customer % 7 * 15, customer * 5 % 240);
        for purchase in 0..1 + customer % 8 {
            let day = Day::new(2026, 10, 31)?.plus(-last - purchase * every);
            log.push(customer, &(day, 15.0 + f64::from(customer * 37 % 200)))?;
        }
    }

    // Now is data: nothing after this day is known.
    let customers = Customers::from_history(log.finish()).as_of(Day::new(2026, 11, 1)?);

    // The recipe learns cut points and keeps them.
    let model = Rfm::new().fit(&customers)?;
    for (name, (bands, asked)) in ["recency", "frequency", "monetary"].iter().zip(model.bands()) {
        println!("{name}: {bands} bands of {asked} asked");
    }

    println!("\n{:<22}{:>9}{:>8}{:>10}{:>12}", "segment", "customers", "share", "spend", "a purchase");
    for row in model.summary(&customers)? {
        let mean = row.spend_per_purchase.map_or("–".to_owned(), |mean| format!("{mean:.2}"));
        let share = format!("{:.1} %", 100.0 * row.share);
        println!("{:<22}{:>9}{share:>8}{:>10.0}{mean:>12}", row.segment, row.customers, row.spend);
    }

    // Next month a newcomer is measured with this month's cut points.
    let newcomer = Record::new("newcomer").purchase(Day::new(2026, 11, 20)?, 89.90).as_of(Day::new(2026, 12, 1)?);
    println!("\nscores {}", model.scores(&newcomer)?.map_or("none".to_owned(), |scores| scores.to_string()));
    println!("{}", model.explain(&newcomer)?);

    // Segments are an enum: the compiler checks that none is forgotten, but for those of later versions.
    match model.assign(&newcomer)? {
        Some(segment @ (RfmSegment::NewCustomers | RfmSegment::Promising)) => {
            println!("welcome: {}", segment.suggestion())
        }
        Some(segment) => println!("{}", segment.suggestion()),
        None => println!("nothing bought yet"),
    }
    Ok(())
}
