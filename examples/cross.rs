//! Small × large by frequent × occasional, for the companies that buy from a wholesaler: the cross, its sparse cells
//! merged, and what each cell looks like.

#![allow(clippy::print_stdout, reason = "an example prints")]

use segmentry::Result;
use segmentry::combine::{Combine, SparseCells};
use segmentry::customer::{Customer, Customers, Record};
use segmentry::profile::Profiler;
use segmentry::segment::Label;
use segmentry::segmenter::{Fit, Reads, Segmenter};
use segmentry::value::{AsValue, Value};

/// Two segments on either side of a threshold.
struct Threshold {
    attribute: &'static str,
    at_least: f64,
    names: [&'static str; 2],
}

impl Segmenter for Threshold {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.names.map(Label::new).to_vec()
    }

    fn reads(&self) -> Reads {
        Reads::attributes([self.attribute])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let number = customer.value(self.attribute).number();
        Ok(number.map(|n| Label::new(self.names[usize::from(n >= self.at_least)])))
    }
}

/// Company, employees, orders a year, spend a year, trade.
type Company = (&'static str, Option<u32>, u32, f64, &'static str);

const COMPANIES: [Company; 16] = [
    ("Ahorn Café", Some(6), 48, 9_400.0, "café"),
    ("Bäckerei Brandt", Some(14), 51, 14_800.0, "bakery"),
    ("Café Dora", Some(4), 30, 5_100.0, "café"),
    ("Eisdiele Fontana", Some(9), 22, 7_900.0, "café"),
    ("Gasthof Huber", Some(22), 40, 21_300.0, "restaurant"),
    ("Imbiss Jansen", Some(2), 3, 450.0, "snack bar"),
    ("Kiosk Lange", Some(1), 2, 260.0, "kiosk"),
    ("Metzgerei Nolte", Some(11), 6, 1_900.0, "butcher"),
    ("Pension Olga", Some(5), 4, 800.0, "hotel"),
    ("Quartier Hotel", Some(180), 50, 96_000.0, "hotel"),
    ("Rheinblick Kliniken", Some(2_400), 52, 310_000.0, "hospital"),
    ("Stadtwerke Kantine", Some(900), 47, 128_000.0, "canteen"),
    ("Theater am Ufer", Some(260), 36, 41_000.0, "theatre"),
    ("Uni Mensa", Some(450), 49, 154_000.0, "canteen"),
    ("Verlag Winter", Some(320), 2, 1_200.0, "publisher"),
    ("Yachtclub Zander", None, 12, 6_600.0, "club"),
];

fn main() -> Result<()> {
    let mut table = Customers::builder();
    for (name, employees, orders, spend, trade) in &COMPANIES {
        let values: [(&str, Value<'_>); 4] = [
            ("employees", employees.as_value()),
            ("orders", orders.as_value()),
            ("spend", spend.as_value()),
            ("trade", trade.as_value()),
        ];
        table.push(*name, values)?;
    }
    let customers = table.finish()?;

    let size = Threshold { attribute: "employees", at_least: 100.0, names: ["small", "large"] };
    let rhythm = Threshold { attribute: "orders", at_least: 12.0, names: ["occasional", "frequent"] };
    let cross = size.cross(rhythm);
    let cells = cross.segment(&customers)?;
    for ((a, b), customers) in cells.segments().iter().zip(cells.sizes()) {
        println!("{a} × {b}: {customers}");
    }

    // one large company buys occasionally: too few to plan for
    let plan = cross.merge(SparseCells::fewer_than(3.0)).fit(&customers)?;
    println!("\n{}", plan.map());

    let segmentation = plan.segment(&customers)?;
    let profile =
        Profiler::new().value("spend").attributes(["employees", "orders"]).profile(&customers, &segmentation)?;
    println!("\n{profile}");

    // the next customer, alone
    let newcomer = Record::new("Zoo Restaurant").with("employees", 140).with("orders", 5);
    println!("{}", plan.explain(&newcomer)?);
    Ok(())
}
