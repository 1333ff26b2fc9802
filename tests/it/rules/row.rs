//! One customer, asked by a plan.

use segmentry::customer::Record;
use segmentry::rules::{
    Audience, Bounds, Definitions, Events, Override, Plan, RankMeasure, Span, Truth, Unknown, Vocabulary, attribute,
    bucket, field, member,
};
use segmentry::time::Day;
use segmentry::value::{Attribute, Kind, OwnedValue};

fn vocabulary() -> Vocabulary {
    let attributes = [
        ("employees", Kind::Integer),
        ("spend", Kind::Number),
        ("country", Kind::Text),
        ("signup", Kind::Day),
        ("tags", Kind::Set),
        ("active", Kind::Boolean),
    ];
    let mut vocabulary = Vocabulary::new();
    for (name, kind) in attributes {
        vocabulary = vocabulary.attribute(Attribute::new(name, kind)).unwrap();
    }
    vocabulary.attribute(Attribute::new("plan", Kind::Text).ordinal(["free", "pro", "enterprise"])).unwrap()
}

fn truth(condition: segmentry::rules::Condition, record: &Record) -> Truth {
    let definitions = Definitions::new().audience(Audience::new("a", condition));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    plan.asker().ask(record).unwrap().truth(0)
}

#[test]
fn comparisons_have_three_values() {
    let record = Record::new("c")
        .with("employees", 500)
        .with("spend", OwnedValue::Null)
        .with("country", "DE")
        .with("plan", "pro")
        .with("active", true);
    let cases = [
        (attribute("employees").at_least(500), Truth::True),
        (attribute("employees").above(500), Truth::False),
        (attribute("employees").above(499.5), Truth::True),
        (attribute("employees").between(500, 600, Bounds::Lower), Truth::True),
        (attribute("employees").between(400, 500, Bounds::Lower), Truth::False),
        (attribute("spend").at_least(1), Truth::Unknown),
        (!attribute("spend").at_least(1), Truth::Unknown),
        (attribute("spend").at_least(1).if_unknown(true), Truth::True),
        (attribute("spend").state(segmentry::rules::State::Null), Truth::True),
        (attribute("spend").is_missing(), Truth::False),
        (attribute("tags").is_missing(), Truth::True),
        (attribute("country").is("DE") & attribute("spend").at_least(1), Truth::Unknown),
        (attribute("country").is("FR") & attribute("spend").at_least(1), Truth::False),
        (attribute("country").one_of(["FR", "DE"]), Truth::True),
        (attribute("country").is_not("FR"), Truth::True),
        (attribute("plan").at_least("pro"), Truth::True),
        (attribute("plan").above("pro"), Truth::False),
        (attribute("active").is(true), Truth::True),
        ((attribute("employees") / 0).at_least(1), Truth::Unknown),
        ((attribute("employees") * 2).is(1_000), Truth::True),
    ];
    for (condition, expected) in cases {
        let shown = format!("{condition:?}");
        assert_eq!(truth(condition, &record), expected, "{shown}");
    }
}

#[test]
fn events_add_up_in_windows() {
    let day = |d| Day::new(2026, 10, d).unwrap();
    let record = Record::new("c").purchase(day(1), 10.0).purchase(day(20), 30.0).as_of(day(22));
    let purchases = || Events::of("purchase");
    let cases = [
        (purchases().count().is(2), Truth::True),
        (purchases().last(Span::days(3)).count().is(1), Truth::True),
        (purchases().last(Span::days(2)).count().is(0), Truth::True),
        (purchases().last(Span::days(22)).sum("amount").is(40), Truth::True),
        (purchases().last(Span::days(21)).sum("amount").is(30), Truth::True),
        (purchases().filter(field("amount").above(20)).count().is(1), Truth::True),
        (Events::of("visit").measure(segmentry::rules::Measure::Mean("amount".to_owned())).is_known(), Truth::False),
    ];
    for (condition, expected) in cases {
        let shown = format!("{condition:?}");
        assert_eq!(truth(condition, &record), expected, "{shown}");
    }
}

#[test]
fn audiences_refer_to_each_other_and_are_overridden() {
    let definitions = Definitions::new()
        .audience(Audience::new("both", member("large") & !member("vip")))
        .audience(Audience::new("large", attribute("employees").at_least(100)).unknown(Unknown::Include))
        .audience(Audience::new("vip", attribute("spend").at_least(1_000)).include(Override::of("17")));
    let plan = Plan::new(&definitions, &vocabulary()).unwrap();
    let mut asker = plan.asker();
    let keys = |asker: &mut segmentry::rules::Asker<'_>, record: &Record| {
        let answer = asker.ask(record).unwrap();
        answer.audiences().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(keys(&mut asker, &Record::new("1").with("spend", 5)), ["Both", "Large"]);
    assert_eq!(keys(&mut asker, &Record::new("17").with("employees", 5)), ["Vip"]);
    let circle = Definitions::new().audience(Audience::new("a", member("b"))).audience(Audience::new("b", member("a")));
    let error = Plan::new(&circle, &vocabulary()).unwrap_err().to_string();
    assert_eq!(error, "audiences refer to each other in a circle: `a` → `b` → `a`");
}

#[test]
fn a_bucket_is_the_same_for_an_id_however_it_is_given() {
    let condition = || bucket("exp-1").below(5_000);
    assert_eq!(truth(condition(), &Record::new("17")), truth(condition(), &Record::new("17")));
    let shares = (0..2_000).filter(|i| truth(condition(), &Record::new(i.to_string())).is_true()).count();
    assert!((900..1_100).contains(&shares), "{shares}");
}

#[test]
fn a_model_is_asked_and_its_segments_are_texts() {
    let tiers = segmentry::tier::Tiers::on("spend").tier("gold", 1_000.0).otherwise("silver");
    let vocabulary = vocabulary().model("value", segmentry::segmenter::Segmenter::erase(tiers)).unwrap();
    let condition = |text: &str| text.parse::<segmentry::rules::Condition>().unwrap();
    let definitions = Definitions::new()
        .audience(Audience::new("best", condition("model(\"value\") = \"gold\" and country = \"DE\"")))
        .audience(Audience::new("nowhere", condition("model(\"value\") is missing")));
    let plan = Plan::new(&definitions, &vocabulary).unwrap();
    let mut asker = plan.asker();
    let mut of =
        |record: Record| -> Vec<String> { asker.ask(&record).unwrap().audiences().map(ToString::to_string).collect() };
    assert_eq!(of(Record::new("a").with("spend", 2_000.0).with("country", "DE")), ["Best"]);
    assert!(of(Record::new("b").with("spend", 10.0).with("country", "DE")).is_empty());
    assert_eq!(of(Record::new("c").with("country", "DE")), ["Nowhere"]);
    let error = Plan::new(
        &Definitions::new().audience(Audience::new("a", condition("model(\"valu\") = \"gold\""))),
        &vocabulary,
    );
    assert_eq!(error.unwrap_err().to_string(), "key `audiences.a.dynamic.left`: no model `valu`; did you mean `value`");
}

#[test]
fn experiments_of_one_layer_never_meet() {
    let mut layer = segmentry::rules::Layer::new("layer-1");
    let parts = [layer.take_percent(10.0).unwrap(), layer.take(4_500).unwrap(), layer.take(4_500).unwrap()];
    assert!(layer.take(1).is_err());
    let mut counts = [0; 3];
    for customer in 0..3_000 {
        let record = Record::new(format!("c-{customer}"));
        let inside: Vec<usize> = (0..3).filter(|i| truth(parts[*i].clone(), &record).is_true()).collect();
        assert_eq!(inside.len(), 1);
        counts[inside[0]] += 1;
    }
    assert!((240..=360).contains(&counts[0]), "{counts:?}"); // five standard deviations are 82
    // the layer of another id is another draw
    let other = segmentry::rules::Layer::new("layer-2").take_percent(10.0).unwrap();
    let both = (0..3_000)
        .map(|customer| Record::new(format!("c-{customer}")))
        .filter(|record| truth(parts[0].clone(), record).is_true() && truth(other.clone(), record).is_true());
    assert!((5..=60).contains(&both.count()));
}

#[test]
fn what_is_wrong_is_said_with_the_way_to_it() {
    let wrong = [
        (
            attribute("employes").at_least(1),
            "key `audiences.a.dynamic.left`: no attribute `employes`; did you mean `employees`",
        ),
        (
            attribute("country").at_least(1),
            "key `audiences.a.dynamic`: expected text, found integer, in a comparison with `>=`",
        ),
        (
            attribute("country").matches("("),
            "key `audiences.a.dynamic`: pattern `(` is not a regular expression: unclosed group",
        ),
        (
            attribute("spend").rank(RankMeasure::Place).at_most(3),
            "key `audiences.a.dynamic.left`: a rank is learnt from many customers: fit the definitions instead",
        ),
    ];
    for (condition, message) in wrong {
        let definitions = Definitions::new().audience(Audience::new("a", condition));
        assert_eq!(Plan::new(&definitions, &vocabulary()).unwrap_err().to_string(), message);
    }
}

#[test]
fn tiers_said_as_rules_put_everybody_where_the_tiers_put_them() {
    use segmentry::customer::Customers;
    use segmentry::rules::Expression;
    use segmentry::segment::Segment;
    use segmentry::segmenter::{Fit, Segmenter};
    use segmentry::tier::{Measure, Ntiles, Score, Tiers};
    use segmentry::value::Column;

    let spend: Vec<Option<f64>> = (0..400).map(|i| (i % 17 != 0).then(|| f64::from(i * 37 % 211) / 7.0)).collect();
    let orders: Vec<Option<i64>> = (0..400).map(|i| (i % 13 != 0).then_some(i * 31 % 23)).collect();
    let customers = Customers::new(segmentry::value::Ids::numbered(400))
        .with_column("spend", Column::of(Kind::Number, spend))
        .unwrap()
        .with_column("orders", Column::of(Kind::Integer, orders))
        .unwrap();
    let vocabulary = Vocabulary::of(&customers).unwrap();
    let same = |model: &dyn Segmenter<Segment = segmentry::segment::Label>, rules: segmentry::rules::Rules| {
        let plan = Plan::new(&Definitions::new().rules(rules), &vocabulary).unwrap();
        let mut asker = plan.asker();
        for customer in customers.iter() {
            let by_model = model.assign(&customer).unwrap().map(|label| label.key().into_owned());
            let by_rules = asker.ask(&customer).unwrap().segment(0).unwrap().map(|label| label.key().into_owned());
            assert_eq!(by_model, by_rules);
        }
    };
    let plain = Tiers::on("spend").tier("gold", 20.0).tier("silver", 10.0).otherwise("bronze");
    same(&plain, plain.expression("t").unwrap());
    let open = Tiers::on("spend").tier("best", 3.0).tier("good", 9.0).lower_is_better();
    same(&open, open.expression("t").unwrap());
    let points = Measure::from([("spend", 1.0), ("orders", 0.3)]).missing_as(2.0);
    let weighted = Tiers::on(points).tier("gold", 25.0).tier("silver", 12.0).otherwise("bronze");
    same(&weighted, weighted.expression("t").unwrap());
    let learnt = Ntiles::of("spend", 4).fit(&customers).unwrap();
    same(&learnt, learnt.expression("t").unwrap());
    let score = Score::of([("spend", 1.0), ("orders", 2.0)]).fit(&customers);
    if let Ok(score) = score {
        let tiers = Tiers::on(score).tier("gold", 2.0).otherwise("rest");
        match tiers.expression("t") {
            Ok(rules) => same(&tiers, rules),
            Err(error) => assert!(error.to_string().contains("curve"), "{error}"),
        }
    }
}

#[test]
fn the_weekday_of_today_needs_a_moment_and_that_of_a_day_does_not() {
    use segmentry::rules::{CalendarPart, Term};
    let on_sunday = |of: Term| Term::Calendar { part: CalendarPart::Weekday, of: Box::new(of) }.is(7);
    let plan =
        |condition| Plan::new(&Definitions::new().audience(Audience::new("a", condition)), &vocabulary()).unwrap();
    assert!(plan(on_sunday(Term::Today)).reads().as_of);
    assert!(!plan(on_sunday(attribute("signup"))).reads().as_of);
    assert!(plan(on_sunday(Term::Today)).asker().ask(&Record::new("c")).is_err());
}
