//! `retention (--customers FILE --as-of DAY | --survivors FILE) [--cohort COL] [--model NAME|all] [--horizon N] [--discount RATE] --json`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, TimeUnit};
use segmentry::lifetime::{
    BetaDiscreteWeibull, ContractValue, Contracts, DiscountRate, Horizon, KaplanMeier, LogRank, PeriodDiscount,
    Periods, Renewals, RetentionCurves, RetentionFamily, RetentionFit, RetentionModel, ShiftedBetaGeometric, Tenures,
};
use segmentry::read::Csv;
use segmentry::time::Zone;
use segmentry::{Error, Result, model};
use serde::Serialize;

use crate::common::{Moment, left_out, moment, note, print, print_json, table};
use crate::survivors::{Cohort, cohorts};

/// Residual lifetimes are told of at most so many renewals.
const TOLD: usize = 24;

#[derive(Args)]
pub struct Arguments {
    /// A CSV file of customers, with the days on which contracts began and ended
    #[arg(long, value_name = "FILE", conflicts_with = "survivors", requires = "as_of")]
    customers: Option<PathBuf>,
    /// Its column of ids
    #[arg(long, value_name = "COL", default_value = "customer")]
    id: String,
    /// Its column of the first day of the contract
    #[arg(long, value_name = "COL", default_value = "start")]
    start: String,
    /// Its column of the last day, empty of who is still there
    #[arg(long, value_name = "COL", default_value = "end")]
    end: String,
    /// The day as of which customers are seen
    #[arg(long, value_name = "DAY", value_parser = moment)]
    as_of: Option<Moment>,
    /// Cohorts by the month in which contracts began
    #[arg(long, requires = "customers", conflicts_with = "cohort")]
    by_start: bool,
    /// A CSV file of survivors in place of customers: the columns `period`, from 0, and `survivors`
    #[arg(long, value_name = "FILE")]
    survivors: Option<PathBuf>,
    /// The column of cohorts, of either file
    #[arg(long, value_name = "COL")]
    cohort: Option<String>,
    /// When a contract is renewed: after so many of the period
    #[arg(long, value_name = "N", default_value_t = 1)]
    every: u32,
    /// The period
    #[arg(long, value_enum, default_value_t = Step::Month)]
    period: Step,
    /// The model that projects the curves
    #[arg(long, value_enum, default_value_t = Which::All)]
    model: Which,
    /// How many renewals are looked ahead
    #[arg(long, value_name = "N", default_value_t = 12)]
    horizon: u32,
    /// What a later renewal is worth less, such as `0.1 per year`
    #[arg(long, value_name = "RATE")]
    discount: Option<DiscountRate>,
    /// What is paid a renewal
    #[arg(long, value_name = "AMOUNT", default_value_t = 1.0)]
    amount: f64,
    /// The column of what each customer pays, in its place
    #[arg(long, value_name = "COL", requires = "customers")]
    amount_of: Option<String>,
    /// The share of it that counts
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    margin: f64,
    /// Where the model of all customers is saved
    #[arg(long, value_name = "FILE", requires = "customers")]
    save: Option<PathBuf>,
    /// How many customers are printed, those of the greatest value first
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Print one JSON object, with all customers
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Step {
    Day,
    Week,
    Month,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Which {
    All,
    ShiftedBetaGeometric,
    BetaDiscreteWeibull,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    period: Horizon,
    horizon: u32,
    curves: RetentionCurves,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_rank: Option<LogRank>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p_value: Option<f64>,
    cohorts: Vec<Fits>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    customers: Vec<Line>,
}

/// What models say of one cohort.
#[derive(Serialize)]
struct Fits {
    cohort: String,
    fits: Vec<Fit>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// One model beside what was seen.
#[derive(Serialize)]
struct Fit {
    model: RetentionModel,
    log_likelihood: f64,
    bic: f64,
    fit: RetentionFit,
    residual: Vec<Residual>,
}

/// What is to come of a customer who has renewed so often, at the moment when the next renewal is due.
#[derive(Serialize)]
struct Residual {
    renewals: u32,
    expected: f64,
    discounted: f64,
    value: f64,
}

/// What one customer is still worth.
#[derive(Serialize)]
struct Line {
    customer: String,
    #[serde(flatten)]
    value: ContractValue,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let (tenures, cohorts, customers) = match (&arguments.survivors, &arguments.customers) {
        (Some(path), _) => {
            let cohorts = cohorts(path, arguments.cohort.as_deref()).map_err(|error| error.in_file(path.display()))?;
            (Cohort::tenures(&cohorts, arguments.every, arguments.unit())?, cohorts, None)
        }
        (None, Some(path)) => {
            let customers = arguments.read(path)?;
            let told = arguments.told(&customers).map_err(|error| error.in_file(path.display()))?;
            (told.0, told.1, Some(customers))
        }
        (None, None) => return Err(Error::definition("name `--customers FILE` or `--survivors FILE`")),
    };
    let curves = KaplanMeier::new().fit(&tenures)?;
    let log_rank = if tenures.cohorts().len() > 1 { tried(LogRank::of(&tenures)) } else { None };
    let mut found = Found {
        period: arguments.length(),
        horizon: arguments.horizon,
        curves,
        log_rank,
        p_value: log_rank.map(|test| test.p_value()),
        cohorts: cohorts.iter().map(|cohort| arguments.fits(cohort)).collect::<Result<_>>()?,
        customers: Vec::new(),
    };
    if let Some(customers) = &customers {
        found.customers = arguments.values(customers, &found.cohorts)?;
    }
    if arguments.json { print_json(&found) } else { print(&arguments.text(&found)) }
}

/// What cannot be tested is said, and is no failure.
fn tried<T>(found: Result<T>) -> Option<T> {
    found.map_err(|error| note(&error.to_string())).ok()
}

impl Arguments {
    fn unit(&self) -> TimeUnit {
        match self.period {
            Step::Day => TimeUnit::Days,
            Step::Week => TimeUnit::Weeks,
            Step::Month => TimeUnit::Months,
        }
    }

    /// From one renewal to the next.
    fn length(&self) -> Horizon {
        Horizon::new(f64::from(self.every), self.unit())
    }

    fn discount(&self) -> DiscountRate {
        self.discount.unwrap_or_else(DiscountRate::none)
    }

    fn recipe(&self) -> Contracts {
        let period = match self.period {
            Step::Day => Period::Day,
            Step::Week => Period::Week,
            Step::Month => Period::Month,
        };
        let horizon = Horizon::new(f64::from(self.every) * f64::from(self.horizon), self.unit());
        let recipe = Contracts::new(&self.start, &self.end, period, horizon)
            .every(self.every)
            .discount(self.discount())
            .margin(self.margin)
            .amount(self.amount);
        match &self.amount_of {
            Some(attribute) => recipe.amount_of(attribute),
            None => recipe,
        }
    }

    fn read(&self, path: &Path) -> Result<Customers> {
        let (customers, report) = Customers::from_csv_with(path, &self.id, &Csv::new())?;
        left_out(&report);
        let moment = self.as_of.ok_or_else(|| Error::definition("name `--as-of DAY`"))?;
        Ok(customers.as_of(moment.in_zone(&Zone::utc())))
    }

    /// The tenures of all, and the renewals by cohort.
    fn told(&self, customers: &Customers) -> Result<(Tenures, Vec<Cohort>)> {
        let recipe = self.recipe();
        recipe.check()?;
        let tenures = Tenures::of(customers, &self.start, &self.end, self.unit())?;
        let (tenures, names) = match &self.cohort {
            Some(attribute) => {
                let column = customers.column(attribute)?;
                let name = |row: usize| {
                    let value = column.value(row);
                    if value.is_present() { value.to_string() } else { "missing".to_owned() }
                };
                (tenures.by_attribute(customers, attribute)?, (0..customers.len()).map(name).collect())
            }
            None if self.by_start => {
                let column = customers.column(&self.start)?;
                let month = |row: usize| column.value(row).to_string().chars().take(7).collect();
                (tenures.by_start(Period::Month)?, (0..customers.len()).map(month).collect::<Vec<String>>())
            }
            None => (tenures, Vec::new()),
        };
        let mut cohorts = vec![Cohort { name: "all".to_owned(), renewals: recipe.renewals(customers)? }];
        for name in tenures.cohorts() {
            let rows: Vec<usize> = (0..customers.len()).filter(|row| names[*row] == *name).collect();
            cohorts.push(Cohort { name: name.clone(), renewals: recipe.renewals(&customers.take(&rows)?)? });
        }
        Ok((tenures, cohorts))
    }

    /// The models of a cohort. One that cannot be fitted is told.
    fn fits(&self, cohort: &Cohort) -> Result<Fits> {
        let mut fits = Fits { cohort: cohort.name.clone(), fits: Vec::new(), error: None };
        for family in RetentionFamily::ALL {
            let learnt = match (self.model, family) {
                (Which::All | Which::ShiftedBetaGeometric, RetentionFamily::ShiftedBetaGeometric) => {
                    ShiftedBetaGeometric::new().fit(&cohort.renewals)
                }
                (Which::All | Which::BetaDiscreteWeibull, RetentionFamily::BetaDiscreteWeibull) => {
                    BetaDiscreteWeibull::new().fit(&cohort.renewals)
                }
                _ => continue,
            };
            match learnt {
                Ok(model) => fits.fits.push(self.fit(model, &cohort.renewals)?),
                Err(error) => fits.error = Some(error.to_string()),
            }
        }
        fits.fits.sort_by(|a, b| a.bic.total_cmp(&b.bic));
        Ok(fits)
    }

    fn fit(&self, model: RetentionModel, seen: &Renewals) -> Result<Fit> {
        let periods = Periods::new(self.horizon);
        let discount = PeriodDiscount::of(self.discount(), self.length())?;
        let residual = |renewals: usize| {
            let (renewals, tenure) = (renewals as u32, Periods::new(renewals as u32));
            let expected = model.residual(tenure, periods)?;
            let discounted = model.discounted_residual(tenure, periods, discount)?;
            Ok(Residual { renewals, expected, discounted, value: self.margin * self.amount * discounted })
        };
        let log_likelihood = model.log_likelihood(seen);
        let customers = seen.kept(1) + seen.lost(1);
        let last = self.horizon.max(seen.periods().min(TOLD) as u32);
        Ok(Fit {
            bic: model.parameters().len() as f64 * customers.max(1.0).ln() - 2.0 * log_likelihood,
            log_likelihood,
            fit: RetentionFit::of(&model, seen, Periods::new(last))?,
            residual: (0..=seen.periods().min(TOLD)).map(residual).collect::<Result<_>>()?,
            model,
        })
    }

    /// What each customer is still worth, by the best model of all.
    fn values(&self, customers: &Customers, cohorts: &[Fits]) -> Result<Vec<Line>> {
        let Some(best) = cohorts.first().and_then(|all| all.fits.first()) else { return Ok(Vec::new()) };
        let fitted = self.recipe().family(best.model.family()).fit(customers)?;
        if let Some(path) = &self.save {
            model::save(path, &fitted)?;
            note(&format!("the model is in {}", path.display()));
        }
        let values = fitted.each(customers)?;
        let known = customers.ids().iter().zip(values);
        Ok(known.filter_map(|(id, value)| Some(Line { customer: id.to_string(), value: value? })).collect())
    }

    fn text(&self, found: &Found) -> String {
        let mut text = format!("{}\n", found.curves);
        if let Some(test) = &found.log_rank {
            text.push_str(&format!("{test}\n"));
        }
        for cohort in &found.cohorts {
            if let Some(error) = &cohort.error {
                text.push_str(&format!("\n== {} ==\n\nno model: {error}\n", cohort.cohort));
            }
            for fit in &cohort.fits {
                text.push_str(&format!(
                    "\n== {} ==\n\n{}BIC {:.1}\n\n{}\n",
                    cohort.cohort, fit.model, fit.bic, fit.fit
                ));
                let rows = fit.residual.iter().map(|line| {
                    let figures = [line.expected, line.discounted, line.value].map(|figure| format!("{figure:.3}"));
                    let [expected, discounted, value] = figures;
                    [line.renewals.to_string(), expected, discounted, value]
                });
                let heads = ["renewals so far", "to come", "discounted", "value"];
                text.push_str(&format!("\nwithin the next {} renewals:\n{}\n", found.horizon, table(heads, rows)));
            }
        }
        let mut best: Vec<&Line> = found.customers.iter().collect();
        best.sort_by(|a, b| b.value.lifetime_value.unwrap_or(0.0).total_cmp(&a.value.lifetime_value.unwrap_or(0.0)));
        let rows = best.into_iter().take(self.top).map(|line| {
            let ContractValue { renewals, retained, expected_renewals, lifetime_value, .. } = &line.value;
            let value = lifetime_value.map_or("-".to_owned(), |value| format!("{value:.2}"));
            let figures = [renewals.to_string(), format!("{retained:.3}"), format!("{expected_renewals:.3}"), value];
            let [renewals, retained, expected, value] = figures;
            [line.customer.clone(), renewals, retained, expected, value]
        });
        if !found.customers.is_empty() {
            let heads = ["customer", "renewals", "retained", "to come", "value to come"];
            text.push_str(&format!("\n{} still there:\n{}\n", found.customers.len(), table(heads, rows)));
        }
        text
    }
}
