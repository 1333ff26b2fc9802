//! A rule list as a segmenter: the first rule that holds gives the segment.

use std::sync::Arc;

use super::column::reason_of;
use super::language::{Definitions, Rules};
use super::plan::Plan;
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation};
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Reads, Segmenter};

/// A rule list, ready to place customers: one by [`assign`](Segmenter::assign), many by
/// [`segment`](Segmenter::segment), column by column, with the same answers.
///
/// ```
/// use segmentry::customer::{Customers, Record};
/// use segmentry::rules::{Rules, attribute};
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["a", "b", "c"])?.with_column("employees", Column::integers([12, 250, 4_000]))?;
/// let size = Rules::new("size")
///     .when("enterprise", attribute("employees").at_least(1_000))
///     .when("mid-market", attribute("employees").at_least(100))
///     .otherwise("small")
///     .fit(&customers)?;
/// assert_eq!(size.segment(&customers)?.sizes(), [1, 1, 1]);
/// let newcomer = Record::new("d").with("employees", 120);
/// assert_eq!(size.assign(&newcomer)?.unwrap().key(), "mid-market");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
///
/// What an unknown condition means is said by the list; by default it does not hold. A customer for whom no rule holds and
/// of whom something that a rule asks is not known is unassigned for that reason.
///
/// # Cost
///
/// One customer: what [`Asker`](super::Asker) costs. A table: as [`Plan::segment_of`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "saved::Saved", into = "saved::Saved"))]
pub struct RulesModel {
    plan: Arc<Plan>,
    list: usize,
}

impl RulesModel {
    /// The rule list of that number of a plan.
    ///
    /// # Errors
    /// If the plan has no such list.
    pub fn new(plan: impl Into<Arc<Plan>>, list: usize) -> Result<Self> {
        let plan = plan.into();
        let lists = plan.rule_lists().count();
        if list < lists {
            return Ok(RulesModel { plan, list });
        }
        Err(Error::parameter("list", format!("below {lists}, the number of rule lists"), list))
    }

    /// The plan that it is part of.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The number of its list in the plan.
    pub fn list(&self) -> usize {
        self.list
    }
}

impl Segmenter for RulesModel {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.plan.lists.get(self.list).map_or_else(Vec::new, |list| list.segments.clone())
    }

    fn reads(&self) -> Reads {
        self.plan.reads().clone()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        Ok(self.plan.asker().ask(customer)?.segment(self.list)?.cloned())
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let mut asker = self.plan.asker();
        let answer = asker.ask(customer)?;
        let mut explanation = match answer.segment(self.list)? {
            Some(segment) => Explanation::assigned(customer.id(), segment),
            None => Explanation::unassigned(customer.id(), reason_of(&self.plan, self.list, answer, customer)),
        };
        for name in &self.plan.reads().attributes {
            explanation = explanation.because(Evidence::new(name, customer.value(name)));
        }
        Ok(explanation)
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        self.plan.segment_of(self.list, customers)
    }
}

/// The list alone, in UTC, of what the customers have.
impl Fit for Rules {
    type Model = RulesModel;

    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<RulesModel> {
        let _ = progress; // learning is one sort for each rank
        RulesModel::new(Plan::fit(&Definitions::new().rules(self.clone()), customers)?, 0)
    }
}

#[cfg(feature = "serde")]
mod saved {
    //! What is saved: the definitions, what they may speak of, and the ranks that were learnt.

    use std::sync::Arc;

    use super::RulesModel;
    use crate::error::{Error, Result};
    use crate::model::Model;
    use crate::rules::language::Definitions;
    use crate::rules::meaning::rank::RankTable;
    use crate::rules::plan::{Plan, Vocabulary};
    use crate::segmenter::{Reads, Segmenter};

    /// What a file may claim; the plan is made again and so checked again.
    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Saved {
        list: String,
        definitions: Definitions,
        vocabulary: Vocabulary,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ranks: Vec<SavedRank>,
    }

    #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct SavedRank {
        key: String,
        table: RankTable,
    }

    impl From<RulesModel> for Saved {
        fn from(model: RulesModel) -> Self {
            let RulesModel { plan, list } = model;
            let rank = |rank: &crate::rules::plan::RankOf| {
                let table = RankTable::clone(&rank.table);
                SavedRank { key: rank.key.clone(), table }
            };
            Saved {
                list: plan.rule_lists().nth(list).unwrap_or_default().to_owned(),
                definitions: plan.definitions().clone(),
                vocabulary: plan.vocabulary().of_slots(&plan.slots),
                ranks: plan.ranks.iter().map(rank).collect(),
            }
        }
    }

    impl TryFrom<Saved> for RulesModel {
        type Error = Error;

        fn try_from(saved: Saved) -> Result<Self> {
            let mut tables = Vec::with_capacity(saved.ranks.len());
            for SavedRank { key, table } in saved.ranks {
                table.check()?;
                tables.push((key, Arc::new(table)));
            }
            let plan = Plan::with_ranks(&saved.definitions, &saved.vocabulary, Some(tables))?;
            let list = plan.rule_lists().position(|name| name == saved.list);
            let list = list.ok_or_else(|| Error::format(format!("no rule list `{}`", saved.list)))?;
            RulesModel::new(plan, list)
        }
    }

    impl Model for RulesModel {
        const KIND: &'static str = "rules";

        fn reads(&self) -> Reads {
            Segmenter::reads(self)
        }

        fn check(&self) -> Result<()> {
            match self.plan.models.first() {
                None => Ok(()),
                Some(model) => {
                    let message = format!("rules that ask the model `{}` cannot be saved without it", model.name);
                    Err(Error::unsupported(message))
                }
            }
        }
    }
}
