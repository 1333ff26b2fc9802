//! Groups that nobody has defined: the buyers of a music shop by how often, how lately and for how much they buy.
//!
//! Run: `cargo run --example clusters`
#![allow(clippy::print_stdout, reason = "an example prints")]

use segmentry::cluster::{ClusterMethod, KMeans, Mixture, Reach};
use segmentry::combine::Consensus;
use segmentry::customer::{Customers, Record};
use segmentry::features::encoding::Features;
use segmentry::features::purchases::Purchases;
use segmentry::history::History;
use segmentry::segment::Segment;
use segmentry::segmentation::Segmentation;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The purchases of 2,357 customers, 1997 and 1998, and what they come to.
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for line in std::fs::read_to_string("examples/data/cdnow.csv")?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        ids.push(fields[0].to_owned());
        days.push(fields[1].parse::<Day>()?);
        amounts.push(fields[3].parse::<f64>()?);
    }
    let history = History::purchases(ids.iter().map(String::as_str), &days, &amounts)?;
    let customers = Customers::from_history(history).as_of(Day::new(1998, 6, 30)?);
    let customers = Purchases::new().add_to(customers)?;

    // Features first: counts and amounts by their logarithm, because most buy once and a few buy a hundred times.
    let features = || Features::new().log1p("purchases").log1p("spend").number("days_since_last").standardize();
    let groups = KMeans::new(4).seed(1).on(features()).reach(Reach::Share(0.995)).fit(&customers)?;
    let placed = groups.segment(&customers)?;
    println!("four groups, named by what sets them apart\n");
    print(&placed);
    println!("\ninertia {:.1}", groups.model().inertia());
    for (group, label) in groups.segments().iter().enumerate() {
        let center: Vec<String> =
            groups.center(group)?.into_iter().map(|(feature, value)| format!("{feature} {value}")).collect();
        println!("{:<36} {}", label.label(), center.join(", "));
    }

    println!("\nA stranger is placed by the same scales\n");
    let stranger = Record::new("stranger").with("purchases", 9).with("spend", 420.0).with("days_since_last", 12);
    println!("{}", groups.explain(&stranger)?);

    println!("\nOne who is like nobody\n");
    let odd = Record::new("odd").with("purchases", 9000).with("spend", 3.0).with("days_since_last", 0);
    println!("{}", groups.explain(&odd)?);

    println!("\nA mixture gives degrees\n");
    let mixture = Mixture::new(3).seed(1).on(features()).fit(&customers)?;
    for (label, degree) in mixture.segments().iter().zip(mixture.memberships(&stranger)?.unwrap_or_default()) {
        println!("{:<36} {degree:.3}", label.label());
    }

    println!("\nUpon what do three other divisions agree?\n");
    let parts = [2, 3, 5].map(|k| KMeans::new(k).seed(k as u64).on(features()).fit(&customers).map(Segmenter::erase));
    let consensus = Consensus::of(parts.into_iter().collect::<Result<_, _>>()?).fit(&customers)?;
    print(&consensus.segment(&customers)?);
    println!("\nagreement {:.3}", consensus.agreement());
    Ok(())
}

fn print<S: Segment>(placed: &Segmentation<S>) {
    for (segment, (size, share)) in placed.segments().iter().zip(placed.sizes().into_iter().zip(placed.shares())) {
        println!("{size:>5} {:>6.1} %  {:<36} {}", 100.0 * share, segment.label(), segment.description());
    }
    if placed.unassigned() > 0 {
        println!("{:>5}           in none", placed.unassigned());
    }
}
