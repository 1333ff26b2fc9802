//! Contacts and their accounts from several sources, joined, rolled up and checked.
//!
//! A software house sells to companies. Its CRM knows the contacts, a survey asked some of them, the shop has their
//! orders, and a list of accounts was bought. Run with `cargo run --example sources`.

use segmentry::customer::{Aggregate, Customer, Customers, Hierarchy, Join, Keep, Precedence, RollUp};
use segmentry::health::Health;
use segmentry::history::{Clean, Event, History, Refunds};
use segmentry::time::Day;
use segmentry::value::{Attribute, Column, Kind, Level};

/// Who they are, as sales wrote it down.
fn crm() -> segmentry::Result<Customers> {
    let seen = ["2026-10-20", "2026-09-02", "2026-10-28", "2026-03-11", "2026-08-19", "2026-10-05", "1900-01-01"];
    let seen = seen.map(str::parse).into_iter().collect::<segmentry::Result<Vec<Day>>>()?;
    let account = [Some("A-100"), Some("A-100"), Some("A-200"), Some("A-300"), Some("A-300"), Some("A-400"), None];
    let role = Attribute::new("role", Kind::Text).ordinal(["user", "buyer", "owner"]);
    Customers::with_ids([101, 102, 103, 104, 105, 106, 107])?
        .with_column("account", Column::of(Kind::Text, account))?
        .with_attribute(role, Column::texts(["owner", "user", "buyer", "user", "owner", "user", "user"]))?
        .with_column(
            "country",
            Column::texts(["Germany", "germany ", "France", "Germany", "Germny", "Austria", "Austria"]),
        )?
        .with_column("seats", Column::of(Kind::Integer, [Some(40), Some(5), Some(12), None, Some(250), Some(3), None]))?
        .with_column("changed", Column::days(seen))
}

/// What some of them answered: their ids come as texts, and seats as numbers.
fn survey() -> segmentry::Result<Customers> {
    let answered = ["2026-10-25", "2026-10-26", "2026-10-26", "2026-10-27"].map(str::parse);
    let answered = answered.into_iter().collect::<segmentry::Result<Vec<Day>>>()?;
    Customers::with_ids(["101", "103", "104", "999"])?
        .with_column("seats", Column::numbers([40.0, 20.0, 30.0, 1.0]))?
        .with_column("would_recommend", Column::of(Kind::Boolean, [Some(true), Some(false), None, Some(true)]))?
        .with_column("changed", Column::days(answered))
}

/// What they ordered; one order came twice, one was given back.
fn orders() -> segmentry::Result<History> {
    let mut log = History::builder();
    for (contact, day, item, amount) in [
        (101, "2026-01-15", "suite", 4_800.0),
        (101, "2026-07-01", "training", 900.0),
        (102, "2026-07-02", "plug-in", 120.0),
        (102, "2026-07-02", "plug-in", 120.0),
        (103, "2026-02-10", "suite", 1_440.0),
        (103, "2026-02-24", "suite", -1_440.0),
        (105, "2026-05-05", "suite", 27_000.0),
        (106, "2026-10-30", "plug-in", 60.0),
        (106, "2027-01-01", "plug-in", 60.0),
    ] {
        log.push(contact, &Event::purchase(day.parse()?, amount).item(item))?;
    }
    Ok(log.finish())
}

/// The accounts, as they were bought: who belongs to whom.
fn accounts() -> segmentry::Result<Customers> {
    Customers::with_ids(["A-100", "A-200", "A-300", "A-400"])?
        .with_column("industry", Column::texts(["machines", "retail", "machines", "consulting"]))?
        .with_column("parent", Column::of(Kind::Text, [Some("A-300"), None, None, None]))?
        .describe("industry", |attribute| attribute.level(Level::Nominal))
}

fn main() -> segmentry::Result<()> {
    let as_of = Day::new(2026, 11, 1)?;

    println!("== Before anything is made of it: is the data sound?\n");
    let raw = crm()?.with_history(orders()?).as_of(as_of);
    println!("{}\n", Health::new().check(&raw)?);

    println!("== The orders, cleaned\n");
    let cleaned = Clean::new().distinct().until(as_of).refunds(Refunds::Net).positive_amount().run(&orders()?)?;
    println!("{}\n", cleaned.report);

    println!("== The contacts, joined: the newest word on seats, the CRM's on all else\n");
    let joined = Join::new()
        .source("crm", crm()?)
        .source("survey", survey()?)
        .history("shop", cleaned.history)
        .keep(Keep::In(vec!["crm".to_owned()]))
        .precedence_of("seats", Precedence::Newest)
        .dated_by("crm", "changed")
        .dated_by("survey", "changed")
        .as_of(as_of)
        .run()?;
    println!("{}\n", joined.report);

    println!("== The contacts, rolled up to their accounts\n");
    let rolled = RollUp::to("account")
        .members("contacts")
        .column("seats", Aggregate::Sum, "seats")
        .column("owners", Aggregate::ShareOf("owner".to_owned()), "role")
        .column("recommends", Aggregate::Any, "would_recommend")
        .column("country", Aggregate::MostFrequent, "country")
        .run(&joined.customers)?;
    println!("{}\n", rolled.report);

    println!("== The accounts, with what was bought, under the company at the top\n");
    let accounts = Join::new().source("rolled up", rolled.customers).source("bought", accounts()?).run()?.customers;
    let tops = Hierarchy::of(&accounts, "parent")?;
    let accounts = accounts.with_column("company", tops.top_column())?;
    let companies = RollUp::to("company")
        .members("accounts")
        .column("contacts", Aggregate::Sum, "contacts")
        .column("seats", Aggregate::Sum, "seats")
        .column("industries", Aggregate::Union, "industry")
        .run(&accounts)?
        .customers;
    for company in companies.iter() {
        let spent = company.events().filter_map(|event| event.amount).fold(0.0, |sum, amount| sum + amount);
        println!(
            "{}: accounts {}, industries {}, contacts {}, seats {}, spent {spent}",
            company.id(),
            company.value("accounts"),
            company.value("industries"),
            company.value("contacts"),
            company.value("seats")
        );
    }
    Ok(())
}
