//! Clusters that have nobody begin again, for methods that keep a label and a distance of each row.

/// Gives clusters that have nobody the rows that are furthest from what stands for theirs; says how many were given one.
///
/// A row that is alone in its cluster, or at distance 0, is left where it is: it would leave a cluster with nobody, or make a
/// second one like its own. Rows that do not count are nobody. Ties go to the first row. O(n) for each empty cluster.
pub(super) fn refill<L, D>(placed: &mut [(L, D)], k: usize, counts: impl Fn(usize) -> bool) -> usize
where
    L: Copy + TryFrom<usize> + TryInto<usize>,
    D: Copy + Default + PartialOrd,
{
    let number = |label: L| label.try_into().unwrap_or(0);
    let mut rows_of = vec![0_usize; k];
    for (row, (label, _)) in placed.iter().enumerate() {
        rows_of[number(*label)] += usize::from(counts(row));
    }
    let mut refilled = 0;
    for cluster in 0..k {
        if rows_of[cluster] > 0 {
            continue;
        }
        let mut furthest: Option<usize> = None;
        for (row, (label, distance)) in placed.iter().enumerate() {
            let free = counts(row) && rows_of[number(*label)] > 1;
            if free && *distance > furthest.map_or(D::default(), |row| placed[row].1) {
                furthest = Some(row);
            }
        }
        let (Some(row), Ok(label)) = (furthest, L::try_from(cluster)) else { break };
        rows_of[number(placed[row].0)] -= 1;
        rows_of[cluster] = 1;
        placed[row] = (label, D::default());
        refilled += 1;
    }
    refilled
}
