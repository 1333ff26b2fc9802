//! Real companies and customers.

use super::*;
use segmentry::segmenter::Fit;
use segmentry::tier::{Ntiles, TopShare, ValueShare};

fn column(rows: &[Vec<String>], name: &str) -> Vec<f64> {
    let at = rows[0].iter().position(|field| field == name).unwrap();
    rows[1..].iter().map(|row| row[at].parse().unwrap_or(f64::NAN)).collect()
}

#[test]
fn the_market_value_of_the_largest_companies_is_concentrated() {
    let Some(rows) = shared("forbes2000_companies_2004.csv") else { return };
    let value = column(&rows, "marketvalue");
    assert_eq!(value.len(), 2000);
    let customers = spenders(&value);
    let abc = ValueShare::of("spend").fit(&customers).unwrap();
    println!("{abc}");
    alone_is_bulk(&abc, &customers);
    let _ = (TopShare::of("spend"), Ntiles::of("spend", 10));
}

#[test]
fn insured_customers() {
    let Some(rows) = shared("auto_insurance_clv.csv") else { return };
    let value = column(&rows, "Customer_Lifetime_Value");
    let customers = spenders(&value);
    println!("{}", ValueShare::of("spend").fit(&customers).unwrap());
    println!("{}", Ntiles::of("spend", 10).fit(&customers).unwrap());
}
