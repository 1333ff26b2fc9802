//! Is a division any good? Buyers of a music shop, divided by what they did until September 1997, and judged by what they
//! spent afterwards.
//!
//! Run: `cargo run --example evaluate`
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::sync::Arc;

use segmentry::cluster::{AnyMethod, ClusterMethod, KMeans, Points};
use segmentry::customer::Customers;
use segmentry::evaluate::{
    ChooseK, Criterion, Diagnose, Division, Goal, Index, Indices, Partition, Refit, Stability, silhouette,
};
use segmentry::features::encoding::{Features, Form};
use segmentry::features::purchases::Purchases;
use segmentry::history::History;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;
use segmentry::value::Column;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Purchases until the end of September 1997; and what each customer spent in the nine months after.
    let end = Day::new(1997, 9, 30)?;
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    let mut later = std::collections::HashMap::<String, f64>::new();
    for line in std::fs::read_to_string("examples/data/cdnow.csv")?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (day, amount) = (fields[1].parse::<Day>()?, fields[3].parse::<f64>()?);
        if day <= end {
            ids.push(fields[0].to_owned());
            days.push(day);
            amounts.push(amount);
        } else {
            *later.entry(fields[0].to_owned()).or_default() += amount;
        }
    }
    let history = History::purchases(ids.iter().map(String::as_str), &days, &amounts)?;
    let customers = Purchases::new().add_to(Customers::from_history(history).as_of(end))?;
    let afterwards: Vec<f64> =
        customers.ids().iter().map(|id| later.get(&id.to_string()).copied().unwrap_or(0.0)).collect();
    let customers = customers.with_column("later_spend", Column::numbers(afterwards))?;

    // How many groups? Five hundred customers are enough to ask.
    let features = Features::new().log1p("purchases").log1p("spend").number("days_since_last").standardize();
    let encoded = features.fit(&customers, Form::Numbers)?.encode(&customers)?;
    let sample = encoded.matrix.slice(ndarray::s![..500, ..]);
    let criteria =
        [Criterion::Elbow, Criterion::Silhouette, Criterion::CalinskiHarabasz, Criterion::PredictionStrength];
    let choice = ChooseK::among(2..=6, |k| KMeans::new(k).restarts(3))
        .criteria(criteria)
        .replicates(10)
        .choose(&Points::new(sample))?;
    println!("{choice}\n");

    // Figures of four groups.
    let points = Points::new(encoded.matrix.view());
    let method: AnyMethod = KMeans::new(4).seed(1).into();
    let found = method.find(&points, &Default::default())?;
    let groups = Partition::new(&found.labels)?;
    let division = Division::new(&points, &groups)?;
    println!("{}\n", silhouette(&division)?);
    println!("{}\n", Indices::of(&division, &[Index::CalinskiHarabasz, Index::DaviesBouldin, Index::ExplainedShare]));

    // Would they come back in another sample of customers?
    let stability = Stability::new().pairs(10).of(&Refit::rows(&method, &points)?)?;
    println!("two samples of customers agree to {:.3}, adjusted Rand index\n", stability.adjusted_rand.median());

    // And what of it all is wrong, held against the goal?
    let recipe = KMeans::new(4).seed(1).on(features.clone());
    let segmentation = recipe.fit(&customers)?.segment(&customers)?;
    let verdict = Diagnose::new()
        .goal(Goal::maximize("later_spend"))
        .features(features)
        .again(move |sample, progress| Ok(Arc::from(recipe.fit_with(sample, progress)?.erase())))
        .known_of_prospects(["mean_spend"])
        .smallest(100)
        .rows(1_000)
        .replicates(10)
        .judge(&customers, &segmentation)?;
    println!("{verdict}");

    // The same question to a division of the raw numbers: dollars decide, and a few giants.
    let raw = Features::new().raw().number("purchases").number("spend").number("days_since_last");
    let segmentation = KMeans::new(4).seed(1).on(raw.clone()).fit(&customers)?.segment(&customers)?;
    let verdict = Diagnose::new()
        .goal(Goal::maximize("later_spend"))
        .features(raw)
        .rows(1_000)
        .judge(&customers, &segmentation)?;
    println!("{verdict}");
    Ok(())
}
