//! What a mixture tells of itself without being asked.

use super::em::Ended;
use super::ground::Ground;
use super::normal::Components;
use super::pass::Seen;
use super::shape::Shape;

/// Sentences on what was decided on the way: fewer components than asked, components without rows, components whose
/// spread is the regularisation and not the data's.
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

/// A component with fewer rows than its covariance has directions.
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

/// A component that does not vary in a direction.
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
