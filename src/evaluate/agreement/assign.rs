//! The assignment of rows to columns with the greatest gain: shortest augmenting paths.
//!
//! Prices of rows and columns make every pair cost nothing or more, and nothing where the two are assigned. A new row
//! looks for the cheapest chain that ends at a free column: it takes a column, whose row takes another, and so on.
//! Where several chains are as cheap, the one that ends sooner is taken: no row moves without need. The first search is
//! over prices of nothing, where every row would like the column with its greatest gain.
//!
//! Afterwards prices of all that the search has reached are moved by how far it went, which keeps both conditions.

/// The column of each row, each column at most once, so that gains are greatest in sum; as many rows as can have one.
///
/// Zero is a gain like others: rows get a column also where they gain nothing by it.
///
/// `gains` are not negative, row after row, and sum to a number of 63 bits: no sum on the way is larger than theirs, so
/// whole numbers are exact. There are not more rows than columns. Which of several best assignments is found depends
/// on the table only; of columns at the same distance a free one is taken first, then the lowest.
///
/// Gains are taken off prices, so the greatest gain is the lowest cost. Row after row is brought in along the shortest chain of those that move for it, at prices under which no pair costs
/// less than nothing (H. Kuhn 1955, DOI 10.1002/nav.3800020109; R. Jonker and A. Volgenant 1987, DOI 10.1007/BF02278710;
/// D. Crouse 2016, DOI 10.1109/TAES.2016.140952).
///
/// # Cost
/// O(rows² columns) time at most, O(columns) memory beside the table. Groups that hardly changed are found at once: most
/// rows take the column with their greatest gain, and nothing has to move.
pub(super) fn assign(gains: &[i64], rows: usize, columns: usize) -> Vec<usize> {
    let mut row_prices = vec![0_i64; rows];
    let mut column_prices = vec![0_i64; columns];
    let mut column_of = vec![usize::MAX; rows];
    let mut row_of: Vec<Option<usize>> = vec![None; columns];
    let mut distances = vec![i64::MAX; columns];
    let mut before = vec![0_usize; columns];
    for new in 0..rows {
        // a search from the new row over columns, the nearest first, as in a road map (E. Dijkstra)
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
#[path = "assign_tests.rs"]
mod tests;
