//! Enrichment: counts of sets, laws, and what cannot be tested.

use segmentry::customer::Customers;
use segmentry::profile::{Correction, Enrichment};
use segmentry::segmentation::Segmentation;
use segmentry::value::{Column, Ids, Kind, OwnedValue, Value};

/// Four segments in turn: the first has the technology `rust` more often than the others, nobody else knows `cobol`.
fn rows(n: usize) -> (Customers, Segmentation<String>) {
    let technologies = |i: usize| {
        let mut all = vec!["sql".to_owned()];
        if i.is_multiple_of(4) && !i.is_multiple_of(3) || i % 20 == 1 {
            all.push("rust".to_owned());
        }
        if i % 4 == 3 && i.is_multiple_of(5) {
            all.push("cobol".to_owned());
        }
        if i % 50 == 7 { OwnedValue::Missing } else { OwnedValue::Set(all) }
    };
    let customers = Customers::new(Ids::numbered(n))
        .with_column("technologies", Column::of(Kind::Set, (0..n).map(technologies)))
        .unwrap()
        .with_column("active", Column::booleans((0..n).map(|i| i % 7 < 3)))
        .unwrap()
        .with_column("spend", Column::numbers((0..n).map(|i| i as f64)))
        .unwrap();
    let names = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 4))).unwrap();
    (customers, segmentation)
}

#[test]
fn the_strongest_of_sets_are_found_with_their_counts() {
    let (customers, segmentation) = rows(400);
    let table = Enrichment::new().of(&customers, &segmentation).unwrap();
    assert_eq!(table.found.len(), 4 * 4); // sql, rust, cobol; active
    let rust = table.strongest("a", 1)[0];
    assert_eq!((rust.category.as_str(), rust.inside, rust.inside_known), ("rust", 66.0, 100.0));
    assert_eq!((rust.outside, rust.outside_known), (20.0, 300.0 - 8.0));
    let lift = (66.0 / 100.0) / (86.0 / 392.0);
    assert!((rust.lift.value.unwrap() - lift).abs() < 1e-12 && rust.lift.lower.unwrap() > 1.0);
    assert!(rust.adjusted.at_most(1e-6) && rust.p_more <= rust.p && rust.p_fewer.value() > 0.99);
    let cobol = table.strongest("d", 1)[0];
    assert_eq!((cobol.category.as_str(), cobol.share_outside()), ("cobol", 0.0));
    // all who are known have it: neither more nor fewer
    let sql = table.found.iter().find(|e| e.category == "sql").unwrap();
    assert_eq!((sql.p.value(), sql.share(), sql.is_more()), (1.0, 1.0, false));
    let printed = table.to_string();
    assert!(
        printed.contains("technologies `rust`") && !printed.contains("sql") && !printed.contains("NaN"),
        "{printed}"
    );
}

#[test]
fn weights_are_customers_and_what_is_rare_is_left_out() {
    let (customers, segmentation) = rows(200);
    let weighted = customers.with_weights(vec![3.0; 200]).unwrap();
    let places = segmentation.indices().map(|place| Ok(place.unwrap()));
    let of_weighted = Segmentation::new(&weighted, segmentation.segments().to_vec(), places).unwrap();
    let (more, of_more) = rows(200);
    let mut table = Customers::new(Ids::numbered(600));
    for (attribute, column) in more.columns() {
        let three: Vec<Option<usize>> = (0..600).map(|row| Some(row % 200)).collect();
        table = table.with_attribute(attribute.clone(), column.take(&three)).unwrap();
    }
    let tripled = Segmentation::new(&table, of_more.segments().to_vec(), (0..600).map(|i| Ok(i % 4))).unwrap();
    let enrichment = Enrichment::new().correction(Correction::Holm);
    let (a, b) = (enrichment.of(&weighted, &of_weighted).unwrap(), enrichment.of(&table, &tripled).unwrap());
    assert_eq!(a, b);
    let few = Enrichment::new().fewest(500.0).attributes(["technologies"]).of(&table, &tripled).unwrap();
    assert!(few.found.iter().all(|e| e.category == "sql"));
    assert_eq!(Enrichment::new().texts(1).attributes(["technologies"]).of(&table, &tripled).unwrap().found.len(), 4);
}

#[test]
fn what_has_no_texts_is_an_error() {
    let (customers, segmentation) = rows(40);
    let wrong = [
        Enrichment::new().attributes(["spend"]),
        Enrichment::new().attributes(["nothing"]),
        Enrichment::new().confidence(0.0),
        Enrichment::new().fewest(f64::NAN),
    ];
    for wrong in wrong {
        assert!(wrong.of(&customers, &segmentation).is_err(), "{wrong:?}");
    }
    let only = Customers::new(Ids::numbered(2)).with_column("spend", Column::numbers([1.0, 2.0])).unwrap();
    let names = vec!["a".to_owned(), "b".to_owned()];
    let two = Segmentation::new(&only, names.clone(), [Ok(0), Ok(1)]).unwrap();
    assert_eq!(Enrichment::new().of(&only, &two).unwrap_err().to_string(), "no attributes with texts");
    // of one segment only: there is nobody to compare with, and nothing is found
    let values = [Value::Text("x"), Value::Missing];
    let half = Customers::new(Ids::numbered(2)).with_column("text", Column::of(Kind::Text, values)).unwrap();
    let two = Segmentation::new(&half, names, [Ok(0), Ok(1)]).unwrap();
    assert!(Enrichment::new().fewest(0.0).of(&half, &two).unwrap().found.is_empty());
}
