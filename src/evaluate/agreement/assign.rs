//! The assignment of rows to columns with the greatest gain: shortest augmenting paths.

/// The column of each row, each column at most once, so that gains are greatest in sum; as many rows as can have one.
///
/// `gains` are not negative, row after row, and sum to a number of 63 bits: no sum on the way is larger than theirs, so
/// whole numbers are exact. There are not more rows than columns. Which of several best assignments is found depends
/// on the table only; of columns at the same distance a free one is taken first, then the lowest.
///
/// Row after row is brought in along the shortest chain of those that move for it, at prices under which no pair costs
/// less than nothing (H. Kuhn 1955, DOI 10.1002/nav.3800020109; R. Jonker and A. Volgenant 1987, DOI 10.1007/BF02278710;
/// D. Crouse 2016, DOI 10.1109/TAES.2016.140952).
///
/// # Cost
/// O(rows² columns) time at most, O(columns) memory beside the table.
pub(super) fn assign(gains: &[i64], rows: usize, columns: usize) -> Vec<usize> {
    let mut row_prices = vec![0_i64; rows];
    let mut column_prices = vec![0_i64; columns];
    let mut column_of = vec![usize::MAX; rows];
    let mut row_of: Vec<Option<usize>> = vec![None; columns];
    let mut distances = vec![i64::MAX; columns];
    let mut before = vec![0_usize; columns];
    for new in 0..rows {
        distances.fill(i64::MAX);
        let mut open: Vec<usize> = (0..columns).collect(); // columns not yet reached, rising
        let mut closed: Vec<usize> = Vec::new();
        let (mut row, mut so_far) = (new, 0_i64);
        let end = loop {
            let mut nearest: Option<(i64, bool, usize, usize)> = None; // distance, taken, place in `open`, column
            let gains = &gains[row * columns..(row + 1) * columns];
            for (place, column) in open.iter().copied().enumerate() {
                let distance = so_far - gains[column] - row_prices[row] - column_prices[column];
                if distance < distances[column] {
                    (distances[column], before[column]) = (distance, row);
                }
                let here = (distances[column], row_of[column].is_some(), place, column);
                if nearest.is_none_or(|known| (here.0, here.1) < (known.0, known.1)) {
                    nearest = Some(here);
                }
            }
            let Some((distance, _, place, column)) = nearest else {
                return column_of; // more rows than columns
            };
            so_far = distance;
            open.remove(place);
            closed.push(column);
            match row_of[column] {
                Some(next) => row = next,
                None => break column,
            }
        };
        row_prices[new] += so_far;
        for column in closed {
            let rest = so_far - distances[column];
            column_prices[column] -= rest;
            if let Some(row) = row_of[column] {
                row_prices[row] += rest;
            }
        }
        let mut column = end;
        loop {
            let row = before[column];
            row_of[column] = Some(row);
            column = std::mem::replace(&mut column_of[row], column);
            if row == new {
                break;
            }
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::assign;
    use crate::math::random::Random;

    /// The greatest gain over all ways.
    fn greatest(gains: &[i64], rows: usize, columns: usize, row: usize, taken: u32) -> i64 {
        let free = |column: &usize| taken >> column & 1 == 0;
        let gain =
            |column| gains[row * columns + column] + greatest(gains, rows, columns, row + 1, taken | (1_u32 << column));
        if row == rows { 0 } else { (0..columns).filter(free).map(gain).max().unwrap_or(0) }
    }

    #[test]
    fn it_is_the_best_of_all_permutations() {
        for seed in 0..300 {
            let mut random = Random::new(seed, 0);
            let rows = 1 + random.below(7);
            let columns = rows + random.below(8 - rows);
            let most = [2, 5, 1000][random.below(3)];
            let gains: Vec<i64> = (0..rows * columns).map(|_| random.below(most) as i64).collect();
            let found = assign(&gains, rows, columns);
            let mut taken = found.clone();
            taken.sort_unstable();
            taken.dedup();
            assert!(taken.len() == rows && taken.iter().all(|column| *column < columns), "{found:?}");
            let gain: i64 = found.iter().enumerate().map(|(row, column)| gains[row * columns + column]).sum();
            assert_eq!(gain, greatest(&gains, rows, columns, 0, 0), "{gains:?}");
        }
    }
}
