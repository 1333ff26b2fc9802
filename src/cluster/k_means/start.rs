//! Where the centroids are at first.
//!
//! Rows that do not count are never drawn, and no row that equals one drawn before: so there are fewer centroids than were
//! asked for exactly where there are fewer different rows. In single precision rows may look equal that are not; then the
//! start says so, and is drawn anew from rows in double precision.
//!
//! What is drawn depends on the seed, the number of the restart and the chunk, never on threads.

use crate::error::Result;
use crate::math::random::Random;
use crate::progress::Progress;

use super::assign::{Part, Pass, assign};
use super::choices::Start;
use super::exact::{Centroids, Rows, Value};
use super::lane::Lane;
use super::packed::{Packed, Spread};
use super::scan::Table;
use super::seed::Seeds;
use crate::math::simd::Level;

/// How often k-means|| draws, beside the first row: five rounds are enough (Bahmani et al. 2012, section 5).
const ROUNDS: u64 = 5;

/// What a start draws with.
#[derive(Clone, Copy)]
pub(super) struct Draw<'a> {
    /// How many clusters are asked for.
    pub(super) k: usize,
    /// The seed of the recipe.
    pub(super) seed: u64,
    /// Which restart it is.
    pub(super) restart: u64,
    /// With which instructions.
    pub(super) level: Level,
    /// Hears how far it is.
    pub(super) progress: Progress<'a>,
}

/// The first centroids, row after row; fewer than asked if there are not as many different rows that count. `None` if
/// the precision of the packed rows is too coarse to tell rows apart.
pub(super) fn centroids<V: Value, T: Lane>(
    start: &Start,
    rows: &Rows<'_, V>,
    packed: &Packed<T>,
    draw: Draw<'_>,
) -> Result<Option<Vec<f64>>> {
    let mut random = Random::new(draw.seed, draw.restart);
    let chosen = match start {
        Start::Given(given) => return Ok(Some(given.concat())),
        Start::Random => Some(distinct(rows, draw.k, &mut random)),
        Start::PlusPlus => plus_plus(rows, packed, draw, &mut random)?,
        Start::Parallel => parallel(rows, packed, draw, &mut random)?,
    };
    Ok(chosen.map(|chosen| wide(rows, &chosen)))
}

/// The numbers of those rows.
fn wide<V: Value>(rows: &Rows<'_, V>, chosen: &[usize]) -> Vec<f64> {
    chosen.iter().flat_map(|row| rows.row(*row)).map(|value| value.wide()).collect()
}

/// Rows drawn at random, each as likely, each different from those before.
fn distinct<V: Value>(rows: &Rows<'_, V>, k: usize, random: &mut Random) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    let differs = |row: usize, chosen: &[usize]| {
        rows.weight(row) > 0.0 && chosen.iter().all(|other| !same(rows.row(row), rows.row(*other)))
    };
    for _ in 0..20 * k {
        let row = random.below(rows.len);
        if chosen.len() < k && differs(row, &chosen) {
            chosen.push(row);
        }
    }
    if chosen.len() < k {
        // few rows, few different ones, or few that count: look at all of them
        for row in random.sample(rows.len, rows.len) {
            if chosen.len() < k && differs(row, &chosen) {
                chosen.push(row);
            }
        }
    }
    chosen
}

fn same<V: Value>(a: &[V], b: &[V]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.wide() == b.wide())
}

/// A row in proportion to its weight.
fn any<V: Value>(rows: &Rows<'_, V>, random: &mut Random) -> usize {
    match rows.weights {
        None => random.below(rows.len),
        Some(weights) => random.weighted(weights, weights.iter().sum()),
    }
}

/// Greedy k-means++: of several rows drawn in proportion to their squared distance, the one that leaves least.
fn plus_plus<V: Value, T: Lane>(
    rows: &Rows<'_, V>,
    packed: &Packed<T>,
    draw: Draw<'_>,
    random: &mut Random,
) -> Result<Option<Vec<usize>>> {
    let trials = 2 + (draw.k as f64).ln() as usize;
    let mut seeds = Seeds::new(rows, packed, draw.level);
    seeds.choose(any(rows, random));
    seeds.settle();
    while seeds.chosen.len() < draw.k {
        draw.progress.step("centroids", seeds.chosen.len() as u64, draw.k as u64)?;
        if seeds.total() <= 0.0 {
            // no other row is different, as far as this precision goes
            return Ok((size_of::<T>() == size_of::<f64>()).then_some(seeds.chosen));
        }
        let candidates: Vec<usize> = (0..trials).map(|_| seeds.draw(random)).collect();
        let left = seeds.learn(&candidates);
        let of = |candidate: usize| left.iter().map(|left| left[candidate]).sum::<f64>();
        let best = (1..trials).fold(0, |best, other| if of(other) < of(best) { other } else { best });
        seeds.take(candidates[best], &left, best);
    }
    Ok(Some(seeds.chosen))
}

/// k-means||: five rounds in which each row is drawn by itself, about 2 k a round; then k-means++ among those drawn,
/// each with the weight of the rows that are nearest to it.
fn parallel<V: Value, T: Lane>(
    rows: &Rows<'_, V>,
    packed: &Packed<T>,
    draw: Draw<'_>,
    random: &mut Random,
) -> Result<Option<Vec<usize>>> {
    let mut seeds = Seeds::new(rows, packed, draw.level);
    seeds.choose(any(rows, random));
    for round in 0..ROUNDS {
        draw.progress.step("rounds", round, ROUNDS)?;
        seeds.settle();
        let stream = (1 << 63) | (draw.restart << 40) | (round << 32);
        for row in seeds.draw_each(2.0 * draw.k as f64, draw.seed, stream) {
            seeds.choose(row);
        }
    }
    let drawn = seeds.chosen;
    if drawn.len() < draw.k {
        // rows are few, or few are different
        return plus_plus(rows, packed, draw, random);
    }
    let Some(weights) = weights(rows, packed, draw.level, &drawn) else { return Ok(None) };
    let numbers = wide(rows, &drawn);
    let few = Rows::new(&numbers, rows.dimensions, Some(&weights));
    let Some(packed) = Packed::<f64>::new(&few, &Spread::of(&few), draw.k) else { return Ok(None) };
    let chosen = plus_plus(&few, &packed, draw, random)?;
    Ok(chosen.map(|chosen| chosen.into_iter().map(|at| drawn[at]).collect()))
}

/// The weight of the rows that are nearest to each of those drawn.
fn weights<V: Value, T: Lane>(
    rows: &Rows<'_, V>,
    packed: &Packed<T>,
    level: Level,
    drawn: &[usize],
) -> Option<Vec<f64>> {
    let centroids = Centroids::new(wide(rows, drawn), rows.dimensions);
    let table = Table::<T>::new(&centroids, &packed.shift, packed.scale, level.width())?;
    let pass = Pass { rows, packed, table: &table, centroids: &centroids, drift: 0.0, bounded: false, level };
    let counts = crate::parallel::map_chunks(rows.len, packed.chunk, |range| {
        let mut part = Part::new(range.len(), centroids.clusters, rows.dimensions, [f64::INFINITY; 2]);
        assign(&pass, range.start / packed.chunk, &mut part);
        part.counts
    });
    let mut weights = vec![0.0; drawn.len()];
    for counts in counts {
        for (weight, count) in weights.iter_mut().zip(counts) {
            *weight += count;
        }
    }
    Some(weights)
}
