use super::{Scale, exponent, far, power, refuse_largest};

#[test]
fn lengths_of_any_size_become_ordinary_and_come_back() {
    for length in [5e-324, 1e-310, 1e-200, 1.0, 0.1, 1e120, 1e200, 1e300] {
        let scale = Scale::of_length(length);
        let inner = scale.inner(length);
        assert!((inner * inner).is_normal(), "{length}: {inner}");
        assert_eq!(scale.outer(inner), length);
    }
    assert_eq!(Scale::of_length(0.3), Scale::default());
    assert_eq!((exponent(1.5), exponent(0.75), exponent(5e-324), power(3)), (0, -1, -1074, 8.0));
}

#[test]
fn far_rows_have_a_distance() {
    assert!((far(&[3e200, 0.0], &[0.0, 4e200]) / 5e200 - 1.0).abs() < 1e-12);
    assert_eq!(far(&[1e308], &[-1e308]), f64::MAX);
    let told = refuse_largest(&[1.0, 2.0, 3.0, 2e300], 2).unwrap_err().to_string();
    assert!(told.starts_with("row 1: column 1 is 2"), "{told}");
}
