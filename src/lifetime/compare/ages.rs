//! Buyers by age alone: what figures of newcomers are summed over.
//!
//! What was expected of a buyer before anything was known depends on the age (and on covariates) only. Ages in days of a
//! year are a few hundred; ages in moments are as many as buyers, and are put into classes.

use crate::lifetime::buyers::Buyers;

/// Different ages of a group of buyers above which near ones are taken together.
///
/// More than five years of days.
pub(super) const CLASSES: usize = 2048;

/// Buyers of one age, with the same covariates: newcomers of the same kind.
///
/// What they did since plays no part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Age {
    /// Where their covariates stand among those of the buyers.
    pub(super) group: usize,
    /// In the unit of the buyers.
    pub(super) age: f64,
    /// How many they are, with their weights.
    ///
    /// Never 0.
    pub(super) weight: f64,
}

/// The ages, rising in each group, of buyers with a weight.
///
/// Where a group has more than [`CLASSES`] different ones, the means of so many classes
/// of equal width. That moves no age by more than a two-thousandth of their range.
pub(super) fn ages(buyers: &Buyers) -> Vec<Age> {
    let mut all = Vec::new();
    for (group, own) in buyers.groups().iter().enumerate() {
        let cells = buyers.list().get(own.cells.clone()).unwrap_or(&[]).iter().filter(|cell| cell.weight > 0.0);
        let mut found: Vec<(f64, f64)> = cells.map(|cell| (cell.age, cell.weight)).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut ages: Vec<Age> = Vec::new();
        for (age, weight) in found {
            match ages.last_mut() {
                Some(last) if last.age == age => last.weight += weight,
                _ => ages.push(Age { group, age, weight }),
            }
        }
        all.append(&mut if ages.len() > CLASSES { classes(&ages) } else { ages });
    }
    all
}

/// Rising ages in classes of equal width, each at its mean.
///
/// Figures are smooth in the age: with the mean kept, what is lost is of the order of the square of the width.
fn classes(ages: &[Age]) -> Vec<Age> {
    let (Some(first), Some(last)) = (ages.first(), ages.last()) else { return Vec::new() };
    let width = (last.age - first.age) / CLASSES as f64;
    let mut classes: Vec<(usize, Age)> = Vec::new();
    for age in ages {
        let class = ((age.age - first.age) / width) as usize;
        match classes.last_mut() {
            Some((known, of)) if *known == class => {
                let weight = of.weight + age.weight;
                of.age += (age.age - of.age) * (age.weight / weight);
                of.weight = weight;
            }
            _ => classes.push((class, *age)),
        }
    }
    classes.into_iter().map(|(_, age)| age).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::features::purchases::TimeUnit;

    /// Sum and mean are kept.
    #[test]
    fn many_ages_become_classes_and_nobody_is_lost() {
        let ages_of: Vec<f64> = (0..9000).map(|row| f64::from(row) * 0.01 + 3.0).collect();
        let none = vec![0.0; ages_of.len()];
        let buyers = Buyers::new(TimeUnit::Weeks, &vec![0; ages_of.len()], &none, &ages_of).unwrap();
        let classes = ages(&buyers);
        assert!(classes.len() <= CLASSES + 1 && classes.len() > CLASSES / 2, "{}", classes.len());
        let weight: f64 = classes.iter().map(|age| age.weight).sum();
        let mean = classes.iter().map(|age| age.weight * age.age).sum::<f64>() / weight;
        assert!((weight - 9000.0).abs() < 1e-6 && (mean - 47.995).abs() < 1e-6, "{weight} {mean}");
    }
}
