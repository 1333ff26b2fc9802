//! Saved models of any kind come back.
//!
//! The kind stands in the envelope; the table of kinds is in [`kinds`](super::kinds). A combination is loaded part by part,
//! each part an envelope of its own.

use std::path::PathBuf;
use std::sync::Arc;

use crate::behavioral::{Discount, Frequency, Loyalty, Mix, Returns, RfeModel, RfmModel, RhythmModel, Tenure};
use crate::cluster::clusters_from_json;
use crate::error::{Error, Result};
use crate::model::{self, Model};
use crate::rules::RulesModel;
use crate::segment::Label;
use crate::segmenter::Segmenter;
use crate::tier::{Programme, TierModel, Tiers};
use crate::worth::ValueMatrixModel;

use super::combination::{Combined, Deriving};
use super::recipe::AnySegmenter;

/// Loads a model of whatever kind the file says.
///
/// ```no_run
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
///
/// let worth = segmentry::study::load_any("out/worth.model.json")?; // saved by `Findings::save`
/// println!("{}", worth.explain(&Record::new("ann").with("spend", 640.0))?);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
/// If the file cannot be read, is no saved model or is of a kind that this crate does not write; with the file.
pub fn load_any(path: impl Into<PathBuf>) -> Result<AnySegmenter> {
    let path = path.into();
    let json = std::fs::read_to_string(&path).map_err(|error| Error::io(&error).in_file(path.display()))?;
    any_from_json(&json).map_err(|error| error.in_file(path.display()))
}

/// A model of whatever kind its envelope says.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let json = segmentry::model::to_json(&Tiers::on("spend").tier("gold", 500.0).otherwise("silver"))?;
/// let worth = segmentry::study::any_from_json(&json)?; // whatever kind it is
/// assert_eq!(worth.assign(&Record::new("ann").with("spend", 640.0))?.unwrap().key(), "gold");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
/// If it is no saved model, or of a kind that this crate does not write.
pub fn any_from_json(json: &str) -> Result<AnySegmenter> {
    fn of<G: Segmenter + Model + 'static>(json: &str) -> Result<AnySegmenter> {
        Ok(model::from_json::<G>(json)?.erase().into())
    }
    let part = |value: &serde_json::Value| any_from_json(&value.to_string());
    let header = model::header(json)?;
    if let Some(clusters) = clusters_from_json(&header.kind, json) {
        return Ok(clusters?.into_segmenter().into());
    }
    match header.kind.as_str() {
        // segments of the enum are written as their names, those of a table of one's own as labels
        RfmModel::<Label>::KIND => of::<RfmModel>(json).or_else(|first| of::<RfmModel<Label>>(json).map_err(|_| first)),
        RfeModel::<Label>::KIND => of::<RfeModel>(json).or_else(|first| of::<RfeModel<Label>>(json).map_err(|_| first)),
        RhythmModel::KIND => of::<RhythmModel>(json),
        Tenure::KIND => of::<Tenure>(json),
        Frequency::KIND => of::<Frequency>(json),
        Loyalty::KIND => of::<Loyalty>(json),
        Mix::KIND => of::<Mix>(json),
        Discount::KIND => of::<Discount>(json),
        Returns::KIND => of::<Returns>(json),
        Programme::KIND => of::<Programme>(json),
        Tiers::KIND => of::<Tiers>(json),
        TierModel::KIND => of::<TierModel>(json),
        ValueMatrixModel::KIND => of::<ValueMatrixModel>(json),
        RulesModel::KIND => of::<RulesModel>(json),
        Combined::KIND => {
            let combined: Combined = model::from_json(json)?;
            let parts = combined.parts().iter().map(part).collect::<Result<Vec<_>>>()?;
            combined.build(parts)
        }
        Deriving::KIND => {
            let deriving: Deriving = model::from_json(json)?;
            Ok(deriving.build(Arc::clone(&part(deriving.inner())?)))
        }
        kind => Err(Error::format(format!("`{kind}` is no kind of model that this crate writes")).at_key("kind")),
    }
}
