//! Random customers of whom generated rules have something to ask: a table from a seed.
#![allow(dead_code, reason = "each test takes what it needs")]

use segmentry::customer::{Customers, CustomersBuilder};
use segmentry::history::{Event, History};
use segmentry::rules::Vocabulary;
use segmentry::time::{Day, Timestamp, Zone};
use segmentry::value::{AsValue, Attribute, GeoPoint, Kind, OwnedValue, Schema};

use super::generate::{ATTRIBUTES, KINDS, TAGS, TEXTS, middle};

/// Numbers from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    fn day(&mut self) -> Day {
        match self.below(8) {
            0 => Day::new(2024, 2, 29).unwrap(),
            1 => middle(),
            _ => middle().plus(self.below(1_500) as i32 - 750),
        }
    }

    fn instant(&mut self) -> Timestamp {
        let within = if self.below(3) == 0 { 0 } else { self.below(86_400) as i64 * 1_000_000 };
        Timestamp::from_micros(self.day().start().micros() + within)
    }
}

/// The schema of [`ATTRIBUTES`].
pub fn schema() -> Schema {
    let mut schema = Schema::default();
    for (name, kind) in ATTRIBUTES {
        schema.push(Attribute::new(name, kind)).unwrap();
    }
    schema
}

/// What generated rules speak of.
pub fn vocabulary() -> Vocabulary {
    Vocabulary::of_schema(schema()).event_field("voucher", Kind::Text).unwrap()
}

fn value(dice: &mut Dice, name: &str, kind: Kind) -> OwnedValue {
    match (name, kind) {
        ("app_version", _) => dice.of(&["1.0.0", "v2.3.0", "2.3.0-beta.1", "10.0.0+7", "latest"]).into(),
        ("ip", _) => dice.of(&["10.1.2.3", "192.168.1.9", "2001:db8::1", "::ffff:10.0.0.1", "nowhere"]).into(),
        (_, Kind::Number) => OwnedValue::Number((dice.below(480) as f64 - 80.0) / 4.0),
        (_, Kind::Integer) => OwnedValue::Integer(dice.below(220) as i64 - 20),
        (_, Kind::Text) => dice.of(&TEXTS).into(),
        (_, Kind::Boolean) => OwnedValue::Boolean(dice.below(2) == 1),
        (_, Kind::Day) => OwnedValue::Day(dice.day()),
        (_, Kind::Timestamp) => OwnedValue::Timestamp(dice.instant()),
        (_, Kind::Set) => OwnedValue::Set((0..dice.below(4)).map(|_| dice.of(&TAGS).to_owned()).collect()),
        _ => {
            let (latitude, longitude) = (dice.below(361) as f64 / 2.0 - 90.0, dice.below(721) as f64 / 2.0 - 180.0);
            OwnedValue::Point(GeoPoint::new(latitude, longitude).unwrap())
        }
    }
}

/// So many customers; of `absent` in a hundred values nothing is known.
pub fn customers(seed: u64, rows: usize, absent: u64) -> Customers {
    let mut dice = Dice(seed);
    let mut table = CustomersBuilder::with_schema(&schema());
    let mut log = History::builder();
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let days_only = dice.below(2) == 0;
    for row in 0..rows {
        let values: Vec<(&str, OwnedValue)> = ATTRIBUTES
            .iter()
            .map(|(name, kind)| {
                let value = if dice.below(100) < absent {
                    match dice.below(3) {
                        0 => OwnedValue::Missing,
                        1 => OwnedValue::Null,
                        _ => OwnedValue::Invalid("?".to_owned()),
                    }
                } else {
                    value(&mut dice, name, *kind)
                };
                (*name, value)
            })
            .collect();
        let id = format!("c-{row}");
        table.push(&id, values.iter().map(|(name, value)| (*name, value.as_value()))).unwrap();
        for _ in 0..dice.below(7) {
            let kind = dice.of(&KINDS);
            let mut event =
                if days_only { Event::on(dice.day(), kind) } else { Event::at(dice.instant(), kind, &berlin) };
            if dice.below(5) > 0 {
                event = event.amount((dice.below(400) as f64 - 40.0) / 4.0);
            }
            if dice.below(3) == 0 {
                event = event.quantity(dice.below(9) as f64);
            }
            if dice.below(3) > 0 {
                event = event.item(dice.of(&TEXTS));
            }
            if dice.below(3) > 0 {
                event = event.channel(dice.of(&TEXTS));
            }
            let voucher = [("voucher".to_owned(), OwnedValue::from(dice.of(&TEXTS)))];
            log.push(&id, &if dice.below(2) == 0 { event.properties(&voucher) } else { event }).unwrap();
        }
    }
    table.finish().unwrap().with_history(log.finish()).as_of(middle())
}
