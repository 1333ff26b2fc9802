//! A struct, a segment enum and a segmenter of one's own join in a few lines, work as `dyn`, and answer for one customer
//! as for many.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::borrow::Cow;

use segmentry::Result;
use segmentry::combine::Combine;
use segmentry::customer::{Customer, Customers};
use segmentry::impl_customer;
use segmentry::profile::Profiler;
use segmentry::segment::{Label, Segment};
use segmentry::segmenter::{Reads, Segmenter};

/// What the shop knows of a company that buys from it.
struct Buyer {
    number: u32,
    employees: Option<u32>,
    country: String,
    spend: f64,
}
impl_customer!(Buyer { id: number, attributes: [employees, country, spend] });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Size {
    Small,
    Large,
}

impl Segment for Size {
    fn key(&self) -> Cow<'_, str> {
        match self {
            Size::Small => "small".into(),
            Size::Large => "large".into(),
        }
    }
}

/// Companies by their number of employees.
struct BySize {
    large_from: f64,
}

impl Segmenter for BySize {
    type Segment = Size;

    fn segments(&self) -> Vec<Size> {
        vec![Size::Small, Size::Large]
    }

    fn reads(&self) -> Reads {
        Reads::attributes(["employees"])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Size>> {
        let employees = customer.value("employees").number();
        Ok(employees.map(|n| if n >= self.large_from { Size::Large } else { Size::Small }))
    }
}

/// Where a company is, as seen from Germany.
struct ByCountry;

impl Segmenter for ByCountry {
    type Segment = String;

    fn segments(&self) -> Vec<String> {
        vec!["home".to_owned(), "abroad".to_owned()]
    }

    fn reads(&self) -> Reads {
        Reads::attributes(["country"])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<String>> {
        Ok(customer.value("country").text().map(|c| if c == "DE" { "home" } else { "abroad" }.to_owned()))
    }
}

fn main() -> Result<()> {
    let buyers = [
        Buyer { number: 1, employees: Some(12), country: "DE".to_owned(), spend: 900.0 },
        Buyer { number: 2, employees: Some(4_000), country: "FR".to_owned(), spend: 52_000.0 },
        Buyer { number: 3, employees: None, country: "DE".to_owned(), spend: 1_400.0 },
        Buyer { number: 4, employees: Some(35), country: "AT".to_owned(), spend: 2_100.0 },
        Buyer { number: 5, employees: Some(800), country: "DE".to_owned(), spend: 17_500.0 },
    ];
    let by_size = BySize { large_from: 250.0 };

    // one at a time, straight from the struct; the compiler knows the segments
    for buyer in &buyers {
        match by_size.assign(buyer)? {
            Some(Size::Large) => println!("buyer {}: call them", buyer.number),
            Some(Size::Small) => println!("buyer {}: write to them", buyer.number),
            None => println!("{}", by_size.explain(buyer)?),
        }
    }

    // all at once, in columns: the same answers
    let customers = Customers::from_customers(&buyers)?;
    let segmentation = by_size.segment(&customers)?;
    for (row, buyer) in buyers.iter().enumerate() {
        assert_eq!(by_size.assign(buyer)?.as_ref(), segmentation.get(row));
    }
    println!(
        "\nalone and in bulk agree: {} small, {} large, {} unassigned",
        segmentation.sizes()[0],
        segmentation.sizes()[1],
        segmentation.unassigned()
    );

    // segmenters of different types in one list
    let list: Vec<Box<dyn Segmenter<Segment = Label>>> =
        vec![BySize { large_from: 250.0 }.erase(), ByCountry.erase(), by_size.cross(ByCountry).erase()];
    for segmenter in &list {
        let sizes = segmenter.segment(&customers)?;
        let parts: Vec<String> =
            sizes.segments().iter().zip(sizes.sizes()).map(|(segment, size)| format!("{segment} {size}")).collect();
        println!("{}", parts.join(", "));
        for (row, buyer) in buyers.iter().enumerate() {
            assert_eq!(segmenter.assign(buyer)?.as_ref(), sizes.get(row));
        }
    }

    println!("\n{}", Profiler::new().value("spend").profile(&customers, &segmentation)?);
    Ok(())
}
