//! Days, instants and the forms in which they are written.

use segmentry::time::{AsOf, DateForm, Day, Timestamp, Zone};

#[test]
fn a_day_knows_its_calendar() {
    let day: Day = "2026-11-01".parse().unwrap();
    assert_eq!(day.days(), 20_758);
    assert_eq!(Day::from_days(0).to_string(), "1970-01-01");
    assert_eq!(day.week_start().to_string(), "2026-10-26");
    assert_eq!(day.month_start(), day);
    assert_eq!(Day::new(2025, 2, 29).unwrap_err().to_string(), "day `2025-02-29` is not a day of the calendar");
    for days in [-700_000, -1, 0, 1, 20_000, 800_000] {
        assert_eq!(Day::from_days(days).to_string().parse::<Day>().unwrap().days(), days);
    }
}

#[test]
fn every_form_reads_its_dates() {
    let noon = |text: &str, form: DateForm| form.timestamp(text, &Zone::utc()).map(|t| t.to_string());
    assert_eq!(noon("2010-12-01 08:26:00", DateForm::Iso).unwrap(), "2010-12-01T08:26:00Z");
    assert_eq!(noon("12/1/2010 8:26", DateForm::MonthFirst).unwrap(), "2010-12-01T08:26:00Z");
    assert_eq!(noon("12/1/2010 8:26 PM", DateForm::MonthFirst).unwrap(), "2010-12-01T20:26:00Z");
    assert_eq!(noon("1.12.2010", DateForm::DayFirst).unwrap(), "2010-12-01T00:00:00Z");
    assert_eq!(noon("20101201", DateForm::Compact).unwrap(), "2010-12-01T00:00:00Z");
    assert_eq!(noon("2010-12-01T08:26:00.25+01:00", DateForm::Iso).unwrap(), "2010-12-01T07:26:00.25Z");
    for bad in
        ["", "2010-13-01", "2010-12-01x", "10-12-01", "2010-12-01 25:00", "2010-12-01 8", "é", "2010-12-01 13:00 PM"]
    {
        assert_eq!(noon(bad, DateForm::Iso), None, "{bad}");
    }
}

#[test]
fn the_form_is_found_from_the_whole_column() {
    assert_eq!(DateForm::infer(["3/4/2026", "13/4/2026"]), [DateForm::DayFirst]);
    assert_eq!(DateForm::infer(["3/4/2026", "4/13/2026"]), [DateForm::MonthFirst]);
    assert_eq!(DateForm::infer(["3/4/2026"]), [DateForm::DayFirst, DateForm::MonthFirst]);
    assert_eq!(DateForm::infer(["13/4/2026", "4/13/2026"]), []);
}

#[test]
fn a_zone_decides_the_day() {
    let at: Timestamp = "2026-11-01T23:30:00Z".parse().unwrap();
    let berlin = Zone::named("Europe/Berlin").unwrap();
    assert_eq!(berlin.day(at).to_string(), "2026-11-02");
    assert_eq!(Zone::utc().day(at).to_string(), "2026-11-01");
    assert_eq!(berlin.start("2026-11-02".parse().unwrap()).to_string(), "2026-11-01T23:00:00Z");
    assert_eq!(
        Zone::named("Mars/Olympus").unwrap_err().to_string(),
        "zone `Mars/Olympus` is not a zone such as Europe/Berlin"
    );
    assert_eq!(AsOf::from(Zone::utc().day(at)).until().to_string(), "2026-11-02T00:00:00Z");
}
