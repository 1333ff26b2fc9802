//! What a mixture tells of itself without being asked.
//!
//! A likelihood that was reached by shrinking to a few rows is high and says nothing of the data. The regularisation
//! keeps such a component from ruin; these notes keep it from being taken for a find.

use super::em::Ended;
use super::ground::Ground;
use super::normal::Components;
use super::pass::Seen;
use super::shape::Shape;

/// Sentences on what was decided on the way: fewer components than asked, components without rows, components whose
/// spread is the regularisation and not the data's.
///
/// `total` is the weight of all rows. Components have their final numbers: those of the clusters.
pub(super) fn all(asked: usize, ground: &Ground, ended: &Ended<Components>, seen: &Seen, total: f64) -> Vec<String> {
    let mut notes = Vec::new();
    let components = &ended.state.components;
    let found = components.len();
    if found < asked {
        notes.push(format!("{found} components instead of {asked}: there are no more different rows"));
    }
    if ended.revived > 0 {
        let times = ended.revived;
        notes.push(format!("a component lost all its rows and began again at the least expected row, {times} times"));
    }
    for column in 0..ground.dimensions() {
        if ground.constant[column] {
            notes.push(format!("column {column} is the same in all rows: it tells components apart by nothing"));
        }
    }
    for component in 0..found {
        if seen.sizes[component] == 0.0 {
            notes.push(format!("component {component} is the most probable one of no row"));
        }
        few(component, ended.state.shares[component] * total, ground, &mut notes);
        flat(component, ground, components, &mut notes);
    }
    notes
}

/// Notes a component with fewer rows than its covariance has directions.
///
/// `d + 1` rows in general position make a full covariance of `d` columns, two make a variance. One covariance for all
/// components is made of all rows, so there a component may be small.
fn few(component: usize, rows: f64, ground: &Ground, notes: &mut Vec<String>) {
    let needed = match ground.shape {
        Shape::Full => ground.dimensions() + 1,
        Shape::Tied => return,
        Shape::Diagonal | Shape::Spherical => 2,
    };
    if rows < needed as f64 - 1e-6 {
        notes.push(format!(
            "component {component} has the weight of {rows:.1} rows, {needed} make a covariance: it rests on the regularisation"
        ));
    }
}

/// Notes a component that does not vary in a direction: what is left of a variance when other columns have explained
/// their part is hardly more than the ridge.
///
/// A column that is the same in all rows is noted once and not here. Of flat columns the first is named: which of two
/// that follow from each other is called flat depends on their order only.
fn flat(component: usize, ground: &Ground, components: &Components, notes: &mut Vec<String>) {
    if ground.shape == Shape::Tied && component > 0 {
        return;
    }
    let is_flat = |column: usize| {
        !ground.constant[column] && components.own_variance(component, column) <= 10.0 * ground.ridge[column]
    };
    let columns: Vec<usize> = (0..ground.dimensions()).filter(|column| is_flat(*column)).collect();
    let Some(first) = columns.first() else { return };
    let who = if ground.shape == Shape::Tied { "each component".to_owned() } else { format!("component {component}") };
    let count = columns.len();
    notes.push(format!(
        "{who} does not vary in {count} columns beyond what other columns say (first column {first}): \
         its variance there is the regularisation"
    ));
}
