//! A sample of different buyers, on which a search goes fast and ends near.

use crate::lifetime::buyers::Buyers;
use crate::lifetime::cell::{Cell, Group};
use crate::parallel;

/// About `size` cells whose weights stand for all.
///
/// Cells that stand for many buyers are kept as they are. Of the others every so many buyers in the order of cells (which is
/// that of repeats, ages and times) one is taken, and stands for those between: a systematic sample, the same each time.
/// Buyers without a repeat tell the least of one another and are taken more seldom, so that they are no more than a quarter
/// of the sample however rare repeats are.
///
/// O(n) in the cells; what is not summed in parallel are comparisons.
pub(super) fn of(buyers: &Buyers, size: usize) -> (Vec<Cell>, Vec<Group>) {
    let parts = parallel::map_chunks(buyers.list().len(), parallel::CHUNK, |range| {
        let cells = buyers.list().get(range).unwrap_or(&[]);
        // cells come sorted: in a group those without a repeat stand before the others
        let weight = |cells: &[Cell]| cells.iter().map(|cell| cell.weight).sum::<f64>();
        let some = cells.chunk_by(|a, b| (a.repeats > 0.0) == (b.repeats > 0.0));
        some.fold([0.0, 0.0], |[none, some], cells| match cells.first() {
            Some(cell) if cell.repeats > 0.0 => [none, some + weight(cells)],
            _ => [none + weight(cells), some],
        })
    });
    let (none, some) = parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part[0], sum.1 + part[1]));
    let seldom = if some > 0.0 && none > some / 3.0 { some / (3.0 * none) } else { 1.0 };
    let step = ((some + none * seldom) / size.max(1) as f64).max(f64::MIN_POSITIVE);
    let mut passed = 0.5 * step;
    let (mut cells, mut groups) = (Vec::with_capacity((size + size / 8).min(buyers.list().len())), Vec::new());
    for group in buyers.groups() {
        let start = cells.len();
        for cell in buyers.list().get(group.cells.clone()).unwrap_or(&[]) {
            let factor = if cell.repeats > 0.0 { 1.0 } else { seldom };
            let part = cell.weight * factor;
            if part >= step {
                cells.push(*cell);
                continue;
            }
            passed += part;
            if passed >= step {
                passed -= step;
                cells.push(Cell { weight: step / factor, ..*cell });
            }
        }
        if cells.len() > start {
            groups.push(Group { cells: start..cells.len(), ..group.clone() });
        }
    }
    (cells, groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::purchases::TimeUnit;

    #[test]
    fn a_sample_stands_for_all_and_keeps_rare_repeats() {
        let rows = 30_000;
        let repeats: Vec<u32> = (0..rows).map(|row| u32::from(row % 100 == 0) * (1 + row % 7)).collect();
        let age: Vec<f64> = (0..rows).map(|row| 1.0 + f64::from(row) / 40.0).collect();
        let last: Vec<f64> = repeats.iter().zip(&age).map(|(x, age)| if *x > 0 { age / 2.0 } else { 0.0 }).collect();
        let buyers = Buyers::new(TimeUnit::Days, &repeats, &last, &age).unwrap();
        let (cells, groups) = of(&buyers, 400);
        assert!((350..450).contains(&cells.len()) && groups.len() == 1, "{}", cells.len());
        let total: f64 = cells.iter().map(|cell| cell.weight).sum();
        assert!((total / 30_000.0 - 1.0).abs() < 0.01, "{total}");
        let repeaters = cells.iter().filter(|cell| cell.repeats > 0.0);
        assert!(repeaters.clone().count() > 250);
        let weight: f64 = repeaters.map(|cell| cell.weight).sum();
        assert!((weight / 300.0 - 1.0).abs() < 0.02, "{weight}");
        let age = cells.iter().map(|cell| cell.age * cell.weight).sum::<f64>() / total;
        assert!((age / 376.0 - 1.0).abs() < 0.01, "{age}");
        // all of a small one
        assert_eq!(of(&buyers, 10_000_000).0, buyers.list());
    }
}
