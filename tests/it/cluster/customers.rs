//! Clusters of customers, whichever the method: names, reach, second choices, explanations, saved and loaded.

use segmentry::cluster::{ClusterMethod, Clustering, Fuzzy, KMeans, KMeansModel, Reach, Start};
use segmentry::customer::{Customers, Record};
use segmentry::explanation::Reason;
use segmentry::features::encoding::Features;
use segmentry::progress::Progress;
use segmentry::segment::Segment;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::value::{Column, Value};

/// Thirty who buy little, twenty who buy much, and one of whom the spend is not known.
fn shop() -> Customers {
    let little = (0..30).map(|i| (f64::from(i % 4), 10.0 + f64::from(i)));
    let much = (0..20).map(|i| (40.0 + f64::from(i % 5), 900.0 + 5.0 * f64::from(i)));
    let (orders, mut spend): (Vec<f64>, Vec<f64>) = little.chain(much).chain([(2.0, f64::NAN)]).unzip();
    let last = spend.pop();
    assert!(last.is_some());
    let spend = Column::of(segmentry::value::Kind::Number, spend.into_iter().map(Some).chain([None]));
    Customers::with_ids((0..51_i64).map(|i| i + 100))
        .unwrap()
        .with_column("orders", Column::numbers(orders))
        .unwrap()
        .with_column("spend", spend)
        .unwrap()
}

fn features() -> Features {
    Features::new().number("orders").number("spend").standardize()
}

fn recipe() -> Clustering<KMeans> {
    KMeans::new(2).start(Start::Given(vec![vec![-1.0, -1.0], vec![1.0, 1.0]])).on(features())
}

#[test]
fn clusters_are_named_by_what_sets_them_apart() {
    let groups = recipe().fit(&shop()).unwrap();
    let labels: Vec<String> = groups.segments().iter().map(|label| label.label().into_owned()).collect();
    // the two features set both groups apart, one is above and one below everybody
    for (label, word) in labels.iter().zip(["low", "high"]) {
        let words: Vec<&str> = label.split(", ").collect();
        assert_eq!(words.len(), 2, "{label}");
        assert!(words.iter().all(|w| w.to_lowercase().starts_with(word)), "{label}");
    }
    let keys: Vec<String> = groups.segments().iter().map(|label| label.key().into_owned()).collect();
    assert_eq!(keys, ["cluster_1", "cluster_2"]);
    // means in the attributes' own units: of 0, 1, 2, 3 … and of 10 to 39
    assert!(groups.segments()[0].description().contains("spend 24.5"), "{}", groups.segments()[0].description());

    let named = groups.clone().named(1, "Regulars").unwrap();
    assert_eq!(named.segments()[1].label(), "Regulars");
    assert_eq!(named.segments()[1].key(), "cluster_2");
    assert!(groups.named(2, "nobody").unwrap_err().to_string().contains("below 2"));
    let told = recipe().names(["a", "b", "c"]).fit(&shop()).unwrap_err().to_string();
    assert!(told.contains("`names`") && told.contains("at most 2"), "{told}");
    assert_eq!(recipe().names(["Occasional"]).fit(&shop()).unwrap().segments()[0].label(), "Occasional");
}

#[test]
fn the_unknown_is_left_out_with_the_reason() {
    let groups = recipe().fit(&shop()).unwrap();
    assert_eq!(groups.left_out(), 1);
    assert!(groups.notes().iter().any(|note| note.starts_with("1 customer was left out")), "{:?}", groups.notes());
    let placed = groups.segment(&shop()).unwrap();
    assert_eq!((placed.sizes(), placed.unassigned()), (vec![30, 20], 1));
    assert_eq!(placed.reason(50), Some(&Reason::Missing("spend".to_owned())));
    assert!(placed.distances().unwrap()[50].is_nan());
    assert!(placed.distances().unwrap()[..50].iter().all(|distance| *distance >= 0.0));
    let nobody = shop().take(&[50]).unwrap();
    assert_eq!(recipe().fit(&nobody).unwrap_err().to_string(), "no customers of whom every feature is known");
}

#[test]
fn who_is_like_nobody_belongs_to_none_on_request() {
    let far = Record::new("far").with("orders", 500).with("spend", 3.0);
    let everybody = recipe().fit(&shop()).unwrap();
    assert!(everybody.assign(&far).unwrap().is_some());
    let strict = recipe().reach(Reach::Share(1.0)).fit(&shop()).unwrap();
    assert_eq!(strict.assign(&far).unwrap(), None);
    let why = strict.explain(&far).unwrap();
    assert!(matches!(&why.reason, Some(Reason::Other(words)) if words.starts_with("like nobody: nearest to")), "{why}");
    assert!(strict.place(&far).unwrap().is_err());
    // of its own members the farthest just belongs, and a share of 0.9 leaves a tenth out
    assert_eq!(strict.segment(&shop()).unwrap().unassigned(), 1);
    let most = recipe().reach(Reach::Share(0.9)).fit(&shop()).unwrap().segment(&shop()).unwrap();
    assert!((4..=7).contains(&(most.unassigned() - 1)), "{}", most.unassigned());
    let near = recipe().reach(Reach::Distance(0.0)).fit(&shop()).unwrap();
    assert_eq!(near.assign(&far).unwrap(), None);
    for reach in [Reach::Share(0.0), Reach::Share(1.1), Reach::Distance(-1.0), Reach::Distance(f64::NAN)] {
        assert!(recipe().reach(reach).fit(&shop()).unwrap_err().to_string().contains("`reach`"), "{reach:?}");
    }
}

#[test]
fn a_stranger_hears_where_why_and_what_else() {
    let groups = recipe().fit(&shop()).unwrap();
    let stranger = Record::new("s").with("orders", 38).with("spend", 300.0);
    let placed = groups.place(&stranger).unwrap().unwrap();
    assert_eq!(placed.cluster, Some(1));
    let (second, distance) = placed.second.unwrap();
    assert!(second == 0 && distance > placed.distance);
    let why = groups.explain(&stranger).unwrap();
    // the orders speak for this group, the spend against it: the most telling comes first
    assert_eq!(why.evidence[0].what, "orders");
    assert!(why.evidence[1].meaning.ends_with("nearer to this one"), "{why}");
    assert!(why.to_string().contains("is the second choice"), "{why}");
    assert_eq!(groups.memberships(&stranger).unwrap(), None);
    let center = groups.center(1).unwrap();
    assert_eq!(center[0], ("orders".to_owned(), "42".to_owned()));
    assert!(groups.center(2).is_err());
}

#[test]
fn soft_methods_give_degrees() {
    let start = Start::Given(vec![vec![-1.0, -1.0], vec![1.0, 1.0]]);
    let groups = Fuzzy::new(2).start(start).on(features()).fit(&shop()).unwrap();
    let placed = groups.segment(&shop()).unwrap();
    let degrees = placed.memberships().unwrap();
    assert_eq!(degrees.dim(), (51, 2));
    for row in 0..50 {
        assert!((degrees.row(row).sum() - 1.0).abs() < 1e-9);
        let own = placed.index(row).unwrap();
        assert!(degrees[[row, own]] >= 0.5, "row {row}");
        let alone = groups.memberships(&shop().get(row).unwrap()).unwrap().unwrap();
        assert_eq!(alone, degrees.row(row).to_vec());
    }
    assert_eq!(degrees.row(50).to_vec(), [0.0, 0.0]);
}

#[test]
fn what_is_learnt_from_is_where_it_was_found() {
    let (groups, placed) = recipe().learn(&shop(), &Progress::none()).unwrap();
    assert_eq!(placed, groups.segment(&shop()).unwrap());
    assert_eq!(groups.model().sizes(), [30.0, 20.0]);
    let stopped = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let error = recipe().learn(&shop(), &Progress::new(&stopped)).unwrap_err();
    assert!(error.to_string().starts_with("cancelled after"), "{error}");
}

#[test]
fn placing_one_customer_asks_for_no_memory() {
    let groups = recipe().reach(Reach::Share(1.0)).fit(&shop()).unwrap();
    let stranger = Record::new("s").with("orders", 38).with("spend", 300.0);
    let (placed, asked) = crate::alone::allocations(|| groups.assign(&stranger).unwrap());
    assert!(placed.is_none());
    assert_eq!(asked, 0);
    let customers = shop();
    let member = customers.get(3).unwrap();
    let (placed, asked) = crate::alone::allocations(|| groups.assign(&member).unwrap());
    assert!(placed.is_some());
    assert_eq!(asked, 0);
}

#[test]
fn wrong_kinds_and_names_are_told() {
    let told = |features: Features| KMeans::new(2).on(features).fit(&shop()).unwrap_err().to_string();
    assert!(told(Features::new().number("order")).contains("did you mean `orders`"));
    let record = Record::new("r").with("orders", Value::Text("many")).with("spend", 3.0);
    let groups = recipe().fit(&shop()).unwrap();
    let error = groups.assign(&record).unwrap_err().to_string();
    assert!(error.contains("`orders` is text"), "{error}");
    let slip = KMeans::new(0).on(features()).fit(&shop()).unwrap_err().to_string();
    assert!(slip.contains("`k`"), "{slip}");
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_model_that_cannot_be_is_refused() {
    use segmentry::cluster::Clusters;
    use segmentry::model;

    let groups = recipe().reach(Reach::Share(0.95)).fit(&shop()).unwrap();
    let json = model::to_json(&groups).unwrap();
    let again: Clusters<KMeansModel> = model::from_json(&json).unwrap();
    assert_eq!(again, groups);
    let broken = |path: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
        change(value.pointer_mut(path).unwrap_or_else(|| panic!("{path} is not there")));
        model::from_json::<Clusters<KMeansModel>>(&value.to_string()).unwrap_err().to_string()
    };
    assert!(
        broken("/model/labels", &|labels| drop(labels.as_array_mut().unwrap().pop())).contains("names of clusters")
    );
    assert!(broken("/model/limits", &|limits| limits[0] = (-1.0).into()).contains("limits"));
    assert!(broken("/model/limits", &|limits| drop(limits.as_array_mut().unwrap().pop())).contains("limits"));
    assert!(broken("/model/labels/1", &|label| label["key"] = "cluster_1".into()).contains("same key"));
    assert!(broken("/model", &|model| model["extra"] = 1.into()).contains("unknown field"));
    assert!(!broken("/model/model", &|model| *model = serde_json::json!({})).is_empty());
}
