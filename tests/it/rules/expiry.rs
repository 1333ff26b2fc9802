//! Who is to be looked at again when.

use segmentry::customer::{Record, SeenOn};
use segmentry::rules::{
    Audience, CalendarUnit, Condition, Definitions, Events, Expiries, Lifecycle, Measure, Plan, Rules, Span, Term,
    Vocabulary, Window,
};
use segmentry::time::{Day, Timestamp};

#[test]
fn who_is_due_comes_in_the_order_of_time_and_once() {
    let at = Timestamp::from_micros;
    let mut expiries = Expiries::new();
    for (customer, instant) in [("a", 30), ("b", 10), ("c", 10), ("d", 20)] {
        expiries.push_at(customer, Some(at(instant)));
    }
    expiries.push_at("b", Some(at(25))); // something new was known of it
    expiries.push_at("a", None);
    assert_eq!((expiries.len(), expiries.next_instant()), (3, Some(at(10))));
    let mut due = |instant: i64| std::iter::from_fn(|| expiries.due(at(instant))).collect::<Vec<_>>();
    assert_eq!(due(9), Vec::<&str>::new());
    assert_eq!(due(25), ["c", "d", "b"]);
    assert_eq!(due(100), Vec::<&str>::new());
    expiries.push_at("a", Some(at(40)));
    expiries.push_at("a", Some(at(50)));
    expiries.push_at("a", Some(at(40))); // there and back again
    assert_eq!(expiries.due(at(60)), Some("a"));
    assert_eq!(expiries.due(at(60)), None);
    assert!(expiries.is_empty());
}

/// The purchases of every third customer of CDNOW.
fn customers() -> Vec<Record> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut records: Vec<(String, Record)> = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if records.last().is_none_or(|(id, _)| id != fields[0]) {
            records.push((fields[0].to_owned(), Record::new(fields[0])));
        }
        let (_, record) = records.last_mut().unwrap();
        *record = record.clone().purchase(fields[1].parse().unwrap(), fields[3].parse().unwrap());
    }
    records.into_iter().step_by(3).map(|(_, record)| record).collect()
}

#[test]
fn sixty_days_of_cdnow_by_the_queue_are_as_from_scratch() {
    let purchases = || Events::of("purchase");
    let last = || purchases().measure(Measure::Last("day".to_owned())).days_since();
    let this_month = Window::Calendar { unit: CalendarUnit::Month, first: 0, last: 0 };
    let stopped = Lifecycle::Stopped { events: purchases(), quiet: Span::days(45), active: Span::months(2) };
    let definitions = Definitions::new()
        .audience(Audience::new("active", purchases().last(Span::days(30)).count().at_least(1)))
        .audience(Audience::new("often", purchases().last(Span::months(2)).count().at_least(3)))
        .audience(Audience::new("month", purchases().window(this_month).sum("amount").at_least(50)))
        .audience(Audience::new("stopped", Condition::Lifecycle(Box::new(stopped))))
        .audience(Audience::new(
            "weekend",
            Term::Calendar { part: segmentry::rules::CalendarPart::Weekday, of: Box::new(Term::Today) }.at_least(6)
                & last().at_most(20),
        ))
        .rules(Rules::new("stage").when("new", last().at_most(14)).when("cool", last().at_most(40)).otherwise("cold"));
    let plan = Plan::new(&definitions, &Vocabulary::new()).unwrap();
    let mut asker = plan.asker();
    let state = |asker: &mut segmentry::rules::Asker<'_>, seen: &SeenOn<'_>| {
        let answer = asker.ask(seen).unwrap();
        (answer.memberships()[0], answer.segment(0).unwrap().cloned())
    };

    let customers = customers();
    assert!(customers.len() > 700, "{}", customers.len());
    let (mut expiries, mut known) = (Expiries::new(), Vec::new());
    let start: Day = "1997-03-01".parse().unwrap();
    let (mut looked, mut changed) = (0, 0);
    for offset in 0..=60 {
        let today = start.plus(offset);
        let mut again: Vec<usize> = std::iter::from_fn(|| expiries.due(today)).collect();
        if offset == 0 {
            again = (0..customers.len()).collect();
            known = vec![(0, None); customers.len()];
        } else {
            let bought = |record: &Record| {
                use segmentry::customer::Customer;
                (0..record.event_count()).any(|i| Customer::event(record, i).is_some_and(|event| event.day == today))
            };
            again.extend((0..customers.len()).filter(|row| bought(&customers[*row])));
        }
        for row in again {
            let seen = SeenOn::new(&customers[row], today);
            let now = state(&mut asker, &seen);
            looked += 1;
            changed += usize::from(now != known[row]);
            known[row] = now;
            expiries.push(row, &asker.valid_until(&seen).unwrap());
        }
        for (row, record) in customers.iter().enumerate() {
            assert_eq!(known[row], state(&mut asker, &SeenOn::new(record, today)), "{row} on {today}");
        }
    }
    // each look but those at a purchase finds a change: nobody is looked at for nothing
    let all = customers.len() * 61;
    eprintln!("{looked} looks of {all}, {changed} changes");
    assert!(looked < all / 4, "{looked} of {all}");
    assert!(changed > 1_000, "{changed}");
}
