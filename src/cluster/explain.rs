//! Why a customer is in this cluster and not in the next: feature by feature.
//!
//! For a method with distances the answer is a sum. Each column says how much nearer the customer is to its own cluster's
//! representative than to that of the second choice; the features are told in the order of how much they say.

use crate::customer::Customer;
use crate::explanation::{Evidence, Explanation};
use crate::features::encoding::Meaning;
use crate::segment::Segment;
use crate::segmenter::Segmenter;
use crate::text::number;

use super::clusters::Clusters;
use super::method::{ClusterModel, Placed};

/// The explanation with what was read, the most telling feature first, and how far the next cluster is.
pub(super) fn because<M: ClusterModel>(
    mut explanation: Explanation,
    customer: &dyn Customer,
    row: &[f64],
    placed: &Placed,
    clusters: &Clusters<M>,
) -> Explanation {
    let encoder = clusters.encoder();
    let segments = clusters.segments();
    let name = |cluster: usize| segments.get(cluster).map(|label| label.label().into_owned()).unwrap_or_default();
    let second = placed.second.map(|(cluster, _)| cluster);
    let center = placed.cluster.map(|cluster| clusters.model().representative(cluster));
    let other = second.map(|cluster| clusters.model().representative(cluster));
    let mut telling: Vec<(f64, usize)> = Vec::new();
    for (at, column) in encoder.columns().iter().enumerate() {
        let far = |from: &Option<Vec<f64>>| {
            from.as_ref().and_then(|row| row.get(at)).map_or(0.0, |center| apart(row[at], *center, column.meaning))
        };
        let says = if other.is_some() { far(&other) - far(&center) } else { -far(&center) };
        match telling.iter_mut().find(|(_, feature)| *feature == column.feature) {
            Some((sum, _)) => *sum += says,
            None => telling.push((says, column.feature)),
        }
    }
    telling.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let words = |from: &Option<Vec<f64>>| from.as_ref().map(|row| encoder.in_words(row)).unwrap_or_default();
    let (mine, theirs) = (words(&center), words(&other));
    let read = encoder.in_words(row);
    for (says, feature) in telling {
        let Some((attribute, _)) = read.get(feature) else { continue };
        let mut evidence = Evidence::new(attribute, customer.value(attribute));
        if let (Some(cluster), Some((_, usual))) = (placed.cluster, mine.get(feature)) {
            let mut meaning = format!("usual in `{}`: {usual}", name(cluster));
            if let (Some(second), Some((_, other))) = (second, theirs.get(feature)) {
                let sign = if says >= 0.0 { "" } else { ", nearer to this one" };
                meaning = format!("{meaning}; in `{}`: {other}{sign}", name(second));
            }
            evidence = evidence.meaning(meaning);
        }
        explanation = explanation.because(evidence);
    }
    match placed.second {
        Some((cluster, distance)) if explanation.segment.is_some() => explanation.unless(format!(
            "`{}` is the second choice, {} away against {}",
            name(cluster),
            number(distance),
            number(placed.distance)
        )),
        _ => explanation,
    }
}

/// How far two values of a column are apart, squared; categories are 0 or 1 apart.
fn apart(a: f64, b: f64, meaning: Meaning) -> f64 {
    match meaning {
        _ if a.is_nan() || b.is_nan() => 0.0,
        Meaning::Category => f64::from(u8::from(a != b)),
        _ => (a - b) * (a - b),
    }
}
