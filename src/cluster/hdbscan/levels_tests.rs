use super::{Edge, Levels};

#[test]
fn edges_of_one_length_make_one_part() {
    let edge = |a, b, square| Edge { a, b, square };
    let edges = vec![edge(0, 1, 1.0), edge(2, 3, 1.0), edge(1, 2, 2.0), edge(3, 4, 2.0)];
    let levels = Levels::new(edges, &[1.0, 1.0, 1.0, 1.0, 2.0], &[1.0; 5]);
    let parts: Vec<u32> = levels.parts(levels.root).collect();
    assert_eq!(parts, [5, 6, 4]);
    assert_eq!((levels.level[levels.root as usize], levels.weight[levels.root as usize]), (2.0, 5.0));
    let mut rows = Vec::new();
    levels.rows(levels.root, |row| rows.push(row));
    rows.sort_unstable();
    assert_eq!(rows, [0, 1, 2, 3, 4]);
}
