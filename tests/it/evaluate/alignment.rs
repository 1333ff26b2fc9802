//! Does a segmentation move the goal: near all of it, nothing of it, and what lies between on real data.

use segmentry::customer::Customers;
use segmentry::error::ErrorKind;
use segmentry::evaluate::{Aligned, Alignment, Goal, GoalKind};
use segmentry::explanation::Reason;
use segmentry::segment::Segment;
use segmentry::segmentation::Segmentation;
use segmentry::value::{Column, Kind, Role, Value};

use super::data;

/// A small stream of numbers, the same in every run.
struct Stream(u64);

impl Stream {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    /// Near a standard normal one.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.below(1_000_000) as f64 / 1e6).sum::<f64>() - 6.0
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("c-{i}")).collect()
}

fn named(customers: &Customers, places: impl IntoIterator<Item = Option<usize>>) -> Segmentation<String> {
    let unknown = Reason::of("x", Value::Missing).unwrap();
    let places: Vec<Result<usize, Reason>> = places.into_iter().map(|place| place.ok_or(unknown.clone())).collect();
    let most = places.iter().flatten().max().map_or(1, |most| most + 1);
    Segmentation::new(customers, (0..most).map(|at| format!("s{at}")).collect(), places).unwrap()
}

/// The segmentation by the texts of an attribute.
fn by_text(customers: &Customers, attribute: &str) -> Segmentation<String> {
    let column = customers.column(attribute).unwrap();
    let mut names: Vec<String> = column.values().filter_map(|value| value.text().map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    let place = |value: Value<'_>| Ok(names.iter().position(|name| value.text() == Some(name)).unwrap());
    Segmentation::new(customers, names.clone(), column.values().map(place)).unwrap()
}

fn value(estimate: segmentry::profile::Estimate) -> f64 {
    estimate.value.unwrap()
}

/// Customers with two attributes, and segments by the first.
fn plain(count: usize, seed: u64) -> (Customers, Segmentation<String>, Stream) {
    let mut stream = Stream(seed);
    let a: Vec<i64> = (0..count).map(|_| stream.below(40) as i64).collect();
    let b: Vec<i64> = (0..count).map(|_| stream.below(10) as i64).collect();
    let customers = Customers::with_ids(&ids(count))
        .unwrap()
        .with_column("a", Column::integers(a.iter().copied()))
        .unwrap()
        .with_column("b", Column::integers(b))
        .unwrap();
    let segmentation = named(&customers, a.into_iter().map(|a| Some((a / 10) as usize)));
    (customers, segmentation, stream)
}

#[test]
fn a_goal_that_segments_determine_is_explained_and_noise_is_not() {
    let (customers, segmentation, mut stream) = plain(400, 3);
    let segment = |row: usize| segmentation.index(row).unwrap();
    // determined, with a little noise
    let determined: Vec<f64> = (0..400).map(|row| 10.0 * segment(row) as f64 + 0.1 * stream.normal()).collect();
    let noise: Vec<f64> = (0..400).map(|_| stream.normal()).collect();
    let customers = customers
        .with_column("determined", Column::numbers(determined))
        .unwrap()
        .with_column("noise", Column::numbers(noise))
        .unwrap()
        .describe("determined", |attribute| attribute.role(Role::Outcome))
        .unwrap()
        .describe("noise", |attribute| attribute.role(Role::Outcome))
        .unwrap();
    let good = Alignment::new(Goal::maximize("determined")).of(&customers, &segmentation).unwrap();
    assert!(value(good.share.segments) > 0.999 && good.share.segments.lower.unwrap() > 0.99, "{good}");
    assert!(good.share.p_value < 0.01 && good.beats_chance());
    assert!((value(good.share.of_reachable) - 1.0).abs() < 0.01, "{good}");
    assert!(value(good.share.split) < 0.9 && good.share.random_upper < 0.05);
    assert_eq!(good.best_split.as_deref(), Some("a < 20"));
    let bad = Alignment::new(Goal::maximize("noise")).of(&customers, &segmentation).unwrap();
    assert!(value(bad.share.segments) < 0.01 && bad.share.segments.lower.unwrap() < 0.0, "{bad}");
    assert!(bad.share.inside >= 0.0 && bad.share.p_value > 0.05 && !bad.beats_chance(), "{bad}");
    assert!(bad.share.random < 0.0 && bad.share.random > -0.05, "the mean of chance out of sample is below nothing");
    // segments that have to do with nothing, of a goal that could be explained
    let scattered = named(&customers, (0..400).map(|_| Some(stream.below(4) as usize)));
    let off = Alignment::new(Goal::maximize("determined")).of(&customers, &scattered).unwrap();
    assert!(value(off.share.segments) < 0.02 && value(off.share.tree) > 0.99 && off.share.p_value > 0.05, "{off}");
    assert!(value(off.share.of_reachable) < 0.02);
}

#[test]
fn of_twenty_goals_of_noise_about_one_is_beyond_chance() {
    let (customers, segmentation, mut stream) = plain(120, 5);
    let beyond = (0..20)
        .filter(|_| {
            let noise = Column::numbers((0..120).map(|_| stream.normal()).collect::<Vec<_>>());
            let customers = customers.clone().with_column("goal", noise).unwrap();
            let found =
                Alignment::new(Goal::maximize("goal")).draws(99).repeats(1).of(&customers, &segmentation).unwrap();
            found.share.p_value <= 0.05
        })
        .count();
    assert!(beyond <= 4, "{beyond}");
}

#[test]
fn one_whale_spoils_the_number_and_not_its_ranks() {
    let (customers, segmentation, mut stream) = plain(300, 8);
    let mut spend: Vec<f64> =
        (0..300).map(|row| segmentation.index(row).unwrap() as f64 + 0.3 * stream.normal()).collect();
    let goal = |spend: &[f64]| {
        let customers = customers.clone().with_column("spend", Column::numbers(spend.iter().copied())).unwrap();
        Alignment::new(Goal::maximize("spend")).of(&customers, &segmentation).unwrap()
    };
    let healthy = goal(&spend);
    assert!(value(healthy.share.segments) > 0.8);
    spend[7] = 1e9;
    let whale = goal(&spend);
    assert!(value(whale.share.segments) < 0.05, "{whale}");
    assert!(value(whale.on_ranks.as_ref().unwrap().segments) > 0.75, "{whale}");
    assert!(whale.beats_chance());
    spend[7] = 1e300;
    let huge = goal(&spend);
    assert!(huge.share.segments.value.is_some_and(f64::is_finite) && !huge.to_string().contains("NaN"), "{huge}");
}

#[test]
fn a_leak_and_a_circle_are_named() {
    let (customers, segmentation, mut stream) = plain(400, 13);
    let margin: Vec<f64> = (0..400).map(|_| stream.normal() * 20.0).collect();
    let customers = customers
        .with_column("invoice", Column::numbers(margin.iter().map(|margin| margin * 1.19)))
        .unwrap()
        .with_column("margin", Column::numbers(margin))
        .unwrap();
    let align = || Alignment::new(Goal::maximize("margin"));
    let found = align().of(&customers, &segmentation).unwrap();
    assert_eq!(found.leaks, ["invoice"]);
    assert!(found.notes.iter().any(|note| note.contains("`invoice` tells `margin` nearly by itself")), "{found}");
    assert!(found.sentence().ends_with("what tells `margin` nearly by itself: `invoice`."), "{found}");
    assert!(value(found.share.tree) > 0.7);
    let found = align().leaks(["invoice"]).made_of(["margin"]).of(&customers, &segmentation).unwrap();
    assert!(found.leaks.is_empty() && found.circular && value(found.share.tree) < 0.05, "{found}");
    assert!(found.notes.iter().any(|note| note.contains("made of `margin` itself")));
    assert!(!found.sentence().contains("invoice"), "{found}");
    assert!(!align().made_of(["a"]).of(&customers, &segmentation).unwrap().circular);
    let error = align().made_of(["margn"]).of(&customers, &segmentation).unwrap_err();
    assert_eq!(error.to_string(), "no attribute `margn`; did you mean `margin`");
}

#[test]
fn who_is_in_no_segment_or_has_no_goal_is_counted() {
    let (customers, _, mut stream) = plain(200, 17);
    let goal =
        Column::of(Kind::Number, (0..200).map(|row| (row % 4 > 0).then(|| (row % 2) as f64 * 5.0 + stream.normal())));
    let customers = customers.with_column("goal", goal).unwrap();
    let segmentation = named(&customers, (0..200).map(|row| (row % 2 == 0).then_some(0)));
    let found = Alignment::new(Goal::minimize("goal")).of(&customers, &segmentation).unwrap();
    assert_eq!((found.customers, found.left_out, found.unassigned), (150, 50, 100));
    assert_eq!(found.segments.len(), 2);
    assert_eq!(found.segments[1].name(), "(in no segment)");
    assert!(value(found.share.segments) > 0.7);
    assert_eq!(
        (found.best().unwrap().name(), found.worst().unwrap().name()),
        ("S0".to_owned(), "(in no segment)".to_owned())
    );
    assert!(found.to_string().contains("50 of 200 customers are left out"), "{found}");
}

#[test]
fn yes_and_no_is_one_goal_in_whichever_form() {
    let (customers, segmentation, mut stream) = plain(400, 21);
    let chance = |row: usize| 1 + 2 * segmentation.index(row).unwrap() as u64;
    let hits: Vec<bool> = (0..400).map(|row| stream.below(10) < chance(row)).collect();
    let customers = customers
        .with_column("truth", Column::booleans(hits.iter().copied()))
        .unwrap()
        .with_column("number", Column::integers(hits.iter().map(|hit| i64::from(*hit))))
        .unwrap()
        .with_column("text", Column::texts(hits.iter().map(|hit| if *hit { "yes" } else { "no" })))
        .unwrap();
    let attributes = ["a", "b"];
    let of =
        |goal: &str| Alignment::new(Goal::maximize(goal)).attributes(attributes).of(&customers, &segmentation).unwrap();
    let (truth, number, text) = (of("truth"), of("number"), of("text"));
    assert_eq!((&truth.share, &truth.telling), (&number.share, &number.telling));
    assert_eq!((&truth.share, &truth.segments), (&text.share, &text.segments));
    assert_eq!(text.kind, GoalKind::Rate { yes: Some("yes".to_owned()) });
    let area = truth.telling.as_ref().unwrap().area;
    assert!(value(area) > 0.65 && area.lower.unwrap() > 0.5 && area.upper.unwrap() < 0.9, "{area:?}");
    // the other text counts: the mirror image
    let no =
        Alignment::new(Goal::maximize("text")).attributes(attributes).yes("no").of(&customers, &segmentation).unwrap();
    assert!((value(no.segments[0].mean) + value(text.segments[0].mean) - 1.0).abs() < 1e-12);
    assert!((value(no.share.segments) - value(text.share.segments)).abs() < 1e-12);
    let wrong = Alignment::new(Goal::maximize("text")).yes("maybe").of(&customers, &segmentation).unwrap_err();
    assert_eq!(wrong.to_string(), "`yes` must be a text of `text`, found maybe");
    assert!(Alignment::new(Goal::maximize("a")).yes("1").of(&customers, &segmentation).is_err());
}

#[test]
fn texts_of_three_are_a_goal_too() {
    let (customers, segmentation, mut stream) = plain(300, 23);
    let texts = ["gold", "iron", "tin"];
    let plan: Vec<&str> = (0..300)
        .map(|row| {
            if stream.below(4) == 0 {
                texts[stream.below(3) as usize]
            } else {
                texts[segmentation.index(row).unwrap() % 3]
            }
        })
        .collect();
    let customers = customers.with_column("plan", Column::texts(plan)).unwrap();
    let found = Alignment::new(Goal::maximize("plan")).of(&customers, &segmentation).unwrap();
    let telling = found.telling.as_ref().unwrap();
    assert!(value(found.share.segments) > 0.4 && telling.cramers_v.unwrap() > 0.6, "{found}");
    assert!(telling.log_loss_reduction.unwrap() > 0.3 && telling.area.value.is_none());
    assert_eq!(found.segments[1].commonest.as_ref().unwrap().0, "iron");
    assert!(found.best().is_none());
}

#[test]
fn a_weight_counts_as_so_many_customers_in_what_is_inside() {
    let (customers, segmentation, mut stream) = plain(80, 29);
    let goal: Vec<f64> = (0..80).map(|row| 9.0 + segmentation.index(row).unwrap() as f64 + stream.normal()).collect();
    let times: Vec<usize> = (0..80).map(|_| 1 + stream.below(3) as usize).collect();
    let rows: Vec<usize> = (0..80).flat_map(|row| std::iter::repeat_n(row, times[row])).collect();
    let weighted = customers
        .with_column("goal", Column::numbers(goal.iter().copied()))
        .unwrap()
        .with_weights(times.iter().map(|times| *times as f64).collect())
        .unwrap();
    let repeated = Customers::with_ids(&ids(rows.len()))
        .unwrap()
        .with_column("goal", Column::numbers(rows.iter().map(|row| goal[*row])))
        .unwrap();
    let one = Alignment::new(Goal::maximize("goal")).of(&weighted, &segmentation).unwrap();
    let segments = named(&repeated, rows.iter().map(|row| segmentation.index(*row)));
    let two = Alignment::new(Goal::maximize("goal")).of(&repeated, &segments).unwrap();
    assert!((one.share.inside - two.share.inside).abs() < 1e-12);
    assert!((one.on_ranks.as_ref().unwrap().inside - two.on_ranks.as_ref().unwrap().inside).abs() < 1e-12);
    for (a, b) in one.segments.iter().zip(&two.segments) {
        for (a, b) in [(a.mean.value, b.mean.value), (a.mean.lower, b.mean.lower), (a.index, b.index)] {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn what_is_hard_is_an_answer_or_an_error() {
    let (customers, segmentation, mut stream) = plain(60, 31);
    let customers = customers
        .with_column("constant", Column::numbers([2.0; 60]))
        .unwrap()
        .with_column("unknown", Column::of(Kind::Number, vec![None::<f64>; 60]))
        .unwrap()
        .with_column("few", Column::of(Kind::Number, (0..60).map(|row| (row < 9).then_some(row as f64))))
        .unwrap()
        .with_column("name", Column::texts(ids(60)))
        .unwrap()
        .with_column("day", Column::days((0..60).map(segmentry::time::Day::from_days)))
        .unwrap()
        .with_column("goal", Column::numbers((0..60).map(|_| stream.normal()).collect::<Vec<_>>()))
        .unwrap();
    let of = |goal: &str| Alignment::new(Goal::maximize(goal)).draws(20).of(&customers, &segmentation);
    for (goal, message) in [
        ("constant", "all customers have the same goal `constant`: there is nothing to explain"),
        ("unknown", "no customers of whom the goal `unknown` is known"),
        ("few", "the goal `few` must be known of 10 customers, twice the folds, found 9"),
        ("gaol", "no attribute `gaol`; did you mean `goal`"),
        ("day", "attribute `day` is day, expected number, boolean or text"),
    ] {
        assert_eq!(of(goal).unwrap_err().to_string(), message);
    }
    assert!(of("name").is_ok(), "sixty texts are told apart, badly");
    // one segment: nothing is told, and chance tells as much
    let one = Alignment::new(Goal::maximize("goal")).of(&customers, &named(&customers, [Some(0); 60])).unwrap();
    assert!(value(one.share.segments) <= 0.0 && one.share.p_value == 1.0 && one.share.inside.abs() < 1e-12, "{one}");
    // nobody in a segment: one group
    let none = Alignment::new(Goal::maximize("goal")).of(&customers, &named(&customers, [None; 60])).unwrap();
    assert_eq!((none.unassigned, none.segments.len()), (60, 1));
    // each customer a segment: told nothing out of sample, all inside
    let each = Alignment::new(Goal::maximize("goal")).of(&customers, &named(&customers, (0..60).map(Some))).unwrap();
    assert!((each.share.inside - 1.0).abs() < 1e-12 && value(each.share.segments) < 0.05, "{each}");
    // no attribute that the tree may look at
    let alone = Alignment::new(Goal::maximize("goal")).attributes(["goal"]).of(&customers, &segmentation).unwrap();
    assert!(alone.best_split.is_none() && value(alone.share.tree) <= 0.0 && alone.share.of_reachable.value.is_none());
    let align = || Alignment::new(Goal::maximize("goal"));
    for (wrong, name) in [
        (align().folds(1), "folds"),
        (align().repeats(0), "repeats"),
        (align().draws(0), "draws"),
        (align().least(0.0), "least"),
        (align().confidence(0.0), "confidence"),
    ] {
        let error = wrong.of(&customers, &segmentation).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Parameter { name: found, .. } if found == name), "{error}");
    }
    let single = Customers::with_ids(["a"]).unwrap().with_column("goal", Column::numbers([1.0])).unwrap();
    assert!(align().of(&single, &named(&single, [Some(0)])).is_err());
    let stop = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let progress = segmentry::progress::Progress::new(&stop);
    let stopped = align().of_with(&customers, &segmentation, &progress).unwrap_err();
    assert!(matches!(stopped.kind(), ErrorKind::Cancelled { .. }));
}

#[test]
fn threads_and_runs_give_the_same() {
    let (customers, segmentation, mut stream) = plain(150, 37);
    let goal = Column::numbers((0..150).map(|row| (row % 9) as f64 + stream.normal()).collect::<Vec<_>>());
    let customers = customers.with_column("goal", goal).unwrap();
    let run = || Alignment::new(Goal::maximize("goal")).draws(40).of(&customers, &segmentation).unwrap();
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let alone: Aligned = pool(1).install(run);
    assert_eq!(alone, pool(2).install(run));
    assert_eq!(alone, pool(7).install(run));
}

/// Churn by contract: 42.7 %, 11.3 % and 2.8 % of 7,043 customers, counted on the file.
#[test]
fn contracts_of_a_telco_explain_churn() {
    let Some(customers) = data::customers("telco_churn.csv", "customerID") else { return };
    let contracts = by_text(&customers, "Contract");
    let churn = || Alignment::new(Goal::minimize("Churn")).repeats(1).draws(40);
    let found = churn().of(&customers, &contracts).unwrap();
    let rates: Vec<f64> = found.segments.iter().map(|segment| value(segment.mean)).collect();
    for (found, expected) in rates.iter().zip([0.4271, 0.1127, 0.0283]) {
        assert!((found - expected).abs() < 5e-5, "{found} {expected}");
    }
    assert_eq!(found.best().unwrap().segment.as_ref().unwrap().key(), "Two year");
    assert!((value(found.share.segments) - 0.168).abs() < 0.01, "{found}");
    assert!((value(found.telling.as_ref().unwrap().area) - 0.74).abs() < 0.02, "{found}");
    assert!(found.share.p_value < 0.05 && value(found.share.of_reachable) > 0.7, "{found}");
    // gender has nothing to do with it
    let gender = churn().of(&customers, &by_text(&customers, "gender")).unwrap();
    assert!(!gender.beats_chance() && value(gender.share.segments) < 0.001, "{gender}");
    assert!((value(gender.telling.as_ref().unwrap().area) - 0.5).abs() < 0.02);
}

/// The length of the call is known only after the customer has said yes: the tree must not look at it.
#[test]
fn jobs_explain_little_of_what_a_bank_sells() {
    let Some(customers) = data::customers("bank_marketing_4521.csv", "") else { return };
    let jobs = by_text(&customers, "job");
    let sold = || Alignment::new(Goal::maximize("y")).repeats(1).draws(60);
    let found = sold().of(&customers, &jobs).unwrap();
    assert!(found.share.p_value < 0.05 && value(found.share.segments) < 0.03, "{found}");
    assert!(value(found.share.of_reachable) < 0.2, "{found}");
    let fair = sold().leaks(["duration"]).of(&customers, &jobs).unwrap();
    assert!(value(fair.share.tree) < value(found.share.tree), "{fair}");
    assert_eq!(found.best().unwrap().segment.as_ref().unwrap().key(), "retired"); // 54 of 230, counted on the file
}

/// The lifetime value of insured customers is skewed; it depends on the number of policies, and not on the state.
#[test]
fn policies_explain_lifetime_value_and_states_do_not() {
    let Some(customers) = data::customers("auto_insurance_clv.csv", "Customer") else { return };
    let policies = customers.column("Number_of_Policies").unwrap();
    let bands =
        named(&customers, (0..customers.len()).map(|row| Some((policies.number(row).unwrap() as usize).min(3) - 1)));
    let value_of = || Alignment::new(Goal::maximize("Customer_Lifetime_Value")).repeats(1).draws(20);
    let found = value_of().of(&customers, &bands).unwrap();
    let ranks = found.on_ranks.as_ref().unwrap();
    assert!(value(found.share.segments) > 0.2 && value(ranks.segments) > value(found.share.segments), "{found}");
    assert!(found.beats_chance());
    let states = value_of().of(&customers, &by_text(&customers, "State")).unwrap();
    assert!(value(states.share.segments) < 0.002, "{states}");
}

/// Purchases of the first 39 weeks against what the next 39 weeks bring: segments by number of purchases are worth it.
#[test]
fn buyers_of_the_first_weeks_explain_the_spend_of_the_next() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let mut log: std::collections::BTreeMap<String, (usize, f64)> = std::collections::BTreeMap::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let entry = log.entry(row[0].to_owned()).or_default();
        if &row[1] < "1997-10-01" {
            entry.0 += 1;
        } else {
            entry.1 += row[3].parse::<f64>().unwrap();
        }
    }
    let ids: Vec<&String> = log.keys().collect();
    let customers = Customers::with_ids(ids)
        .unwrap()
        .with_column("orders", Column::integers(log.values().map(|(orders, _)| *orders as i64)))
        .unwrap()
        .with_column("next", Column::numbers(log.values().map(|(_, next)| *next)))
        .unwrap();
    assert_eq!(customers.len(), 2357);
    let segments = named(&customers, log.values().map(|(orders, _)| Some((*orders).clamp(1, 4) - 1)));
    let found = Alignment::new(Goal::maximize("next")).repeats(1).draws(60).of(&customers, &segments).unwrap();
    let ranks = found.on_ranks.as_ref().unwrap();
    assert!(found.share.p_value < 0.05 && value(found.share.segments) > 0.05, "{found}");
    assert!(value(ranks.segments) > 0.1, "{found}");
    let means: Vec<f64> = found.segments.iter().map(|segment| value(segment.mean)).collect();
    assert!(means.windows(2).all(|pair| pair[0] < pair[1]), "{means:?}");
}
