//! Markers: the published marker variables, corrections, and the names made of them.

use segmentry::customer::Customers;
use segmentry::profile::{Correction, MarkerRule, Profile, Profiler};
use segmentry::segmentation::Segmentation;
use segmentry::value::{Column, Ids};

use crate::shared::mcdonalds::STATEMENTS;

/// The four segments of McDonald's survey (S. Dolnicar, B. Grün and F. Leisch 2018, appendix A): those that like it or not,
/// cheap or expensive. Markers by a difference of 0.25 or of half of everybody's share, counted with numpy.
#[test]
fn mcdonalds_marker_variables() {
    let Some((customers, segmentation)) = super::difference::mcdonalds() else { return };
    let profiler = Profiler::new().attributes(STATEMENTS).markers(99).marker_rule(MarkerRule::flexclust());
    let profile = profiler.profile(&customers, &segmentation).unwrap();
    let expected: [&[&str]; 4] = [
        &["cheap", "disgusting", "expensive", "healthy", "tasty", "yummy"],
        &["cheap", "disgusting", "expensive", "tasty", "yummy"],
        &["cheap", "disgusting", "expensive", "healthy", "tasty", "yummy"],
        &["cheap", "disgusting", "expensive", "healthy", "tasty", "yummy"],
    ];
    for (group, expected) in profile.segments().zip(expected) {
        let mut found: Vec<&str> = group.markers.iter().map(|marker| marker.attribute.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{}", group.key);
    }
    let names = profile.names();
    let mut unique = names.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 4, "{names:?}");
    assert!(names[0].contains("No expensive") && names[3].contains("o yummy"), "{names:?}");
    // the same answers as numbers 0 and 1 have the same markers
    let mut numbers = Customers::new(Ids::numbered(customers.len()));
    for question in STATEMENTS {
        let values = customers.column(question).unwrap().values();
        let column = Column::numbers(values.map(|v| f64::from(u8::from(v.boolean().unwrap()))));
        numbers = numbers.with_column(question, column).unwrap();
    }
    let places: Vec<_> = segmentation.indices().map(|place| Ok(place.unwrap())).collect();
    let segmentation = Segmentation::new(&numbers, segmentation.segments().to_vec(), places).unwrap();
    let again = profiler.profile(&numbers, &segmentation).unwrap();
    for (group, expected) in again.segments().zip(expected) {
        let mut found: Vec<&str> = group.markers.iter().map(|marker| marker.attribute.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{}", group.key);
    }
}

/// Forty attributes that mean nothing and one that does, three segments.
fn noise() -> (Customers, Segmentation<String>) {
    let n = 300;
    let mut state = 11_u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let mut customers = Customers::new(Ids::numbered(n));
    for at in 0..40 {
        let column = Column::numbers((0..n).map(|_| unit()).collect::<Vec<_>>());
        customers = customers.with_column(format!("noise {at}"), column).unwrap();
    }
    let spend = Column::numbers((0..n).map(|i| unit() + if i % 3 == 1 { 1.0 } else { 0.0 }).collect::<Vec<_>>());
    let customers = customers.with_column("yearly_spend", spend).unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 3))).unwrap();
    (customers, segmentation)
}

#[test]
fn what_is_corrected_is_not_taken_for_a_marker() {
    let (customers, segmentation) = noise();
    let count = |profile: &Profile| -> usize {
        let markers = profile.segments().flat_map(|group| &group.markers);
        markers.filter(|marker| marker.attribute != "yearly_spend").count()
    };
    let by =
        |correction| Profiler::new().markers(99).correction(correction).profile(&customers, &segmentation).unwrap();
    assert!(count(&by(Correction::None)) >= 2, "chance marks one in twenty");
    let corrected = by(Correction::Holm);
    assert_eq!(count(&corrected), 0);
    assert_eq!(corrected.names(), ["Low yearly spend", "High yearly spend", "Low yearly spend (2)"]);
    for marker in corrected.segments().flat_map(|group| &group.markers) {
        assert!(marker.p.at_most(0.05) && marker.effect.abs() >= 0.2);
    }
    let average = Profiler::new().markers(0).profile(&customers, &segmentation).unwrap().names();
    assert_eq!(average, ["Average", "Average (2)", "Average (3)"]);
    let wrong = MarkerRule::Deviation { absolute: f64::NAN, relative: 0.5 };
    assert!(Profiler::new().marker_rule(wrong).profile(&customers, &segmentation).is_err());
}
