//! Tiers: laws, oracles, messages, golden files and real customers.

#[path = "tier/learnt.rs"]
mod learnt;
#[path = "tier/programme.rs"]
mod programme;
#[path = "tier/real.rs"]
mod real;
#[path = "tier/thresholds.rs"]
mod thresholds;

use segmentry::customer::{Customers, Record};
use segmentry::segment::{Label, Segment};
use segmentry::segmenter::Segmenter;
use segmentry::value::Column;

/// Customers 0, 1, 2, … with this spend.
fn spenders(spend: &[f64]) -> Customers {
    let ids: Vec<i64> = (0..spend.len() as i64).collect();
    Customers::with_ids(ids.iter()).unwrap().with_column("spend", Column::numbers(spend.iter().copied())).unwrap()
}

fn spender(spend: f64) -> Record {
    Record::new("c-1").with("spend", spend)
}

fn key(tiers: &dyn Segmenter<Segment = Label>, spend: f64) -> Option<String> {
    tiers.assign(&spender(spend)).unwrap().map(|label| label.key().into_owned())
}

/// Placed in bulk, each customer is where it is alone, and for the same reason if it is nowhere.
fn alone_is_bulk(tiers: &dyn Segmenter<Segment = Label>, customers: &Customers) {
    let bulk = tiers.segment(customers).unwrap();
    for customer in customers.iter() {
        let row = customer.row();
        assert_eq!(tiers.assign(&customer).unwrap().as_ref(), bulk.get(row), "row {row}");
        assert_eq!(tiers.explain(&customer).unwrap().reason.as_ref(), bulk.reason(row), "row {row}");
    }
}

/// The rows of a file of the data folder beside the checkout, split at commas outside quotes; `None` if it is not there.
fn shared(file: &str) -> Option<Vec<Vec<String>>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test must be heard")]
        {
            eprintln!("SKIPPED: {file} is not beside the checkout");
        }
        return None;
    };
    let fields = |line: &str| {
        let (mut fields, mut quoted) = (vec![String::new()], false);
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                other => fields.last_mut().unwrap().push(other),
            }
        }
        fields
    };
    Some(text.lines().map(fields).collect())
}
