//! Ranks: learnt from a population and kept; and a rule list as a segmenter that is saved.

use segmentry::customer::{Customers, Record};
use segmentry::explanation::Reason;
use segmentry::model;
use segmentry::rules::{
    Audience, Definitions, Order, Plan, Rank, RankMeasure, Rules, RulesModel, Term, Ties, Vocabulary, attribute,
};
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::tier::Tiers;
use segmentry::value::{Column, Kind};

use super::people::Dice;

const SPEND: [f64; 8] = [50.0, 20.0, 20.0, 10.0, 80.0, 20.0, 5.0, 0.0];

fn people() -> Customers {
    Customers::with_ids(0..8).unwrap().with_column("spend", Column::numbers(SPEND)).unwrap()
}

fn rank(measure: RankMeasure, order: Order, ties: Ties) -> Term {
    Term::Rank(Box::new(Rank { by: attribute("spend"), measure, order, ties }))
}

fn members(term: Term, most: f64) -> Vec<usize> {
    let definitions = Definitions::new().audience(Audience::new("a", term.at_most(most)));
    let plan = Plan::fit(&definitions, &people()).unwrap();
    let audiences = plan.audiences_of(&people()).unwrap();
    let mut asker = plan.asker();
    for (row, spend) in SPEND.iter().enumerate() {
        let stranger = Record::new("stranger").with("spend", *spend);
        assert_eq!(asker.ask(&stranger).unwrap().is_member(0), audiences.contains(0, row), "alone is not as in bulk");
    }
    audiences.members(0).collect()
}

#[test]
fn the_top_ones_with_ties() {
    let top = |ties, most| members(rank(RankMeasure::Place, Order::Largest, ties), most);
    assert_eq!(top(Ties::Best, 2.0), [0, 4]);
    assert_eq!(top(Ties::Best, 3.0), [0, 1, 2, 4, 5]); // three share the third place
    assert_eq!(top(Ties::Worst, 4.0), [0, 4]); // there is no room for all three
    assert_eq!(top(Ties::Worst, 5.0), [0, 1, 2, 4, 5]);
    assert_eq!(members(rank(RankMeasure::Place, Order::Smallest, Ties::Best), 2.0), [6, 7]);
}

#[test]
fn shares_percents_and_parts() {
    // in percent of eight: the two largest have 12.5 and 25
    assert_eq!(members(rank(RankMeasure::Percent, Order::Largest, Ties::Best), 25.0), [0, 4]);
    // 80 and 50 of 205 are 63.4 %, the next 20 makes 73.2 %
    assert_eq!(members(rank(RankMeasure::Share, Order::Largest, Ties::Best), 64.0), [0, 4]);
    assert_eq!(members(rank(RankMeasure::Share, Order::Largest, Ties::Best), 80.0), [0, 1, 2, 4, 5]);
    // four parts of two, of which ties get the best
    assert_eq!(members(rank(RankMeasure::Ntile(4), Order::Largest, Ties::Best), 1.0), [0, 4]);
    assert_eq!(members(rank(RankMeasure::Ntile(4), Order::Largest, Ties::Best), 2.0), [0, 1, 2, 4, 5]);
}

#[test]
fn places_are_those_of_a_sorted_list() {
    let mut dice = Dice(4);
    let spend: Vec<f64> = (0..5_000).map(|_| dice.below(900) as f64).collect();
    let customers =
        Customers::with_ids(0..5_000).unwrap().with_column("spend", Column::numbers(spend.clone())).unwrap();
    let definitions = Definitions::new().audience(Audience::new("top", attribute("spend").top(700)));
    let plan = Plan::fit(&definitions, &customers).unwrap();
    let mut sorted = spend.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let bar = sorted[699];
    let expected: Vec<usize> = (0..5_000).filter(|row| spend[*row] >= bar).collect();
    assert!(plan.audiences_of(&customers).unwrap().members(0).eq(expected));
}

#[test]
fn who_has_no_number_has_no_rank_and_counts_among_nobody() {
    let spend = [Some(5.0), None, Some(7.0), None, Some(1.0)];
    let customers = Customers::with_ids(0..5).unwrap().with_column("spend", Column::of(Kind::Number, spend)).unwrap();
    let half = attribute("spend").top_percent(40.0);
    let plan = Plan::fit(&Definitions::new().audience(Audience::new("half", half)), &customers).unwrap();
    assert_eq!(plan.audiences_of(&customers).unwrap().members(0).collect::<Vec<_>>(), [2]);
    assert_eq!(plan.truths_of(&customers).unwrap().counts(0), [1, 2, 2]);
    let unlearnt = Definitions::new().audience(Audience::new("a", attribute("spend").top(1)));
    let error = Plan::new(&unlearnt, &Vocabulary::of(&customers).unwrap()).unwrap_err().to_string();
    assert!(error.contains("a rank is learnt from many customers"), "{error}");
}

fn worth() -> Rules {
    Rules::new("worth")
        .when("best", attribute("spend").top(2))
        .when("good", attribute("spend").at_least(20) & attribute("city").is("Lyon"))
        .when("rest", attribute("spend").below(20))
}

fn with_cities() -> Customers {
    let cities = [Some("Lyon"), Some("Lyon"), None, Some("Turin"), Some("Turin"), Some("Turin"), None, Some("Lyon")];
    people().with_column("city", Column::of(Kind::Text, cities)).unwrap()
}

#[test]
fn a_rule_list_places_and_says_why_not() {
    let customers = with_cities();
    let model = worth().fit(&customers).unwrap();
    let placed = model.segment(&customers).unwrap();
    let keys: Vec<Option<String>> = (0..8).map(|row| placed.get(row).map(ToString::to_string)).collect();
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(keys, [name("Best"), name("Good"), None, name("Rest"), name("Best"), None, name("Rest"), name("Rest")]);
    assert_eq!(placed.reason(2), Some(&Reason::Missing("city".to_owned())));
    assert_eq!(placed.reason(5), Some(&Reason::NoMatch));
    for row in 0..8 {
        let explanation = model.explain(&customers.get(row).unwrap()).unwrap();
        assert_eq!(explanation.reason.as_ref(), placed.reason(row), "row {row}");
    }
    assert_eq!(Segmenter::reads(&model).attributes, ["spend", "city"]);
}

#[test]
fn a_saved_rule_list_keeps_its_ranks() {
    let customers = with_cities().with_column("age", Column::integers(0..8)).unwrap();
    let model = worth().fit(&customers).unwrap();
    let json = model::to_json(&model).unwrap();
    assert!(!json.contains("age"), "what is not read is not saved");
    let loaded: RulesModel = model::from_json(&json).unwrap();
    assert_eq!(loaded.segment(&customers).unwrap(), model.segment(&customers).unwrap());
    let stranger = Record::new("x").with("spend", 51).with("city", "Turin");
    assert_eq!(loaded.assign(&stranger).unwrap().unwrap().to_string(), "Best");
    let broken = json.replace("\"values\": [\n", "\"values\": [\n 1.0,");
    assert_ne!(broken, json);
    assert!(model::from_json::<RulesModel>(&broken).is_err());
}

#[test]
fn rules_that_ask_a_model_are_not_saved_without_it() {
    let tiers = Tiers::on("spend").tier("gold", 50.0).otherwise("silver");
    let vocabulary = Vocabulary::of(&people()).unwrap().model("tiers", tiers.erase()).unwrap();
    let gold = Rules::new("gold").when("gold", Term::Model("tiers".to_owned()).is("gold"));
    let plan = Plan::new(&Definitions::new().rules(gold), &vocabulary).unwrap();
    let model = RulesModel::new(plan, 0).unwrap();
    assert_eq!(model.segment(&people()).unwrap().sizes(), [2]);
    assert!(model.segment(&people()).unwrap().members(0).eq([0, 4]));
    let error = model::to_json(&model).unwrap_err().to_string();
    assert!(error.contains("ask the model `tiers`"), "{error}");
    assert!(RulesModel::new(model.plan().clone(), 1).is_err());
}
