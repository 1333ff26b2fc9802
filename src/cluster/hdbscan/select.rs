//! Which clusters of the condensed tree are taken.
//!
//! Clusters are numbered so that parents come before children: one walk back through the numbers meets what is below
//! first, and one forward what is above.
//!
//! Where a cluster is exactly as stable as what it splits into, the cluster is taken: fewer are easier to act on.
//! Epsilon comes last, on what was taken by either way of choosing; it only ever makes clusters larger.
//!
//! Nothing here looks at rows: the work is O(clusters of the condensed tree).

use super::condensed::{Condensed, NONE};

/// How clusters are chosen among those that split from each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ClusterSelection {
    /// By excess of mass: a cluster if it is more stable than all that it splits into together, else these. Few and
    /// large clusters.
    #[default]
    ExcessOfMass,
    /// Those that do not split any more. Many and small clusters, of about one density each.
    Leaves,
}

/// What decides.
///
/// All of it is asked of the recipe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// How to choose.
    pub(super) selection: ClusterSelection,
    /// Whether the whole may be a cluster. It begins at no density at all, so it is often the most stable.
    pub(super) single: bool,
    /// Clusters that split at a distance shorter than this are not told apart.
    pub(super) epsilon: f64,
}

/// Whether each cluster is taken: none lies in another, because what lies in a taken one is left out last.
pub(super) fn select(condensed: &Condensed, choice: Choice) -> Vec<bool> {
    let mut taken = match choice.selection {
        ClusterSelection::ExcessOfMass => excess_of_mass(condensed, choice.single),
        ClusterSelection::Leaves => leaves(condensed, choice.single),
    };
    if choice.epsilon > 0.0 {
        taken = merge(condensed, &taken, choice);
    }
    // what lies below a taken one is part of it
    let mut inside = vec![false; condensed.len()];
    for cluster in 1..condensed.len() {
        let parent = condensed.parent[cluster] as usize;
        inside[cluster] = inside[parent] || taken[parent];
    }
    taken.iter().zip(inside).map(|(taken, inside)| *taken && !inside).collect()
}

/// The first cluster that may be taken: the whole is 0.
fn first(single: bool) -> usize {
    usize::from(!single)
}

/// From the last split up: the more stable of a cluster and what is best below it. A heap of rows that nothing parts is
/// stable without bound, so heaps count first.
fn excess_of_mass(condensed: &Condensed, single: bool) -> Vec<bool> {
    let mut below = vec![(0.0, 0.0); condensed.len()];
    let mut taken = vec![false; condensed.len()];
    for cluster in (first(single)..condensed.len()).rev() {
        let own = (condensed.heaped[cluster], condensed.stability[cluster]);
        taken[cluster] = own >= below[cluster];
        let best = if taken[cluster] { own } else { below[cluster] };
        if let Some(parent) = below.get_mut(condensed.parent[cluster] as usize) {
            *parent = (parent.0 + best.0, parent.1 + best.1);
        }
    }
    taken
}

/// Those that do not split; the whole too, if it does not and may be taken.
fn leaves(condensed: &Condensed, single: bool) -> Vec<bool> {
    let mut taken = vec![true; condensed.len()];
    condensed.parent.iter().filter(|parent| **parent != NONE).for_each(|parent| taken[*parent as usize] = false);
    taken[0] &= single;
    taken
}

/// C. Malzer and M. Baum 2020, A hybrid approach to hierarchical density-based cluster selection, DOI
/// 10.1109/MFI49285.2020.9235263: a cluster that splits off at a distance below epsilon gives way to the nearest above
/// it that does not; below the whole if that may not be taken.
fn merge(condensed: &Condensed, taken: &[bool], choice: Choice) -> Vec<bool> {
    let mut merged = vec![false; condensed.len()];
    for start in (0..condensed.len()).filter(|cluster| taken[*cluster]) {
        let mut cluster = start;
        while condensed.birth[cluster] < choice.epsilon && condensed.parent[cluster] != NONE {
            let parent = condensed.parent[cluster] as usize;
            if parent == 0 && !choice.single {
                break;
            }
            cluster = parent;
        }
        merged[cluster] = true;
    }
    merged
}
