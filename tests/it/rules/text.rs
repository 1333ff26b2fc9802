//! The text form: what it looks like, that it comes back the same, what it says of mistakes, that nothing breaks it.

use proptest::prelude::*;

use super::generate::{
    any_audience, any_condition, any_definitions, any_rules, any_term, condition, definitions, events,
};

fn round<T: std::str::FromStr<Err = segmentry::Error> + std::fmt::Display + std::fmt::Debug + PartialEq>(
    value: &T,
) -> Result<(), TestCaseError> {
    let text = value.to_string();
    let read = text.parse::<T>().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    prop_assert_eq!(&read, value, "{}", text);
    prop_assert_eq!(read.to_string(), text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_come_back_the_same(condition in any_condition(3)) {
        round(&condition)?;
    }

    #[test]
    fn terms_come_back_the_same(term in any_term(3)) {
        round(&term)?;
    }

    #[test]
    fn well_kinded_conditions_come_back_the_same(condition in condition(3)) {
        round(&condition)?;
    }

    #[test]
    fn events_and_windows_come_back_the_same(events in events()) {
        round(&events)?;
        round(&events.window)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_come_back_the_same(definitions in any_definitions()) {
        round(&definitions)?;
    }

    #[test]
    fn well_kinded_documents_come_back_the_same(definitions in definitions()) {
        round(&definitions)?;
    }

    #[test]
    fn audiences_and_rules_come_back_the_same(audience in any_audience(), rules in any_rules()) {
        round(&audience)?;
        round(&rules)?;
    }
}
