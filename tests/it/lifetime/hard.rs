//! Data that tell nothing, or nearly: a right answer or a clear error, and a certificate that does not boast.

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{
    BuyTillYouDie, Buyer, Buyers, Curvature, DeltaMethod, Family, Horizon, PurchaseModel, Scale,
};

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

/// Times that no calendar knows are refused where they come in; the longest that are not have finite answers.
#[test]
fn times_have_an_end() {
    let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.0, 39.0).unwrap();
    let oldest = Buyer::new(TimeUnit::Days, 2, 30.0, 1e18).unwrap();
    assert!(Buyer::new(TimeUnit::Years, 2, 30.0, 1e308).is_err());
    for family in Family::ALL {
        let parameters = &[0.5, 5.0, 0.7, 2.0, 1.5][..family.parameters().len()];
        let model = PurchaseModel::of(*family, TimeUnit::Weeks, parameters).unwrap();
        let found = model.purchases(&buyer, Horizon::years(1e307));
        assert_eq!(
            found.unwrap_err().to_string().split(", found").next(),
            Some("`horizon` must be a finite length of time from 0 to 1e18 days"),
        );
        let far = Horizon::days(1e18);
        for buyer in [&buyer, &oldest] {
            let figures = [model.purchases(buyer, far), model.alive_at(buyer, far), model.probability(buyer, 3, far)];
            for figure in figures {
                let figure = figure.unwrap();
                assert!(figure.is_finite() && figure >= 0.0, "{family}: {figure}");
            }
            assert!(
                model.purchases(buyer, far).unwrap() >= model.purchases(buyer, Horizon::days(1e15)).unwrap() * 0.999
            );
        }
    }
}
