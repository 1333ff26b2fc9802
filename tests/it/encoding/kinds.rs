//! What each encoding makes of its values, and what it says of them in words.

use segmentry::customer::{Customers, Record};
use segmentry::features::encoding::{
    Content, Encode, Encoder, Feature, Features, Form, Meaning, Missing, Scale, Unknown,
};
use segmentry::time::{Day, Timestamp};
use segmentry::value::{AsValue, Attribute, Column, GeoPoint, Kind, Level};

/// One attribute `x` of customers 0, 1, 2 …
fn table(attribute: Attribute, column: Column) -> Customers {
    let ids: Vec<String> = (0..column.len()).map(|i| i.to_string()).collect();
    Customers::with_ids(ids.iter().map(String::as_str)).unwrap().with_attribute(attribute, column).unwrap()
}

fn texts(texts: &[&str]) -> Customers {
    table(Attribute::new("x", Kind::Text), Column::texts(texts))
}

fn fit(customers: &Customers, feature: Feature, form: Form) -> Encoder {
    Features::new().with(feature).fit(customers, form).unwrap()
}

fn rows(encoder: &Encoder, customers: &Customers) -> Vec<Vec<f64>> {
    encoder.encode(customers).unwrap().matrix.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn one(encoder: &Encoder, value: impl AsValue) -> Result<Vec<f64>, String> {
    let mut row = vec![0.0; encoder.dimensions()];
    match encoder.encode_one(&Record::new("stranger").with("x", value), &mut row) {
        Ok(None) => Ok(row),
        Ok(Some(reason)) => Err(reason.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn words(encoder: &Encoder, row: &[f64]) -> String {
    encoder.in_words(row).remove(0).1
}

fn names(encoder: &Encoder) -> Vec<&str> {
    encoder.columns().iter().map(|column| column.name.as_str()).collect()
}

#[test]
fn categories_are_indicators_or_codes() {
    let customers = texts(&["FR", "DE", "DE", "IT", "DE"]);
    let numbers = fit(&customers, Feature::category("x"), Form::Numbers);
    assert_eq!(names(&numbers), ["x=DE", "x=FR", "x=IT"]);
    assert_eq!(rows(&numbers, &customers)[0], [0.0, 1.0, 0.0]);
    assert_eq!(one(&numbers, "ES").unwrap(), [0.0; 3]); // none of those known
    assert_eq!(words(&numbers, &[0.62, 0.38, 0.0]), "DE 62 %, FR 38 %");
    assert_eq!(words(&numbers, &[0.0, 0.0, 1.0]), "IT");
    assert_eq!(words(&numbers, &[0.5, 0.25, 0.0]), "DE 50 %, FR 25 %, other 25 %");
    assert_eq!(words(&numbers, &[0.996, 0.004, 0.0]), "DE >99 %, FR <1 %");
    let codes = fit(&customers, Feature::category("x"), Form::Meanings);
    assert_eq!((names(&codes), codes.meanings()), (vec!["x"], vec![Meaning::Category]));
    assert_eq!(rows(&codes, &customers), [[1.0], [0.0], [0.0], [2.0], [0.0]]);
    assert_eq!((one(&codes, "ES").unwrap(), words(&codes, &[3.0])), (vec![3.0], "other".to_owned()));
    assert_eq!(words(&codes, &[2.0]), "IT");
    let flags = fit(&customers, Feature::new("x").encode(Encode::OneHot), Form::Meanings);
    assert_eq!(flags.meanings(), [Meaning::AsymmetricFlag; 3]);
}

#[test]
fn rare_and_unknown_categories_have_a_policy() {
    let customers = texts(&["a", "a", "a", "b", "b", "c", "d"]);
    let rare = fit(&customers, Feature::category("x").min_share(0.2), Form::Numbers);
    assert_eq!(names(&rare), ["x=a", "x=b", "x is another"]);
    assert_eq!((one(&rare, "c").unwrap(), one(&rare, "zz").unwrap()), (vec![0.0, 0.0, 1.0], vec![0.0, 0.0, 1.0]));
    assert_eq!(rare.notes(), ["`x` counts 2 rare categories as others"]);
    let most = fit(&customers, Feature::category("x").most(1), Form::Meanings);
    assert_eq!(rows(&most, &customers).concat(), [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    let leave = fit(&customers, Feature::category("x").unknown(Unknown::LeaveOut), Form::Numbers);
    assert_eq!(one(&leave, "zz").unwrap_err(), "`x` is `zz`, which was not there when it was learnt");
    let error = fit(&customers, Feature::category("x").unknown(Unknown::Error), Form::Meanings);
    assert_eq!(
        one(&error, "zz").unwrap_err(),
        "customer `stranger`: attribute `x` is text `zz`, expected one of `a`, `b`, `c`, `d`"
    );
    assert_eq!(one(&error, 3).unwrap_err(), "customer `stranger`: attribute `x` is integer `3`, expected text");
}

#[test]
fn numbers_and_truths_are_categories_too() {
    let regions = Attribute::new("x", Kind::Integer).level(Level::Nominal);
    let customers = table(regions, Column::integers([10, 9, 10, -1]));
    let encoder = fit(&customers, Feature::new("x"), Form::Numbers);
    assert_eq!(names(&encoder), ["x=-1", "x=9", "x=10"]); // by size, not by text
    assert_eq!(one(&encoder, 9.0).unwrap(), [0.0, 1.0, 0.0]);
    let customers = table(Attribute::new("x", Kind::Boolean), Column::booleans([true, true]));
    let encoder = fit(&customers, Feature::category("x"), Form::Meanings);
    assert_eq!((one(&encoder, true).unwrap(), one(&encoder, false).unwrap()), (vec![1.0], vec![0.0]));
}

#[test]
fn frequencies_are_shares_of_customers() {
    let customers = texts(&["a", "a", "a", "b"]);
    let encoder = fit(&customers, Feature::new("x").encode(Encode::Frequency).scale(Scale::Raw), Form::Numbers);
    assert_eq!(rows(&encoder, &customers).concat(), [0.75, 0.75, 0.75, 0.25]);
    assert_eq!(one(&encoder, "zz").unwrap(), [0.0]);
    let standard = fit(&customers, Feature::new("x").encode(Encode::Frequency), Form::Numbers);
    let found = rows(&standard, &customers).concat();
    // mean 0.625 and deviation 0.2165 over customers
    assert!((found[0] - 0.125 / 0.046875_f64.sqrt()).abs() < 1e-12 && (found.iter().sum::<f64>()).abs() < 1e-12);
}

#[test]
fn orders_are_ranks() {
    let plans = Attribute::new("x", Kind::Text).ordinal(["free", "pro", "max"]);
    let customers = table(plans, Column::texts(["pro", "free", "max", "free"]));
    let ranks = fit(&customers, Feature::new("x"), Form::Meanings);
    assert_eq!((rows(&ranks, &customers).concat(), ranks.meanings()), (vec![1.0, 0.0, 2.0, 0.0], vec![Meaning::Rank]));
    assert_eq!((words(&ranks, &[2.0]), words(&ranks, &[0.6])), ("max".to_owned(), "pro".to_owned()));
    let numbers = fit(&customers, Feature::ordinal("x").scale(Scale::MinMax), Form::Numbers);
    assert_eq!(rows(&numbers, &customers).concat(), [0.5, 0.0, 1.0, 0.0]);
    assert_eq!(words(&numbers, &[0.5]), "pro");
    assert_eq!(
        one(&numbers, "plus").unwrap_err(),
        "customer `stranger`: attribute `x` is text `plus`, expected one of `free`, `pro`, `max`"
    );
    let given = fit(&texts(&["s", "l", "m"]), Feature::ordinal("x").order(["s", "m", "l"]), Form::Meanings);
    assert_eq!(one(&given, "l").unwrap(), [2.0]);
    let error = Features::new().with(Feature::ordinal("x")).fit(&texts(&["s", "l"]), Form::Meanings).unwrap_err();
    assert_eq!(error.to_string(), "key `x`: `order` must be the texts of the attribute, lowest first, found none");
    let answers = Attribute::new("x", Kind::Integer).level(Level::Ordinal(Vec::new()));
    let answers = fit(&table(answers, Column::integers([1, 6, 3])), Feature::new("x"), Form::Meanings);
    assert_eq!((answers.meanings(), one(&answers, 4).unwrap()), (vec![Meaning::Rank], vec![4.0]));
}

#[test]
fn flags_are_zero_or_one() {
    let boat = Attribute::new("x", Kind::Boolean).level(Level::Binary { symmetric: false });
    let boats = table(boat, Column::booleans([true, false, false, false]));
    let encoder = fit(&boats, Feature::new("x"), Form::Meanings);
    assert_eq!(
        (encoder.meanings(), rows(&encoder, &boats).concat()),
        (vec![Meaning::AsymmetricFlag], vec![1.0, 0.0, 0.0, 0.0])
    );
    assert_eq!((words(&encoder, &[0.25]), words(&encoder, &[1.0])), ("no 75 %, yes 25 %".to_owned(), "yes".to_owned()));
    let sexes = texts(&["m", "f", "m"]);
    assert_eq!(rows(&fit(&sexes, Feature::flag("x"), Form::Numbers), &sexes).concat(), [1.0, 0.0, 1.0]);
    let yes = fit(&sexes, Feature::flag("x").yes("f"), Form::Numbers);
    assert_eq!((rows(&yes, &sexes).concat(), words(&yes, &[0.25])), (vec![0.0, 1.0, 0.0], "m 75 %, f 25 %".to_owned()));
    let third = Features::new().flag("x").fit(&texts(&["m", "f", "d", "m"]), Form::Numbers).unwrap_err();
    assert_eq!(third.to_string(), "customer `0`: attribute `x` is `m`, expected one of two values");
    let ones = table(Attribute::new("x", Kind::Integer), Column::integers([1, 1]));
    let encoder = fit(&ones, Feature::flag("x"), Form::Numbers);
    assert_eq!((one(&encoder, 1).unwrap(), one(&encoder, 0).unwrap()), (vec![1.0], vec![0.0]));
    assert_eq!(encoder.notes(), ["`x` is the same of all and tells nobody apart"]);
    let codes = table(Attribute::new("x", Kind::Integer), Column::integers([2, 1, 2]));
    assert_eq!(rows(&fit(&codes, Feature::flag("x"), Form::Numbers), &codes).concat(), [1.0, 0.0, 1.0]);
}

#[test]
fn sets_are_indicators_of_members() {
    let sets = [Some(vec!["tv", "car"]), Some(vec![]), None, Some(vec!["tv"])];
    let sets = sets.map(|set| set.map(|set| set.into_iter().map(str::to_owned).collect::<Vec<String>>()));
    let customers = table(Attribute::new("x", Kind::Set), Column::of(Kind::Set, sets));
    let encoder = fit(&customers, Feature::new("x"), Form::MeaningsOrMissing);
    assert_eq!(
        (names(&encoder), encoder.meanings()),
        (vec!["x has car", "x has tv"], vec![Meaning::AsymmetricFlag; 2])
    );
    let found = rows(&encoder, &customers);
    assert_eq!((&found[0], &found[1], found[2][0].is_nan()), (&vec![1.0, 1.0], &vec![0.0, 0.0], true));
    assert_eq!(words(&encoder, &found[2]), "not known");
    assert_eq!(
        (words(&encoder, &[0.25, 1.0]), words(&encoder, &[0.0, 0.0])),
        ("tv 100 %, car 25 %".to_owned(), "none".to_owned())
    );
    let least = fit(&customers, Feature::set("x").min_share(0.5).missing(Missing::Mode), Form::Numbers);
    assert_eq!((names(&least), rows(&least, &customers)[2].clone()), (vec!["x has tv"], vec![1.0]));
    assert_eq!(least.notes()[0], "`x` passes over 1 rare member");
}

#[test]
fn days_are_numbers_ages_and_places_on_circles() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let days = [day("2026-01-05"), day("2026-07-05"), day("2027-01-01")];
    let customers = table(Attribute::new("x", Kind::Day), Column::days(days)).as_of(day("2027-01-01"));
    let number = fit(&customers, Feature::day("x").scale(Scale::MinMax), Form::Numbers);
    assert_eq!((rows(&number, &customers)[2].clone(), words(&number, &[1.0])), (vec![1.0], "2027-01-01".to_owned()));
    let age = fit(&customers, Feature::age("x").scale(Scale::Raw), Form::Numbers);
    assert_eq!(
        (rows(&age, &customers).concat(), words(&age, &[361.0])),
        (vec![361.0, 180.0, 0.0], "361 days".to_owned())
    );
    assert!(age.reads().as_of && !number.reads().as_of);
    let error = one(&age, days[0]).unwrap_err();
    assert_eq!(error, "the day as of which customers are seen is not set: give it with `as_of`");
    let part = |encode| fit(&customers, Feature::new("x").encode(encode), Form::Numbers);
    for (encode, expected) in [
        (Encode::Weekday, ["Monday", "Sunday", "Friday"]),
        (Encode::Month, ["January", "July", "January"]),
        (Encode::DayOfYear, ["5 January", "5 July", "1 January"]),
    ] {
        let encoder = part(encode);
        let found: Vec<String> = rows(&encoder, &customers).iter().map(|row| words(&encoder, row)).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(names(&part(Encode::Weekday)), ["x weekday sine", "x weekday cosine"]);
    assert_eq!(words(&part(Encode::Month), &[0.01, 0.01]), "spread evenly");
    // Sunday is as near to Monday as Monday to Tuesday
    let week = part(Encode::Weekday);
    let at = |text: &str| one(&week, day(text)).unwrap();
    let far = |a: Vec<f64>, b: Vec<f64>| (a[0] - b[0]).hypot(a[1] - b[1]);
    let (sunday, monday, tuesday) = (at("2026-01-04"), at("2026-01-05"), at("2026-01-06"));
    assert!((far(sunday, monday.clone()) - far(monday, tuesday)).abs() < 1e-12);
}

#[test]
fn instants_have_hours() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let stamps = [at("2026-01-05T18:30:00Z"), at("2026-01-06T00:00:00Z")];
    let customers = table(Attribute::new("x", Kind::Timestamp), Column::of(Kind::Timestamp, stamps));
    let hours = fit(&customers, Feature::new("x").encode(Encode::Hour), Form::Numbers);
    let found: Vec<String> = rows(&hours, &customers).iter().map(|row| words(&hours, row)).collect();
    assert_eq!(found, ["18:30", "00:00"]);
    let number = fit(&customers, Feature::number("x"), Form::Numbers);
    assert_eq!(words(&number, &rows(&number, &customers)[0]), "2026-01-05T18:30:00Z");
}

#[test]
fn places_are_points_on_the_sphere() {
    let place = |latitude, longitude| GeoPoint::new(latitude, longitude).unwrap();
    let places = [place(52.52, 13.405), place(-17.0, 179.9), place(-17.0, -179.9)];
    let customers = table(Attribute::new("x", Kind::Point), Column::of(Kind::Point, places));
    let encoder = fit(&customers, Feature::place("x"), Form::Numbers);
    let found = rows(&encoder, &customers);
    assert!((found[0].iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-12);
    let far: f64 = found[1].iter().zip(&found[2]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    assert!(far * 6371.0 < 22.0); // 21 km over the date line
    assert_eq!(words(&encoder, &found[0]), "(52.520, 13.405)");
    let Content::Place(back) = encoder.decode(&found[0]).remove(0).content else { panic!("no place") };
    assert_eq!((back.latitude(), back.longitude()), (52.52, 13.405));
}

#[test]
fn an_unknown_value_does_what_its_policy_says() {
    let spend = Column::of(Kind::Number, [Some(1.0), None, Some(1.0), Some(7.0)]);
    let customers = table(Attribute::new("x", Kind::Number), spend);
    let raw = |missing| Feature::number("x").scale(Scale::Raw).missing(missing);
    let filled = |missing| rows(&fit(&customers, raw(missing), Form::Numbers), &customers)[1][0];
    let found = [Missing::Median, Missing::Mean, Missing::Mode, Missing::Constant(-2.0)].map(filled);
    assert_eq!(found, [1.0, 3.0, 1.0, -2.0]);
    let told = fit(&customers, raw(Missing::Mean).indicator(), Form::Numbers);
    assert_eq!((names(&told), rows(&told, &customers)[1].clone()), (vec!["x", "x is not known"], vec![3.0, 1.0]));
    assert_eq!(words(&told, &[3.0, 0.125]), "3 (12 % not known)");
    let usual = fit(&customers, Feature::number("x"), Form::Numbers).encode(&customers).unwrap();
    assert_eq!((usual.rows, usual.absent[0].1.to_string()), (vec![0, 2, 3], "`x` is missing".to_owned()));
    let kept = fit(&customers, Feature::number("x"), Form::MeaningsOrMissing);
    assert!(rows(&kept, &customers)[1][0].is_nan());
    let error = Features::new().with(raw(Missing::Error)).fit(&customers, Form::Numbers).unwrap_err();
    assert_eq!(error.to_string(), "customer `1`: attribute `x` is missing");
    let refused = |missing| Features::new().with(raw(missing)).fit(&customers, Form::Meanings).unwrap_err().to_string();
    let keep =
        "key `x`: `missing` must be other than `keep` with a method that does not take missing values, found keep";
    assert_eq!(refused(Missing::Keep), keep);
    assert_eq!(refused(Missing::Category("a".to_owned())), "key `x`: `missing` must be a number, found a");
    // a category of its own
    let cities = table(Attribute::new("x", Kind::Text), Column::of(Kind::Text, [Some("a"), None, Some("b")]));
    let own = fit(&cities, Feature::category("x").missing(Missing::Category("?".to_owned())), Form::Numbers);
    assert_eq!((names(&own), rows(&own, &cities)[1].clone()), (vec!["x=?", "x=a", "x=b"], vec![1.0, 0.0, 0.0]));
}

/// Weight w multiplies squared differences by w, of numbers and of indicators alike, and words do not change.
#[test]
fn weights_multiply_squared_differences() {
    let customers = texts(&["a", "b"]).with_column("n", Column::numbers([0.0, 10.0])).unwrap();
    for name in ["x", "n"] {
        let far = |weight| {
            let encoder =
                Features::new().with(Feature::new(name).weight(weight)).fit(&customers, Form::Numbers).unwrap();
            let found = rows(&encoder, &customers);
            let words = encoder.in_words(&found[0]);
            (found[0].iter().zip(&found[1]).map(|(a, b)| (a - b) * (a - b)).sum::<f64>(), words)
        };
        assert!((far(3.0).0 - 3.0 * far(1.0).0).abs() < 1e-12);
        assert_eq!(far(3.0).1, far(1.0).1);
    }
    let code = Features::new().with(Feature::category("x").weight(2.0)).fit(&customers, Form::Meanings).unwrap_err();
    assert!(code.to_string().contains("give the weight to the method"), "{code}");
}
