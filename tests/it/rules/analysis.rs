//! What can be said of definitions themselves.

use segmentry::customer::Customers;
use segmentry::rules::{
    Audience, Definitions, Deletion, Events, List, Odd, Override, Plan, Rules, Softness, Span, Truth, Unknown,
    Vocabulary, attribute, bucket, member,
};
use segmentry::segment::Label;
use segmentry::value::{Attribute, Column, Kind};

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::new();
    for (name, kind) in
        [("employees", Kind::Integer), ("spend", Kind::Number), ("country", Kind::Text), ("signup", Kind::Day)]
    {
        vocabulary = vocabulary.attribute(Attribute::new(name, kind)).unwrap();
    }
    vocabulary
}

fn odd(definitions: &Definitions) -> Vec<String> {
    Plan::new(definitions, &vocabulary()).unwrap().analyze().iter().map(ToString::to_string).collect()
}

fn one(condition: &str) -> Vec<String> {
    odd(&Definitions::new().audience(Audience::new("a", condition.parse().unwrap())))
}

#[test]
fn each_oddity_is_found_and_nothing_else() {
    let cases: &[(&str, &[&str])] = &[
        ("spend >= 10", &[]),
        ("spend > 10 and spend < 5", &["audiences.a: no customer can fulfil it"]),
        ("employees > 5 and employees < 6", &["audiences.a: no customer can fulfil it"]),
        ("spend > 5 and spend < 6", &[]),
        ("spend >= 10 or spend < 10", &[]),
        ("spend >= 10 or spend < 10 or not spend is known", &["audiences.a: every customer is in it"]),
        ("spend >= 10 and spend >= 5", &["audiences.a: without `spend >= 5` the members are the same"]),
        ("spend >= 10 or spend >= 5", &["audiences.a: without `spend >= 10` the members are the same"]),
        ("country = \"DE\" and country = \"FR\"", &["audiences.a: no customer can fulfil it"]),
        (
            "country != \"DE\" or country != \"FR\"",
            &["audiences.a: `country != \"DE\" or country != \"FR\"` holds of everybody who has a value; meant was \
               probably `not (… or …)`"],
        ),
        ("country in ()", &["audiences.a: `country in ()` has no entries", "audiences.a: no customer can fulfil it"]),
        ("bucket(\"exp\") >= 10000", &["audiences.a: no customer can fulfil it"]),
        (
            "count(purchase) >= 0",
            &[
                "audiences.a: it looks at events without end; a window would bound what is kept",
                "audiences.a: every customer is in it",
            ],
        ),
        ("weekday(signup) > 7 and spend > 1", &["audiences.a: no customer can fulfil it"]),
    ];
    for (condition, expected) in cases {
        assert_eq!(one(condition), *expected, "{condition}");
    }
}

#[test]
fn audiences_are_held_against_each_other() {
    let definitions = Definitions::new()
        .audience(Audience::new("large", attribute("employees").at_least(1_000)))
        .audience(Audience::new("huge", attribute("employees").at_least(5_000)))
        .audience(Audience::new("same", !attribute("employees").below(1_000)))
        .audience(Audience::new("lenient", attribute("employees").at_least(1_000)).unknown(Unknown::Include))
        .audience(Audience::new("of_large", member("large") & attribute("spend").above(1)))
        .audience(Audience::new("other", attribute("spend").above(3)));
    assert_eq!(
        odd(&definitions),
        [
            "audiences.large: everybody in it is in `lenient` too",
            "audiences.huge: everybody in it is in `large` too",
            "audiences.huge: everybody in it is in `same` too",
            "audiences.huge: everybody in it is in `lenient` too",
            "audiences.same: its members are those of `large`",
            "audiences.same: everybody in it is in `lenient` too",
            "audiences.of_large: everybody in it is in `large` too",
            "audiences.of_large: everybody in it is in `same` too",
            "audiences.of_large: everybody in it is in `lenient` too",
        ]
    );
}

#[test]
fn a_rule_that_no_customer_reaches_is_told() {
    let list = Rules::new("size")
        .when("large", attribute("employees").at_least(1_000))
        .when("huge", attribute("employees").at_least(5_000))
        .when("small", attribute("employees").below(1_000))
        .when("none", attribute("employees").is_known());
    assert_eq!(
        odd(&Definitions::new().rules(list)),
        [
            "rules.size.1: no customer gets as far as this rule: earlier ones take them all",
            "rules.size.3: no customer gets as far as this rule: earlier ones take them all",
        ]
    );
}

#[test]
fn a_negation_over_what_is_often_unknown_is_told() {
    let customers = Customers::with_ids(["a", "b", "c", "d"])
        .unwrap()
        .with_column("country", Column::of(Kind::Text, [Some("DE"), None, None, Some("FR")]))
        .unwrap();
    let definitions = Definitions::new()
        .audience(Audience::new("abroad", !attribute("country").is("DE")))
        .audience(Audience::new("said", (!attribute("country").is("DE")).if_unknown(true)));
    let plan = Plan::new(&definitions, &Vocabulary::of(&customers).unwrap()).unwrap();
    let found = plan.analyze_on(&customers).unwrap();
    assert!(found.iter().any(|odd| odd.to_string()
        == "audiences.abroad: a negation asks `country`, which is not known of 50 % of the customers: they are not in it"));
    assert!(!found.iter().any(|odd| odd.place == "audiences.said" && matches!(odd.what, Odd::OftenUnknown { .. })));
}

#[test]
fn deletion_is_refused_inlined_or_frozen_and_never_silent() {
    let definitions = Definitions::new()
        .audience(Audience::new("large", attribute("employees").at_least(1_000)))
        .audience(Audience::new("others", !member("large")))
        .audience(Audience::new("far", member("others") & attribute("spend").above(1)))
        .rules(Rules::new("list").when("a", member("large")).otherwise("b"));
    assert_eq!(definitions.dependents("large"), ["audiences.others", "rules.list.0"]);
    assert_eq!(definitions.all_dependents("large"), ["audiences.far", "audiences.others", "rules.list.0"]);
    assert!(
        definitions.plan_delete("larg", &Deletion::Refuse).unwrap_err().to_string().contains("did you mean `large`")
    );
    assert!(definitions.plan_delete("large", &Deletion::Refuse).is_err());
    assert!(definitions.plan_delete("far", &Deletion::Refuse).is_ok());

    let customers = Customers::with_ids(["a", "b", "c"])
        .unwrap()
        .with_column("employees", Column::of(Kind::Integer, [Some(5_000), Some(3), None]))
        .unwrap()
        .with_column("spend", Column::numbers([5.0, 5.0, 5.0]))
        .unwrap();
    let vocabulary = Vocabulary::of(&customers).unwrap();
    let keys = |definitions: &Definitions| -> Vec<Vec<String>> {
        let plan = Plan::new(definitions, &vocabulary).unwrap();
        let mut asker = plan.asker();
        let of = |row| {
            let row = customers.get(row).unwrap();
            asker.ask(&row).unwrap().audiences().map(ToString::to_string).filter(|key| key != "Large").collect()
        };
        (0..3).map(of).collect()
    };
    let before = keys(&definitions);
    assert_eq!(
        before,
        [vec![], vec!["Others".to_owned(), "Far".to_owned()], vec!["Others".to_owned(), "Far".to_owned()]]
    );
    assert_eq!(keys(&definitions.plan_delete("large", &Deletion::Inline).unwrap()), before);
    let members = segmentry::segmentation::Audiences::new(&customers).with(Label::new("large"), [0]).unwrap();
    let as_of = segmentry::time::AsOf::from(segmentry::time::Day::new(2026, 11, 1).unwrap());
    let frozen = definitions.plan_delete("large", &Deletion::Freeze { members: &members, as_of }).unwrap();
    assert!(matches!(&frozen.audiences[0].list, List::Frozen { members, .. } if *members == ["a"]));
    assert_eq!(keys(&frozen), before);
    let overridden = Definitions::new()
        .audience(Audience::new("large", attribute("employees").at_least(1)).include(Override::of("b")))
        .audience(Audience::new("others", !member("large")));
    let error = overridden.plan_delete("large", &Deletion::Inline).unwrap_err().to_string();
    assert_eq!(
        error,
        "audience `large` has a list, overrides or a stay, which a clause cannot have: freeze it instead"
    );
}

#[test]
fn a_diff_says_who_moves_and_because_of_which_clause() {
    let customers = Customers::with_ids(["a", "b", "c", "d"])
        .unwrap()
        .with_column("employees", Column::integers([10, 60, 100, 400]))
        .unwrap()
        .with_column("country", Column::texts(["DE", "DE", "FR", "DE"]))
        .unwrap();
    let vocabulary = Vocabulary::of(&customers).unwrap();
    let plan = |condition: &str| {
        let definitions = Definitions::new().audience(Audience::new("a", condition.parse().unwrap()));
        Plan::new(&definitions, &vocabulary).unwrap()
    };
    let (old, new) = (plan("employees >= 100"), plan("employees >= 50 and country = \"DE\""));
    let diff = new.diff(&old, "a", &customers).unwrap();
    assert_eq!((diff.before, diff.after, diff.entered.clone(), diff.left.clone()), (2, 2, vec![1], vec![2]));
    assert_eq!(
        diff.to_string(),
        "a: 2 → 2 (+1 −1)\n  +1 because of `employees >= 100`\n  −1 because of `country = \"DE\"`"
    );
}

#[test]
fn costs_tell_shared_leaves_from_own_ones() {
    let recent = || Events::of("purchase").last(Span::days(30)).count().at_least(1);
    let definitions = Definitions::new()
        .audience(Audience::new("a", attribute("employees").at_least(5) & recent()))
        .audience(Audience::new("b", attribute("employees").at_least(5) & attribute("spend").at_least(1)))
        .audience(Audience::new("c", Events::of("visit").count().at_least(1)));
    let costs = Plan::new(&definitions, &vocabulary()).unwrap().costs();
    let told: Vec<_> = costs.iter().map(|c| (c.leaves, c.own_leaves, c.sums, c.state_bytes, c.unbounded)).collect();
    assert_eq!(told, [(2, 1, 1, 16, false), (2, 1, 0, 16, false), (1, 1, 1, 8, true)]);
    assert!(costs[0].nanoseconds_an_event > 0.0 && costs[1].nanoseconds_an_event == 0.0);
}

#[test]
fn degrees_turn_where_the_plain_condition_does() {
    let definitions = Definitions::new()
        .audience(Audience::new("a", "spend >= 500 and employees < 100".parse().unwrap()))
        .audience(Audience::new("b", bucket("x").at_least(0)));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let softness = Softness::relative(0.1).unwrap();
    let ask = |spend: f64, employees: i64| {
        let record = segmentry::customer::Record::new("c").with("spend", spend).with("employees", employees);
        let degree = plan.degree(0, &record, softness).unwrap();
        (degree, plan.asker().ask(&record).unwrap().truth(0))
    };
    assert_eq!(ask(500.0, 10), (Some(0.5), Truth::True));
    assert_eq!(ask(550.0, 10), (Some(1.0), Truth::True));
    assert_eq!(ask(475.0, 10), (Some(0.25), Truth::False));
    assert_eq!(ask(400.0, 10), (Some(0.0), Truth::False));
    assert_eq!(ask(1_000.0, 105), (Some(0.25), Truth::False));
    let unknown = segmentry::customer::Record::new("c").with("spend", 400.0);
    assert_eq!(plan.degree(0, &unknown, softness).unwrap(), Some(0.0)); // settled by the spend alone
    let unknown = segmentry::customer::Record::new("c").with("spend", 600.0);
    assert_eq!(plan.degree(0, &unknown, softness).unwrap(), None);
    assert!(Softness::relative(0.0).is_err());
}
