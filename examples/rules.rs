//! Audiences and a rule list, written as text, asked of the customers of a music shop, of one of them, and of an engine.
//!
//! Run: `cargo run --features sql --example rules`
#![allow(clippy::print_stdout, reason = "an example prints")]

use segmentry::customer::{Customers, Record};
use segmentry::history::History;
use segmentry::rules::{Definitions, Dialect, EventTable, Plan, Renderer, Tables};
use segmentry::segment::Segment;
use segmentry::time::Day;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Definitions are text (or JSON, or Rust). Now is data: nothing after that day is known.
    let text = std::fs::read_to_string("examples/data/cdnow.rules")?;
    let definitions: Definitions = text.parse()?;
    let customers = buyers()?.as_of(Day::new(1997, 6, 30)?);

    // Checked once, names resolved, each question kept once; ranks are learnt from these customers and kept.
    let plan = Plan::fit(&definitions, &customers)?;
    let (audiences, lists) = (plan.audiences().count(), plan.rule_lists().count());
    println!("{audiences} audiences and {lists} rule list ask {} different questions\n", plan.atoms());

    println!("{:<18}{:>9}", "audience", "customers");
    let found = plan.audiences_of(&customers)?;
    for (label, size) in found.labels().zip(found.sizes()) {
        println!("{:<18}{size:>9}", label.label());
    }

    println!("\n{:<42}{:>9}", "in exactly", "customers");
    let keys: Vec<_> = plan.audiences().map(Segment::key).collect();
    for intersection in found.intersections().iter().take(5) {
        let names: Vec<_> = intersection.audiences.iter().map(|number| &*keys[*number]).collect();
        let names = if names.is_empty() { "none of them".to_owned() } else { names.join(" + ") };
        println!("{names:<42}{:>9}", intersection.customers);
    }

    println!("\n{:<18}{:>9}", "stage", "customers");
    let stage = plan.segment_of(0, &customers)?;
    for (label, size) in stage.segments().iter().zip(stage.sizes()) {
        println!("{:<18}{size:>9}", label.label());
    }

    println!("\nOne customer: why, why not, since when, and until when if they buy nothing more\n");
    let customer = customers.find("00111")?;
    for key in ["champions", "lapsed"] {
        let audience = plan.audience(key).ok_or("no such audience")?;
        println!("{}\n", plan.explain(audience, &customer)?);
    }
    println!("{}", plan.explain_list(0, &customer)?);

    println!("\nWhom time alone moves within a week: the others need not be looked at\n");
    let mut asker = plan.asker();
    let week = Day::new(1997, 7, 7)?;
    let mut moved = 0;
    for customer in customers.iter() {
        let next = asker.valid_until(&customer)?.first();
        moved += usize::from(next.is_some_and(|at| at.day_utc() <= week));
    }
    println!("{moved} of {} customers", customers.len());

    println!("\nA newcomer is measured with the same rod\n");
    let newcomer = Record::new("newcomer")
        .purchase(Day::new(1997, 7, 2)?, 150.0)
        .purchase(Day::new(1997, 7, 9)?, 80.0)
        .as_of(Day::new(1997, 7, 10)?);
    let answer = asker.ask(&newcomer)?;
    let labels: Vec<_> = answer.audiences().map(Segment::label).collect();
    println!("in {}; stage {}", labels.join(" and "), answer.segment(0)?.map_or("none".into(), Segment::label));

    println!("\nWhat a stricter definition would do, before it is used\n");
    let stricter: Definitions = text.replace("in last 60 days) >= 1", "in last 60 days) >= 2").parse()?;
    println!("{}", Plan::fit(&stricter, &customers)?.diff(&plan, "champions", &customers)?);

    println!("\nWhat is wrong is said with its place, what is odd before anybody is asked\n");
    let misspelt =
        "audience big: sum(.amount of purchase in last 30 day) > 500 adn member of \"new\"".parse::<Definitions>();
    println!("{}", misspelt.err().map_or(String::new(), |error| error.to_string()));
    let odd: Definitions = "
        audience nobody: count(purchase in last 30 days) >= 5 and count(purchase in last 30 days) < 3
        audience most: not count(purchase in last 30 days) = 1 or not count(purchase in last 30 days) = 2
        rules rhythm:
          often: count(purchase in last 30 days) >= 2
          weekly: count(purchase in last 30 days) >= 4
          otherwise seldom
    "
    .parse()?;
    for oddity in Plan::fit(&odd, &customers)?.analyze() {
        println!("{oddity}");
    }

    println!("\nThe same audience for an engine\n");
    let tables = Tables::new("customers", "id").events(EventTable::new("events"));
    let renderer = Renderer::new(Dialect::Postgres, &plan, Day::new(1997, 6, 30)?).tables(tables);
    println!("{};", renderer.members("lapsed")?);
    Ok(())
}

/// The purchases of 2,357 customers of a music shop, 1997 and 1998.
fn buyers() -> Result<Customers, Box<dyn std::error::Error>> {
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    let log = std::fs::read_to_string("examples/data/cdnow.csv")?;
    for line in log.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        ids.push(fields[0]);
        days.push(fields[1].parse::<Day>()?);
        amounts.push(fields[3].parse::<f64>()?);
    }
    Ok(Customers::from_history(History::purchases(ids, &days, &amounts)?))
}
