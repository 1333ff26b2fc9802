//! Names of the generalised Dunn indices: one for each measure between groups and each within.

use crate::evaluate::pairs::{Between, Within};

/// The name in files: `gdi_mean_center`.
///
/// By words and not by the numbers that the literature gives, since the fifth measure between groups is one in Bezdek
/// and Pal's paper and another in clusterCrit. `gdi_nearest_farthest` is Dunn's own index, which has a name of its own
/// too; both are kept, so that the family is complete.
pub(super) fn name(between: Between, within: Within) -> &'static str {
    match (between, within) {
        (Between::Nearest, Within::Farthest) => "gdi_nearest_farthest",
        (Between::Nearest, Within::Mean) => "gdi_nearest_mean",
        (Between::Nearest, Within::Center) => "gdi_nearest_center",
        (Between::Farthest, Within::Farthest) => "gdi_farthest_farthest",
        (Between::Farthest, Within::Mean) => "gdi_farthest_mean",
        (Between::Farthest, Within::Center) => "gdi_farthest_center",
        (Between::Mean, Within::Farthest) => "gdi_mean_farthest",
        (Between::Mean, Within::Mean) => "gdi_mean_mean",
        (Between::Mean, Within::Center) => "gdi_mean_center",
        (Between::Centers, Within::Farthest) => "gdi_centers_farthest",
        (Between::Centers, Within::Mean) => "gdi_centers_mean",
        (Between::Centers, Within::Center) => "gdi_centers_center",
        (Between::OwnCenters, Within::Farthest) => "gdi_own_centers_farthest",
        (Between::OwnCenters, Within::Mean) => "gdi_own_centers_mean",
        (Between::OwnCenters, Within::Center) => "gdi_own_centers_center",
        (Between::OtherCenters, Within::Farthest) => "gdi_other_centers_farthest",
        (Between::OtherCenters, Within::Mean) => "gdi_other_centers_mean",
        (Between::OtherCenters, Within::Center) => "gdi_other_centers_center",
    }
}

/// The name in reports: what is between groups, then what is within.
///
/// | measure | in words |
/// | --- | --- |
/// | nearest, farthest rows | the least and the greatest distance of a row of one group and one of the other |
/// | means | of the groups, from each other |
/// | rows and own means, other means | mean distances of rows, which say more of width than of separation |
/// | diameter | the greatest distance of two rows of the group |
/// | mean radius | here twice the mean distance from the group's mean |
///
/// A figure is the least over pairs of groups of the first, over the greatest of the second: large where even the nearest
/// two groups are far apart beside the widest.
pub(super) fn title(between: Between, within: Within) -> &'static str {
    match (between, within) {
        (Between::Nearest, Within::Farthest) => "Dunn index of nearest rows by diameter",
        (Between::Nearest, Within::Mean) => "Dunn index of nearest rows by mean distance",
        (Between::Nearest, Within::Center) => "Dunn index of nearest rows by mean radius",
        (Between::Farthest, Within::Farthest) => "Dunn index of farthest rows by diameter",
        (Between::Farthest, Within::Mean) => "Dunn index of farthest rows by mean distance",
        (Between::Farthest, Within::Center) => "Dunn index of farthest rows by mean radius",
        (Between::Mean, Within::Farthest) => "Dunn index of mean distance by diameter",
        (Between::Mean, Within::Mean) => "Dunn index of mean distance by mean distance",
        (Between::Mean, Within::Center) => "Dunn index of mean distance by mean radius",
        (Between::Centers, Within::Farthest) => "Dunn index of means by diameter",
        (Between::Centers, Within::Mean) => "Dunn index of means by mean distance",
        (Between::Centers, Within::Center) => "Dunn index of means by mean radius",
        (Between::OwnCenters, Within::Farthest) => "Dunn index of rows and own means by diameter",
        (Between::OwnCenters, Within::Mean) => "Dunn index of rows and own means by mean distance",
        (Between::OwnCenters, Within::Center) => "Dunn index of rows and own means by mean radius",
        (Between::OtherCenters, Within::Farthest) => "Dunn index of rows and other means by diameter",
        (Between::OtherCenters, Within::Mean) => "Dunn index of rows and other means by mean distance",
        (Between::OtherCenters, Within::Center) => "Dunn index of rows and other means by mean radius",
    }
}
