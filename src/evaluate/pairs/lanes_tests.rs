//! Distances by blocks beside those of two rows alone.

use super::{LANES, Lanes, TOGETHER};
use crate::math::random::Random;
use crate::math::simd::Level;

#[test]
fn all_levels_give_the_bits_of_two_rows_alone() {
    for (len, dimensions) in [(1, 1), (9, 3), (40, 17)] {
        let mut random = Random::new(len as u64, 0);
        let rows: Vec<f64> = (0..len * dimensions).map(|_| random.normal()).collect();
        for level in Level::all() {
            let lanes = Lanes { level, ..Lanes::new(&rows, dimensions) };
            let singles: Vec<u32> = (0..len as u32).rev().take(TOGETHER - 1).collect();
            let (mut gathered, stride) = (Vec::new(), len.div_ceil(LANES) * LANES);
            lanes.gather(&singles, &mut gathered);
            let mut out = vec![0.0; TOGETHER * stride];
            lanes.distances(&gathered, singles.len(), 0..len.div_ceil(LANES), stride, &mut out);
            for (at, single) in singles.iter().enumerate() {
                let a = &rows[*single as usize * dimensions..][..dimensions];
                for (row, b) in rows.chunks(dimensions).enumerate() {
                    let square: f64 = a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
                    assert_eq!(out[at * stride + row], square.sqrt(), "{level:?} {single} {row}");
                }
            }
        }
    }
}

#[test]
fn very_large_and_very_small_numbers_keep_their_distances() {
    for size in [1e300, 1e-300] {
        let lanes = Lanes::new(&[size, 4.0 * size, -size], 1);
        let (mut gathered, mut out) = (Vec::new(), vec![0.0; TOGETHER * LANES]);
        lanes.gather(&[2], &mut gathered);
        lanes.distances(&gathered, 1, 0..1, LANES, &mut out);
        let found: Vec<f64> = out[..3].iter().map(|length| lanes.scale().outer(*length) / size).collect();
        assert_eq!(found, [2.0, 5.0, 0.0]);
    }
}
