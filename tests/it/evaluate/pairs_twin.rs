//! Figures of pairs as a textbook writes them: all distances in a square, double loops, weights as copies.
//!
//! Definitions: B. Desgraupes 2013, Clustering indices; P. J. Rousseeuw 1987, DOI 10.1016/0377-0427(87)90125-7;
//! J. C. Bezdek and N. R. Pal 1998, DOI 10.1109/3477.678624.

use ndarray::Array2;
use segmentry::evaluate::{Between, Within};

/// Rows with the group of each; every row counts once.
pub struct Twin {
    rows: Vec<Vec<f64>>,
    groups: Vec<usize>,
    k: usize,
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

impl Twin {
    pub fn new(rows: &Array2<f64>, groups: &[usize], copies: &[usize]) -> Self {
        let mut twin = Twin { rows: Vec::new(), groups: Vec::new(), k: groups.iter().max().unwrap() + 1 };
        for (at, row) in rows.rows().into_iter().enumerate() {
            for _ in 0..copies[at] {
                twin.rows.push(row.to_vec());
                twin.groups.push(groups[at]);
            }
        }
        twin
    }

    fn d(&self, a: usize, b: usize) -> f64 {
        distance(&self.rows[a], &self.rows[b])
    }

    fn members(&self, group: usize) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.groups[*row] == group).collect()
    }

    fn pairs(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut within, mut between) = (Vec::new(), Vec::new());
        for a in 0..self.rows.len() {
            for b in a + 1..self.rows.len() {
                let place = if self.groups[a] == self.groups[b] { &mut within } else { &mut between };
                place.push(self.d(a, b));
            }
        }
        (within, between)
    }

    pub fn silhouettes(&self) -> Vec<f64> {
        let mean = |row: usize, others: &[usize]| {
            others.iter().map(|other| self.d(row, *other)).sum::<f64>() / others.len() as f64
        };
        let one = |row: usize| {
            let own: Vec<usize> = self.members(self.groups[row]).into_iter().filter(|other| *other != row).collect();
            if own.is_empty() {
                return 0.0;
            }
            let a = mean(row, &own);
            let others = (0..self.k).filter(|group| *group != self.groups[row]);
            let b = others.map(|group| mean(row, &self.members(group))).fold(f64::INFINITY, f64::min);
            if a.max(b) == 0.0 { 0.0 } else { (b - a) / a.max(b) }
        };
        (0..self.rows.len()).map(one).collect()
    }

    fn center(&self, group: usize) -> Vec<f64> {
        let members = self.members(group);
        let mean = |column| members.iter().map(|row| self.rows[*row][column]).sum::<f64>() / members.len() as f64;
        (0..self.rows[0].len()).map(mean).collect()
    }

    fn to_center(&self, rows_of: usize, center_of: usize) -> f64 {
        let center = self.center(center_of);
        self.members(rows_of).iter().map(|row| distance(&self.rows[*row], &center)).sum()
    }

    pub fn simplified(&self) -> f64 {
        let centers: Vec<Vec<f64>> = (0..self.k).map(|group| self.center(group)).collect();
        let one = |row: usize| {
            let own = self.groups[row];
            if self.members(own).len() == 1 {
                return 0.0;
            }
            let a = distance(&self.rows[row], &centers[own]);
            let others = (0..self.k).filter(|group| *group != own);
            let b = others.map(|group| distance(&self.rows[row], &centers[group])).fold(f64::INFINITY, f64::min);
            if a.max(b) == 0.0 { 0.0 } else { (b - a) / a.max(b) }
        };
        (0..self.rows.len()).map(one).sum::<f64>() / self.rows.len() as f64
    }

    pub fn generalized_dunn(&self, between: Between, within: Within) -> f64 {
        let mut apart = f64::INFINITY;
        for a in 0..self.k {
            for b in a + 1..self.k {
                let (of_a, of_b) = (self.members(a), self.members(b));
                let all: Vec<f64> = of_a.iter().flat_map(|x| of_b.iter().map(|y| self.d(*x, *y))).collect();
                let rows = (of_a.len() + of_b.len()) as f64;
                apart = apart.min(match between {
                    Between::Nearest => all.iter().copied().fold(f64::INFINITY, f64::min),
                    Between::Farthest => all.iter().copied().fold(0.0, f64::max),
                    Between::Mean => all.iter().sum::<f64>() / all.len() as f64,
                    Between::Centers => distance(&self.center(a), &self.center(b)),
                    Between::OwnCenters => (self.to_center(a, a) + self.to_center(b, b)) / rows,
                    Between::OtherCenters => (self.to_center(a, b) + self.to_center(b, a)) / rows,
                });
            }
        }
        let mut wide = 0.0_f64;
        for group in 0..self.k {
            let members = self.members(group);
            let n = members.len() as f64;
            let all: Vec<f64> = members.iter().flat_map(|x| members.iter().map(|y| self.d(*x, *y))).collect();
            wide = wide.max(match within {
                Within::Farthest => all.iter().copied().fold(0.0, f64::max),
                Within::Mean if members.len() == 1 => 0.0,
                Within::Mean => all.iter().sum::<f64>() / (n * (n - 1.0)),
                Within::Center => 2.0 * self.to_center(group, group) / n,
            });
        }
        apart / wide
    }

    pub fn c_index(&self) -> f64 {
        let (within, between) = self.pairs();
        let mut all: Vec<f64> = within.iter().chain(&between).copied().collect();
        all.sort_by(f64::total_cmp);
        let (sum, n) = (within.iter().sum::<f64>(), within.len());
        let (near, far) = (all[..n].iter().sum::<f64>(), all[all.len() - n..].iter().sum::<f64>());
        (sum - near) / (far - near)
    }

    /// Comparisons in order, not in order, and how many pairs are within and between.
    fn order(&self) -> (f64, f64, f64, f64) {
        let (within, between) = self.pairs();
        let count = |holds: fn(f64, f64) -> bool| {
            within.iter().map(|w| between.iter().filter(|b| holds(*w, **b)).count()).sum::<usize>() as f64
        };
        (count(|w, b| w < b), count(|w, b| w > b), within.len() as f64, between.len() as f64)
    }

    pub fn gamma(&self) -> f64 {
        let (plus, minus, ..) = self.order();
        (plus - minus) / (plus + minus)
    }

    pub fn tau(&self) -> f64 {
        let (plus, minus, within, between) = self.order();
        let all = within + between;
        (plus - minus) / (within * between * all * (all - 1.0) / 2.0).sqrt()
    }

    pub fn g_plus(&self) -> f64 {
        let (_, minus, within, between) = self.order();
        let all = within + between;
        2.0 * minus / (all * (all - 1.0))
    }

    fn means(&self) -> (f64, f64, f64, f64) {
        let (within, between) = self.pairs();
        let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
        (mean(&within), mean(&between), within.len() as f64, between.len() as f64)
    }

    pub fn mcclain_rao(&self) -> f64 {
        let (within, between, ..) = self.means();
        within / between
    }

    pub fn point_biserial(&self) -> f64 {
        let (within, between, few, many) = self.means();
        (within - between) * (few * many).sqrt() / (few + many)
    }

    /// Pearson's correlation, written out.
    pub fn pearson_gamma(&self) -> f64 {
        let (within, between) = self.pairs();
        let pairs: Vec<(f64, f64)> =
            within.iter().map(|d| (*d, 0.0)).chain(between.iter().map(|d| (*d, 1.0))).collect();
        let n = pairs.len() as f64;
        let (x, y) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
        let product = |f: fn(f64, f64) -> f64| pairs.iter().map(|p| f(p.0 - x, p.1 - y)).sum::<f64>();
        product(|a, b| a * b) / (product(|a, _| a * a) * product(|_, b| b * b)).sqrt()
    }

    /// DBCV by Moulavi and others 2014, sections 3 and 4: `rows` is how many rows there are with those in no group.
    pub fn dbcv(&self, rows: usize) -> f64 {
        let d = self.rows[0].len() as f64;
        let core = |row: usize| {
            let own: Vec<usize> = self.members(self.groups[row]).into_iter().filter(|other| *other != row).collect();
            let powers: f64 = own.iter().map(|other| (1.0 / self.d(row, *other)).powf(d)).sum();
            (powers / own.len() as f64).powf(-1.0 / d)
        };
        let cores: Vec<f64> = (0..self.rows.len()).map(core).collect();
        let reach = |a: usize, b: usize| self.d(a, b).max(cores[a]).max(cores[b]);
        let (mut inner, mut thin) = (Vec::new(), Vec::new());
        for group in 0..self.k {
            let members = self.members(group);
            let (mut tree, mut edges) = (vec![members[0]], Vec::new());
            while tree.len() < members.len() {
                let out = members.iter().filter(|row| !tree.contains(row));
                let edges_out = out.flat_map(|row| tree.iter().map(move |other| (reach(*row, *other), *row, *other)));
                let edge = edges_out
                    .min_by(|x, y| x.0.total_cmp(&y.0).then(self.d(x.1, x.2).total_cmp(&self.d(y.1, y.2))))
                    .unwrap();
                tree.push(edge.1);
                edges.push(edge);
            }
            let degree = |row: usize| edges.iter().filter(|(_, a, b)| *a == row || *b == row).count();
            let own: Vec<usize> = members.iter().copied().filter(|row| degree(*row) > 1).collect();
            let inside = edges.iter().filter(|(_, a, b)| own.contains(a) && own.contains(b));
            thin.push(inside.map(|edge| edge.0).fold(0.0, f64::max));
            inner.push(own);
        }
        let value = |group: usize| {
            let others = (0..self.k).filter(|other| *other != group).flat_map(|other| &inner[other]);
            let ways = others.flat_map(|b| inner[group].iter().map(move |a| (a, b)));
            let apart = ways.map(|(a, b)| reach(*a, *b)).fold(f64::INFINITY, f64::min);
            (apart - thin[group]) / apart.max(thin[group]) * self.members(group).len() as f64 / rows as f64
        };
        (0..self.k).map(value).sum()
    }
}
