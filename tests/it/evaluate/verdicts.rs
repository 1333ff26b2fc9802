//! Verdicts: each problem is found where it is, and not on the healthy twin.

use std::sync::Arc;

use segmentry::cluster::{ClusterMethod, KMeans};
use segmentry::customer::Customers;
use segmentry::evaluate::{Diagnose, Goal, Grade, Problem, Quality, Verdict, diagnose};
use segmentry::features::encoding::Features;
use segmentry::history::History;
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::Segmentation;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;
use segmentry::value::{Column, Kind};

use super::data::Draw;
use crate::shared;

/// Three round groups of customers by two attributes.
fn blobs(each: usize, seed: u64) -> Customers {
    let mut draw = Draw::new(seed);
    let middles = [(0.0, 0.0), (10.0, 0.0), (5.0, 9.0)];
    let rows: Vec<(f64, f64)> =
        (0..3 * each).map(|row| (middles[row % 3].0 + draw.normal(), middles[row % 3].1 + draw.normal())).collect();
    Customers::with_ids((0..rows.len()).map(|row| row as i64))
        .unwrap()
        .with_column("age", Column::numbers(rows.iter().map(|row| row.0)))
        .unwrap()
        .with_column("visits", Column::numbers(rows.iter().map(|row| row.1)))
        .unwrap()
}

fn features() -> Features {
    Features::new().number("age").number("visits")
}

/// Clusters, and what is said of them when everything is told.
fn clustered(customers: &Customers, k: usize, features: Features) -> (Segmentation<Label>, Verdict) {
    let recipe = KMeans::new(k).restarts(5).on(features.clone());
    let clusters = recipe.fit(customers).unwrap();
    let segmentation = clusters.segment(customers).unwrap();
    let verdict = Diagnose::new()
        .features(features)
        .again(move |sample, progress| Ok(Arc::from(recipe.fit_with(sample, progress)?.erase())))
        .rows(600)
        .judge(customers, &segmentation)
        .unwrap();
    (segmentation, verdict)
}

/// Customers by two attributes that have no groups.
fn cloud(count: usize, seed: u64) -> Customers {
    let mut draw = Draw::new(seed);
    let rows: Vec<(f64, f64)> = (0..count).map(|_| (draw.uniform(), draw.uniform())).collect();
    Customers::with_ids((0..count).map(|row| row as i64))
        .unwrap()
        .with_column("age", Column::numbers(rows.iter().map(|row| row.0)))
        .unwrap()
        .with_column("visits", Column::numbers(rows.iter().map(|row| row.1)))
        .unwrap()
}

/// What a verdict must say and what it must not.
fn says(verdict: &Verdict, problem: Problem, yes: bool) {
    assert_eq!(verdict.has(problem), yes, "{problem}:\n{verdict}");
}

#[test]
fn a_good_division_has_nothing_against_it() {
    for seed in 0..5 {
        let (_, verdict) = clustered(&blobs(120, seed), 3, features());
        assert!(verdict.diagnoses.is_empty(), "{verdict}");
    }
}

/// Raw recency, frequency and money of Online Retail: 99 % in one cluster at a silhouette of .95 (numbers.md A45).
#[test]
fn the_scale_of_money_is_told_and_logarithms_have_no_alarm() {
    let Some(path) = shared::path("online_retail.csv.gz") else { return };
    let customers = super::data::online_retail(&path);
    let raw = || Features::new().raw().number("days_since_last").number("purchases").number("spend");
    let (segmentation, verdict) = clustered(&customers, 5, raw());
    let largest = *segmentation.sizes().iter().max().unwrap() as f64 / customers.len() as f64;
    assert!(largest > 0.95, "{largest}");
    says(&verdict, Problem::ScaleDominated, true);
    says(&verdict, Problem::OutlierDriven, true);
    let logs = Features::new().log1p("days_since_last").log1p("purchases").log1p("spend");
    let (_, verdict) = clustered(&customers, 4, logs);
    says(&verdict, Problem::ScaleDominated, false);
    says(&verdict, Problem::OutlierDriven, false);
}

#[test]
fn one_large_column_is_told() {
    let customers = blobs(120, 1);
    let mut draw = Draw::new(7);
    let cents = Column::numbers((0..customers.len()).map(|_| 100_000.0 * draw.uniform()));
    let customers = customers.with_column("cents", cents).unwrap();
    let (_, verdict) = clustered(&customers, 3, features().number("cents").raw());
    says(&verdict, Problem::ScaleDominated, true);
    let (_, verdict) = clustered(&customers, 3, features().number("cents"));
    says(&verdict, Problem::ScaleDominated, false);
}

#[test]
fn a_few_giants_are_told_and_a_niche_is_not() {
    let good = blobs(120, 2);
    let with = |far: &dyn Fn(f64) -> f64| {
        let ids = (0..good.len() + 4).map(|row| row as i64);
        let column = |name: &str, at: f64| {
            let known: Vec<f64> = (0..good.len()).map(|row| good.column(name).unwrap().number(row).unwrap()).collect();
            Column::numbers(known.into_iter().chain((0..4).map(|giant| far(at + f64::from(giant)))))
        };
        Customers::with_ids(ids)
            .unwrap()
            .with_column("age", column("age", 0.0))
            .unwrap()
            .with_column("visits", column("visits", 1.0))
            .unwrap()
    };
    let giants = with(&|at| 300.0 * (1.0 + at) * if at as i64 % 2 == 0 { 1.0 } else { -1.0 });
    let (_, verdict) = clustered(&giants, 4, features());
    says(&verdict, Problem::OutlierDriven, true);
    let niche = with(&|at| 60.0 + at / 10.0);
    let (_, verdict) = clustered(&niche, 4, features());
    says(&verdict, Problem::OutlierDriven, false);
}

#[test]
fn too_few_customers_are_told() {
    let (_, verdict) = clustered(&blobs(8, 3), 3, features());
    says(&verdict, Problem::InsufficientData, true);
    let text = verdict.to_string();
    assert!(text.contains("too few customers for so many features"), "{text}");
    assert!(text.contains("customers for each feature 12 (limit 70)"), "{text}");
}

#[test]
fn pieces_of_a_cloud_are_unstable_and_groups_are_not() {
    let (_, verdict) = clustered(&cloud(500, 1), 6, features());
    says(&verdict, Problem::Unstable, true);
    says(&verdict, Problem::NoStructure, true);
    says(&verdict, Problem::UnderSegmented, false);
    let (_, verdict) = clustered(&blobs(160, 4), 3, features());
    says(&verdict, Problem::Unstable, false);
    says(&verdict, Problem::NoStructure, false);
    // what fits no number of groups moves its limits too
    let (_, verdict) = clustered(&blobs(160, 4), 5, features());
    says(&verdict, Problem::Unstable, true);
}

#[test]
fn empty_and_small_segments_are_told() {
    let customers = blobs(120, 5);
    let names = ["a", "b", "c", "nobody"].map(str::to_owned).to_vec();
    let places = (0..customers.len()).map(|row| Ok(if row < 200 { 0 } else { 1 + row % 2 }));
    let segmentation = Segmentation::new(&customers, names, places).unwrap();
    let verdict = Diagnose::new().smallest(100).judge(&customers, &segmentation).unwrap();
    says(&verdict, Problem::OverSegmented, true);
    let told: Vec<&str> = verdict.of(Problem::OverSegmented).flat_map(|d| &d.segments).map(String::as_str).collect();
    assert_eq!(told, ["b", "c", "nobody"], "{verdict}");
    says(&Diagnose::new().smallest(50).judge(&customers, &segmentation).unwrap(), Problem::OverSegmented, false);
}

/// Two segments that were drawn by lot within one group are one in all but name.
#[test]
fn segments_that_are_alike_are_told() {
    let customers = blobs(2_000, 6);
    let names = ["young", "lively, first half", "lively, second half", "old"].map(str::to_owned).to_vec();
    let place = |row: usize| match row % 3 {
        0 => 0,
        1 => 1 + (row / 3) % 2,
        _ => 3,
    };
    let segmentation = Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(place(row)))).unwrap();
    let verdict = Diagnose::new().features(features()).judge(&customers, &segmentation).unwrap();
    says(&verdict, Problem::OverSegmented, true);
    let told = &verdict.of(Problem::OverSegmented).next().unwrap().segments;
    assert_eq!(told, &["lively, first half", "lively, second half"]);
    let names = ["young", "lively", "old"].map(str::to_owned).to_vec();
    let twin = Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(row % 3))).unwrap();
    says(&Diagnose::new().features(features()).judge(&customers, &twin).unwrap(), Problem::OverSegmented, false);
}

#[test]
fn the_same_segments_under_other_names_are_told() {
    let customers = blobs(300, 7);
    let named = |names: [&str; 3], place: &dyn Fn(usize) -> usize| {
        let names = names.map(Label::new).to_vec();
        Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(place(row)))).unwrap()
    };
    let ours = named(["a", "b", "c"], &|row| row % 3);
    // one in thirty is elsewhere
    let theirs = named(["x", "y", "z"], &|row| if row % 30 == 0 { row % 7 % 3 } else { 2 - row % 3 });
    let other = named(["x", "y", "z"], &|row| row / 3 % 3);
    let judge = |beside| Diagnose::new().beside("theirs", beside).judge(&customers, &ours).unwrap();
    says(&judge(&theirs), Problem::Redundant, true);
    says(&judge(&other), Problem::Redundant, false);
}

#[test]
fn segments_that_no_list_tells_are_not_reachable() {
    let customers = blobs(300, 8);
    let mut draw = Draw::new(11);
    let chance: Vec<f64> = (0..customers.len()).map(|_| draw.uniform()).collect();
    let telling: Vec<f64> = (0..customers.len()).map(|row| (row % 3) as f64 + draw.normal() / 3.0).collect();
    let customers = customers
        .with_column("shoe size", Column::numbers(chance))
        .unwrap()
        .with_column("employees", Column::numbers(telling))
        .unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(row % 3))).unwrap();
    let judge = |known: &str| Diagnose::new().known_of_prospects([known]).judge(&customers, &segmentation).unwrap();
    says(&judge("shoe size"), Problem::NotReachable, true);
    says(&judge("employees"), Problem::NotReachable, false);
    let wrong = Diagnose::new().known_of_prospects(["employes"]).judge(&customers, &segmentation).unwrap_err();
    assert!(wrong.to_string().contains("did you mean `employees`"), "{wrong}");
}

#[test]
fn two_groups_in_one_segment_are_told_and_one_long_group_is_not() {
    for seed in 0..3 {
        let (segmentation, verdict) = clustered(&blobs(130, seed), 2, features());
        says(&verdict, Problem::UnderSegmented, true);
        let told = &verdict.of(Problem::UnderSegmented).next().unwrap().segments;
        let largest = (0..2).max_by_key(|at| segmentation.sizes()[*at]).unwrap();
        assert_eq!(told, &[segmentation.segments()[largest].key().into_owned()]);
    }
    // a long group splits at the same place each time, and is one group
    let mut draw = Draw::new(12);
    let rows: Vec<(f64, f64)> =
        (0..300).map(|row| (5.0 * draw.normal() + 60.0 * f64::from(row % 2), draw.normal())).collect();
    let customers = Customers::with_ids((0..300_i64).collect::<Vec<_>>())
        .unwrap()
        .with_column("age", Column::numbers(rows.iter().map(|row| row.0)))
        .unwrap()
        .with_column("visits", Column::numbers(rows.iter().map(|row| row.1)))
        .unwrap();
    let (_, verdict) = clustered(&customers, 2, features().raw());
    says(&verdict, Problem::UnderSegmented, false);
}

/// Whether the segments say anything of the goal: of one that hangs on them, of one that hangs on something else, of one
/// that hangs on nothing.
#[test]
fn segments_off_goal_are_told() {
    let customers = blobs(200, 9);
    let mut draw = Draw::new(13);
    let count = customers.len();
    let on: Vec<f64> = (0..count).map(|row| 10.0 * (row % 3) as f64 + 3.0 * draw.normal()).collect();
    let elsewhere: Vec<f64> = (0..count).map(|_| draw.uniform()).collect();
    let hangs: Vec<f64> =
        (0..count).map(|row| 20.0 * elsewhere[row] + 1.5 * (row % 3) as f64 + 0.3 * draw.normal()).collect();
    let left: Vec<bool> = (0..count).map(|row| draw.uniform() < [0.1, 0.4, 0.7][row % 3]).collect();
    let chance: Vec<f64> = (0..count).map(|_| draw.normal()).collect();
    let customers = customers
        .with_column("on", Column::numbers(on))
        .unwrap()
        .with_column("tenure", Column::numbers(elsewhere))
        .unwrap()
        .with_column("hangs", Column::numbers(hangs))
        .unwrap()
        .with_column("left", Column::booleans(left))
        .unwrap()
        .with_column("chance", Column::numbers(chance))
        .unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..count).map(|row| Ok(row % 3))).unwrap();
    let judge = |goal: &str| diagnose(&customers, &segmentation, Goal::maximize(goal)).unwrap();
    for (goal, off, grade) in [
        ("on", false, Grade::Met),
        ("left", false, Grade::Met),
        ("hangs", true, Grade::Partly),
        ("chance", true, Grade::NotMet),
    ] {
        let verdict = judge(goal);
        says(&verdict, Problem::OffGoal, off);
        assert_eq!(verdict.score_card.grade(Quality::Actionable), grade, "{goal}:\n{verdict}");
    }
    let lost = diagnose(&customers, &segmentation, Goal::minimize("lefts")).unwrap_err();
    assert!(lost.to_string().contains("did you mean `left`"), "{lost}");
}

/// Beside the goal under another name no segments would say anything: it is told, and no yardstick.
#[test]
fn the_goal_under_another_name_is_told_and_no_yardstick() {
    let customers = blobs(200, 9);
    let mut draw = Draw::new(21);
    let spend: Vec<f64> = (0..customers.len()).map(|row| (row % 3) as f64 + 2.5 * draw.normal()).collect();
    let twin = spend.iter().map(|spend| 1.19 * spend);
    let customers = customers.with_column("gross", Column::numbers(twin)).unwrap();
    let customers = customers.with_column("spend", Column::numbers(spend)).unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(row % 3))).unwrap();
    let asked = || Diagnose::new().goal(Goal::maximize("spend"));
    let verdict = asked().judge(&customers, &segmentation).unwrap();
    says(&verdict, Problem::OffGoal, false);
    let text = verdict.to_string();
    assert!(text.contains("`gross` tells `spend` nearly by itself: the tree does not read it"), "{text}");
    let alignment = verdict.alignment.as_ref().unwrap();
    assert!(alignment.leaks.is_empty() && alignment.share.tree.value.unwrap() < 0.3, "{alignment}");
    assert_eq!(verdict.score_card.grade(Quality::Actionable), Grade::Met, "{text}");
    // segments that were made of it are no forecast
    let verdict = asked().made_of(["gross"]).judge(&customers, &segmentation).unwrap();
    assert!(verdict.to_string().contains("made of `gross`: what they say of `spend` is no forecast"), "{verdict}");
    assert_eq!(verdict.score_card.grade(Quality::Actionable), Grade::Partly);
}

/// Mall customers by income and score have five groups (numbers.md A34: the best silhouette is at 5).
#[test]
fn two_segments_of_mall_customers_do_not_come_back_and_five_do() {
    let Some(rows) = super::data::columns("mall_customers.csv", MALL) else { return };
    let customers = Customers::with_ids((0..rows.nrows() as i64).collect::<Vec<_>>())
        .unwrap()
        .with_column("income", Column::numbers(rows.column(0).iter().copied()))
        .unwrap()
        .with_column("score", Column::numbers(rows.column(1).iter().copied()))
        .unwrap();
    let features = || Features::new().number("income").number("score");
    let (_, verdict) = clustered(&customers, 5, features());
    for problem in [Problem::Unstable, Problem::NoStructure, Problem::UnderSegmented, Problem::ScaleDominated] {
        says(&verdict, problem, false);
    }
    let (_, verdict) = clustered(&customers, 2, features());
    says(&verdict, Problem::Unstable, true);
}

const MALL: &[&str] = &["Annual Income (k$)", "Spending Score (1-100)"];

/// McDonald's (numbers.md A24, A41): two segments come back (.97), three do not (.56).
#[test]
fn three_segments_of_mcdonalds_are_unstable_and_two_are_not() {
    let Some(rows) = super::data::fast_food() else { return };
    let names = super::data::STATEMENTS;
    let customers = Customers::from_matrix(&names, rows.view()).unwrap();
    let features = || names.iter().fold(Features::new().raw(), |features, name| features.number(*name));
    let judge = |k: usize| {
        let recipe = KMeans::new(k).restarts(3).on(features());
        let segmentation = recipe.fit(&customers).unwrap().segment(&customers).unwrap();
        Diagnose::new()
            .again(move |sample, progress| Ok(Arc::from(recipe.fit_with(sample, progress)?.erase())))
            .judge(&customers, &segmentation)
            .unwrap()
    };
    says(&judge(2), Problem::Unstable, false);
    says(&judge(3), Problem::Unstable, true);
}

/// Two thirds buy once and one third twice, on any day: steps of a count are no groups within a segment.
#[test]
fn steps_of_a_count_are_no_groups() {
    let mut draw = Draw::new(14);
    let count = 400;
    let days: Vec<f64> = (0..count).map(|_| 90.0 * draw.uniform()).collect();
    let times: Vec<f64> = (0..count)
        .map(|row| {
            if row % 10 == 0 {
                30.0 + (row % 7) as f64
            } else if row % 3 == 0 {
                2.0
            } else {
                1.0
            }
        })
        .collect();
    let customers = Customers::with_ids((0..count as i64).collect::<Vec<_>>())
        .unwrap()
        .with_column("days", Column::numbers(days))
        .unwrap()
        .with_column("purchases", Column::numbers(times))
        .unwrap();
    let (_, verdict) = clustered(&customers, 2, Features::new().number("days").log1p("purchases"));
    says(&verdict, Problem::UnderSegmented, false);
}

/// Customers who buy every twenty days, watched for a month and for a year.
#[test]
fn a_window_shorter_than_two_gaps_is_told() {
    let judge = |days: i32| {
        let day = |n: i32| Day::from_days(20_000 + n);
        let mut log = History::builder();
        for customer in 0..200 {
            for at in (customer % 20..days).step_by(20) {
                log.push(customer, &(day(at), 10.0)).unwrap();
            }
        }
        let customers = Customers::from_history(log.finish()).as_of(day(days - 1));
        let names = vec!["a".to_owned(), "b".to_owned()];
        let places = (0..customers.len()).map(|row| Ok(row % 2));
        let segmentation = Segmentation::new(&customers, names, places).unwrap();
        let verdict = Diagnose::new().judge(&customers, &segmentation);
        (verdict.map(|verdict| verdict.has(Problem::InsufficientData)), days)
    };
    assert_eq!(judge(30), (Ok(true), 30));
    assert_eq!(judge(365), (Ok(false), 365));
}

#[test]
fn what_is_not_known_of_a_third_is_told() {
    let customers = blobs(120, 15);
    let age = customers.column("age").unwrap();
    let gappy = Column::of(
        Kind::Number,
        (0..customers.len()).map(|row| age.number(row).filter(|_| row % 3 > 0 || row % 2 > 0)),
    );
    let all = Column::of(Kind::Number, (0..customers.len()).map(|row| age.number(row)));
    let judge = |column: Column| {
        let customers = customers.clone().with_column("asked", column).unwrap();
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let segmentation = Segmentation::new(&customers, names, (0..customers.len()).map(|row| Ok(row % 3))).unwrap();
        let features = Features::new().number("asked").number("visits");
        Diagnose::new().features(features).judge(&customers, &segmentation).unwrap()
    };
    says(&judge(gappy), Problem::InsufficientData, false); // a sixth
    says(&judge(all), Problem::InsufficientData, false);
    let third = Column::of(Kind::Number, (0..customers.len()).map(|row| age.number(row).filter(|_| row / 3 % 3 > 0)));
    let verdict = judge(third);
    says(&verdict, Problem::InsufficientData, true);
    assert!(verdict.to_string().contains("`asked` is not known of 33.3 % (limit 20.0 %)"), "{verdict}");
}
