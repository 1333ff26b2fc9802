//! Internal figures from their definitions, by straight loops: what the library must agree with.

use nalgebra::DMatrix;
use ndarray::Array2;
use segmentry::evaluate::Index;

/// Rows round random centers, each group with two rows at least where there are enough; the greater `apart`, the clearer.
pub fn random(seed: u64, n: usize, d: usize, k: usize, apart: f64) -> (Array2<f64>, Vec<u32>) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..20 {
        uniform();
    }
    let centers: Vec<f64> = (0..k * d).map(|_| (uniform() - 0.5) * 4.0 * apart).collect();
    let labels: Vec<u32> =
        (0..n).map(|row| if row < 2 * k { row % k } else { (uniform() * k as f64) as usize } as u32).collect();
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let rows = Array2::from_shape_fn((n, d), |(row, column)| centers[labels[row] as usize * d + column] + normal());
    (rows, labels)
}

/// Rows with weight, the group of each from 0 on.
pub struct Twin {
    rows: Vec<(usize, f64, Vec<f64>)>,
    k: usize,
    d: usize,
}

impl Twin {
    pub fn new(rows: &Array2<f64>, labels: &[u32], weights: &[f64]) -> Self {
        let counted = (0..rows.nrows()).filter(|row| weights[*row] > 0.0);
        let rows: Vec<_> = counted.map(|row| (labels[row] as usize, weights[row], rows.row(row).to_vec())).collect();
        Twin { k: rows.iter().map(|row| row.0).max().unwrap() + 1, d: rows[0].2.len(), rows }
    }

    /// Whether there is a definition of this figure here.
    pub fn knows(index: Index) -> bool {
        Twin::new(&random(1, 30, 1, 2, 1.0).0, &random(1, 30, 1, 2, 1.0).1, &[1.0; 30]).of(index).is_some()
    }

    fn group(&self, group: usize) -> Vec<&(usize, f64, Vec<f64>)> {
        self.rows.iter().filter(|row| row.0 == group).collect()
    }

    fn weight(rows: &[&(usize, f64, Vec<f64>)]) -> f64 {
        rows.iter().map(|row| row.1).sum()
    }

    fn mean(&self, rows: &[&(usize, f64, Vec<f64>)]) -> Vec<f64> {
        let total = Twin::weight(rows);
        (0..self.d).map(|column| rows.iter().map(|row| row.1 * row.2[column]).sum::<f64>() / total).collect()
    }

    fn scatter(&self, rows: &[&(usize, f64, Vec<f64>)]) -> DMatrix<f64> {
        let mean = self.mean(rows);
        DMatrix::from_fn(self.d, self.d, |a, b| {
            rows.iter().map(|row| row.1 * (row.2[a] - mean[a]) * (row.2[b] - mean[b])).sum()
        })
    }

    /// The eigenvalues of W⁻¹B.
    pub fn eigenvalues(&self) -> Vec<f64> {
        let within = (0..self.k).map(|group| self.scatter(&self.group(group))).sum::<DMatrix<f64>>();
        let all: Vec<_> = self.rows.iter().collect();
        let between = self.scatter(&all) - &within;
        (within.try_inverse().unwrap() * between).complex_eigenvalues().iter().map(|value| value.re).collect()
    }

    /// The figure; `None` if there is no definition of it here.
    pub fn of(&self, index: Index) -> Option<f64> {
        let (k, d) = (self.k, self.d);
        let all: Vec<_> = self.rows.iter().collect();
        let groups: Vec<_> = (0..k).map(|group| self.group(group)).collect();
        let (n, sizes): (f64, Vec<f64>) = (Twin::weight(&all), groups.iter().map(|rows| Twin::weight(rows)).collect());
        let means: Vec<Vec<f64>> = groups.iter().map(|rows| self.mean(rows)).collect();
        let center = self.mean(&all);
        let scatters: Vec<DMatrix<f64>> = groups.iter().map(|rows| self.scatter(rows)).collect();
        let (t, w) = (self.scatter(&all), scatters.iter().sum::<DMatrix<f64>>());
        let b = &t - &w;
        let apart = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let others = |group: usize| (0..k).filter(move |other| *other != group);
        let spread = |group: usize| {
            groups[group].iter().map(|row| row.1 * apart(&row.2, &means[group])).sum::<f64>() / sizes[group]
        };
        let pairs: Vec<(usize, usize)> = (0..k).flat_map(|a| (a + 1..k).map(move |b| (a, b))).collect();
        let distances: Vec<f64> = pairs.iter().map(|(a, b)| apart(&means[*a], &means[*b])).collect();
        let (least, greatest) =
            (distances.iter().copied().fold(f64::INFINITY, f64::min), distances.iter().copied().fold(0.0, f64::max));
        let length = |scatter: &DMatrix<f64>, n: f64| (scatter.diagonal() / n).norm();
        let lengths: f64 = (0..k).map(|group| length(&scatters[group], sizes[group])).sum();
        let scat = lengths / k as f64 / length(&t, n);
        let kf = k as f64;
        let invertible = |matrix: &DMatrix<f64>| {
            let even = DMatrix::from_fn(d, d, |a, b| matrix[(a, b)] / (matrix[(a, a)] * matrix[(b, b)]).sqrt());
            even.determinant() > 1e-11
        };
        let whole = if invertible(&w) { 1.0 } else { f64::NAN };
        Some(match index {
            Index::CalinskiHarabasz => (b.trace() / (kf - 1.0)) / (w.trace() / (n - kf)),
            Index::DaviesBouldin => {
                let worst =
                    |a| others(a).map(|b| (spread(a) + spread(b)) / apart(&means[a], &means[b])).fold(0.0, f64::max);
                (0..k).map(worst).sum::<f64>() / kf
            }
            Index::DaviesBouldinStar => {
                let widest = |a| others(a).map(|b| spread(a) + spread(b)).fold(0.0, f64::max);
                let nearest = |a: usize| others(a).map(|b| apart(&means[a], &means[b])).fold(f64::INFINITY, f64::min);
                (0..k).map(|a| widest(a) / nearest(a)).sum::<f64>() / kf
            }
            Index::RayTuri => w.trace() / n / (least * least),
            Index::Pbm => {
                let own: f64 = (0..k).map(|group| spread(group) * sizes[group]).sum();
                let from_center: f64 = all.iter().map(|row| row.1 * apart(&row.2, &center)).sum();
                (from_center / own * greatest / kf).powi(2)
            }
            Index::BallHall => (0..k).map(|group| scatters[group].trace() / sizes[group]).sum::<f64>() / kf,
            Index::RatkowskyLance => ((0..d).map(|j| b[(j, j)] / t[(j, j)]).sum::<f64>() / d as f64 / kf).sqrt(),
            Index::WemmertGancarski => {
                let part = |group: usize| {
                    let quotients = groups[group].iter().map(|row| {
                        let next =
                            others(group).map(|other| apart(&row.2, &means[other])).fold(f64::INFINITY, f64::min);
                        row.1 * apart(&row.2, &means[group]) / next
                    });
                    (1.0 - quotients.sum::<f64>() / sizes[group]).max(0.0) * sizes[group]
                };
                (0..k).map(part).sum::<f64>() / n
            }
            Index::SDbw => {
                let radius = lengths.sqrt() / kf;
                let density = |a: usize, b: usize, place: &[f64]| {
                    let both = groups[a].iter().chain(&groups[b]);
                    both.filter(|row| apart(&row.2, place) < radius).map(|row| row.1).sum::<f64>()
                };
                let quotient = |(a, b): &(usize, usize)| {
                    let middle: Vec<f64> = means[*a].iter().zip(&means[*b]).map(|(a, b)| (a + b) / 2.0).collect();
                    density(*a, *b, &middle) / density(*a, *b, &means[*a]).max(density(*a, *b, &means[*b]))
                };
                scat + pairs.iter().map(quotient).sum::<f64>() / pairs.len() as f64
            }
            Index::XieBeni => {
                let others = |row: &(usize, f64, Vec<f64>)| {
                    let apart = all.iter().filter(|other| other.0 != row.0).map(|other| apart(&row.2, &other.2));
                    apart.fold(f64::INFINITY, f64::min)
                };
                w.trace() / n / all.iter().map(|row| others(row)).fold(f64::INFINITY, f64::min).powi(2)
            }
            Index::SdScatter => scat,
            Index::SdDistance => {
                let part = |a: usize| 1.0 / others(a).map(|b| apart(&means[a], &means[b])).sum::<f64>();
                greatest / least * (0..k).map(part).sum::<f64>()
            }
            Index::TraceW => w.trace(),
            Index::TraceWiB => (w.clone().try_inverse()? * &b).trace() * whole,
            Index::DetRatio => t.determinant() / w.determinant() * whole,
            Index::LogDetRatio => n * (t.determinant() / w.determinant()).ln() * whole,
            Index::LogSsRatio => (b.trace() / w.trace()).ln(),
            Index::ScottSymons => {
                let part = |group: usize| match invertible(&scatters[group]) {
                    true => sizes[group] * (&scatters[group] / sizes[group]).determinant().ln(),
                    false => f64::NAN,
                };
                (0..k).map(part).sum()
            }
            Index::BanfieldRaftery => {
                (0..k).map(|group| sizes[group] * (scatters[group].trace() / sizes[group]).ln()).sum()
            }
            Index::KsqDetW => kf * kf * w.determinant() * whole,
            Index::ExplainedShare => b.trace() / t.trace(),
            Index::SizeEntropy => sizes.iter().map(|size| -size / n * (size / n).ln()).sum(),
            Index::SmallestShare => sizes.iter().copied().fold(f64::INFINITY, f64::min) / n,
            Index::LargestShare => sizes.iter().copied().fold(0.0, f64::max) / n,
            _ => return None,
        })
    }
}
