//! A study runs.

use std::time::Instant;

use crate::customer::{Customers, Join, JoinReport, Keep};
use crate::error::{Error, Result};
use crate::health::Health;
use crate::history::History;
use crate::profile::{Profile, Profiler};
use crate::progress::Progress;
use crate::value::Role;

use super::combination::deriving;
use super::findings::{Findings, Placed, SourceFinding, Timing};
use super::kinds::Step;
use super::plan::Study;
use super::recipe::AnySegmenter;
use super::source::Gathered;

/// Steps and how long they took.
struct Clock<'a> {
    timings: Vec<Timing>,
    progress: &'a Progress<'a>,
    total: u64,
}

impl Clock<'_> {
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
    /// # Errors
    /// As [`Study::run`], or if `progress` stops it.
    pub fn run_with(&self, progress: &Progress<'_>) -> Result<Findings> {
        self.check()?;
        self.steps_of(progress).map_err(|error| self.lines.place(error))
    }

    fn steps_of(&self, progress: &Progress<'_>) -> Result<Findings> {
        let total = (self.sources.len() + self.derivations.len() + 2 * self.steps.len() + 2) as u64;
        let mut clock = Clock { timings: Vec::new(), progress, total };
        let (customers, sources, join) = self.gather(&mut clock)?;
        let health = clock.time("check the data".to_owned(), || Health::new().check(&customers))?;

        let mut derived = customers.clone();
        for (name, derivation) in &self.derivations {
            derived = clock.time(format!("derive {name}"), || {
                derivation.add_to(derived).map_err(|error| error.at_key(format!("derive.{name}")))
            })?;
        }
        if let Some(goal) = &self.goal {
            derived.numeric_column(goal.attribute()).map_err(|error| error.at_key("goal"))?;
        }
        let attributes = self.profiled(&derived)?;

        let derivations: Vec<_> = self.derivations.iter().map(|(_, derivation)| derivation.clone()).collect();
        let mut placed: Vec<Placed> = Vec::new();
        for (name, step) in &self.steps {
            let at = |error: Error| error.at_key(format!("segmenters.{name}"));
            let learnt = clock.time(format!("learn {name}"), || {
                match step {
                    // what is learnt reads derived attributes; what is saved makes them
                    Step::Learn(recipe) => deriving(recipe.learn(&derived, progress)?, &derivations),
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
            placed.push(Placed { name: name.clone(), segmenter, segmentation, profile, model });
        }
        progress.step("steps", total, total)?;
        Ok(Findings {
            name: self.name.clone(),
            question: self.question.clone(),
            goal: self.goal.clone(),
            sources,
            join,
            health,
            customers: derived,
            placed,
            timings: clock.timings,
        })
    }

    /// Reads the sources and joins them.
    fn gather(&self, clock: &mut Clock<'_>) -> Result<(Customers, Vec<SourceFinding>, Option<JoinReport>)> {
        let mut tables: Vec<(&str, Customers)> = Vec::new();
        let mut logs: Vec<(&str, History)> = Vec::new();
        let mut findings = Vec::new();
        for (name, source) in &self.sources {
            let gathered = clock.time(format!("read {name}"), || {
                let at = |error: Error| error.at_key(format!("sources.{name}"));
                source.gather(self.lines.folder(), &self.zone).map_err(at)
            })?;
            let mut finding = SourceFinding { name: name.clone(), read: None, cleaned: None, customers: 0, events: 0 };
            match gathered {
                Gathered::Customers(customers, read) => {
                    (finding.read, finding.customers) = (read, customers.len());
                    finding.events = customers.history().map_or(0, History::len);
                    tables.push((name, customers));
                }
                Gathered::Events(history, read, cleaned) => {
                    (finding.read, finding.cleaned) = (read, cleaned);
                    (finding.customers, finding.events) = (history.customers(), history.len());
                    logs.push((name, history));
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
        if let Some(as_of) = self.as_of {
            customers = customers.as_of(as_of);
        }
        if customers.is_empty() {
            return Err(Error::empty("customers in the sources").at_key("sources"));
        }
        debug_assert!(matches!(self.keep, Keep::All) || report.is_some() || self.sources.len() == 1);
        Ok((customers, findings, report))
    }

    /// The attributes that are profiled.
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

    fn profile_of(
        &self,
        customers: &Customers,
        segmentation: &crate::segmentation::Segmentation<crate::segment::Label>,
        attributes: &[String],
    ) -> Result<Profile> {
        let value = self.profiles.value.as_deref().or(self.goal.as_ref().map(|goal| goal.attribute()));
        let mut profiler = Profiler::new().attributes(attributes);
        if let Some(value) = value {
            profiler = profiler.value(value);
        }
        profiler.profile(customers, segmentation).map_err(|error| error.at_key("profiles"))
    }
}
