//! Data that tell nothing, or nearly: a right answer or a clear error, and a certificate that does not boast.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyers, Curvature, DeltaMethod, Family, Horizon, Scale};

/// Many equal buyers.
fn equal(count: usize, repeats: u32, last: f64, age: f64) -> Buyers {
    Buyers::new(TimeUnit::Weeks, &vec![repeats; count], &vec![last; count], &vec![age; count]).unwrap()
}

/// Where the likelihood is the same everywhere, or rises for ever, its curvature is rounding: neither a sharp top nor "no
/// top", and no errors come of it.
#[test]
fn rounding_is_no_sharp_top() {
    for (name, buyers) in [
        ("one buyer", equal(1, 2, 5.0, 9.0)),
        ("no repeats", equal(300, 0, 0.0, 20.0)),
        ("seen for no time", equal(50, 0, 0.0, 0.0)),
    ] {
        for family in [Family::Nbd, Family::BgNbd, Family::MbgNbd, Family::ParetoNbd] {
            let model = BuyTillYouDie::new(family).fit(&buyers).unwrap();
            let certificate = model.certificate().unwrap();
            assert_ne!(certificate.curvature, Curvature::Definite, "{name}, {family}: {certificate}");
            assert!(!certificate.is_clean() && certificate.covariance.is_empty());
            if family == Family::Nbd {
                assert!(matches!(certificate.curvature, Curvature::Flat { .. }), "{name}: {certificate}");
            }
            let buyer = buyers.get(0).unwrap();
            let year = Horizon::years(1.0);
            assert!(
                DeltaMethod::new().interval(&model, Scale::Positive, |model| model.purchases(&buyer, year)).is_err()
            );
            assert!(model.purchases(&buyer, year).unwrap().is_finite());
        }
    }
}

/// Equal buyers do not differ in their rates: every family says that it has become a smaller one.
#[test]
fn families_say_that_they_have_degenerated() {
    let buyers = equal(500, 3, 20.0, 30.0);
    for family in Family::ALL {
        let model = BuyTillYouDie::new(*family).fit(&buyers).unwrap();
        let certificate = model.certificate().unwrap();
        assert!(certificate.notes.iter().any(|note| note.contains("degenerate here")), "{family}: {certificate}");
    }
}
