//! Tests, effects, intervals and corrections beside scipy and R: scripts/references/profile.py.

use segmentry::customer::Customers;
use segmentry::profile::{Correction, Differences, Enrichment, Equivalence, Estimate, Likeness, Method, Test};
use segmentry::segmentation::Segmentation;
use segmentry::value::{Attribute, Column, Ids, Kind, Level};
use serde_json::Value;

/// A linear congruential generator modulo 2³² (constants of Numerical Recipes), its upper 16 bits.
fn noise(seed: u32, count: usize) -> Vec<i64> {
    let mut state = seed;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from(state >> 16)
    };
    (0..count).map(next).collect()
}

pub fn cases() -> Vec<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/profile/differences.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The rows of a case; weights where its seed is even.
pub fn rows(case: &Value) -> (Customers, Segmentation<String>) {
    let whole = |name: &str| case[name].as_i64().unwrap();
    let (seed, n, k, c) = (whole("seed"), whole("n") as usize, whole("k"), whole("c"));
    let draw = |more: i64| noise((seed + more) as u32, n);
    let segment: Vec<i64> = draw(300).iter().map(|x| x % k).collect();
    let of =
        |x: Vec<i64>, f: &dyn Fn(i64, i64) -> i64| x.iter().zip(&segment).map(|(x, s)| f(*x, *s)).collect::<Vec<_>>();
    let amount = of(draw(0), &|x, s| x % 1000 + 40 * s * (seed % 3));
    let visits = of(draw(100), &|x, s| x % (5 + s));
    let text = of(draw(200), &|x, s| (x + if x % 3 == 0 { s } else { 0 }) % c);
    let mut customers = Customers::new(Ids::numbered(n))
        .with_column("amount", Column::numbers(amount.into_iter().map(|x| x as f64)))
        .unwrap()
        .with_attribute(Attribute::new("visits", Kind::Integer).level(Level::Count), Column::integers(visits))
        .unwrap()
        .with_column("text", Column::texts(text.into_iter().map(|x| format!("t{x}"))))
        .unwrap();
    if seed % 2 == 0 {
        customers = customers.with_weights((0..n).map(|i| (1 + i % 3) as f64).collect()).unwrap();
    }
    let names = (0..k).map(|s| format!("s{s}")).collect();
    let places: Vec<_> = segment.iter().map(|s| Ok(*s as usize)).collect();
    let segmentation = Segmentation::new(&customers, names, places).unwrap();
    (customers, segmentation)
}

pub fn near(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    let most = 1e-10 * expected.abs().max(1e-6);
    assert!((found - expected).abs() <= most.max(1e-13), "{what}: {found} is not {expected}");
}

#[test]
fn corrections_are_those_of_r_and_scipy() {
    for case in cases() {
        let p: Vec<f64> = case["p"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap()).collect();
        let all = [
            Correction::Bonferroni,
            Correction::Holm,
            Correction::BenjaminiHochberg,
            Correction::BenjaminiYekutieli,
            Correction::BenjaminiHochberg, // scipy's
        ];
        for (at, correction) in all.into_iter().enumerate() {
            let found = correction.adjust(&p).unwrap();
            found.iter().enumerate().for_each(|(i, found)| near(*found, &case["adjusted"][at][i], "adjusted"));
        }
        assert_eq!(Correction::None.adjust(&p).unwrap().len(), p.len());
    }
}

#[test]
fn one_sided_tests_are_those_of_scipy() {
    for case in cases() {
        let (customers, segmentation) = rows(&case);
        let pair = Equivalence::new().between(&customers, &segmentation, "s0", "s1").unwrap();
        let amount = &pair.attributes[0];
        let found = amount.difference;
        near(found.value.unwrap(), &case["tost"][0], "difference");
        for (end, at) in [(found.lower, 1), (found.upper, 2)] {
            let expected = case["tost"][at].as_f64().unwrap();
            assert!((end.unwrap() - expected).abs() < 1e-9, "interval: {end:?} is not {expected}"); // the t quantile's error
        }
        near(amount.p_within.unwrap().value(), &case["tost"][3], "both one-sided tests");
        assert_eq!(amount.verdict == Likeness::Equivalent, case["tost"][3].as_f64().unwrap() <= 0.05);
    }
}

fn test_is(test: &Test, expected: &Value, what: &str) {
    near(test.statistic, &expected[0], what);
    near(test.p.value(), &expected[expected.as_array().unwrap().len() - 1], what);
}

/// The ends by the noncentral distributions, of which scipy has nine digits.
fn size_is(size: Estimate, expected: &Value, what: &str) {
    near(size.value.unwrap(), &expected[0], what);
    for (end, at) in [(size.lower, 1), (size.upper, 2)] {
        let (found, expected) = (end.unwrap(), expected[at].as_f64().unwrap());
        assert!((found - expected).abs() < 1e-8, "{what}: {found} is not {expected}");
    }
}

#[test]
fn tests_and_effects_are_those_of_scipy() {
    for case in cases() {
        let (customers, segmentation) = rows(&case);
        let table = Differences::new().of(&customers, &segmentation).unwrap();
        let amount = table.of("amount").unwrap();
        assert_eq!(amount.test.method, Method::Welch);
        test_is(&amount.test, &case["welch"], "welch");
        let anova = amount.by(Method::Anova).unwrap();
        test_is(anova, &case["anova"], "anova");
        size_is(anova.effects[0].size, &case["eta"], "eta");
        near(anova.effects[1].size.value.unwrap(), &case["omega"], "omega");
        let visits = table.of("visits").unwrap();
        assert_eq!(visits.test.method, Method::KruskalWallis);
        test_is(&visits.test, &case["kruskal"], "kruskal");
        size_is(visits.test.effects[0].size, &case["epsilon"], "epsilon");
        let text = table.of("text").unwrap();
        test_is(&text.test, &case["chi"], "chi-squared");
        near(text.test.degrees, &case["chi"][1], "degrees");
        size_is(text.test.effects[0].size, &case["v"], "V");
        near(text.fewest_expected.unwrap(), &case["fewest"], "least expected");
        // tables at random agree with the distribution where it may be used
        if let Some(permuted) = text.permuted {
            let p = case["chi"][2].as_f64().unwrap();
            assert!((permuted.value() - p).abs() < 0.04 + 0.5 * p, "{permuted} {p}");
        }
        assert_eq!(text.permuted.is_some(), text.fewest_expected.unwrap() < 5.0);
    }
}

#[test]
fn pairs_are_those_of_scipy() {
    for case in cases() {
        let (customers, segmentation) = rows(&case);
        let differences = Differences::new().confidence(0.9);
        let pairs = differences.pairs(&customers, &segmentation, "amount").unwrap();
        let k = case["k"].as_u64().unwrap() as usize;
        assert_eq!(pairs.len(), k * (k - 1) / 2);
        assert_eq!((pairs[0].first.as_str(), pairs[0].second.as_str()), ("s0", "s1"));
        test_is(&pairs[0].test, &case["t"], "t");
        near(pairs[0].test.degrees, &case["t"][1], "degrees of t");
        size_is(pairs[0].test.effects[0].size, &case["tost"], "d");
        assert!(pairs.iter().all(|pair| pair.adjusted >= pair.test.p));
        let visits = differences.pairs(&customers, &segmentation, "visits").unwrap();
        test_is(&visits[0].test, &case["mann"], "mann");
        assert_eq!(differences.pairs(&customers, &segmentation, "text").unwrap().len(), pairs.len());
    }
}

#[test]
fn exact_tests_are_those_of_scipy() {
    for case in cases() {
        let (customers, segmentation) = rows(&case);
        let table = Enrichment::new().fewest(0.0).of(&customers, &segmentation).unwrap();
        let least =
            table.found.iter().filter(|e| e.segment == "s0").min_by(|a, b| a.category.cmp(&b.category)).unwrap();
        for (found, at) in [(least.p_more, 0), (least.p_fewer, 1), (least.p, 2)] {
            near(found.value(), &case["fisher"][at], "fisher");
        }
        if let Some(odds) = case["odds"].as_f64() {
            let (x, n, y, m) = (least.inside, least.inside_known, least.outside, least.outside_known);
            assert!((x / (n - x) / (y / (m - y)) - odds).abs() < 1e-9 * odds.max(1.0));
        }
    }
}
