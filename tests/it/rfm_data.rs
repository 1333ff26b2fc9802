//! The two simulated data sets of the R package `rfm` (rsquaredacademy/rfm, MIT), read from the optional data folder
//! beside the checkout.

use std::collections::BTreeMap;

use crate::shared::path;

/// Days since the last order, orders and revenue of each customer, in the order of the ids.
#[derive(Default)]
pub struct Rfm {
    pub ids: Vec<String>,
    pub recency: Vec<f64>,
    pub frequency: Vec<f64>,
    pub monetary: Vec<f64>,
}

/// `rfm_data_orders`: 4,906 orders summed per customer as of 2006-12-31.
pub fn orders() -> Option<Rfm> {
    let text = std::fs::read_to_string(path("rfm_orders_simulated.csv")?).unwrap();
    let mut customers: BTreeMap<&str, (i64, f64, f64)> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.rsplitn(3, ',').collect();
        let customer = customers.entry(fields[2]).or_insert((i64::MIN, 0.0, 0.0));
        customer.0 = customer.0.max(day(fields[1]));
        customer.1 += 1.0;
        customer.2 += fields[0].parse::<f64>().unwrap();
    }
    let mut rfm = Rfm::default();
    for (id, (last, orders, revenue)) in customers {
        rfm.ids.push(id.to_owned());
        rfm.recency.push((day("2006-12-31") - last) as f64);
        rfm.frequency.push(orders);
        rfm.monetary.push(revenue);
    }
    Some(rfm)
}

/// `rfm_data_customer`: 39,999 customers with their sums.
#[cfg(feature = "csv")]
pub fn customers() -> Option<Rfm> {
    use std::io::Read;
    let file = std::fs::File::open(path("rfm_customers_simulated.csv.gz")?).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut rfm = Rfm::default();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        rfm.ids.push(fields[0].to_owned());
        rfm.monetary.push(fields[1].parse().unwrap());
        rfm.frequency.push(fields[3].parse().unwrap());
        rfm.recency.push(fields[4].parse().unwrap());
    }
    Some(rfm)
}

/// Days since some day, by the civil calendar.
fn day(text: &str) -> i64 {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().unwrap()).collect();
    let (year, month) = if parts[1] > 2 { (parts[0], parts[1] - 3) } else { (parts[0] - 1, parts[1] + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2]
}
