//! The guide page of rules: what its code does, and that the code is what stands there.
#![allow(clippy::print_stdout, reason = "the code of the page prints")]

use segmentry::Result;
use segmentry::customer::{Customers, Record};
use segmentry::rules::{Condition, Definitions, Deletion, Plan, Truth, Vocabulary};
use segmentry::value::{Attribute, Column, Kind};

use crate::tree::read;

fn customers() -> Customers {
    Customers::with_ids(["a", "b", "c"])
        .unwrap()
        .with_column("employees", Column::integers([4_000, 250, 12]))
        .unwrap()
        .with_column("country", Column::of(Kind::Text, [Some("DE"), Some("FR"), None]))
        .unwrap()
}

#[test]
fn the_first_example_does_what_the_page_says() -> Result<()> {
    let customers = customers();
    let definitions: Definitions = r#"
        audience large: employees >= 1000
        audience abroad: not country = "DE"
        rules size:
          enterprise: member of "large"
          middle: employees >= 100
          otherwise small
    "#
    .parse()?;
    let plan = Plan::fit(&definitions, &customers)?;
    let audiences = plan.audiences_of(&customers)?;
    let sizes = plan.segment_of(0, &customers)?;
    assert_eq!((audiences.sizes(), sizes.sizes()), (vec![1, 1], vec![1, 1, 1]));
    assert_eq!(audiences.intersections().len(), 3);
    for oddity in plan.analyze_on(&customers)? {
        println!("{oddity}");
    }
    assert_eq!(plan.analyze_on(&customers)?.len(), 1); // abroad negates what is not known of one of three
    assert_eq!(definitions.dependents("large"), ["rules.size.0"]);
    assert!(definitions.plan_delete("large", &Deletion::Refuse).is_err());
    assert_eq!(plan.diff(&plan, "large", &customers)?.entered, [0_usize; 0]);
    assert_eq!(plan.costs().len(), 3);
    Ok(())
}

#[test]
fn the_text_form_is_read_as_the_page_says() -> Result<(), Box<dyn std::error::Error>> {
    let condition: Condition = "employees >= 1000 and not country in (\"BR\", \"IN\")".parse()?;
    assert_eq!(condition.to_string(), "employees >= 1000 and not country in (\"BR\", \"IN\")");
    let definitions: Definitions = std::fs::read_to_string("examples/data/cdnow.rules")?.parse()?;
    println!("{definitions}");
    assert_eq!(definitions.to_string().parse::<Definitions>()?, definitions);
    Ok(())
}

/// Every line of Rust on the page stands in a test here, so that the compiler has seen it.
#[test]
fn the_page_shows_code_that_is_compiled() {
    let here = read("tests/it/rules/guide.rs").replace("examples/data/cdnow.rules", "segments.rules");
    let known: Vec<&str> = here.lines().map(str::trim).collect();
    let page = read("docs/guide/rules.md");
    let mut inside = false;
    let mut seen = 0;
    for line in page.lines() {
        match line {
            "```rust" => inside = true,
            "```" => inside = false,
            _ if inside => {
                assert!(known.contains(&line.trim()), "no test has `{line}`");
                seen += 1;
            }
            _ => {}
        }
    }
    assert!(seen > 10, "{seen} lines");
}

#[test]
fn the_table_of_the_unknown_is_true() {
    let vocabulary = Vocabulary::new()
        .attribute(Attribute::new("country", Kind::Text))
        .and_then(|v| v.attribute(Attribute::new("employees", Kind::Integer)))
        .unwrap();
    let nowhere = Record::new("c").with("employees", 7);
    let page = read("docs/guide/rules.md");
    let rows = crate::tree::table(&page, "asked");
    let mut seen = 0;
    for row in rows {
        let condition: Condition = row[0].trim_matches('`').parse().unwrap();
        let definitions = Definitions::new().audience(segmentry::rules::Audience::new("a", condition));
        let plan = Plan::new(&definitions, &vocabulary).unwrap();
        let truth = plan.asker().ask(&nowhere).unwrap().truth(0);
        let expected = if row[1].starts_with("true") { Truth::True } else { Truth::Unknown };
        assert_eq!(truth, expected, "{}", row[0]);
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn the_error_of_the_page_is_the_one_that_is_told() {
    let vocabulary = Vocabulary::new().attribute(Attribute::new("employees", Kind::Integer)).unwrap();
    let definitions: Definitions = "audience big: employes > 5".parse().unwrap();
    let error = Plan::new(&definitions, &vocabulary).unwrap_err().to_string();
    assert!(read("docs/guide/rules.md").contains(&error), "{error}");
}
