//! What a mixture may be made of: the door for other kinds of components than normal distributions.
//!
//! The iteration in [`em`](super::em) needs little of a component: how dense it is at a row, what a row adds to what is
//! known of it, and what it becomes of those sums. Whatever answers these questions has restarts, weights, threads,
//! log-sum-exp and the criteria for nothing; tables of categories (latent classes) are an example.

use super::block::{Block, Column};

/// What the components of a mixture are: how dense they are at a row, and what is learnt of rows that are theirs in part.
pub(super) trait Emission: Sync {
    /// All components of one mixture.
    type Components: Clone + Send + Sync;
    /// Room to work in.
    type Scratch;

    /// Room to work in.
    fn scratch(&self) -> Self::Scratch;

    /// How many numbers a component adds up; the first is the weight of the rows that are its own.
    fn width(&self) -> usize;

    /// Does what is the same for all components, once a block.
    fn prepare(&self, components: &Self::Components, block: &Block, scratch: &mut Self::Scratch);

    /// Writes the logarithm of the density of one component at each row, which is finite.
    fn log_density(
        &self,
        components: &Self::Components,
        component: usize,
        block: &Block,
        scratch: &mut Self::Scratch,
        out: &mut Column,
    );

    /// Adds up what the rows say of one component, each as far as it is that component's.
    fn add(
        &self,
        components: &Self::Components,
        component: usize,
        block: &Block,
        degrees: &Column,
        scratch: &mut Self::Scratch,
        sums: &mut [f64],
    );

    /// The components that fit these sums best. One with weight 0 stays as it is.
    fn learn(&self, components: &Self::Components, sums: &[f64]) -> Self::Components;

    /// Begins one component anew at a row.
    fn revive(&self, components: &mut Self::Components, component: usize, row: &[f64]);
}

/// A mixture on its way: the components, and the share of each.
#[derive(Clone, Debug)]
pub(super) struct State<C> {
    /// The components.
    pub(super) components: C,
    /// The prior probability that a row is drawn from each; above 0, together 1.
    pub(super) shares: Vec<f64>,
}
