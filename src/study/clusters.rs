//! Clusters of a study: a method, its features and what else stands around it.
//!
//! ```toml
//! [segmenters.groups]
//! kind = "k_means"
//! k = 5
//! features = [{ attribute = "spend", scale = "log1p" }, "purchases"]
//! reach = { share = 0.99 }
//! names = ["core"]
//! ```
//!
//! `kind` is the name of the method, of which [`METHODS`] is the list. `features`, `reach` and `names` are of all
//! methods; every other key is a setting of the method, with the name of its setter.

use serde::de::DeserializeOwned;

use crate::cluster::{AnyMethod, METHODS, Setting, SettingsReader};
use crate::customer::Customers;
use crate::error::Result;
use crate::features::encoding::Features;
use crate::progress::Progress;

use super::file::Section;
use super::recipe::{AnySegmenter, Recipe};

/// A clustering whose method is known by its name.
struct Groups {
    method: AnyMethod,
    setting: Setting,
}

impl Recipe for Groups {
    fn learn(&self, customers: &Customers, progress: &Progress<'_>) -> Result<(AnySegmenter, String)> {
        let (clusters, saved) = self.method.learn(&self.setting, customers, progress)?;
        Ok((clusters.into_segmenter().into(), saved))
    }

    fn features(&self, customers: &Customers) -> Option<Features> {
        Some(self.setting.features_for(customers))
    }
}

impl SettingsReader for Section<'_> {
    fn read<M: DeserializeOwned>(self) -> Result<M> {
        Section::read(self)
    }
}

/// Whether that is the name of a method.
pub(super) fn is_method(kind: &str) -> bool {
    METHODS.contains(&kind)
}

/// Reads what is left of a `[segmenters.…]` table, whose kind is the method.
///
/// # Errors
/// If a key is neither of the method nor of all methods, or a value is not what it must be: with line and key.
pub(super) fn recipe(kind: &str, mut section: Section<'_>) -> Result<Box<dyn Recipe>> {
    let mut setting = Setting::default().reach(section.value("reach")?.unwrap_or_default());
    if let Some(features) = section.value("features")? {
        setting = setting.features(features);
    }
    setting = setting.names(section.value::<Vec<String>>("names")?.unwrap_or_default());
    Ok(Box::new(Groups { method: AnyMethod::read(kind, section)?, setting }))
}
