//! How large dips of uniform samples are: a table of simulations, from which p values are read.
//!
//! Made by scripts/references/dip.R: 100,000 samples for each number of values up to 1,000, 40,000 above, so that a chance of
//! 1 % is known to about 0.03 %. Uniform samples have the largest dips among samples of one mode, in the limit (Hartigan and
//! Hartigan 1985, DOI 10.1214/aos/1176346577), so that a test against them is a test against one mode whatever its form. √n
//! times the dip hardly changes with n, so that straight lines between rows do.
//!
//! The generator is R's own with a seed of 20, so that the table can be made again to the last digit.
//!
//! | what is asked | answer |
//! | --- | --- |
//! | fewer than 4 numbers | 1: they have one mode |
//! | a number of values between two rows | between their quantiles, by a straight line |
//! | more values than in the last row | as in the last row |
//! | a dip between two quantiles | between their chances, by a straight line |
//! | a dip below the first | between the least dip that there is, 1 / (2 n), and the first |
//! | a dip that equals a quantile but for rounding | the chance of that quantile and no less |
//! | a dip above the last | 0: less than one in ten thousand |

/// The chances of a smaller dip.
///
/// Those of the upper end are close together: there p values are held against levels.
const CHANCES: [f64; 18] =
    [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999];

/// Rows are dense where samples are small and the dip takes few values.
///
/// Numbers of values, and ten thousand times √n times the dip that is reached with these chances.
const TABLE: [(usize, [u16; 18]); 18] = [
    (4, [2500, 2500, 2500, 2500, 2500, 2500, 2500, 2663, 3153, 3758, 4149, 4475, 4631, 4740, 4840, 4887, 4918, 4969]),
    (5, [2236, 2236, 2236, 2236, 2435, 2723, 3007, 3298, 3605, 3956, 4172, 4333, 4396, 4429, 4453, 4463, 4467, 4471]),
    (6, [2041, 2041, 2257, 2541, 2788, 3010, 3224, 3438, 3653, 3892, 4032, 4377, 4695, 4933, 5184, 5334, 5499, 5697]),
    (7, [1927, 2167, 2495, 2736, 2939, 3120, 3290, 3451, 3614, 3824, 4244, 4641, 4880, 5051, 5251, 5354, 5431, 5539]),
    (8, [2093, 2318, 2612, 2819, 2989, 3139, 3276, 3408, 3550, 4012, 4360, 4699, 4895, 5063, 5289, 5540, 5706, 6040]),
    (9, [2199, 2414, 2671, 2852, 2999, 3122, 3239, 3378, 3688, 4098, 4398, 4701, 4910, 5181, 5502, 5700, 5837, 6017]),
    (10, [2272, 2467, 2699, 2855, 2980, 3091, 3228, 3470, 3753, 4119, 4409, 4782, 5050, 5274, 5546, 5714, 5908, 6160]),
    (12, [2341, 2504, 2692, 2819, 2956, 3153, 3352, 3564, 3813, 4161, 4501, 4898, 5153, 5358, 5653, 5918, 6105, 6417]),
    (15, [2365, 2487, 2683, 2886, 3065, 3237, 3415, 3607, 3858, 4259, 4590, 4993, 5261, 5506, 5810, 6004, 6212, 6597]),
    (20, [2354, 2536, 2770, 2946, 3109, 3275, 3467, 3684, 3947, 4346, 4704, 5120, 5399, 5654, 5928, 6142, 6350, 6899]),
    (30, [2439, 2601, 2837, 3022, 3199, 3373, 3562, 3783, 4055, 4470, 4839, 5274, 5575, 5845, 6190, 6385, 6602, 7142]),
    (50, [2498, 2669, 2904, 3095, 3276, 3458, 3653, 3879, 4165, 4590, 4969, 5420, 5739, 6015, 6383, 6594, 6842, 7473]),
    (100, [2567, 2744, 2984, 3177, 3361, 3550, 3750, 3985, 4273, 4721, 5121, 5578, 5898, 6189, 6617, 6872, 7172, 7868]),
    (200, [2618, 2798, 3041, 3242, 3431, 3617, 3822, 4055, 4352, 4806, 5202, 5690, 6030, 6359, 6730, 7047, 7302, 8035]),
    (500, [2668, 2847, 3097, 3299, 3488, 3680, 3887, 4126, 4432, 4879, 5296, 5774, 6111, 6430, 6862, 7149, 7379, 8079]),
    (
        1000,
        [2692, 2874, 3126, 3331, 3520, 3710, 3919, 4162, 4471, 4934, 5344, 5841, 6196, 6529, 6916, 7162, 7445, 7952],
    ),
    (
        2000,
        [2712, 2899, 3146, 3353, 3545, 3739, 3945, 4191, 4499, 4964, 5388, 5897, 6251, 6587, 6941, 7291, 7477, 7755],
    ),
    (
        5000,
        [2730, 2913, 3171, 3373, 3569, 3769, 3977, 4223, 4539, 5001, 5409, 5922, 6248, 6599, 6969, 7287, 7530, 8046],
    ),
];

/// The share of uniform samples of `count` numbers whose dip is at least as large.
///
/// Rises with no dip: a larger dip never has a larger share, whatever the number of values.
///
/// O(1). Of 4 to 7 numbers many samples have the least dip, so that the first quantiles are equal: the least dip has 1.
pub(super) fn p_value(dip: f64, count: usize) -> f64 {
    if count < 4 {
        return 1.0;
    }
    let root = (count as f64).sqrt();
    let (found, least) = (dip * root, 0.5 / root);
    let above = TABLE.partition_point(|(rows, _)| *rows < count).min(TABLE.len() - 1);
    let (high, low) = (&TABLE[above], &TABLE[above.saturating_sub(1)]);
    let on = if count >= high.0 { 1.0 } else { (count - low.0) as f64 / (high.0 - low.0) as f64 };
    let quantile = |at: usize| {
        let (low, high) = (f64::from(low.1[at]) / 1e4, f64::from(high.1[at]) / 1e4);
        low + on * (high - low)
    };
    // quantiles are rounded to four digits: what is as near is equal
    let at = (0..CHANCES.len()).filter(|at| quantile(*at) + 1e-4 < found).count();
    match at {
        18 => 0.0,
        _ if found <= least + 1e-4 => 1.0,
        at => {
            let (from, before) = if at == 0 { (least, 0.0) } else { (quantile(at - 1), CHANCES[at - 1]) };
            let part = ((found - from) / (quantile(at) - from)).clamp(0.0, 1.0);
            1.0 - (before + part * (CHANCES[at] - before))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CHANCES, TABLE, p_value};

    #[test]
    fn rows_and_chances_rise() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(TABLE.iter().all(|(_, row)| row.windows(2).all(|pair| pair[0] <= pair[1])));
        assert!(CHANCES.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn chances_are_read_where_they_stand() {
        let (count, row) = TABLE[12];
        let dip = f64::from(row[10]) / 1e4 / (count as f64).sqrt();
        assert!((p_value(dip, count) - 0.05).abs() < 1e-9);
        assert_eq!((p_value(0.0, 50), p_value(0.25, 50), p_value(0.25, 3)), (1.0, 0.0, 1.0));
        assert!(p_value(0.02, 1_000_000) == 0.0 && p_value(5e-7, 1_000_000) == 1.0);
        let all: Vec<f64> = (0..100).map(|at| p_value(0.01 + at as f64 / 1_000.0, 60)).collect();
        assert!(all.windows(2).all(|pair| pair[0] >= pair[1]), "{all:?}");
    }
}
