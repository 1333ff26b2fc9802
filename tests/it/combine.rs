//! Combined segmenters: the same alone and in bulk, nobody lost, every merge on record.

use proptest::prelude::*;
use segmentry::combine::{
    Cell, CellMap, Combine, Consensus, ConsensusModel, CrossAll, Either, FallbackAll, MergeInto, Nest, SparseCells,
    Unplaced, cross_segmentations,
};
use segmentry::customer::{Customer, Customers, Record};
use segmentry::error::{Error, Result};
use segmentry::explanation::Reason;
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::Segmentation;
use segmentry::segmenter::{Fit, Reads, Segmenter};
use segmentry::value::{Column, Kind};

/// Bands of one attribute, the first below the first cut point.
#[derive(Clone, Debug)]
struct Cut {
    attribute: &'static str,
    cuts: Vec<f64>,
    names: Vec<&'static str>,
}

impl Cut {
    fn new(attribute: &'static str, cuts: &[f64], names: &[&'static str]) -> Self {
        assert_eq!(cuts.len() + 1, names.len());
        Cut { attribute, cuts: cuts.to_vec(), names: names.to_vec() }
    }
}

impl Segmenter for Cut {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.names.iter().map(|name| Label::new(*name)).collect()
    }

    fn reads(&self) -> Reads {
        Reads::attributes([self.attribute])
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let value = customer.value(self.attribute);
        if value.text().is_some() {
            return Err(Error::wrong_kind(self.attribute, "text", "number"));
        }
        let Some(number) = value.number().filter(|n| *n >= 0.0) else { return Ok(None) };
        Ok(Some(Label::new(self.names[self.cuts.partition_point(|cut| *cut <= number)])))
    }
}

fn size() -> Cut {
    Cut::new("employees", &[10.0, 250.0], &["small", "medium", "large"])
}

fn rhythm() -> Cut {
    Cut::new("orders", &[12.0], &["occasional", "frequent"])
}

/// Alone as in bulk, by place, label and reason; every segment among those announced; explanations say the same.
fn hold_the_laws<G: Segmenter>(segmenter: &G, customers: &Customers) -> Segmentation<G::Segment>
where
    G::Segment: std::fmt::Debug,
{
    let bulk = segmenter.segment(customers).unwrap();
    let keys: Vec<String> = segmenter.segments().iter().map(|s| s.key().into_owned()).collect();
    assert_eq!(bulk.segments().iter().map(|s| s.key().into_owned()).collect::<Vec<_>>(), keys);
    for customer in customers.iter() {
        let row = customer.row();
        let alone = segmenter.assign(&customer).unwrap();
        assert_eq!(alone.as_ref(), bulk.get(row));
        let explanation = segmenter.explain(&customer).unwrap();
        let key = |segment: &Label| segment.key().into_owned();
        assert_eq!(explanation.segment.as_ref().map(key), alone.map(|s| s.key().into_owned()));
        assert_eq!(explanation.reason.as_ref(), bulk.reason(row));
    }
    assert_eq!(bulk.sizes().iter().sum::<usize>() + bulk.unassigned(), customers.len());
    bulk
}

fn table(employees: &[Option<f64>], orders: &[Option<f64>]) -> Customers {
    let ids: Vec<String> = (0..employees.len()).map(|i| format!("c-{i}")).collect();
    Customers::with_ids(ids.iter())
        .unwrap()
        .with_column("employees", Column::of(Kind::Number, employees))
        .unwrap()
        .with_column("orders", Column::of(Kind::Number, orders))
        .unwrap()
}

fn ten() -> Customers {
    let s = Some;
    table(
        &[s(3.0), s(3.0), s(5.0), s(20.0), s(20.0), s(900.0), s(900.0), None, s(-1.0), None],
        &[s(1.0), s(2.0), s(20.0), s(1.0), s(30.0), s(2.0), s(40.0), s(4.0), s(-1.0), None],
    )
}

#[test]
fn a_cross_names_both_segments_and_whoever_misses_one() {
    let plan = size().cross(rhythm());
    let placed = hold_the_laws(&plan, &ten());
    assert_eq!(placed.sizes(), [2, 1, 1, 1, 1, 1]);
    assert_eq!(placed.get(2), Some(&(Label::new("small"), Label::new("frequent"))));
    assert_eq!(placed.segments()[1].key(), "small/frequent");
    assert_eq!(placed.segments()[1].label(), "Small × Frequent");
    assert_eq!(placed.reason(7), Some(&Reason::Missing("employees".to_owned())));
    let neither = "in part 1 of 2 no segment's criteria hold; in part 2 of 2 no segment's criteria hold";
    assert_eq!(placed.reason(8).unwrap().to_string(), neither);
    assert_eq!(placed.reason(9).unwrap().to_string(), "`employees` is missing; `orders` is missing");
    assert_eq!(plan.reads().attributes, ["employees", "orders"]);
    assert_eq!(
        plan.explain(&ten().get(2).unwrap()).unwrap().to_string(),
        "customer `c-2` is in Small × Frequent\n  because employees is 5\n      and orders is 20"
    );
}

#[test]
fn a_cross_of_erased_segmenters_answers_as_the_typed_one() {
    let customers = ten();
    let typed = hold_the_laws(&size().cross(rhythm()), &customers).labelled();
    let erased = hold_the_laws(&size().erase().cross(rhythm().erase()), &customers).labelled();
    let all = hold_the_laws(&CrossAll::new(vec![size().erase(), rhythm().erase()]).unwrap(), &customers);
    let boxed: Box<dyn Segmenter<Segment = Label>> = size().cross(rhythm()).erase();
    assert_eq!(typed, erased);
    assert_eq!(typed, all);
    assert_eq!(typed, hold_the_laws(&boxed, &customers));
    let parts = cross_segmentations(&size().segment(&customers).unwrap(), &rhythm().segment(&customers).unwrap());
    assert_eq!(typed, parts.unwrap().labelled());
}

#[test]
fn a_cross_of_three_is_the_same_nested_and_flat() {
    let customers = ten();
    let third = || Cut::new("orders", &[2.0, 25.0], &["few", "some", "many"]);
    let nested = hold_the_laws(&size().cross(rhythm()).cross(third()), &customers).labelled();
    let flat = CrossAll::new(vec![size().erase(), rhythm().erase(), third().erase()]).unwrap();
    let flat = hold_the_laws(&flat, &customers);
    assert_eq!(flat.segments(), nested.segments());
    assert!(flat.indices().eq(nested.indices()));
    assert_eq!(flat.get(4).unwrap().key(), "medium/frequent/many");
}

#[test]
fn crosses_that_cannot_be_are_refused_with_the_reason() {
    let message = |error: Error| error.to_string();
    assert_eq!(message(CrossAll::new(Vec::new()).err().unwrap()), "no segmenters to cross");
    let slash = |names: &[&'static str]| Cut::new("orders", &[1.0], names).erase();
    let twice = CrossAll::new(vec![slash(&["a", "a/b"]), slash(&["b/c", "c"])]).err().unwrap();
    assert_eq!(message(twice), "two cells have the key `a/b/c`");
    let many: Vec<_> = (0..20).map(|_| slash(&["a", "b"])).collect();
    let refused = CrossAll::new(many).err().unwrap();
    assert_eq!(message(refused), "`segmenters` must be of at most 1000000 cells together, found 1048576");
    let many: Vec<_> = (0..40).map(|_| slash(&["a", "b"])).collect();
    assert!(message(CrossAll::new(many).err().unwrap()).ends_with("2 × 2 cells are more than can be numbered"));
}

#[test]
fn segmentations_of_other_customers_are_not_crossed() {
    let (a, b) = (size().segment(&ten()).unwrap(), rhythm().segment(&table(&[None], &[None])).unwrap());
    assert_eq!(
        cross_segmentations(&a, &b).unwrap_err().to_string(),
        "not of the same customers: the first segmentation has 10, the second has 1"
    );
    let turned = ten().take(&[0, 1, 3, 2, 4, 5, 6, 7, 8, 9]).unwrap();
    assert_eq!(
        cross_segmentations(&a, &rhythm().segment(&turned).unwrap()).unwrap_err().to_string(),
        "row 2: not of the same customers: the first segmentation has `c-2`, the second has `c-3`"
    );
    let weighed = rhythm().segment(&ten().with_weights(vec![2.0; 10]).unwrap()).unwrap();
    assert_eq!(
        cross_segmentations(&a, &weighed).unwrap_err().to_string(),
        "the segmentations weigh their customers differently"
    );
}

#[test]
fn the_first_bad_customer_is_reported_whichever_part_minds() {
    let customers =
        Customers::with_ids(["a", "b", "c"]).unwrap().with_column("employees", Column::texts(["x", "y", "z"])).unwrap();
    let customers = customers.with_column("orders", Column::numbers([1.0, 2.0, 3.0])).unwrap();
    let message = "row 0: customer `a`: attribute `employees` is text, expected number";
    assert_eq!(rhythm().cross(size()).segment(&customers).unwrap_err().to_string(), message);
    let all = CrossAll::new(vec![rhythm().erase(), size().erase()]).unwrap();
    assert_eq!(all.segment(&customers).unwrap_err().to_string(), message);
    // a fallback is not asked about those who are placed, and so does not mind their values
    let placed = hold_the_laws(&rhythm().fallback(size()).unwrap(), &customers);
    assert_eq!(placed.sizes(), [3, 0, 0, 0, 0]);
    let both = FallbackAll::new(vec![rhythm().erase(), size().erase()]).unwrap();
    assert_eq!(hold_the_laws(&both, &customers).unassigned(), 0);
}

#[test]
fn a_fallback_places_whom_the_first_leaves() {
    let plan = size().fallback(rhythm()).unwrap();
    let placed = hold_the_laws(&plan, &ten());
    assert_eq!(placed.sizes(), [3, 2, 2, 1, 0]);
    assert_eq!(placed.get(7), Some(&Either::Second(Label::new("occasional"))));
    assert_eq!(placed.reason(8), Some(&Reason::NoMatch));
    assert_eq!(placed.reason(9).unwrap().to_string(), "`employees` is missing; `orders` is missing");
    let why = plan.explain(&ten().get(7).unwrap()).unwrap().to_string();
    assert_eq!(why, "customer `c-7` is in Occasional\n  because employees is missing\n      and orders is 4");
    assert_eq!(
        size().fallback(size()).unwrap_err().to_string(),
        "segment `small` is one of both segmenters: rename one of them"
    );
}

#[test]
fn segments_of_one_key_are_one_in_a_fallback_of_all() {
    let by_orders = Cut::new("orders", &[5.0], &["small", "large"]);
    let plan = FallbackAll::new(vec![size().erase(), by_orders.erase()]).unwrap();
    let placed = hold_the_laws(&plan, &ten());
    assert_eq!(placed.sizes(), [4, 2, 2]); // small, medium, large
    assert_eq!(FallbackAll::<Label>::new(Vec::new()).err().unwrap().to_string(), "no segmenters to fall back to");
}

#[test]
fn a_nested_segmenter_divides_the_segments_it_was_told_to() {
    let plan = || size().nested().within(Label::new("small"), rhythm()).unwrap();
    let customers = table(&[Some(3.0), Some(3.0), Some(3.0), Some(900.0)], &[Some(1.0), Some(20.0), None, Some(1.0)]);
    let placed = hold_the_laws(&plan(), &customers);
    let keys: Vec<String> = placed.segments().iter().map(|s| s.key().into_owned()).collect();
    assert_eq!(keys, ["small", "small/occasional", "small/frequent", "medium", "large"]);
    assert_eq!(placed.sizes(), [1, 1, 1, 0, 1]);
    assert_eq!(placed.get(1), Some(&Nest::Inner(Label::new("small"), Label::new("frequent"))));
    assert_eq!(
        plan().explain(&customers.get(2).unwrap()).unwrap().to_string(),
        "customer `c-2` is in Small\n  because employees is 3\n      and orders is missing\n  \
         in no part of it: `orders` is missing"
    );
    let strict = hold_the_laws(&plan().unplaced(Unplaced::Unassigned), &customers);
    assert_eq!(strict.sizes(), [1, 1, 0, 1]);
    assert_eq!(strict.reason(2), Some(&Reason::Missing("orders".to_owned())));
    hold_the_laws(&plan(), &ten());
    hold_the_laws(&plan().unplaced(Unplaced::Unassigned), &ten());
}

#[test]
fn nesting_that_cannot_be_is_refused_with_the_reason() {
    let message = |plan: Result<segmentry::combine::Nested<Cut>>| plan.err().unwrap().to_string();
    let huge = size().nested().within(Label::new("huge"), rhythm());
    assert_eq!(message(huge), "there is no segment `huge` to divide");
    let twice = size().nested().within(Label::new("small"), rhythm()).unwrap().within(Label::new("small"), rhythm());
    assert_eq!(message(twice), "segment `small` is divided twice");
    let slash = Cut::new("employees", &[10.0], &["a/b", "a"]);
    let taken = slash.nested().within(Label::new("a"), Cut::new("orders", &[1.0], &["b", "c"]));
    assert_eq!(message(taken), "two segments have the key `a/b`");
}

/// 1 small frequent, 2 medium frequent of 40; nobody is large and occasional.
fn sparse() -> Customers {
    let (mut employees, mut orders) = (Vec::new(), Vec::new());
    for (e, o, count) in [(3.0, 1.0, 20), (3.0, 20.0, 1), (20.0, 1.0, 7), (20.0, 20.0, 2), (900.0, 20.0, 9)] {
        employees.extend(std::iter::repeat_n(Some(e), count));
        orders.extend(std::iter::repeat_n(Some(o), count));
    }
    employees.push(None);
    orders.push(Some(1.0));
    table(&employees, &orders)
}

fn keys_and_sizes<S: Segment>(placed: &Segmentation<S>) -> Vec<(String, usize)> {
    placed.segments().iter().map(|s| s.key().into_owned()).zip(placed.sizes()).collect()
}

#[test]
fn sparse_cells_go_where_the_rule_says_and_nobody_is_lost() {
    let customers = sparse();
    let cross = size().cross(rhythm()).segment(&customers).unwrap();
    assert_eq!(cross.sizes(), [20, 1, 7, 2, 0, 9]);
    let expected = [
        (SparseCells::fewer_than(5.0), vec![("small/occasional", 21), ("medium/occasional", 9), ("large/frequent", 9)]),
        (
            SparseCells::fewer_than(5.0).into_rest_of_row(),
            vec![
                ("small/occasional", 20),
                ("small/rest", 1),
                ("medium/occasional", 7),
                ("medium/rest", 2),
                ("large/frequent", 9),
                ("large/rest", 0),
            ],
        ),
        (
            SparseCells::smaller_than(0.1).into_other(),
            vec![("small/occasional", 20), ("medium/occasional", 7), ("large/frequent", 9), ("other", 3)],
        ),
    ];
    for (rule, expected) in expected {
        let model = size().cross(rhythm()).merge(rule).fit(&customers).unwrap();
        let placed = hold_the_laws(&model, &customers);
        let expected: Vec<(String, usize)> = expected.into_iter().map(|(key, n)| (key.to_owned(), n)).collect();
        assert_eq!(keys_and_sizes(&placed), expected, "{rule}");
        assert_eq!(placed, rule.map(&cross).unwrap().apply(&cross).unwrap());
        assert_eq!(placed.unassigned(), 1);
    }
}

#[test]
fn what_was_merged_is_on_record_and_in_the_explanation() {
    let customers = sparse();
    let model = size().cross(rhythm()).merge(SparseCells::fewer_than(5.0)).fit(&customers).unwrap();
    assert_eq!(
        model.map().to_string(),
        "cells with fewer than 5 customers go into the nearest cell of their row: 3 of 6 cells merged, with 3 customers\
         \n  small/frequent (1) into small/occasional\
         \n  medium/frequent (2) into medium/occasional\
         \n  large/occasional (0) into large/frequent"
    );
    // nobody was large and occasional when the map was made; whoever comes has a place
    let newcomer = Record::new("new").with("employees", 400).with("orders", 1);
    assert_eq!(model.assign(&newcomer).unwrap(), Some(Cell::Pair(Label::new("large"), Label::new("frequent"))));
    assert_eq!(
        model.explain(&newcomer).unwrap().to_string(),
        "customer `new` is in Large × Frequent\n  because employees is 400\n      and orders is 1\n      and cell is \
         large/occasional (0 customers when the cells were merged, fewer than 5)"
    );
    let strict = SparseCells::fewer_than(10.0).into_rest_of_row();
    let map = strict.map(&size().cross(rhythm()).segment(&customers).unwrap()).unwrap();
    let small = [("small/rest", 1.0), ("medium/rest", 9.0), ("large/rest", 9.0)];
    assert_eq!(map.still_sparse(), small.map(|(key, n)| (key.to_owned(), n)));
    assert!(map.to_string().ends_with("\n  large/rest has 9 customers after that, fewer than 10"));
}

#[test]
fn a_row_without_a_large_cell_becomes_its_largest() {
    let model = size().cross(rhythm()).merge(SparseCells::fewer_than(100.0)).fit(&sparse()).unwrap();
    let placed = keys_and_sizes(&model.segment(&sparse()).unwrap());
    let expected = [("small/occasional", 21), ("medium/occasional", 9), ("large/frequent", 9)];
    assert_eq!(placed, expected.map(|(key, n)| (key.to_owned(), n)));
}

#[test]
fn the_nearest_cell_follows_the_order_and_then_the_size() {
    let columns = Cut::new("orders", &[1.0, 2.0, 3.0, 4.0], &["none", "one", "two", "three", "more"]);
    let all = Cut::new("employees", &[1e9], &["any", "giant"]);
    let sizes = [8, 1, 9, 0, 7]; // one: none or two, both near, two is larger; three: two is larger than more
    let orders: Vec<Option<f64>> =
        sizes.iter().enumerate().flat_map(|(i, n)| std::iter::repeat_n(Some(i as f64), *n)).collect();
    let customers = table(&vec![Some(1.0); orders.len()], &orders);
    let model = all.cross(columns).merge(SparseCells::fewer_than(5.0)).fit(&customers).unwrap();
    let into: Vec<(String, String)> = model.map().merged().into_iter().map(|m| (m.cell, m.into)).collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(into[..2], [pair("any/one", "any/two"), pair("any/three", "any/two")]);
    // nobody is giant: the row becomes its first cell
    assert_eq!(into[2], pair("giant/one", "giant/none"));
    assert_eq!(into.len(), 2 + 4);
}

#[test]
fn rules_that_cannot_be_are_refused_with_the_reason() {
    let fit = |rule: SparseCells| size().cross(rhythm()).merge(rule).fit(&sparse()).unwrap_err().to_string();
    assert_eq!(fit(SparseCells::fewer_than(0.0)), "`fewer_than` must be a number of customers above 0, found 0");
    assert_eq!(fit(SparseCells::fewer_than(f64::NAN)), "`fewer_than` must be a number of customers above 0, found NaN");
    assert_eq!(fit(SparseCells::smaller_than(1.0)), "`smaller_than` must be a share between 0 and 1, found 1");
    let rest = Cut::new("orders", &[1.0], &["rest", "more"]);
    assert_eq!(
        size()
            .cross(rest)
            .merge(SparseCells::fewer_than(5.0).into_rest_of_row())
            .fit(&sparse())
            .unwrap_err()
            .to_string(),
        "a segment has the key `rest`, which is that of the merged cells"
    );
    let nobody = table(&[], &[]);
    let empty = size().cross(rhythm()).merge(SparseCells::fewer_than(5.0)).fit(&nobody).unwrap_err();
    assert_eq!(empty.to_string(), "no customers");
    let map = SparseCells::fewer_than(5.0).map(&size().cross(rhythm()).segment(&sparse()).unwrap()).unwrap();
    assert_eq!(
        map.apply(&rhythm().cross(size()).segment(&sparse()).unwrap()).unwrap_err().to_string(),
        "the first segments are `occasional, frequent`, the map of cells is of `small, medium, large`"
    );
}

#[cfg(feature = "serde")]
#[test]
fn a_map_of_cells_is_saved_and_checked_on_loading() {
    let customers = sparse();
    let model = size().cross(rhythm()).merge(SparseCells::fewer_than(5.0)).fit(&customers).unwrap();
    let json = serde_json::to_string(model.map()).unwrap();
    let map: CellMap = serde_json::from_str(&json).unwrap();
    assert_eq!(&map, model.map());
    assert_eq!(map.rule().into, MergeInto::Nearest);
    let again = segmentry::combine::MergedModel::new(size().cross(rhythm()), map).unwrap();
    assert_eq!(again.segment(&customers).unwrap(), model.segment(&customers).unwrap());
    for (from, to, message) in [
        ("[20.0,", "[", "customers has 5 entries, expected 6"),
        ("[20.0,", "[-1.0,", "`customers` must be finite and not below 0, found -1"),
        ("\"cell\":0", "\"cell\":9", "cell 1 goes into column 9, which is no cell that stays"),
        ("\"customers\":5.0", "\"customers\":-5.0", "`fewer_than` must be a number of customers above 0, found -5"),
    ] {
        let broken = json.replacen(from, to, 1);
        assert_ne!(broken, json);
        let error = serde_json::from_str::<CellMap>(&broken).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

fn attribute() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![1 => Just(None), 6 => (-1..40_i32).prop_map(|n| Some(f64::from(n) * 10.0))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_combination_answers_alone_as_in_bulk(rows in prop::collection::vec((attribute(), attribute()), 1..60)) {
        let (employees, orders): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let customers = table(&employees, &orders);
        hold_the_laws(&size().cross(rhythm()), &customers);
        hold_the_laws(&CrossAll::new(vec![size().erase(), rhythm().erase()]).unwrap(), &customers);
        hold_the_laws(&size().fallback(rhythm()).unwrap(), &customers);
        hold_the_laws(&FallbackAll::new(vec![size().erase(), rhythm().erase()]).unwrap(), &customers);
        hold_the_laws(&size().nested().within(Label::new("large"), rhythm()).unwrap(), &customers);
        for rule in [SparseCells::fewer_than(4.0), SparseCells::smaller_than(0.2)] {
            for rule in [rule.into_nearest(), rule.into_rest_of_row(), rule.into_other()] {
                let model = size().cross(rhythm()).merge(rule).fit(&customers).unwrap();
                let merged = hold_the_laws(&model, &customers);
                let cross = model.whole().segment(&customers).unwrap();
                prop_assert_eq!(merged.unassigned(), cross.unassigned());
                // a cell with enough customers stays, and keeps those it had
                for row in 0..customers.len() {
                    if let Some(cell) = cross.index(row) && cross.totals()[cell] >= model.map().minimum() {
                        let (a, b) = cross.segments()[cell].clone();
                        prop_assert_eq!(merged.get(row), Some(&Cell::Pair(a, b)));
                    }
                }
            }
        }
    }

    #[test]
    fn a_weight_of_two_is_the_customer_twice(rows in prop::collection::vec((attribute(), attribute()), 1..40)) {
        let (employees, orders): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let twice = |list: &[Option<f64>]| [list, list].concat();
        let weighed = table(&employees, &orders).with_weights(vec![2.0; employees.len()]).unwrap();
        let doubled = table(&twice(&employees), &twice(&orders));
        for rule in [SparseCells::fewer_than(6.0), SparseCells::smaller_than(0.2)] {
            let fit = |customers| size().cross(rhythm()).merge(rule).fit(customers).unwrap().map().clone();
            prop_assert_eq!(fit(&weighed), fit(&doubled));
        }
    }
}

/// Three opinions on two groups, of which the third errs at times.
fn opinions() -> (Customers, Vec<Box<dyn Segmenter<Segment = Label>>>) {
    let says = |at: usize, row: usize| (row.is_multiple_of(3)) ^ (at == 2 && row % 11 == 5);
    let numbers = |at: usize| Column::numbers((0..90).map(move |row| f64::from(u8::from(says(at, row)))));
    let mut customers = Customers::with_ids(0..90_i64).unwrap();
    for (at, name) in ["first", "second", "third"].into_iter().enumerate() {
        customers = customers.with_column(name, numbers(at)).unwrap();
    }
    let part = |name| Box::new(Cut::new(name, &[0.5], &["low", "high"])) as Box<dyn Segmenter<Segment = Label>>;
    (customers, vec![part("first"), part("second"), part("third")])
}

#[test]
fn a_consensus_follows_the_majority_and_tells_how_sure_it_is() {
    let (customers, parts) = opinions();
    let model = Consensus::of(parts).fit(&customers).unwrap();
    let placed = hold_the_laws(&model, &customers);
    assert_eq!(placed.sizes(), [60, 30]);
    assert!((0..90).all(|row| placed.index(row) == Some(usize::from(row % 3 == 0))));
    let degrees = placed.memberships().unwrap();
    assert!(degrees[[1, 0]] > 0.95 && degrees[[1, 1]] < 0.1, "{:?}", degrees.row(1)); // all three agree
    assert!((0.6..0.75).contains(&degrees[[16, 0]]), "{:?}", degrees.row(16)); // two of three
    assert!(model.agreement() > 0.9 && model.agreement() < 1.0);
    assert_eq!(
        (model.segments()[0].label().as_ref(), model.segments()[0].description().as_ref()),
        ("Group 1", "Low · Low · Low")
    );
    assert_eq!(model.map().cells(), 4);
    let told = model.explain(&customers.get(16).unwrap()).unwrap().to_string();
    assert!(told.contains("part 3 of 3 is high") && told.contains("agreement with `Group 1`"), "{told}");
}

#[test]
fn a_consensus_places_whom_nobody_was_like_and_leaves_whom_nobody_places() {
    let (customers, parts) = opinions();
    let model = Consensus::of(parts).groups(2).fit(&customers).unwrap();
    // `high, low, high` was nobody: two of three parts say `high`
    let stranger = Record::new("s").with("first", 1.0).with("second", 0.0).with("third", 1.0);
    assert_eq!(model.assign(&stranger).unwrap().unwrap().key(), "group_2");
    let hardly = Record::new("h").with("third", 0.0);
    assert_eq!(model.assign(&hardly).unwrap().unwrap().key(), "group_1");
    assert_eq!(model.assign(&Record::new("n")).unwrap(), None);
    let (_, parts) = opinions();
    let again = ConsensusModel::new(parts, model.map().clone()).unwrap();
    assert_eq!(again.segment(&customers).unwrap(), model.segment(&customers).unwrap());
    let (_, mut parts) = opinions();
    parts.pop();
    assert!(ConsensusModel::new(parts, model.map().clone()).is_err());
}

#[test]
fn a_consensus_refuses_what_it_cannot_be() {
    let (customers, mut parts) = opinions();
    parts.truncate(1);
    assert_eq!(
        Consensus::of(parts).fit(&customers).err().unwrap().to_string(),
        "segmenters of a consensus has 1 entries, expected 2"
    );
    let (_, parts) = opinions();
    assert!(Consensus::of(parts).groups(0).fit(&customers).err().unwrap().to_string().contains("at least 1"));
    let (_, parts) = opinions();
    let one = Consensus::of(parts).groups(1).fit(&customers).unwrap();
    assert_eq!(one.segment(&customers).unwrap().sizes(), [90]);
}
