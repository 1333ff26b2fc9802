//! A study runs.
//!
//! The order of the steps, each timed and each a step of the progress:
//!
//! 1. Every source is read and cleaned by itself.
//! 2. Sources are joined. A single table, or a single log, needs no join and has no report of one.
//! 3. The moment as of which customers are seen is set; from here on the table does not change but for attributes that
//!    come to it.
//! 4. The data are checked, before anything is derived: findings are about what came in.
//! 5. Attributes are derived, in the order of the study.
//! 6. The audiences are asked.
//! 7. Each segmenter is learnt, places all customers, and is profiled, one after another: a combination finds its
//!    parts above it.
//! 8. Where there is a goal or it was asked for, each is judged, beside the others.
//!
//! The first error stops the study; it names the key of the step (`segmenters.rfm`), and file and line if it was read
//! from a file. Nothing is written: that is for [`Findings::save`](super::Findings::save).
//!
//! # Cost
//!
//! All sources are in memory together while they are joined, the table stays until the end. Steps run after one
//! another, each on all threads; a failed study costs what it did up to then.

use std::time::Instant;

use crate::customer::{Customers, Items, Join, JoinReport};
use crate::error::{Error, Result};
use crate::evaluate::{SegmentRules, Verdict};
use crate::features::derived::Derivation;
use crate::health::Health;
use crate::history::History;
use crate::lifetime::DeltaMethod;
use crate::profile::{Profile, Profiler};
use crate::progress::Progress;
use crate::value::Role;
use crate::worth::CustomerEquity;

use super::combination::deriving;
use super::evaluation::Evaluation;
use super::findings::{Findings, Placed, SourceFinding, Timing};
use super::kinds::Step;
use super::plan::{Derive, Study};
use super::recipe::AnySegmenter;
use super::source::Gathered;
use super::valued::{Retained, Valued};

/// Steps and how long they took.
///
/// The only place in the crate that measures how long something takes; the figures go into the timings and decide
/// nothing.
struct Clock<'a> {
    timings: Vec<Timing>,
    progress: &'a Progress<'a>,
    total: u64,
}

impl Clock<'_> {
    /// The callback hears of a step before it begins, and may stop the study there.
    ///
    /// # Errors
    /// Those of the work, or that it was stopped.
    fn time<T>(&mut self, step: String, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.progress.step(&step, self.timings.len() as u64, self.total)?;
        let start = Instant::now();
        let done = work()?;
        self.timings.push(Timing::new(step, start.elapsed()));
        Ok(done)
    }
}

impl Study {
    /// Runs the study.
    ///
    /// # Errors
    /// If it cannot run ([`Study::check`]) or a step fails: with file, line and key if it was read from a file.
    pub fn run(&self) -> Result<Findings> {
        self.run_with(&Progress::none())
    }

    /// Runs the study, telling `progress` how far it is.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use segmentry::customer::Customers;
    /// use segmentry::progress::Progress;
    /// use segmentry::study::{Ready, Study};
    /// use segmentry::tier::Tiers;
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo"])?.with_column("spend", Column::numbers([900.0, 80.0]))?;
    /// let worth = Tiers::on("spend").tier("gold", 500.0).otherwise("silver");
    /// let study = Study::new("whom to keep").customers("crm", customers).segmenter("worth", Ready(worth));
    /// let stop = |_: segmentry::progress::Step<'_>| ControlFlow::Break(());
    /// assert!(study.run_with(&Progress::new(&stop)).is_err()); // stopped before the first step
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Study::run`], or if `progress` stops it.
    pub fn run_with(&self, progress: &Progress<'_>) -> Result<Findings> {
        self.check()?;
        self.steps_of(progress).map_err(|error| self.lines.place(error))
    }

    /// The total is told with every step: sources, derivations, two steps a segmenter, the join and the check of the
    /// data.
    fn steps_of(&self, progress: &Progress<'_>) -> Result<Findings> {
        // reading, health, joining, deriving; learning, placing and profiling
        let asked = usize::from(self.audiences.is_some());
        let judged = if self.judging().is_some() { self.steps.len() } else { 0 };
        let valued = self.derivations.iter().filter(|(_, derive)| derive.is_learnt()).count();
        let derived = self.derivations.len() + valued + usize::from(self.new_customers.is_some());
        let total = (self.sources.len() + 2 + derived + asked + 3 * self.steps.len() + judged) as u64;
        let mut clock = Clock { timings: Vec::new(), progress, total };
        let (customers, sources, join) = self.gather(&mut clock)?;
        let health = clock.time("check the data".to_owned(), || Health::new().check(&customers))?;

        let mut derived = customers.clone();
        let (mut derivations, mut lifetimes, mut contracts) = (Vec::new(), Vec::new(), Vec::new());
        for (name, derive) in &self.derivations {
            let at = |error: Error| error.at_key(format!("derive.{name}"));
            let (table, derivation, choice) = clock.time(format!("derive {name}"), || {
                let (derivation, choice) = match derive {
                    Derive::Ready(derivation) => (derivation.clone(), None),
                    Derive::Lifetimes(recipe) => {
                        let learnt = recipe.learn(&derived, progress);
                        let (model, choice) = learnt.map_err(|error| at(error.at_key("lifetimes")))?;
                        (model.into(), choice)
                    }
                    Derive::Contracts(recipe) => {
                        let learnt = recipe.fit_with(&derived, progress);
                        (learnt.map_err(|error| at(error.at_key("contracts")))?.into(), None)
                    }
                };
                Ok((derivation.add_to(derived).map_err(at)?, derivation, choice))
            })?;
            derived = table;
            if let Derivation::Lifetimes(model) = &derivation {
                let valued = clock.time(format!("value {name}"), || {
                    let equity = CustomerEquity::of(&derived).map_err(at)?;
                    Ok(Valued::new(name, model, equity, choice, model.equity(&derived, &DeltaMethod::new())))
                })?;
                lifetimes.push(valued);
            }
            if let Derivation::Contracts(model) = &derivation {
                contracts
                    .push(clock.time(format!("value {name}"), || Retained::of(name, model, &derived).map_err(at))?);
            }
            derivations.push(derivation);
        }
        if let Some(goal) = &self.goal {
            derived.column(goal.attribute()).map_err(|error| error.at_key("goal"))?;
        }
        let attributes = self.profiled(&derived)?;
        let new_customers = match &self.new_customers {
            Some(recipe) => {
                let at = |error: Error| error.at_key("new_customers");
                Some(clock.time("value new customers".to_owned(), || recipe.measure(&derived).map_err(at))?)
            }
            None => None,
        };

        let audiences = match &self.audiences {
            Some(plan) => {
                let asked = clock.time("ask the audiences".to_owned(), || plan.ask(&derived))?;
                Some(asked)
            }
            None => None,
        };
        let mut placed: Vec<Placed> = Vec::new();
        for (name, step) in &self.steps {
            let at = |error: Error| error.at_key(format!("segmenters.{name}"));
            let learnt = clock.time(format!("learn {name}"), || {
                match step {
                    // what is learnt reads derived attributes; what is saved makes them
                    Step::Learn(recipe) => {
                        let learnt = recipe.learn(&derived, progress);
                        learnt.and_then(|learnt| deriving(learnt, &derivations))
                    }
                    Step::Combine(combination) => {
                        let find = |part: &str| placed.iter().find(|placed| placed.name == part);
                        let parts: Vec<(AnySegmenter, String)> = combination
                            .parts()
                            .into_iter()
                            .filter_map(find)
                            .map(|placed| (placed.segmenter.clone(), placed.model.clone()))
                            .collect();
                        combination.learn(&parts, &derived, progress)
                    }
                }
                .map_err(at)
            })?;
            let (segmenter, model) = learnt;
            for attribute in segmenter.reads().attributes {
                derived.column(&attribute).map_err(at)?;
            }
            let segmentation = clock.time(format!("segment by {name}"), || segmenter.segment(&derived).map_err(at))?;
            let wanted = self.profiles.of.as_ref().is_none_or(|of| of.contains(name));
            let profile = if wanted {
                let profile =
                    clock.time(format!("profile {name}"), || self.profile_of(&derived, &segmentation, &attributes))?;
                Some(profile)
            } else {
                None
            };
            placed.push(Placed {
                name: name.clone(),
                segmenter,
                segmentation,
                profile,
                model,
                verdict: None,
                rules: None,
            });
        }
        if let Some(evaluation) = &self.judging() {
            let made = |name: &str| customers.schema().attributes().iter().all(|source| source.name != name);
            let made: Vec<String> =
                derived.schema().attributes().iter().map(|a| a.name.clone()).filter(|name| made(name)).collect();
            let verdicts = self.verdicts(evaluation, &placed, (&derived, &made), &mut clock)?;
            for (placed, (verdict, rules)) in placed.iter_mut().zip(verdicts) {
                (placed.verdict, placed.rules) = (verdict, rules);
            }
        }
        progress.step("steps", total, total)?;
        Ok(Findings {
            name: self.name.clone(),
            question: self.question.clone(),
            goal: self.goal.clone(),
            sources,
            join,
            health,
            lifetimes,
            contracts,
            new_customers,
            customers: derived,
            audiences,
            placed,
            timings: clock.timings,
        })
    }

    /// How it is judged: as asked, or as usual if there is a goal.
    fn judging(&self) -> Option<Evaluation> {
        self.evaluation.clone().or_else(|| self.goal.as_ref().map(|_| Evaluation::new()))
    }

    /// The verdict on each segmenter, in their order. `made` are the attributes that the study derives.
    ///
    /// # Errors
    /// Those of [`Diagnose`](crate::evaluate::Diagnose), with the segmenter.
    fn verdicts(
        &self,
        evaluation: &Evaluation,
        placed: &[Placed],
        (customers, made): (&Customers, &[String]),
        clock: &mut Clock<'_>,
    ) -> Result<Vec<(Option<Verdict>, Option<SegmentRules>)>> {
        for attribute in evaluation.known_of_prospects.iter().flatten() {
            customers.column(attribute).map_err(|error| error.at_key("evaluation.known_of_prospects"))?;
        }
        let pairs: Vec<(&Placed, &Step)> = placed.iter().zip(self.steps.iter().map(|(_, step)| step)).collect();
        let goal = self.goal.as_ref();
        let verdict = |(at, pair): (usize, &(&Placed, &Step))| {
            let name = &pair.0.name;
            if !evaluation.wants(name) || pair.0.segmentation.unassigned() == customers.len() {
                return Ok((None, None));
            }
            let others: Vec<(&Placed, &Step)> =
                pairs.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, pair)| *pair).collect();
            let progress = clock.progress;
            let judge = || {
                let verdict = evaluation.judge(*pair, &others, goal, (customers, made), progress)?;
                Ok((Some(verdict), evaluation.describe(pair.0, customers, progress)?))
            };
            clock.time(format!("judge {name}"), judge).map_err(|error| error.at_key(format!("segmenters.{name}")))
        };
        pairs.iter().enumerate().map(verdict).collect()
    }

    /// Reads the sources and joins them.
    ///
    /// # Errors
    /// Those of reading and joining, and if no customer is left.
    fn gather(&self, clock: &mut Clock<'_>) -> Result<(Customers, Vec<SourceFinding>, Option<JoinReport>)> {
        let mut tables: Vec<(&str, Customers)> = Vec::new();
        let mut logs: Vec<(&str, History)> = Vec::new();
        let mut lists: Vec<(&str, Items)> = Vec::new();
        let mut findings = Vec::new();
        for (name, source) in &self.sources {
            let gathered = clock.time(format!("read {name}"), || {
                let at = |error: Error| error.at_key(format!("sources.{name}"));
                source.gather(self.lines.folder(), &self.zone).map_err(at)
            })?;
            let mut finding =
                SourceFinding { name: name.clone(), read: None, cleaned: None, customers: 0, events: 0, items: 0 };
            match gathered {
                Gathered::Customers(customers, read) => {
                    (finding.read, finding.customers) = (read, customers.len());
                    finding.events = customers.history().map_or(0, History::len);
                    finding.items = customers.lists().map(|(_, items)| items.len()).sum();
                    tables.push((name, customers));
                }
                Gathered::Events(history, read, cleaned) => {
                    (finding.read, finding.cleaned) = (read, cleaned);
                    (finding.customers, finding.events) = (history.customers(), history.len());
                    logs.push((name, history));
                }
                Gathered::Items(items, read) => {
                    finding.read = read;
                    (finding.customers, finding.items) = (items.customers(), items.len());
                    lists.push((name, items));
                }
            }
            findings.push(finding);
        }
        // the customers of one log and nothing else need no join
        let (mut customers, report) = if tables.is_empty() && logs.len() == 1 {
            (logs.pop().map(|(_, history)| Customers::from_history(history)).unwrap_or_default(), None)
        } else if tables.len() == 1 && logs.is_empty() {
            (tables.pop().map(|(_, customers)| customers).unwrap_or_default(), None)
        } else {
            clock.time("join the sources".to_owned(), || {
                let mut join = Join::new().keep(self.keep.clone()).precedence(self.precedence.clone());
                for (name, customers) in tables {
                    join = join.source(name, customers);
                }
                for (name, history) in logs {
                    join = join.history(name, history);
                }
                let joined = join.run().map_err(|error| error.at_key("join"))?;
                Ok((joined.customers, Some(joined.report)))
            })?
        };
        for (name, items) in lists {
            if customers.items(name).is_some() {
                let error = Error::definition("another source has a list of that name");
                return Err(error.at_key(format!("sources.{name}")));
            }
            customers = customers.with_items(name, items);
        }
        if let Some(as_of) = self.as_of {
            customers = customers.as_of(as_of);
        }
        if customers.is_empty() {
            return Err(Error::empty("customers in the sources").at_key("sources"));
        }
        Ok((customers, findings, report))
    }

    /// The attributes that are profiled.
    ///
    /// All but ignored ones unless the study names them.
    ///
    /// # Errors
    /// If one that is named does not exist.
    fn profiled(&self, customers: &Customers) -> Result<Vec<String>> {
        let Some(names) = &self.profiles.attributes else {
            let shown = customers.schema().attributes().iter().filter(|attribute| attribute.role != Role::Ignored);
            return Ok(shown.map(|attribute| attribute.name.clone()).collect());
        };
        for name in names {
            customers.column(name).map_err(|error| error.at_key("profiles.attributes"))?;
        }
        Ok(names.clone())
    }

    /// The value is the one named for profiles, else the goal's attribute if it is a number, else none.
    fn profile_of(
        &self,
        customers: &Customers,
        segmentation: &crate::segmentation::Segmentation<crate::segment::Label>,
        attributes: &[String],
    ) -> Result<Profile> {
        // who left and what they answered are goals too, and have no sum
        let amount = |attribute: &&str| customers.numeric_column(attribute).is_ok();
        let goal = self.goal.as_ref().map(|goal| goal.attribute()).filter(amount);
        let value = self.profiles.value.as_deref().or(goal);
        let mut profiler = Profiler::new().attributes(attributes);
        if let Some(value) = value {
            profiler = profiler.value(value);
        }
        profiler.profile(customers, segmentation).map_err(|error| error.at_key("profiles"))
    }
}
